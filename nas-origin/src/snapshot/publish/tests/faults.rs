//! What a publish does when the store doesn't behave (P8): the old snapshot is live, or the new one, whole.

use catalog_core::publish::MAX_COMMIT_RETRIES;
use snapshot_format::Manifest;

use super::catalog::{Catalog, live, now};
use crate::snapshot::publish::PublishError;
use crate::snapshot::store::recording::{Fault, Recording};

/// A store with one snapshot, and a catalog that changed since.
fn changed() -> (Catalog, Recording) {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    catalog.publish(&store.open()).expect("published");
    catalog.add_tracks(4..=4);
    store.take_calls();
    (catalog, store)
}

fn refused(catalog: &Catalog, store: &Recording) -> PublishError {
    let error = catalog.publish(&store.open()).map(|_| ()).expect_err("must fail");
    let manifest = live(store);
    assert!(store.object(&manifest.database.key).is_some(), "what is live is whole");
    error
}

fn manifest_puts(store: &Recording) -> usize {
    store.take_calls().iter().filter(|call| *call == "put manifest.json").count()
}

#[test]
fn a_lost_reply_is_read_back() {
    let (catalog, store) = changed();
    store.break_calls("put manifest.json", Fault::LoseReply, 1);
    let outcome = catalog.publish(&store.open()).expect("published");
    assert_eq!(outcome.manifest, live(&store));
    assert_eq!(manifest_puts(&store), 1);
}

#[test]
fn a_write_that_never_arrived_is_repeated() {
    let (catalog, store) = changed();
    store.break_calls("put manifest.json", Fault::Fail, 2);
    catalog.publish(&store.open()).expect("published");
    assert_eq!(live(&store).sequence, 2);
    assert_eq!(manifest_puts(&store), 3);
}

#[test]
fn a_condition_that_fails_for_ever_ends() {
    let (catalog, store) = changed();
    store.break_calls("put manifest.json", Fault::SayChanged, usize::MAX);
    let error = refused(&catalog, &store);
    assert!(matches!(error, PublishError::GaveUp { retries: MAX_COMMIT_RETRIES, .. }), "{error}");
    assert_eq!(live(&store).sequence, 1);
}

#[test]
fn what_the_store_forbids_is_not_repeated() {
    let (catalog, store) = changed();
    store.break_calls("put manifest.json", Fault::Forbid, usize::MAX);
    let words = refused(&catalog, &store).to_string();
    assert!(words.contains("manifest.json") && words.contains("allow this user"), "{words}");
    assert_eq!(manifest_puts(&store), 1);
}

#[test]
fn a_faster_publisher_wins_and_keeps_all() {
    let (catalog, store) = changed();
    let theirs = Manifest { sequence: 9, ..live(&store) };
    let bytes = theirs.to_bytes().expect("bytes");
    store.break_calls("put manifest.json", Fault::Overtake(bytes.into()), 1);
    let error = refused(&catalog, &store);
    assert!(matches!(error, PublishError::Lost) && error.is_temporary(), "{error}");
    assert_eq!(live(&store), theirs);
    assert!(!store.take_calls().iter().any(|call| call.starts_with("delete")));
    catalog.publish(&store.open()).expect("the next run starts from theirs");
    assert_eq!(live(&store).sequence, 10);
}

#[test]
fn damaged_answers_are_not_believed() {
    for fault in [Fault::Shorten, Fault::Garble] {
        let (catalog, store) = changed();
        store.break_calls("get manifest.json", fault, 1);
        let error = refused(&catalog, &store);
        assert!(matches!(error, PublishError::Store(_) | PublishError::DamagedManifest(_)), "{error}");
        assert_eq!(manifest_puts(&store), 0);
    }
}

#[test]
fn a_read_back_that_fails_says_that_it_is_unclear() {
    let (catalog, store) = changed();
    store.break_calls("put manifest.json", Fault::LoseReply, 1);
    store.break_later_calls("get manifest.json", 1, Fault::Shorten, 1);
    let error = refused(&catalog, &store);
    assert!(matches!(error, PublishError::Unclear { sequence: 2, .. }), "{error}");
    let next = catalog.publish(&store.open()).expect("the next run finds out");
    assert!(!next.is_changed && next.manifest.sequence == 2);
}

#[test]
fn whatever_fails_on_the_way_leaves_the_old_snapshot() {
    for call in ["get manifest.json", "head blobs", "put blobs", "put history"] {
        let (catalog, store) = changed();
        let before = store.object("manifest.json");
        store.break_calls(call, Fault::Fail, usize::MAX);
        let error = catalog.publish(&store.open()).map(|_| ()).expect_err(call);
        assert!(error.to_string().contains("memory://test"), "{error}");
        assert_eq!(store.object("manifest.json"), before, "{call}");
    }
}

#[test]
fn a_create_whose_reply_was_lost_is_ours() {
    let (catalog, store) = changed();
    // The client sends it again, as `object_store` does, and is told that it exists.
    store.break_calls("put history", Fault::LoseReply, 1);
    catalog.publish(&store.open()).map(|_| ()).expect_err("the first run ends");
    store.take_calls();
    let outcome = super::super::publish_to(&store.open(), &catalog.job(), now()).expect("published");
    assert_eq!(outcome.manifest.sequence, 2, "the same moment makes the same bytes");
}
