//! Refreshing from real stores: what is taken, what is refused, and that what was served goes on being served.

use std::fs;
use std::os::unix::fs::FileExt;

use crate::support::{Fault, Publisher, TestEdge, WebStore, settle};
use public_edge::snapshot::{Outcome, RefreshError, Remedy};
use snapshot_format::Manifest;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

#[tokio::test]
async fn new_databases_are_taken_and_old_ones_go() {
    let (publisher, cache) = (Publisher::new(), folder());
    let mut edge = TestEdge::open(&[&publisher.url()], cache.path());
    publisher.publish(1, "first");
    assert_eq!(edge.refresh().await.expect("fetched"), Outcome::Replaced);
    assert_eq!(edge.refresh().await.expect("asked"), Outcome::Unchanged);
    let begun = edge.view();
    publisher.publish(2, "second");
    assert_eq!(edge.refresh().await.expect("fetched"), Outcome::Replaced);
    assert_eq!(edge.track_name().await, "second");
    let databases = || {
        fs::read_dir(cache.path())
            .expect("the cache")
            .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.file_name().to_string_lossy().ends_with(".db")))
    };
    assert_eq!(databases().count(), 2, "a request has the first one");
    assert_eq!(crate::support::track_name(&begun).await.expect("an answer"), "first");
    drop(begun);
    settle(|| databases().count() == 1).await;
}

#[tokio::test]
async fn the_same_database_under_a_new_sequence_is_not_fetched_again() {
    let publisher = Publisher::new();
    let web = WebStore::start(publisher.path()).await;
    let cache = folder();
    let mut edge = TestEdge::open(&[&web.url()], cache.path());
    publisher.publish(1, "same");
    edge.refresh().await.expect("fetched");
    publisher.publish(2, "same");
    assert_eq!(edge.refresh().await.expect("asked"), Outcome::Renewed);
    assert_eq!(edge.view().generation().manifest.sequence, 2);
    assert_eq!(edge.refresh().await.expect("asked"), Outcome::Unchanged);
    assert_eq!(web.requests("blobs/").len(), 1);
    let statuses: Vec<u16> = web.requests("manifest").into_iter().map(|(_, status)| status).collect();
    assert_eq!(statuses, [200, 200, 304]);
}

#[tokio::test]
async fn an_exported_pair_is_served_too() {
    let (publisher, cache) = (Publisher::new(), folder());
    publisher.export(1, "plain");
    let mut edge = TestEdge::open(&[&publisher.url()], cache.path());
    edge.refresh().await.expect("fetched");
    assert_eq!(edge.track_name().await, "plain");
    publisher.export(1, "of another folder");
    assert!(edge.refusal().await.contains("--reset-trust"));
    edge.refresher.reset_trust().expect("forgotten");
    publisher.export(2, "next");
    edge.refresh().await.expect("fetched");
    assert_eq!(edge.track_name().await, "next");
}

#[tokio::test]
async fn a_broken_download_goes_on_where_it_stopped() {
    let (publisher, cache) = (Publisher::new(), folder());
    let web = WebStore::start(publisher.path()).await;
    publisher.publish(1, "whole");
    web.break_with(Fault::CutOnce(500));
    let mut edge = TestEdge::open(&[&web.url()], cache.path());
    assert_eq!(edge.refresh().await.expect("fetched"), Outcome::Replaced);
    assert_eq!(edge.track_name().await, "whole");
    let requests = web.requests("blobs/");
    assert_eq!(requests.len(), 2, "{requests:?}");
    assert!(requests[1].0.as_ref().is_some_and(|range| range.starts_with("bytes=500")), "{requests:?}");
}

/// What is published, and the words that it must be refused with.
type Damage = (&'static str, fn(&Publisher), &'static str);

const DAMAGES: [Damage; 17] = [
    ("a flipped bit", |p| flip(&p.publish(2, "next"), p), ""),
    ("half an object", |p| cut_object(&p.publish(2, "next"), p), "unpacks to"),
    ("another database under the name", |p| swap_object(&p.publish(2, "next"), p), "sha256"),
    ("no zstd", |p| garble(&p.publish(2, "next"), p), "unpacked"),
    ("a bomb", |p| bytes(p, &vec![0; 30_000_000], |m| m.database.size_bytes = 4096), "more than the 4096"),
    ("a larger object than announced", |p| manifest(p, |m| m.database.stored_bytes = 9), "the manifest says 9"),
    ("beyond the owner's limit", |p| manifest(p, |m| m.database.size_bytes = 1 << 40), "max_database_bytes"),
    ("WAL mode", |p| bytes(p, &wal(), |_| ()), "WAL"),
    ("no database", |p| bytes(p, &[7; 8192], |_| ()), "not an SQLite database"),
    ("a trigger", |p| sql(p, TRIGGER), "trigger `t`"),
    ("a view", |p| sql(p, "CREATE VIEW v AS SELECT 1;"), "view `v`"),
    ("a missing table", |p| sql(p, "DROP TABLE catalog_lyrics;"), "lacks the table"),
    ("a wrong count", |p| sql(p, ANOTHER_TRACK), "2 tracks where the manifest says 1"),
    ("an older sequence", |p| drop(p.publish(0, "older")), "older snapshot was brought back"),
    ("an unknown format", |p| manifest(p, |m| m.format = 9), "format 9"),
    ("garbage", |p| p.write_manifest(b"<html>not found</html>"), "not valid JSON"),
    ("a foreign key", |p| manifest(p, |m| "../secret".clone_into(&mut m.database.key)), "not one of this layout"),
];

