//! Enrichment of a real catalog by a server on loopback, whose answers have the shape of recorded ones.

mod double;
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

#[test]
fn blanks_are_filled_and_the_album_gets_its_picture() {
    let shelf = known();
    let report = shelf.enrich();
    assert_eq!((report.enriched, report.covers, report.failures.len(), report.ended), (1, 1, 0, Ended::Done));
    let track = shelf.track(1);
    assert_eq!(track.status, "enriched");
    assert_eq!(track.record.musicbrainz_recording_id.as_deref(), Some(RECORDING));
    assert_eq!(track.record.genres, ["rock", "folk"]);
    assert_eq!(
        (track.record.release_date.as_deref(), track.record.original_date.as_deref()),
        (Some("1999-06-01"), Some("1999-05-03"))
    );
    let album = "musicbrainz_id || ' ' || release_date || ' ' || replace(release_types, x'1f', '/') FROM albums";
    assert_eq!(shelf.text(&format!("SELECT {album}")).unwrap(), format!("{RELEASE} 1999-06-01 Album/Live"));
    assert_eq!(shelf.text("SELECT musicbrainz_id FROM artists").as_deref(), Some(ARTIST));
    assert_eq!(shelf.text("SELECT ext FROM covers JOIN albums USING (cover_id)").as_deref(), Some("png"));
    let asked = shelf.double.asked();
    let paths: Vec<&str> = asked.iter().map(|asked| asked.path.as_str()).collect();
    assert_eq!(paths, [SEARCH, &lookup_path(), &release_path(), &cover_path(), "/image"]);
    assert!(asked[0].query.contains("recording%3A%22Blue+Hour%22+AND+artist%3A%22The+Band%22"), "{}", asked[0].query);
}

#[test]
fn who_asks_says_so_and_takes_a_second_for_each_question() {
    let shelf = known();
    shelf.enrich();
    let asked = shelf.double.asked();
    for one in &asked {
        let agent = one.headers["user-agent"].to_str().unwrap();
        assert_eq!(agent, format!("music-cloud/{} ( me@example.org )", env!("CARGO_PKG_VERSION")));
    }
    let first = std::iter::once(Duration::ZERO).chain(asked.iter().map(|one| one.at));
    assert!(first.zip(&asked).all(|(before, one)| one.at >= before + Duration::from_secs(1)));
}

#[test]
fn nobody_is_asked_while_it_is_off() {
    let mut shelf = known();
    for off in [
        EnrichmentConfig { contact: None, ..shelf.config.clone() },
        EnrichmentConfig { musicbrainz: false, cover_art: false, ..shelf.config.clone() },
    ] {
        shelf.config = off;
        assert!(matches!(enrich(&shelf.job(), &Watch::new(9)), Err(EnrichFailure::Off)));
        assert_eq!(shelf.questions(NOW), [0, 0]);
    }
    assert!(shelf.double.asked().is_empty());
    assert!(!EnrichmentConfig::default().is_on());
}

#[test]
fn what_tags_and_the_owner_say_stays() {
    let tagged = TrackRecord { genres: vec!["Tagged".to_owned()], ..record("Blue Hour") };
    let shelf = known();
    shelf.read_again(1, tagged);
    shelf.edit(1, "release_date", Some(Value::Text("1977".to_owned())));
    shelf.enrich();
    let track = shelf.track(1);
    assert_eq!(
        (track.record.genres.as_slice(), track.record.release_date.as_deref()),
        (&["Tagged".to_owned()][..], Some("1977"))
    );
    assert_eq!(track.record.musicbrainz_recording_id.as_deref(), Some(RECORDING));
    shelf.edit(1, "release_date", None);
    assert_eq!(shelf.track(1).record.release_date.as_deref(), Some("1999-06-01"), "what was found lies beneath");
}

#[test]
fn what_was_found_survives_a_rescan_and_goes_when_the_track_is_another() {
    let shelf = known();
    shelf.enrich();
    let (found, mark) = (shelf.track(1), shelf.text("SELECT CAST(cover_id AS TEXT) FROM albums"));
    shelf.read_again(1, record("Blue Hour"));
    assert_eq!((shelf.track(1), shelf.text("SELECT CAST(cover_id AS TEXT) FROM albums")), (found, mark));
    shelf.read_again(1, TrackRecord { genres: vec!["New tag".to_owned()], ..record("Blue Hour") });
    assert_eq!(shelf.track(1).record.genres, ["New tag"]);
    shelf.read_again(1, record("Red Hour"));
    let other = shelf.track(1);
    assert_eq!((other.status.as_str(), other.record.musicbrainz_recording_id), ("tagged", None));
    assert_eq!(shelf.questions(NOW), [1, 0], "it is asked anew");
}

