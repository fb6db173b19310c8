//! The library in SQLite keeps the contract of libraries, and tells after any imports what the plain one tells.

use catalog_core::ports::LibraryStore;
use catalog_core::testing::{
    FakeContent, FakeFolder, LibraryUnderTest, imports_like_the_plain_library, library_contract,
};
use proptest::prelude::*;
use rusqlite::named_params;

use super::*;
use crate::library::sources::{NewSource, Place};

/// A catalog in a folder that goes with it.
struct Catalog {
    library: Library,
    _folder: tempfile::TempDir,
}

impl Catalog {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { library: Library::open(folder.path()).unwrap(), _folder: folder }
    }
}

const PLAYLISTS: &str = "SELECT playlist_id, name FROM playlists WHERE missing_since IS NULL ORDER BY playlist_id";
const ENTRIES: &str = "SELECT track_id FROM playlist_tracks WHERE playlist_id = :id ORDER BY position";

impl LibraryUnderTest for Catalog {
    fn store(&mut self, source: &str) -> Box<dyn LibraryStore + '_> {
        let root = format!("/{source}");
        let place = Place::Folder(root);
        let new = NewSource { name: source, kind: "local", mode: "in_place", hides_untagged: false, place };
        let source = self.library.write(|tx| sources::find_or_create(tx, &new)).unwrap();
        Box::new(ImportStore::new(&self.library, source))
    }

    fn list_playlists(&self) -> Vec<(String, Vec<TrackId>)> {
        let listed = self.library.read(|read| {
            let mut entries = read.prepare(ENTRIES)?;
            let mut lists = read.prepare(PLAYLISTS)?;
            let lists = lists.query_map([], |row| {
                let tracks = entries.query_map(named_params! { ":id": row.get::<_, i64>(0)? }, |row| row.get(0))?;
                let tracks: Vec<i64> = tracks.collect::<rusqlite::Result<_>>()?;
                Ok((row.get(1)?, tracks.into_iter().filter_map(TrackId::new).collect()))
            })?;
            Ok::<_, LibraryError>(lists.collect::<rusqlite::Result<_>>()?)
        });
        listed.unwrap()
    }

    fn change_mark(&self) -> String {
        self.library.read(settings::change_mark).unwrap()
    }
}

#[test]
fn the_catalog_keeps_the_contract() {
    library_contract(&|| Box::new(Catalog::new()));
}

/// What a file of a name may hold.
fn any_file() -> impl Strategy<Value = (String, FakeContent, i64)> {
    let tune = prop_oneof![Just("One"), Just("Two"), Just("Three"), Just("Six")]
        .prop_map(|title| FakeContent::Tune(title.to_owned()));
    let audio = ("[ab]/[123]\\.mp3", prop_oneof![5 => tune, 1 => Just(FakeContent::Damaged)]);
    let picture = ("[ab]/cover\\.jpg", "[xy]".prop_map(|letter| FakeContent::Picture(letter.chars().next().unwrap())));
    let lines = prop::collection::vec("[ab]/[123]\\.mp3|http://radio", 0..4);
    let list = ("[xy]\\.m3u", lines.prop_map(|lines| FakeContent::Playlist(lines.join("\n"))));
    let named = prop_oneof![
        6 => audio.prop_map(|(name, content)| (name, content)),
        1 => picture.prop_map(|(name, content)| (name, content)),
        2 => list.prop_map(|(name, content)| (name, content)),
    ];
    (named, 0_i64..2).prop_map(|((name, content), mtime_ns)| (name, content, mtime_ns))
}

fn any_folder() -> impl Strategy<Value = FakeFolder> {
    prop::collection::vec(any_file(), 0..8).prop_map(|files| {
        let mut folder = FakeFolder::default();
        for (name, content, mtime_ns) in files {
            folder.put(&name, content, mtime_ns);
        }
        folder
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever a folder goes through: renamed, retagged, damaged, emptied and filled again.
    #[test]
    fn any_imports_end_like_the_plain_librarys(states in prop::collection::vec(any_folder(), 1..5)) {
        imports_like_the_plain_library(&states, &mut Catalog::new());
    }
}