/// Those that a broken line could have made.
const DAMAGED_BYTES: [&str; 5] =
    ["a flipped bit", "half an object", "another database under the name", "no zstd", "a bomb"];

const TRIGGER: &str = "CREATE TRIGGER t AFTER INSERT ON catalog_tracks BEGIN SELECT 1; END;";
const ANOTHER_TRACK: &str =
    "INSERT INTO catalog_tracks (song_id, platform, remote_song_id, name, album_position, play_count, added_at)
         VALUES (2, 'local', '2', 'two', 0, 0, 0);";

fn sql(publisher: &Publisher, sql: &str) {
    publisher.publish_with(2, "next", sql, |_| ());
}

fn manifest(publisher: &Publisher, change: fn(&mut Manifest)) {
    publisher.publish_with(2, "next", "", change);
}

fn bytes(publisher: &Publisher, plain: &[u8], change: fn(&mut Manifest)) {
    publisher.publish_bytes(2, plain, change);
}

fn flip(manifest: &Manifest, publisher: &Publisher) {
    let path = publisher.object(&manifest.database.key);
    let mut bytes = fs::read(&path).expect("the object");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).expect("written");
}

fn cut_object(manifest: &Manifest, publisher: &Publisher) {
    let path = publisher.object(&manifest.database.key);
    let bytes = fs::read(&path).expect("the object");
    fs::write(path, &bytes[..bytes.len() / 2]).expect("written");
}

fn garble(manifest: &Manifest, publisher: &Publisher) {
    fs::write(publisher.object(&manifest.database.key), b"not a frame").expect("written");
}

fn swap_object(manifest: &Manifest, publisher: &Publisher) {
    let other = folder();
    let path = other.path().join("other.db");
    crate::support::database(&path, "evil", "");
    let packed = zstd::encode_all(&fs::read(path).expect("it")[..], 19).expect("packed");
    fs::write(publisher.object(&manifest.database.key), packed).expect("written");
}

fn wal() -> Vec<u8> {
    let folder = folder();
    let path = folder.path().join("wal.db");
    crate::support::database(&path, "wal", "PRAGMA journal_mode = wal;");
    fs::read(path).expect("the database")
}

#[tokio::test]
async fn what_does_not_verify_is_refused_and_what_is_served_stays() {
    for (what, damage, words) in DAMAGES {
        let (publisher, cache) = (Publisher::new(), folder());
        let web = WebStore::start(publisher.path()).await;
        let mut edge = TestEdge::open(&[&web.url()], cache.path());
        publisher.publish(1, "good");
        edge.refresh().await.expect("fetched");
        damage(&publisher);
        let refusal = edge.refusal().await;
        assert!(refusal.contains(words), "{what}: {refusal}");
        // What may have been damaged on its way is fetched three times in all.
        let mut fetches = 1;
        while !matches!(edge.refresh().await, Err(RefreshError::RefusedBefore(_))) {
            fetches += 1;
        }
        assert_eq!(fetches, if DAMAGED_BYTES.contains(&what) { 3 } else { 1 }, "{what}");
        let asked = web.requests("blobs/").len();
        assert!(matches!(edge.refresh().await, Err(RefreshError::RefusedBefore(_))), "{what}");
        assert_eq!(web.requests("blobs/").len(), asked, "{what} was fetched once more");
        assert_eq!(edge.track_name().await, "good", "{what}");
        publisher.publish(3, "repaired");
        assert_eq!(edge.refresh().await.expect(what), Outcome::Replaced, "{what}");
        assert_eq!(edge.track_name().await, "repaired", "{what}");
        // The lock, state.json and one database.
        settle(|| fs::read_dir(cache.path()).expect("the cache").count() == 3).await;
    }
}

#[tokio::test]
async fn a_database_that_was_damaged_on_its_way_is_fetched_again() {
    let (publisher, cache) = (Publisher::new(), folder());
    let web = WebStore::start(publisher.path()).await;
    publisher.publish(1, "whole");
    web.break_with(Fault::FlipOnce);
    let mut edge = TestEdge::open(&[&web.url()], cache.path());
    let error = edge.refresh().await.expect_err("damaged");
    assert_eq!(error.remedy(), Remedy::AnotherFetch, "{error:?}");
    assert_eq!(edge.refresh().await.expect("fetched"), Outcome::Replaced);
    assert_eq!(edge.track_name().await, "whole");
}

