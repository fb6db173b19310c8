use catalog_core::editing::Value;
use catalog_core::import::{
    AlbumTags, ArtistName, AudioProperties, Change as ImportChange, ContentId, Contributor, FileStamp, Level, Loudness,
    ReadTrack, ScannedFile, TagsId, TrackRecord,
};
use catalog_core::model::{Advisory, CreditRole, Movement, Work};
use catalog_core::ports::LibraryStore;
use rusqlite::Connection;

use super::*;
use crate::library::import::ImportStore;
use crate::library::sources::{self, NewSource, Place, Source};
use crate::library::{Library, settings};

struct Shelf {
    library: Library,
    source: Source,
    _folder: tempfile::TempDir,
}

impl Shelf {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap();
        let place = Place::Folder("/music".to_owned());
        let new = NewSource { name: "local", kind: "local", mode: "in_place", hides_untagged: false, place };
        let source = library.write(|tx| sources::find_or_create(tx, &new)).unwrap();
        Self { library, source, _folder: folder }
    }

    fn store(&self) -> ImportStore<'_> {
        ImportStore::new(&self.library, self.source.clone())
    }

    fn edit(&self, id: i64, field: &str, value: Option<Value>) {
        let change = Change { patch: Patch::from([(field.to_owned(), value)]), ..Change::default() };
        self.library.write(|tx| edit_track(tx, id, &change, 5)).unwrap();
    }

    /// All that a snapshot is made of.
    fn shown(&self) -> Vec<String> {
        let tables = ["tracks", "albums", "album_artists", "track_credits", "track_genres"];
        self.library
            .read(|read| Ok::<_, LibraryError>(tables.iter().flat_map(|table| rows(read, table)).collect()))
            .unwrap()
    }
}

fn rows(read: &Connection, table: &str) -> Vec<String> {
    let mut statement = read.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        let values = (0..columns).map(|column| row.get_ref(column).map(|value| format!("{value:?}")));
        values.collect::<rusqlite::Result<Vec<_>>>()
    });
    rows.unwrap().map(|row| format!("{table} {}", row.unwrap().join("|"))).collect()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn read(path: &str, record: TrackRecord) -> ImportChange {
    let file = ScannedFile { path: path.into(), stamp: FileStamp { size_bytes: 1, mtime_ns: 1 } };
    let (tags, content) = (TagsId::default(), ContentId::default());
    ImportChange::Add { file, track: Box::new(ReadTrack { record, tags, content, copy: None, places: Vec::new() }) }
}

/// Something in every field.
fn full_record() -> TrackRecord {
    let some = |text: &str| Some(text.to_owned());
    let by = |role, name: &str| Contributor { role, artist: name.into(), instrument: None };
    TrackRecord {
        is_untagged: false,
        title: "Song".to_owned(),
        sort_title: some("Song, The"),
        artist: some("A feat. B"),
        artists: vec!["A".into(), "B".into()],
        composer: some("C"),
        contributors: vec![
            by(CreditRole::Composer, "C"),
            Contributor { instrument: some("cello"), ..by(CreditRole::Performer, "P") },
        ],
        album: AlbumTags {
            name: some("Album"),
            sort_name: some("Album, The"),
            artists: vec![ArtistName::from("A")],
            musicbrainz_id: some("f00"),
            is_compilation: true,
            disc_subtitle: some("First"),
            version: some("deluxe"),
            release_types: texts(&["album", "live"]),
            labels: texts(&["Label"]),
        },
        disc_number: Some(1),
        disc_total: Some(2),
        track_number: Some(3),
        track_total: Some(4),
        release_date: some("2001-02"),
        original_date: some("1999"),
        genres: texts(&["Rock", "Folk"]),
        moods: texts(&["Calm"]),
        groupings: texts(&["Mine"]),
        works: vec![
            Work { name: "Opus".to_owned(), musicbrainz_id: some("w1") },
            Work { name: "Other".to_owned(), musicbrainz_id: None },
        ],
        movement: Some(Movement { name: "Allegro".to_owned(), number: Some(1), count: Some(3) }),
        advisory: Some(Advisory::Clean),
        properties: AudioProperties {
            duration_ms: Some(1000),
            bit_rate_kbps: Some(320),
            sample_rate_hz: Some(44_100),
            bit_depth: Some(16),
            channels: Some(2),
        },
        loudness: Loudness {
            track_gain: Some(Level(-6.5)),
            track_peak: Some(Level(0.9)),
            album_gain: Some(Level(-7.0)),
            album_peak: Some(Level(1.0)),
            base_gain: Some(Level(1.5)),
        },
        bpm: Some(120),
        comment: some("Nice"),
        isrcs: texts(&["US1", "US2"]),
        musicbrainz_recording_id: some("r1"),
        musicbrainz_track_id: some("t1"),
        ..TrackRecord::default()
    }
}

