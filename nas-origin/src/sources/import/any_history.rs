//! Whatever happened to a folder, and wherever imports of it broke off: the catalog ends as a fresh import's, and what is
//! still there keeps its id. Damage is left out: a track whose file can't be read any more stays as it was read last,
//! which a fresh import can't know.

use std::collections::{BTreeMap, HashSet};
use std::fs::{self, File};

use catalog_core::import::{Change, KnownFile, KnownLibrary, ListedTrack};
use catalog_core::model::{PlaylistId, TrackId};
use catalog_core::ports::{LibraryStore, StoreError};
use proptest::prelude::*;

use super::tests::cuts::sheet;
use super::tests::{Unwatched, png, rows_of, tag, wav};
use super::*;
use crate::library::sources::Place;
use crate::sources::local::LocalFolder;
use lofty::tag::ItemKey;

/// What the listing of a present track, album, picture or failure says, but for ids and times of arrival.
const SEEN: [&str; 6] = [
    "SELECT t.source_id, t.metadata_status, t.is_untagged, t.is_hidden, t.is_cut_up, t.title, t.artist, t.track_number, t.duration_ms,
        iif(t.is_cut_up, '', a.name), c.sha256 FROM tracks t LEFT JOIN albums a USING (album_id) LEFT JOIN covers c ON c.cover_id = t.cover_id
        WHERE t.missing_since IS NULL ORDER BY 1",
    "SELECT t.source_id, k.role, k.position, r.name FROM tracks t JOIN track_credits k USING (track_id)
        JOIN artists r USING (artist_id) WHERE t.missing_since IS NULL ORDER BY 1, 2, 3",
    "SELECT t.source_id, iif(t.track_id IN (SELECT track_id FROM track_cuts), '', f.locator), f.ext, f.size_bytes, f.mtime_ns, hex(f.content_hash), hex(f.tag_hash), f.status,
        f.is_primary FROM tracks t JOIN track_files f USING (track_id) WHERE t.missing_since IS NULL ORDER BY 1, 2",
    "SELECT a.name, a.artist, a.is_compilation, a.release_date, c.sha256, count(*) FROM albums a
        JOIN tracks t USING (album_id) LEFT JOIN covers c ON c.cover_id = a.cover_id
        WHERE t.missing_since IS NULL AND NOT t.is_cut_up GROUP BY a.album_id ORDER BY 1, 2, 5, 6",
    "SELECT p.source_id, p.size_bytes, c.sha256 FROM picture_files p JOIN covers c USING (cover_id) ORDER BY 1",
    "SELECT source_id, reason, may_pass FROM import_failures ORDER BY 1",
];

/// Present tracks: their file, and which of its tracks they are.
const PRESENT: &str = "SELECT coalesce(w.source_id, t.source_id), coalesce(c.number, ''), t.track_id FROM tracks t
    LEFT JOIN track_cuts c USING (track_id) LEFT JOIN tracks w ON w.track_id = c.whole_id WHERE t.missing_since IS NULL";

#[derive(Clone, Debug)]
enum Act {
    Put(usize, u8),
    Retag(usize, u8),
    Touch(usize),
    Move(usize, usize),
    Copy(usize, usize),
    Swap(usize, usize),
    Delete(usize),
    MoveFolder(usize, usize),
    Picture(usize, u8),
    /// A sheet for one of the folder's files, of so many tracks.
    Sheet(usize, usize, u32),
    DropSheet(usize),
    /// An import of which so many changes are written.
    Crash(usize),
    Import,
}

const FOLDERS: [&str; 3] = ["a", "b", "b/c"];
const PLACES: usize = 9;

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let place = 0..PLACES;
    let two = (0..PLACES, 0..PLACES);
    let act = prop_oneof![
        4 => (place.clone(), 0..200_u8).prop_map(|(place, sound)| Act::Put(place, sound)),
        2 => (place.clone(), 0..4_u8).prop_map(|(place, title)| Act::Retag(place, title)),
        1 => place.clone().prop_map(Act::Touch),
        3 => two.clone().prop_map(|(from, to)| Act::Move(from, to)),
        1 => two.clone().prop_map(|(from, to)| Act::Copy(from, to)),
        2 => two.prop_map(|(left, right)| Act::Swap(left, right)),
        2 => place.prop_map(Act::Delete),
        1 => (0..3_usize, 0..3_usize).prop_map(|(from, to)| Act::MoveFolder(from, to)),
        1 => (0..3_usize, 1..4_u8).prop_map(|(folder, side)| Act::Picture(folder, side)),
        3 => (0..3_usize, 0..3_usize, 1..4_u32).prop_map(|(folder, file, tracks)| Act::Sheet(folder, file, tracks)),
        1 => (0..3_usize).prop_map(Act::DropSheet),
        3 => (0..12_usize).prop_map(Act::Crash),
        3 => Just(Act::Import),
    ];
    prop::collection::vec(act, 1..24)
}