#[test]
fn nothing_is_asked_twice_and_nothing_moves_that_nobody_sees() {
    let shelf = known();
    shelf.enrich();
    shelf.double.asked();
    let mark = shelf.mark();
    assert_eq!(shelf.enrich().questions, 0);
    assert_eq!((shelf.double.asked().len(), shelf.mark()), (0, mark));
    let (file, track) = read(2, record("Blue Hour"));
    shelf.import(ImportChange::Add { file, track });
    assert_eq!((shelf.enrich().enriched, shelf.double.asked().len()), (1, 0), "the answer is known");
}

#[test]
fn what_nobody_knows_is_asked_again_after_a_month() {
    let shelf = Shelf::with(&[record("Blue Hour")]);
    shelf.double.reply(SEARCH, [search("Something else")]);
    let mark = shelf.mark();
    assert_eq!(shelf.enrich().unknown, 1);
    assert_eq!((shelf.track(1).status.as_str(), shelf.mark()), ("tagged", mark));
    assert_eq!(shelf.double.paths(), [SEARCH]);
    let later = |days| EnrichJob { now: NOW + days * DAY, ..shelf.job() };
    assert_eq!(enrich(&later(29), &Watch::new(9)).unwrap().questions, 0);
    shelf.double.reply(SEARCH, [search("Blue Hour")]);
    assert_eq!(enrich(&later(31), &Watch::new(9)).unwrap().enriched, 1);
}

#[test]
fn a_tagged_recording_is_looked_up_by_its_id() {
    let tagged = TrackRecord { musicbrainz_recording_id: Some(RECORDING.to_owned()), ..record("Another spelling") };
    let shelf = Shelf::with(&[tagged]);
    shelf.double.reply(&lookup_path(), [lookup()]);
    assert_eq!(shelf.enrich().enriched, 1);
    let asked = shelf.double.asked();
    assert_eq!(asked[0].path, lookup_path());
    assert!(asked[0].query.contains("inc=artist-credits+releases+release-groups+isrcs+genres&fmt=json"));
}

#[test]
fn a_server_that_is_busy_is_asked_again_when_it_wishes() {
    let shelf = known();
    shelf.double.reply(SEARCH, [Reply::status(503).with("retry-after", "40"), Reply::status(429), search("Blue Hour")]);
    assert_eq!(shelf.enrich().enriched, 1);
    let at: Vec<u64> = shelf.double.asked().iter().take(3).map(|one| one.at.as_secs()).collect();
    assert!(at[1] >= at[0] + 40 && at[2] >= at[1] + 4, "{at:?}");
}

#[test]
fn a_server_that_is_away_ends_its_part_alone_and_the_rest_is_asked_later() {
    let shelf = Shelf::with(&[
        record("Blue Hour"),
        TrackRecord {
            album: AlbumTags { musicbrainz_id: Some(RELEASE.to_owned()), ..record("x").album },
            ..record("Red Hour")
        },
    ]);
    shelf.double.reply(SEARCH, [Reply::status(503)]);
    shelf.double.reply(&cover_path(), [Reply::of(png())]);
    let report = shelf.enrich();
    assert_eq!((report.enriched, report.covers, report.absent.len()), (0, 1, 1));
    assert!(report.outcome().contains("answers 503"), "{}", report.outcome());
    assert_eq!(shelf.questions(NOW), [2, 0]);
}

#[test]
fn answers_that_are_no_answers_fail_alone() {
    let shelf = Shelf::with(&[record("Blue Hour"), record("Red Hour"), record("Grey Hour"), record("Blue Hour ")]);
    let too_much = vec![b' '; usize::try_from(musicbrainz::MAX_ANSWER_BYTES).unwrap() + 1];
    let replies = [Reply::of("<html>"), Reply::of(too_much), Reply::status(400), search("Blue Hour ")];
    shelf.double.reply(SEARCH, replies);
    shelf.double.reply(&lookup_path(), [lookup()]);
    shelf.double.reply(&cover_path(), [Reply::of("no picture")]);
    let report = shelf.enrich();
    assert_eq!((report.enriched, report.covers, report.absent.len()), (1, 0, 0));
    let reasons: Vec<&str> = report.failures.iter().map(|(_, reason)| reason.as_str()).collect();
    let wanted = ["not understood", "larger than", "answers 400", "not a picture"];
    assert!(
        reasons.len() == 4 && reasons.iter().zip(wanted).all(|(reason, word)| reason.contains(word)),
        "{reasons:?}"
    );
    assert_eq!(shelf.questions(NOW + DAY + 1), [3, 1]);
}