#[test]
fn what_was_written_is_read_back() {
    let shelf = Shelf::new();
    shelf.store().apply(&[read("a/1.mp3", full_record())], 1).unwrap();
    let known = shelf.library.read(|read| KnownTrack::find(read, 1)).unwrap().unwrap();
    assert_eq!(known.record, full_record());
}

#[test]
fn any_field_is_edited_and_taken_back_without_a_trace() {
    let shelf = Shelf::new();
    shelf.store().apply(&[read("a/1.mp3", full_record())], 1).unwrap();
    let before = shelf.shown();
    let mark = || shelf.library.read(settings::change_mark).unwrap();
    for (field, value) in [
        ("title", Value::Text("Other".to_owned())),
        ("artists", Value::Texts(texts(&["B"]))),
        ("composers", Value::Texts(Vec::new())),
        ("genres", Value::Texts(texts(&["Rock"]))),
        ("album", Value::Text("Another".to_owned())),
        ("album_artists", Value::Texts(Vec::new())),
        ("is_compilation", Value::Flag(false)),
        ("track_number", Value::Number(0)),
        ("isrcs", Value::Texts(texts(&["US3"]))),
    ] {
        let unchanged = mark();
        shelf.edit(1, field, Some(value.clone()));
        let edited = mark();
        assert_ne!((shelf.shown(), edited.clone()), (before.clone(), unchanged), "{field}");
        shelf.edit(1, field, Some(value));
        assert_eq!(mark(), edited, "{field}: again");
        shelf.edit(1, field, None);
        assert_eq!(shelf.shown(), before, "{field}");
        assert_eq!(shelf.library.read(|read| TrackEdits::find(read, 1)).unwrap(), None, "{field}");
    }
}

#[test]
fn names_that_an_edit_brings_are_known_to_an_import_under_way() {
    let shelf = Shelf::new();
    let mut store = shelf.store();
    store.apply(&[read("a/1.mp3", full_record())], 1).unwrap();
    shelf.edit(1, "artists", Some(Value::Texts(texts(&["New"]))));
    shelf.edit(1, "album_musicbrainz_id", Some(Value::Text("f01".to_owned())));
    shelf.edit(1, "genres", Some(Value::Texts(texts(&["New"]))));
    let mut record = TrackRecord { artists: vec!["New".into()], genres: texts(&["New"]), ..full_record() };
    record.album.musicbrainz_id = Some("f01".to_owned());
    store.apply(&[read("a/2.mp3", record)], 2).unwrap();
    let count = |sql: &str| -> i64 {
        shelf.library.read(|read| Ok::<_, LibraryError>(read.query_row(sql, [], |row| row.get(0))?)).unwrap()
    };
    assert_eq!(count("SELECT count(DISTINCT album_id) FROM tracks"), 1);
    assert_eq!(count("SELECT count(DISTINCT artist_id) FROM track_credits WHERE role = 'artist'"), 1);
}
