//! What a crash leaves, and who may use the folder.

use std::collections::BTreeSet;

use super::*;

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("the folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

fn live(file: &str) -> Live {
    let text = r#"{"snapshot_id":"x","generated_at":"2026-01-02T03:04:05Z","schema_version":1,"playlist_count":0,
        "track_count":0,"file_count":0,"cover_count":0,"format":1,"sequence":1,"min_reader_version":1,"album_count":0,
        "artist_count":0,"database":{"sha256":"SHA","size_bytes":1,"key":"catalog_read.db","stored_bytes":1}}"#;
    let text = text.replace("SHA", Sha256Hex::of(b"").as_str());
    Live { file: file.to_owned(), manifest: serde_json::from_str(&text).expect("a manifest") }
}

#[test]
fn what_a_crash_left_is_removed_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["download-abc", "snapshot-old-x.db", "snapshot-live-y.db", "notes.txt", "state.json"] {
        fs::write(folder.path().join(name), "x").expect("written");
    }
    let cache = CacheDir::open(folder.path()).expect("the cache");
    cache.tidy(Some(&live("snapshot-live-y.db"))).expect("tidied");
    let left = ["lock", "notes.txt", "snapshot-live-y.db", "state.json"].map(str::to_owned);
    assert_eq!(names(folder.path()), BTreeSet::from(left));
}

#[test]
fn two_edges_cannot_share_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = CacheDir::open(folder.path()).expect("the cache");
    let error = CacheDir::open(folder.path()).err().expect("must be refused").to_string();
    assert!(error.contains("another public-edge") && error.contains("cache_dir"), "{error}");
    drop(first);
    assert!(CacheDir::open(folder.path()).is_ok());
}

#[test]
fn a_retired_database_goes_with_its_last_user() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = CacheDir::open(folder.path()).expect("the cache");
    let download = cache.create_download().expect("a file");
    let database = cache.keep(download, &Sha256Hex::of(b"")).expect("kept");
    let path = database.path.clone();
    let one = std::sync::Arc::new(database);
    let reader = std::sync::Arc::clone(&one);
    one.retire();
    drop(one);
    assert!(path.exists(), "a reader still has it");
    drop(reader);
    drop(cache);
    assert!(!path.exists());
}

#[test]
fn a_live_database_outlasts_the_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = CacheDir::open(folder.path()).expect("the cache");
    let database = cache.keep(cache.create_download().expect("a file"), &Sha256Hex::of(b"")).expect("kept");
    let live = live(&database.name);
    cache.store(&State { live: Some(live.clone()), ..State::default() }).expect("stored");
    drop((database, cache));
    let cache = CacheDir::open(folder.path()).expect("the cache");
    assert_eq!(cache.load().live.expect("remembered").file, live.file);
    assert!(cache.find(&live).is_some());
}

#[test]
fn a_name_in_the_state_cannot_leave_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = CacheDir::open(folder.path()).expect("the cache");
    for name in ["../snapshot-x.db", "/etc/passwd", "snapshot-/../../x.db", "state.json"] {
        assert!(cache.find(&live(name)).is_none(), "{name}");
    }
    fs::write(folder.path().join(STATE), "{ not json").expect("written");
    assert!(cache.load().live.is_none());
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "").expect("written");
    let error = CacheDir::open(&file.join("edge")).err().expect("must fail").to_string();
    assert!(error.contains("file/edge") && error.contains("snapshot.cache_dir"), "{error}");
}