#[test]
fn a_redirect_into_the_owners_network_is_not_followed() {
    let shelf = known();
    let inside = Double::start(&shelf.clock);
    inside.reply("/image", [Reply::of(png())]);
    let named = format!("http://localhost:{}/image", inside.address.port());
    for place in [format!("http://{}/image", inside.address), named, "file:///etc/passwd".to_owned()] {
        shelf.library.write(|tx| tx.execute("DELETE FROM album_enrichments", []).map_err(LibraryError::from)).unwrap();
        shelf.double.reply(&cover_path(), [Reply::to(&place)]);
        let report = shelf.enrich();
        let failed = report.failures.first().map(|(_, reason)| reason.as_str()).unwrap_or_default();
        assert!(failed.contains("not in the public internet"), "{place}: {report:?}");
    }
    shelf.double.reply(&cover_path(), [Reply::to(&format!("http://{}{}", shelf.double.address, cover_path()))]);
    shelf.library.write(|tx| tx.execute("DELETE FROM album_enrichments", []).map_err(LibraryError::from)).unwrap();
    shelf.enrich();
    assert!(inside.asked().is_empty());
}

#[test]
fn a_run_that_is_stopped_or_pauses_goes_on_with_the_next() {
    let shelf = Shelf::with(&[record("One"), record("Two"), record("Three")]);
    let watch = Watch::new(1);
    let stopped = enrich(&shelf.job(), &watch).unwrap();
    assert_eq!((stopped.ended, stopped.unknown, watch.planned.load(Ordering::Relaxed)), (Ended::Cancelled, 1, 3));
    let slice = EnrichJob { slice: Some(Duration::from_secs(1)), ..shelf.job() };
    let paused = enrich(&slice, &Watch::new(9)).unwrap();
    assert_eq!((paused.ended, paused.unknown), (Ended::Paused, 1));
    assert_eq!(shelf.enrich().unknown, 1);
    assert_eq!(shelf.double.asked().len(), 3, "each once");
}

#[test]
fn one_enrichment_at_a_time() {
    let shelf = known();
    let held = lock(&shelf.library).unwrap();
    assert!(matches!(enrich(&shelf.job(), &Watch::new(9)), Err(EnrichFailure::Busy)));
    drop(held);
    assert_eq!(shelf.enrich().enriched, 1);
}

#[test]
fn a_release_says_whose_album_it_is_and_who_released_it() {
    let mut guest = record("Red Hour");
    (guest.artist, guest.artists) = (Some("A Guest".to_owned()), vec![ArtistName::from("A Guest")]);
    let mut records = [record("Blue Hour"), guest];
    for record in &mut records {
        record.album.musicbrainz_id = Some(RELEASE.to_owned());
    }
    let shelf = Shelf::with(&records);
    let album =
        || shelf.text("SELECT artist || ' on ' || coalesce(replace(labels, x'1f', '/'), '') FROM albums").unwrap();
    assert_eq!(album(), "Various Artists on ", "a guess");
    let answer = format!(
        r#"{{"id":"{RELEASE}","title":"First Light","artist-credit":[{{"name":"The Band","joinphrase":"",
        "artist":{{"id":"{ARTIST}","name":"The Band"}}}}],"label-info":[{{"catalog-number":"SM 1","label":{{"id":"x","name":"Small"}}}},
        {{"catalog-number":"L 2","label":{{"id":"y","name":"Large"}}}},{{"catalog-number":null,"label":null}}]}}"#
    );
    shelf.double.reply(&release_path(), [Reply::of(answer)]);
    assert_eq!(shelf.enrich().failures.len(), 0);
    assert_eq!(album(), "The Band on Small/Large");
    let asked = shelf.double.asked();
    let releases = asked.iter().filter(|one| one.path == release_path()).collect::<Vec<_>>();
    assert!(releases.len() == 1 && releases[0].query == "inc=artist-credits+labels&fmt=json", "once, for both tracks");
    shelf.read_again(1, records[0].clone());
    assert_eq!(album(), "The Band on Small/Large", "it outlasts a rescan");
    let mut tagged = records[0].clone();
    tagged.album.labels = vec!["Tagged".to_owned()];
    tagged.album.artists = vec![ArtistName::from("Tagged")];
    shelf.read_again(1, tagged);
    assert_eq!(album(), "Tagged on Tagged");
}
