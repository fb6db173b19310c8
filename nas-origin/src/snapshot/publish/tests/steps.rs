//! What a publish does when the store behaves.

use jiff::ToSpan;
use snapshot_format::{Sha256Hex, keys};

use super::catalog::{Catalog, days_later, live, now};
use crate::library::publications;
use crate::snapshot::publish::{PublishError, PublishJob, PublishLock, publish_to};
use crate::snapshot::store::recording::Recording;

fn puts(store: &Recording) -> Vec<String> {
    let calls = store.take_calls().into_iter();
    calls.filter_map(|call| Some(call.strip_prefix("put ")?.split('/').next()?.to_owned())).collect()
}

#[test]
fn the_pointer_moves_last() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    let outcome = catalog.publish(&store.open()).expect("published");
    assert_eq!(puts(&store), ["blobs", "history", "manifest.json"]);
    assert!(outcome.is_changed);
    assert_eq!(outcome.manifest, live(&store));
}

#[test]
fn the_manifest_says_what_is_there() {
    let (mut catalog, store) = (Catalog::with_tracks(3), Recording::default());
    catalog.config.public_base_url = Some("https://cdn.example/music/".parse().expect("a URL"));
    catalog.publish(&store.open()).expect("published");
    let manifest = live(&store);
    assert_eq!((manifest.sequence, manifest.track_count, manifest.file_count), (1, 3, 3));
    assert_eq!(manifest.min_reader_version, 1);
    assert_eq!(manifest.generated_at, now());
    assert_eq!(manifest.expires_at, Some(now().checked_add(240.hours()).expect("a time")));
    assert_eq!(manifest.public_base_url.as_deref(), Some("https://cdn.example/music"));
    assert_eq!(manifest.publisher_id.as_ref().map(String::len), Some(32));
    let blob = store.object(&manifest.database.key).expect("a blob");
    assert_eq!(blob.len() as u64, manifest.database.stored_bytes);
    let plain = zstd::decode_all(&*blob).expect("zstd");
    assert_eq!(plain.len() as u64, manifest.database.size_bytes);
    assert_eq!(Sha256Hex::of(&plain), manifest.database.sha256);
    let history = keys::history(1, &manifest.snapshot_id);
    assert_eq!(store.object(&history), store.object("manifest.json"), "the very bytes");
}

#[test]
fn an_unchanged_catalog_writes_nothing() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    let first = catalog.publish(&store.open()).expect("published");
    let before = store.object("manifest.json");
    store.take_calls();
    let second = catalog.publish(&store.open()).expect("unchanged");
    assert!(!second.is_changed && second.uploaded_bytes == 0);
    assert_eq!(second.manifest, first.manifest);
    assert!(puts(&store).is_empty());
    assert_eq!(store.object("manifest.json"), before);
}

#[test]
fn a_changed_catalog_gets_the_next_sequence_and_keeps_the_old_objects() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    catalog.publish(&store.open()).expect("published");
    let before = store.keys();
    catalog.add_tracks(4..=5);
    catalog.publish(&store.open()).expect("published");
    let manifest = live(&store);
    assert_eq!((manifest.sequence, manifest.track_count), (2, 5));
    assert!(before.iter().all(|key| store.keys().contains(key)));
}

#[test]
fn half_of_a_life_renews_the_manifest_alone() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    let first = catalog.publish(&store.open()).expect("published");
    store.take_calls();
    let outcome = publish_to(&store.open(), &catalog.job(), days_later(5)).expect("renewed");
    assert!(!outcome.is_changed);
    assert_eq!(puts(&store), ["history", "manifest.json"]);
    assert_eq!(live(&store).sequence, 2);
    assert_eq!(live(&store).database, first.manifest.database);
    assert_eq!(live(&store).generated_at, days_later(5));
}

#[test]
fn a_lost_disk_is_not_published_without_force() {
    let (catalog, store) = (Catalog::with_tracks(10), Recording::default());
    catalog.publish(&store.open()).expect("published");
    catalog.write("UPDATE tracks SET missing_since = 1 WHERE track_id > 7");
    let error = catalog.publish(&store.open()).map(|_| ()).expect_err("refused");
    let words = error.to_string();
    assert!(words.contains("tracks fell from 10 to 7") && words.contains("--force"), "{words}");
    assert_eq!(live(&store).sequence, 1);
    let forced = PublishJob { force: true, ..catalog.job() };
    publish_to(&store.open(), &forced, now()).expect("published");
    assert_eq!(live(&store).track_count, 7);
}

