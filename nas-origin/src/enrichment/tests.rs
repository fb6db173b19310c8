//! Enrichment of a real catalog by a server on loopback, whose answers have the shape of recorded ones.

mod asking;
mod double;
mod findings;
mod sounds;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use catalog_core::editing::{Patch, Value};
use catalog_core::import::{
    AlbumTags, ArtistName, AudioProperties, Change as ImportChange, ContentId, FileStamp, ReadTrack, ScannedFile,
    TagsId, TrackRecord,
};
use catalog_core::model::TrackId;
use catalog_core::ports::LibraryStore;

use super::*;
use crate::library::editing::{Change, KnownTrack, edit_track};
use crate::library::import::ImportStore;
use crate::library::settings;
use crate::library::sources::{self, NewSource, Place, Source};
use double::{Double, Reply, Virtual};

const RECORDING: &str = "11111111-1111-4111-8111-111111111111";
const RELEASE: &str = "22222222-2222-4222-8222-222222222222";
const ARTIST: &str = "33333333-3333-4333-8333-333333333333";
const SEARCH: &str = "/ws/2/recording";
const NOW: i64 = 1_700_000_000;
const DAY: i64 = 24 * 3600;

/// Nobody looks on; it stops before the question of that number.
struct Watch {
    left: AtomicU64,
    planned: AtomicU64,
    is_cancelled: AtomicBool,
}

impl Watch {
    fn new(questions: u64) -> Self {
        Self { left: AtomicU64::new(questions), planned: AtomicU64::new(0), is_cancelled: AtomicBool::new(false) }
    }
}

impl ImportProgress for Watch {
    fn planned(&self, files: u64) {
        self.planned.store(files, Ordering::Relaxed);
    }
    fn done(&self, files: u64) {
        if self.left.fetch_sub(files, Ordering::Relaxed) == files {
            self.is_cancelled.store(true, Ordering::Relaxed);
        }
    }
    fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }
}

struct Shelf {
    library: Library,
    source: Source,
    clock: Arc<Virtual>,
    double: Double,
    config: EnrichmentConfig,
    folder: tempfile::TempDir,
}

impl Shelf {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap();
        let place = Place::Folder(folder.path().join("music").to_str().unwrap().to_owned());
        let new = NewSource { name: "local", kind: "local", mode: "in_place", hides_untagged: false, place };
        let source = library.write(|tx| sources::find_or_create(tx, &new)).unwrap();
        let clock = Arc::new(Virtual::default());
        let double = Double::start(&clock);
        let config = EnrichmentConfig {
            contact: Some("me@example.org".to_owned()),
            musicbrainz_url: Some(double.url()),
            cover_art_url: Some(double.url()),
            ..EnrichmentConfig::default()
        };
        Self { library, source, clock, double, config, folder }
    }

    fn with(records: &[TrackRecord]) -> Self {
        let shelf = Self::new();
        for (number, record) in (1..).zip(records) {
            let (file, track) = read(number, record.clone());
            shelf.import(ImportChange::Add { file, track });
        }
        shelf
    }

    fn import(&self, change: ImportChange) {
        ImportStore::new(&self.library, self.source.clone()).apply(&[change], NOW).unwrap();
    }

    /// As a full import does.
    fn read_again(&self, id: i64, record: TrackRecord) {
        let (file, track) = read(id, record);
        self.import(ImportChange::Replace { id: TrackId::new(id).unwrap(), file, track });
    }

    fn job(&self) -> EnrichJob<'_> {
        EnrichJob { library: &self.library, config: &self.config, clock: &*self.clock, slice: None, now: NOW }
    }

    fn enrich(&self) -> EnrichReport {
        enrich(&self.job(), &Watch::new(u64::MAX)).unwrap()
    }

    /// About tracks, for covers.
    fn questions(&self, now: i64) -> [u64; 2] {
        let questions = count_questions(&self.library, &self.config, now).unwrap();
        [questions.tracks, questions.covers]
    }

    fn track(&self, id: i64) -> KnownTrack {
        self.library.read(|read| KnownTrack::find(read, id)).unwrap().unwrap()
    }

    fn text(&self, sql: &str) -> Option<String> {
        let found = self.library.read(|read| Ok::<_, LibraryError>(read.query_row(sql, [], |row| row.get(0))?));
        found.unwrap()
    }

    fn mark(&self) -> String {
        self.library.read(settings::change_mark).unwrap()
    }

    fn edit(&self, id: i64, field: &str, value: Option<Value>) {
        let change = Change { patch: Patch::from([(field.to_owned(), value)]), ..Change::default() };
        self.library.write(|tx| edit_track(tx, id, &change, NOW)).unwrap();
    }
}

