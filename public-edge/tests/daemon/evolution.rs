//! An edge meets snapshots of earlier and later releases (docs/snapshot-format.md, "Versions").

use snapshot_format::read_schema::{READER_VERSION, SCHEMA_VERSION};
use snapshot_format::signature::{SigningKey, sign};

use crate::support::{Publisher, TestEdge};

/// What a later release of this schema version may add.
const ADDED: &str = "ALTER TABLE catalog_tracks ADD COLUMN mood TEXT;
    UPDATE catalog_tracks SET mood = 'calm';
    CREATE TABLE catalog_moods (mood TEXT PRIMARY KEY, song_count INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO catalog_moods VALUES ('calm', 1);
    CREATE INDEX catalog_tracks_by_mood ON catalog_tracks (mood);
    ANALYZE;";

/// Adds fields of a later release to the manifest, here and there.
fn with_later_fields(publisher: &Publisher) {
    let path = publisher.object("manifest.json");
    let text = std::fs::read_to_string(path).expect("the manifest");
    let text = text.replacen('{', "{\"mood_count\":1,\"later\":{\"a\":[1,{\"b\":null}]},", 1);
    publisher.write_manifest(text.replace("\"database\":{", "\"database\":{\"sectors\":7,").as_bytes());
}

#[tokio::test]
async fn a_snapshot_of_a_later_release_is_read_signed_or_not() {
    let (publisher, cache, key) =
        (Publisher::new(), tempfile::tempdir().expect("a folder"), SigningKey::from_seed(&[1; 32]));
    publisher.publish_with(1, "later", ADDED, |manifest| sign(manifest, &key));
    with_later_fields(&publisher);
    let mut edge = TestEdge::open(&[&publisher.url()], cache.path());
    edge.refresh().await.expect("what was added is passed over");
    assert_eq!(edge.track_name().await, "later");
    let cache = tempfile::tempdir().expect("a folder");
    let mut edge = TestEdge::trusting(&[&key], &[&publisher.url()], cache.path());
    edge.refresh().await.expect("fields that are not in the signed text may be added");
    assert_eq!(edge.track_name().await, "later");
}

/// What is offered is refused with advice, and what was served goes on.
async fn refused(publish: impl FnOnce(&Publisher), words: &str) {
    let (publisher, cache) = (Publisher::new(), tempfile::tempdir().expect("a folder"));
    publisher.publish(1, "known");
    let mut edge = TestEdge::open(&[&publisher.url()], cache.path());
    edge.refresh().await.expect("fetched");
    publish(&publisher);
    let refusal = edge.refusal().await;
    assert!(refusal.contains(words) && refusal.contains("update it"), "{refusal}");
    assert_eq!(edge.track_name().await, "known");
}

#[tokio::test]
async fn a_later_reader_that_is_needed_is_asked_for() {
    let words = format!("needs reader version {}", READER_VERSION + 1);
    refused(|p| drop(p.publish_with(2, "later", "", |m| m.min_reader_version = READER_VERSION + 1)), &words).await;
}

#[tokio::test]
async fn a_later_schema_version_is_refused_with_advice() {
    let words = format!("schema version {}", SCHEMA_VERSION + 1);
    refused(|p| drop(p.publish_with(2, "later", "", |m| m.schema_version = SCHEMA_VERSION + 1)), &words).await;
}

#[tokio::test]
async fn a_later_format_is_recognised_whatever_else_it_says() {
    let later = br#"{"format": 2, "databases": [{"blake3": "..."}], "sequence": "2"}"#;
    refused(|publisher| publisher.write_manifest(later), "format 2").await;
}

#[tokio::test]
async fn a_strangers_advice_to_update_is_not_passed_on() {
    let (publisher, cache, key) =
        (Publisher::new(), tempfile::tempdir().expect("a folder"), SigningKey::from_seed(&[1; 32]));
    publisher.publish_with(1, "later", "", |manifest| manifest.min_reader_version = 99);
    let mut edge = TestEdge::trusting(&[&key], &[&publisher.url()], cache.path());
    assert!(edge.refusal().await.contains("not signed"), "who signed comes before what is asked for");
}