/// A store that breaks off when so many changes are written: a process may be killed between any two batches.
struct Breaking<'a> {
    store: ImportStore<'a>,
    left: usize,
}

impl LibraryStore for Breaking<'_> {
    fn known(&mut self) -> Result<KnownLibrary, StoreError> {
        self.store.known()
    }

    fn list_lost_elsewhere(&mut self, sizes: &HashSet<u64>) -> Result<Vec<KnownFile>, StoreError> {
        self.store.list_lost_elsewhere(sizes)
    }

    fn apply(&mut self, changes: &[Change], now: i64) -> Result<(), StoreError> {
        let written = changes.len().min(self.left);
        self.left -= written;
        self.store.apply(&changes[..written], now)?;
        if written == changes.len() {
            Ok(())
        } else {
            Err(StoreError { what: "being killed", source: "killed".into() })
        }
    }

    fn find_track_at(&mut self, path: &str) -> Result<Option<TrackId>, StoreError> {
        self.store.find_track_at(path)
    }

    fn list_entries(&mut self, id: PlaylistId) -> Result<Vec<ListedTrack>, StoreError> {
        self.store.list_entries(id)
    }

    fn finish(&mut self, missing_before: i64, now: i64) -> Result<(), StoreError> {
        self.store.finish(missing_before, now)
    }
}

struct World {
    folder: tempfile::TempDir,
    library: Library,
    /// Each write is a second later than the one before: file systems tell times too coarsely for a test.
    clock: u64,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in FOLDERS {
            fs::create_dir_all(folder.path().join("music").join(name)).unwrap();
        }
        let library = Library::open(&folder.path().join("data")).unwrap();
        Self { folder, library, clock: 1_000_000 }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("music")
    }

    fn place(&self, place: usize) -> PathBuf {
        self.root().join(FOLDERS[place % 3]).join(format!("{}.wav", place / 3))
    }

    fn written(&mut self, path: &Path) {
        self.clock += 1;
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(self.clock);
        File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
    }

    fn act(&mut self, act: &Act) {
        match *act {
            Act::Put(place, sound) => {
                let path = self.place(place);
                fs::write(&path, wav(&format!("{sound} {}", self.clock))).unwrap();
                tag(&path, &[(ItemKey::TrackTitle, "New"), (ItemKey::AlbumTitle, FOLDERS[place % 3])], None);
                self.written(&path);
            }
            Act::Retag(place, title) if self.place(place).exists() => {
                let path = self.place(place);
                let title = format!("Title {title}");
                tag(&path, &[(ItemKey::TrackTitle, &title), (ItemKey::TrackArtist, "Someone")], None);
                self.written(&path);
            }
            Act::Touch(place) if self.place(place).exists() => self.written(&self.place(place)),
            Act::Move(from, to) if self.place(from).exists() => fs::rename(self.place(from), self.place(to)).unwrap(),
            Act::Copy(from, to) if from != to && self.place(from).exists() => {
                fs::copy(self.place(from), self.place(to)).unwrap();
                self.written(&self.place(to));
            }
            Act::Swap(left, right) if left != right && self.place(left).exists() && self.place(right).exists() => {
                let aside = self.folder.path().join("aside");
                fs::rename(self.place(left), &aside).unwrap();
                fs::rename(self.place(right), self.place(left)).unwrap();
                fs::rename(aside, self.place(right)).unwrap();
            }
            Act::Delete(place) if self.place(place).exists() => fs::remove_file(self.place(place)).unwrap(),
            Act::MoveFolder(from, to) => {
                for name in 0..3 {
                    self.act(&Act::Move(name * 3 + from, name * 3 + to));
                }
            }
            Act::Picture(folder, side) => {
                let path = self.root().join(FOLDERS[folder]).join("cover.png");
                fs::write(&path, png(u32::from(side))).unwrap();
                self.written(&path);
            }
            Act::Sheet(folder, file, tracks) => {
                let path = self.root().join(FOLDERS[folder]).join("disc.cue");
                fs::write(&path, sheet(&format!("{file}.wav"), tracks)).unwrap();
                self.written(&path);
            }
            Act::DropSheet(folder) => drop(fs::remove_file(self.root().join(FOLDERS[folder]).join("disc.cue"))),
            _ => {}
        }
    }

    fn import(&self, library: &Library, changes: usize) -> Result<ImportReport, ImportError> {
        let folder = LocalFolder::open(&self.root(), library.data_dir())?;
        let place = Place::Folder(self.root().to_string_lossy().into_owned());
        let new = NewSource { name: "local", kind: "local", mode: "in_place", hides_untagged: false, place };
        let source = library.write(|tx| sources::find_or_create(tx, &new)).unwrap();
        let mut store = Breaking { store: ImportStore::new(library, source), left: changes };
        let options =
            ImportOptions { accepts_loss: true, missing_retention_secs: 1_000_000, now: 5, ..ImportOptions::default() };
        import(&folder, &mut store, &Unwatched, options)
    }

    /// The present tracks: their file's bytes with their number in it, and the id.
    fn present(&self) -> impl Iterator<Item = (Vec<u8>, String, i64)> {
        rows_of(&self.library, PRESENT).into_iter().filter_map(|row| {
            let [path, number, id] = row.split('|').collect::<Vec<_>>().try_into().unwrap();
            Some((fs::read(self.root().join(path)).ok()?, number.to_owned(), id.parse().unwrap()))
        })
    }

    /// The ids of present tracks; those of files that are equal are left out, since nobody can tell them apart.
    fn ids(&self) -> BTreeMap<(Vec<u8>, String), i64> {
        let copied = self.copied();
        let told_apart = self.present().filter(|(bytes, ..)| !copied.contains(bytes));
        told_apart.map(|(bytes, number, id)| ((bytes, number), id)).collect()
    }

    /// The bytes that the catalog knows in several files.
    fn copied(&self) -> HashSet<Vec<u8>> {
        let mut seen = HashSet::new();
        let files = self.present().filter(|(_, number, _)| number.is_empty());
        files.map(|(bytes, ..)| bytes).filter(|bytes| !seen.insert(bytes.clone())).collect()
    }
}