fn read(number: i64, record: TrackRecord) -> (ScannedFile, Box<ReadTrack>) {
    let file = ScannedFile { path: format!("a/{number}.mp3").into(), stamp: FileStamp { size_bytes: 1, mtime_ns: 1 } };
    let (tags, content) = (TagsId::default(), ContentId::default());
    (file, Box::new(ReadTrack { record, tags, content, copy: None, places: Vec::new() }))
}

fn record(title: &str) -> TrackRecord {
    TrackRecord {
        title: title.to_owned(),
        artist: Some("The Band".to_owned()),
        artists: vec![ArtistName::from("The Band")],
        album: AlbumTags { name: Some("First Light".to_owned()), ..AlbumTags::default() },
        properties: AudioProperties { duration_ms: Some(200_000), ..AudioProperties::default() },
        ..TrackRecord::default()
    }
}

fn recording(title: &str, genres: &str) -> String {
    format!(
        r#"{{"id":"{RECORDING}","score":100,"title":"{title}","length":203000,"video":null,
        "artist-credit":[{{"name":"The Band","joinphrase":"","artist":{{"id":"{ARTIST}","name":"The Band","sort-name":"Band, The"}}}}],
        "first-release-date":"1999-05-03","isrcs":["GBAAA9900001"],{genres}
        "releases":[
          {{"id":"44444444-4444-4444-8444-444444444444","title":"Best Of","status":"Official","date":"2010"}},
          {{"id":"{RELEASE}","title":"First Light","status":"Official","date":"1999-06-01","country":"GB","track-count":9,
            "release-group":{{"id":"55555555-5555-4555-8555-555555555555","title":"First Light","primary-type":"Album",
              "secondary-types":["Live"]}},
            "media":[{{"position":1,"format":"CD","track-count":9,"track-offset":2,
              "track":[{{"id":"66666666-6666-4666-8666-666666666666","number":"3","title":"{title}","length":203000}}]}}]}}
        ]}}"#
    )
}

fn search(title: &str) -> Reply {
    Reply::of(format!(
        r#"{{"created":"2026-01-01T00:00:00.000Z","count":1,"offset":0,"recordings":[{}]}}"#,
        recording(title, "")
    ))
}

fn lookup() -> Reply {
    let genres = r#""genres":[{"id":"x","count":1,"name":"folk","disambiguation":""},{"id":"y","count":7,"name":"rock","disambiguation":""}],"#;
    Reply::of(recording("Blue Hour", genres))
}

fn lookup_path() -> String {
    format!("/ws/2/recording/{RECORDING}")
}

fn release_path() -> String {
    format!("/ws/2/release/{RELEASE}")
}

fn cover_path() -> String {
    format!("/release/{RELEASE}/front-1200")
}

fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(20, 20).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A track without anything but names, and a server that knows all of it.
fn known() -> Shelf {
    let shelf = Shelf::with(&[record("Blue Hour")]);
    shelf.double.reply(SEARCH, [search("Blue Hour")]);
    shelf.double.reply(&lookup_path(), [lookup()]);
    shelf.double.reply(&cover_path(), [Reply::to(&format!("http://{}/image", shelf.double.address))]);
    shelf.double.reply("/image", [Reply::of(png())]);
    shelf
}