#[test]
fn another_catalogs_store_is_taken_over_only_on_request() {
    let (ours, theirs, store) = (Catalog::with_tracks(3), Catalog::with_tracks(3), Recording::default());
    theirs.publish(&store.open()).expect("published");
    let error = ours.publish(&store.open()).map(|_| ()).expect_err("refused");
    assert!(matches!(error, PublishError::Foreign { publisher_id: Some(_) }), "{error}");
    let takeover = PublishJob { takeover: true, ..ours.job() };
    let outcome = publish_to(&store.open(), &takeover, now()).expect("taken over");
    assert_eq!(outcome.manifest.sequence, 2);
    assert!(matches!(theirs.publish(&store.open()), Err(PublishError::Foreign { .. })));
}

#[test]
fn a_manifest_of_a_later_version_is_never_replaced() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    catalog.publish(&store.open()).expect("published");
    let text = String::from_utf8(store.object("manifest.json").expect("a manifest").to_vec()).expect("text");
    store.replace_object("manifest.json", text.replace("\"format\": 1", "\"format\": 2").into());
    let takeover = PublishJob { takeover: true, force: true, ..catalog.job() };
    let error = publish_to(&store.open(), &takeover, now()).map(|_| ()).expect_err("refused");
    assert!(matches!(error, PublishError::NewerManifest(_)), "{error}");
}

#[test]
fn a_damaged_manifest_is_replaced_only_on_request_and_the_history_tells_the_sequence() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    catalog.publish(&store.open()).expect("published");
    catalog.add_tracks(4..=4);
    catalog.publish(&store.open()).expect("published");
    store.replace_object("manifest.json", "{".into());
    let error = catalog.publish(&store.open()).map(|_| ()).expect_err("refused");
    assert!(matches!(error, PublishError::DamagedManifest(_)), "{error}");
    let takeover = PublishJob { takeover: true, ..catalog.job() };
    publish_to(&store.open(), &takeover, now()).expect("taken over");
    assert_eq!(live(&store).sequence, 3);
}

#[test]
fn a_lost_manifest_does_not_send_edges_back() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    catalog.publish(&store.open()).expect("published");
    store.remove_object("manifest.json");
    catalog.publish(&store.open()).expect("published");
    assert_eq!(live(&store).sequence, 2);
}

#[test]
fn a_manifest_without_its_database_is_repaired() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    let first = catalog.publish(&store.open()).expect("published");
    store.remove_object(&first.manifest.database.key);
    let second = catalog.publish(&store.open()).expect("repaired");
    assert!(second.is_changed && second.manifest.sequence == 2);
    assert!(store.object(&second.manifest.database.key).is_some());
}

#[test]
fn what_a_killed_run_left_in_the_history_is_not_replaced() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    catalog.publish(&store.open()).expect("published");
    let first = store.object("manifest.json").expect("a manifest");
    catalog.add_tracks(4..=4);
    let killed = catalog.publish(&store.open()).expect("published").manifest;
    let orphan = keys::history(2, &killed.snapshot_id);
    let orphan_bytes = store.object(&orphan);
    store.replace_object("manifest.json", first);
    publish_to(&store.open(), &catalog.job(), days_later(1)).expect("published");
    assert_eq!(live(&store).sequence, 3);
    assert_eq!(store.object(&orphan), orphan_bytes);
    let history = keys::history(3, &killed.snapshot_id);
    assert_eq!(store.object(&history), store.object("manifest.json"));
}

#[test]
fn a_run_that_was_killed_before_the_record_is_recorded_by_the_next() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    let first = catalog.publish(&store.open()).expect("published");
    catalog.write("DELETE FROM publications; DELETE FROM publication_objects;");
    let open = store.open();
    catalog.publish(&open).expect("unchanged");
    let database = &first.manifest.database;
    let is_recorded =
        catalog.library.read(|connection| publications::is_recorded(connection, open.name(), 1, &database.sha256));
    assert!(is_recorded.expect("an answer"));
    let named = catalog.library.read(|connection| publications::list_live_objects(connection, open.name()));
    assert!(named.expect("keys").contains(&database.key));
}

#[test]
fn a_store_that_ignores_conditions_is_looked_at_before_and_after() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    catalog.publish(&store.open_alone()).expect("published");
    let calls = store.take_calls();
    let manifest: Vec<&str> = calls.iter().map(String::as_str).filter(|call| call.ends_with("manifest.json")).collect();
    assert_eq!(manifest, ["get manifest.json", "get manifest.json", "put manifest.json", "get manifest.json"]);
    assert_eq!(live(&store).sequence, 1);
}

#[test]
fn nothing_stays_in_the_work_folder() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    let work = catalog.folder.path().join("work");
    std::fs::create_dir_all(work.join("killed")).expect("a folder");
    std::fs::write(work.join("killed/catalog_read.db"), "…").expect("a file");
    let _lock = PublishLock::acquire(catalog.folder.path()).expect("the lock, as every publish takes it first");
    catalog.publish(&store.open()).expect("published");
    assert_eq!(std::fs::read_dir(work).expect("the folder").count(), 0);
}
