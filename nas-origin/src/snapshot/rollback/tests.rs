use snapshot_format::{Manifest, keys};

use super::*;
use crate::snapshot::publish::publish_to;
use crate::snapshot::publish::tests::catalog::{Catalog, days_later, live, now};
use crate::snapshot::store::recording::{Fault, Recording};

/// A store with three snapshots of three, five and six tracks.
fn published() -> (Catalog, Recording, Vec<Manifest>) {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    let mut manifests = vec![catalog.publish(&store.open()).expect("published").manifest];
    for added in [4..=5, 6..=6] {
        catalog.add_tracks(added);
        manifests.push(catalog.publish(&store.open()).expect("published").manifest);
    }
    store.take_calls();
    (catalog, store, manifests)
}

fn roll_back(catalog: &Catalog, store: &Recording, id: &str) -> Result<Outcome, HistoryError> {
    pin_in(&store.open(), &catalog.job(), Some(id), now())
}

#[test]
fn an_old_snapshot_comes_back_under_a_higher_sequence() {
    let (catalog, store, manifests) = published();
    let old = &manifests[0];
    let outcome = roll_back(&catalog, &store, &old.snapshot_id).expect("rolled back");
    assert!(outcome.is_changed);
    let now_live = live(&store);
    assert_eq!(now_live, outcome.manifest);
    let expected = Manifest { sequence: 4, ..old.clone() };
    assert_eq!(now_live, expected, "the old counts, database and publisher, though it is smaller by half");
    let history = keys::history(4, &old.snapshot_id);
    assert_eq!(store.object(&history), store.object("manifest.json"), "with a history entry of its own");
    let puts: Vec<String> = store.take_calls().into_iter().filter(|call| call.starts_with("put")).collect();
    assert_eq!(puts, [format!("put {history}"), "put manifest.json".to_owned()], "nothing else is sent");
}

#[test]
fn publishing_keeps_to_it_until_it_is_unpinned() {
    let (catalog, store, manifests) = published();
    roll_back(&catalog, &store, "1").expect("rolled back");
    catalog.add_tracks(7..=8);
    let pinned = catalog.publish(&store.open()).expect("pinned");
    assert!(pinned.is_pinned && !pinned.is_changed);
    assert_eq!(pinned.manifest.snapshot_id, manifests[0].snapshot_id);
    assert_eq!(live(&store).sequence, 4, "nothing was written");

    catalog.unpin("memory://test");
    let outcome = catalog.publish(&store.open()).expect("published");
    assert!(outcome.is_changed && !outcome.is_pinned);
    assert_eq!((live(&store).sequence, live(&store).track_count), (5, 8));
}

#[test]
fn unpinning_alone_brings_the_catalog_back() {
    let (catalog, store, manifests) = published();
    roll_back(&catalog, &store, "2").expect("rolled back");
    catalog.unpin("memory://test");
    let outcome = catalog.publish(&store.open()).expect("published");
    assert!(outcome.is_changed, "the catalog did not change, what is live did");
    assert_eq!(outcome.manifest.database, manifests[2].database);
    assert_eq!(outcome.manifest.sequence, 5);
}

#[test]
fn a_pinned_manifest_is_renewed_before_it_runs_out() {
    let (catalog, store, manifests) = published();
    roll_back(&catalog, &store, "1").expect("rolled back");
    let outcome = publish_to(&store.open(), &catalog.job(), days_later(5)).expect("renewed");
    assert!(outcome.is_pinned && !outcome.is_changed);
    let renewed = live(&store);
    assert_eq!((renewed.sequence, renewed.generated_at), (5, days_later(5)));
    assert_eq!(renewed.database, manifests[0].database);
}

#[test]
fn the_live_one_can_be_pinned_without_a_write() {
    let (catalog, store, manifests) = published();
    let outcome = pin_in(&store.open(), &catalog.job(), None, now()).expect("pinned");
    assert!(!outcome.is_changed && outcome.manifest == manifests[2]);
    assert!(!store.take_calls().iter().any(|call| call.starts_with("put")));
    catalog.add_tracks(7..=7);
    assert!(catalog.publish(&store.open()).expect("pinned").is_pinned);
}

#[test]
fn a_run_that_was_killed_before_the_pointer_moved_is_finished_by_a_publish() {
    let (catalog, store, manifests) = published();
    store.break_calls("put manifest.json", Fault::Forbid, 1);
    roll_back(&catalog, &store, "1").map(|_| ()).expect_err("refused");
    assert!(!catalog.publish(&store.open()).expect("published").is_pinned, "a refused rollback pins nothing");

    // What a kill leaves: the pin alone.
    let pin = pin_of(&manifests[0]);
    set_pin(&catalog.library, &store.open(), Some(&pin)).expect("pinned");
    let outcome = catalog.publish(&store.open()).expect("rolled back");
    assert!(outcome.is_pinned && outcome.is_changed);
    assert_eq!(live(&store).database, manifests[0].database);
}