#[tokio::test]
async fn a_manifest_beyond_its_cap_is_not_read() {
    let (publisher, cache) = (Publisher::new(), folder());
    publisher.write_manifest(&vec![b' '; 70_000]);
    let mut edge = TestEdge::open(&[&publisher.url()], cache.path());
    assert!(edge.refusal().await.contains("65536 are allowed"));
}

#[tokio::test]
async fn no_room_is_told_before_anything_is_fetched() {
    let (publisher, cache) = (Publisher::new(), folder());
    publisher.publish_with(1, "huge", "", |manifest| manifest.database.size_bytes = 1 << 60);
    let mut edge = TestEdge::open_with(&[&publisher.url()], cache.path(), "snapshot.max_database_bytes = '16EiB'", 1);
    let refusal = edge.refusal().await;
    assert!(refusal.contains("are free"), "{refusal}");
}

#[tokio::test]
async fn a_missing_database_is_asked_for_again() {
    let (publisher, cache) = (Publisher::new(), folder());
    let manifest = publisher.publish(1, "late");
    let blob = publisher.object(&manifest.database.key);
    let bytes = fs::read(&blob).expect("the object");
    fs::remove_file(&blob).expect("removed");
    let mut edge = TestEdge::open(&[&publisher.url()], cache.path());
    assert!(edge.refusal().await.contains("is not in the store"));
    fs::write(blob, bytes).expect("written");
    assert_eq!(edge.refresh().await.expect("fetched"), Outcome::Replaced);
}

#[tokio::test]
async fn the_last_good_snapshot_is_served_before_any_store_answers() {
    let (publisher, cache) = (Publisher::new(), folder());
    let web = WebStore::start(publisher.path()).await;
    publisher.publish(5, "kept");
    let mut edge = TestEdge::open(&[&web.url()], cache.path());
    edge.refresh().await.expect("fetched");
    drop(edge);
    web.break_with(Fault::Down);
    let mut edge = TestEdge::open(&[&web.url()], cache.path());
    assert!(edge.refresher.serve_last_good().await);
    assert_eq!(edge.track_name().await, "kept");
    assert!(edge.refresh().await.is_err());
    assert_eq!(edge.track_name().await, "kept");
    web.break_with(Fault::None);
    assert_eq!(edge.refresh().await.expect("asked"), Outcome::Unchanged);
    publisher.publish(4, "older");
    assert!(edge.refusal().await.contains("brought back"), "trust outlives the process");
}

#[tokio::test]
async fn a_damaged_cache_is_fetched_anew() {
    let (publisher, cache) = (Publisher::new(), folder());
    publisher.publish(1, "again");
    let mut edge = TestEdge::open(&[&publisher.url()], cache.path());
    edge.refresh().await.expect("fetched");
    drop(edge);
    let entries = fs::read_dir(cache.path()).expect("the cache").map(|entry| entry.expect("an entry").path());
    let database = entries.into_iter().find(|path| path.extension().is_some_and(|ext| ext == "db"));
    let file = fs::File::options().write(true).open(database.expect("a database")).expect("opened");
    file.write_all_at(b"damage", 5000).expect("written");
    let mut edge = TestEdge::open(&[&publisher.url()], cache.path());
    assert!(!edge.refresher.serve_last_good().await);
    assert_eq!(edge.refresh().await.expect("fetched"), Outcome::Replaced);
    assert_eq!(edge.track_name().await, "again");
}

#[tokio::test]
async fn the_next_store_is_asked_when_one_fails() {
    let (first, second, cache) = (Publisher::new(), Publisher::new(), folder());
    let web = WebStore::start(first.path()).await;
    web.break_with(Fault::Down);
    second.publish(3, "second");
    let mut edge = TestEdge::open(&[&web.url(), &second.url()], cache.path());
    edge.refresh().await.expect("fetched");
    assert_eq!(edge.track_name().await, "second");
    web.break_with(Fault::None);
    first.publish(4, "first");
    edge.refresh().await.expect("fetched");
    assert_eq!(edge.track_name().await, "first");
    first.write_manifest(b"garbage");
    second.publish(5, "second again");
    edge.refresh().await.expect("fetched");
    assert_eq!(edge.track_name().await, "second again");
}

#[tokio::test]
async fn a_cache_that_cannot_be_written_costs_freshness_alone() {
    let (publisher, cache) = (Publisher::new(), folder());
    publisher.publish(1, "open");
    let mut edge = TestEdge::open(&[&publisher.url()], cache.path());
    edge.refresh().await.expect("fetched");
    assert_eq!(edge.track_name().await, "open");
    publisher.publish(2, "next");
    fs::remove_dir_all(cache.path()).expect("gone");
    let error = edge.refresh().await.expect_err("nowhere to write");
    assert!(matches!(error, RefreshError::Cache(_)) && error.remedy() == Remedy::Patience, "{error:?}");
    assert_eq!(edge.track_name().await, "open", "the connection outlives the folder");
    fs::create_dir(cache.path()).expect("back");
    assert_eq!(edge.refresh().await.expect("fetched"), Outcome::Replaced);
    assert_eq!(edge.track_name().await, "next");
    assert!(cache.path().join("state.json").exists());
}