/// An import that broke off took in a copy as a track of its own, and then the original was written over.
#[test]
fn a_copy_that_a_broken_import_took_in_stays_a_track_of_its_own() {
    use Act::{Copy, Crash, Import, Put, Touch};
    check(&[Put(3, 0), Import, Copy(3, 0), Touch(0), Crash(1), Put(3, 0)]).unwrap();
}

/// A file was copied, and moved under its name; of the import one change was written, and the moved file written over.
#[test]
fn a_copy_does_not_come_before_the_file_that_moved() {
    use Act::{Copy, Crash, Import, Move, Put};
    check(&[Put(8, 0), Import, Copy(8, 0), Move(8, 7), Crash(1), Put(7, 0)]).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_history_ends_in_the_catalog_of_a_fresh_import(acts in acts()) {
        check(&acts)?;
    }
}

fn check(acts: &[Act]) -> Result<(), TestCaseError> {
    let mut world = World::new();
    let mut known = BTreeMap::new();
    for act in acts.iter().chain([&Act::Import]) {
        match act {
            Act::Crash(changes) => {
                drop(world.import(&world.library, *changes));
                // Which of its files is the original, nobody can tell from now on.
                let copied = world.copied();
                known.retain(|(bytes, _): &(Vec<u8>, String), _| !copied.contains(bytes));
            }
            Act::Import => {
                world.import(&world.library, usize::MAX).unwrap();
                let ids = world.ids();
                for (track, id) in &ids {
                    prop_assert!(known.get(track).is_none_or(|before| before == id), "an id changed");
                }
                known = ids;
            }
            act => world.act(act),
        }
    }
    let fresh = Library::open(&world.folder.path().join("fresh")).unwrap();
    world.import(&fresh, usize::MAX).unwrap();
    for sql in SEEN {
        prop_assert_eq!(rows_of(&world.library, sql), rows_of(&fresh, sql), "{}", sql);
    }
    let again = world.import(&world.library, usize::MAX).unwrap();
    prop_assert_eq!((again.added, again.updated, again.moved, again.missing), (0, 0, 0, 0));
    Ok(())
}