#[test]
fn a_lost_reply_is_read_back_and_stays_pinned() {
    let (catalog, store, manifests) = published();
    store.break_calls("put manifest.json", Fault::LoseReply, 1);
    roll_back(&catalog, &store, "1").expect("rolled back");
    assert_eq!(live(&store).database, manifests[0].database);
    assert!(catalog.publish(&store.open()).expect("pinned").is_pinned);
}

#[test]
fn a_faster_publisher_leaves_the_pin_as_it_was() {
    let (catalog, store, manifests) = published();
    let theirs = Manifest { sequence: 9, ..manifests[2].clone() };
    store.break_calls("put manifest.json", Fault::Overtake(theirs.to_bytes().expect("bytes").into()), 1);
    let error = roll_back(&catalog, &store, "1").map(|_| ()).expect_err("lost");
    assert!(error.is_temporary(), "{error}");
    assert_eq!(live(&store), theirs);
    assert!(!catalog.publish(&store.open()).expect("published").is_pinned);
}

#[test]
fn what_is_gone_is_refused_with_advice_and_changes_nothing() {
    let (catalog, store, manifests) = published();
    store.remove_object(&manifests[0].database.key);
    let words = roll_back(&catalog, &store, "1").map(|_| ()).expect_err("gone").to_string();
    assert!(words.contains("is gone from the store") && words.contains("snapshots list"), "{words}");

    store.replace_object(&manifests[0].database.key, "half of it".into());
    roll_back(&catalog, &store, "1").map(|_| ()).expect_err("not its size");

    let words = roll_back(&catalog, &store, "99").map(|_| ()).expect_err("unknown").to_string();
    assert!(words.contains("`99`") && words.contains("snapshots list"), "{words}");
    assert_eq!(live(&store), manifests[2]);
    assert!(!catalog.publish(&store.open()).expect("unchanged").is_pinned);
}

#[test]
fn a_cover_that_is_gone_stops_a_rollback() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    let cover = catalog.add_picture(1, 64);
    let first = catalog.publish(&store.open()).expect("published").manifest;
    catalog.write("UPDATE tracks SET cover_id = NULL");
    publish_to(&store.open(), &PublishJob { force: true, ..catalog.job() }, now()).expect("published");
    roll_back(&catalog, &store, "1").expect("all is there");
    roll_back(&catalog, &store, "2").expect("and back");
    store.remove_object(&keys::cover(&cover, 64, "jpg"));
    let error = roll_back(&catalog, &store, "1").map(|_| ()).expect_err("a cover is gone");
    assert!(matches!(error, HistoryError::ObjectsGone { missing: 1, .. }), "{error}");
    assert_ne!(live(&store).database, first.database);
}

#[test]
fn a_lost_catalog_can_still_roll_back_and_reads_from_the_database_what_it_names() {
    let (catalog, store, manifests) = published();
    catalog.write("DELETE FROM publications; DELETE FROM publication_objects;");
    roll_back(&catalog, &store, "1").expect("rolled back");
    assert_eq!(live(&store).database, manifests[0].database);
}

#[test]
fn snapshots_of_another_catalog_stay_where_they_are() {
    let (_theirs, store, manifests) = published();
    let ours = Catalog::with_tracks(9);
    let error = roll_back(&ours, &store, "1").map(|_| ()).expect_err("foreign store");
    assert!(matches!(error, HistoryError::Publish(PublishError::Foreign { .. })), "{error}");
    publish_to(&store.open(), &PublishJob { takeover: true, ..ours.job() }, now()).expect("taken over");
    let error = roll_back(&ours, &store, "1").map(|_| ()).expect_err("foreign snapshot");
    assert!(matches!(error, HistoryError::AnotherCatalogs { .. }), "{error}");
    assert_ne!(live(&store).database, manifests[0].database);
}

#[test]
fn a_folder_too() {
    let (mut catalog, _, _) = published();
    let objects = catalog.folder.path().join("objects");
    let url = url::Url::from_file_path(&objects).expect("a URL").to_string();
    catalog.config.store = Some(url.try_into().expect("a store"));
    let first = crate::snapshot::publish::publish(&catalog.job()).expect("published");
    catalog.add_tracks(7..=7);
    crate::snapshot::publish::publish(&catalog.job()).expect("published");
    let report = rollback(&catalog.job(), &first.snapshot_id).expect("rolled back");
    assert!(report.changed && report.sequence == 3 && report.snapshot_id == first.snapshot_id);
    let again = rollback(&catalog.job(), &first.snapshot_id).expect("already there");
    assert!(!again.changed && again.sequence == 3);
    let published = crate::snapshot::publish::publish(&catalog.job()).expect("pinned");
    assert!(published.pinned && !published.changed);
    assert_eq!(unpin(&catalog.job()).expect("unpinned").unpinned, Some(first.snapshot_id));
    assert_eq!(unpin(&catalog.job()).expect("nothing to do").unpinned, None);
    assert!(crate::snapshot::publish::publish(&catalog.job()).expect("published").changed);
}
