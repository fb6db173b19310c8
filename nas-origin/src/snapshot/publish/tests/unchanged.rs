//! P1b: what is believed to be unchanged without a build, and what is not.

use super::catalog::{Catalog, days_later, live};
use crate::library::LibraryError;
use crate::snapshot::publish::publish_to;
use crate::snapshot::store::recording::Recording;

/// Makes every further build fail: a file lies where its folder would be made.
pub(super) fn forbid_builds(catalog: &Catalog) {
    let work = catalog.folder.path().join("work");
    std::fs::remove_dir_all(&work).expect("removed");
    std::fs::write(work, "").expect("a file");
}

/// Changes the catalog behind the back of its change mark.
fn write_unmarked(catalog: &Catalog, sql: &str) {
    let written = catalog.library.write(|tx| -> Result<(), LibraryError> { Ok(tx.execute_batch(sql)?) });
    written.expect("written");
}

fn published() -> (Catalog, Recording) {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    catalog.publish(&store.open()).expect("published");
    (catalog, store)
}

#[test]
fn an_unchanged_catalog_is_not_even_built() {
    let (catalog, store) = published();
    forbid_builds(&catalog);
    let outcome = catalog.publish(&store.open()).expect("unchanged");
    assert!(!outcome.is_changed);
    assert_eq!(outcome.manifest, live(&store));
}

#[test]
fn half_of_a_life_renews_the_manifest_without_a_build() {
    let (catalog, store) = published();
    forbid_builds(&catalog);
    let before = live(&store);
    let outcome = publish_to(&store.open(), &catalog.job(), days_later(5)).expect("renewed");
    assert!(!outcome.is_changed);
    let renewed = live(&store);
    assert_eq!((renewed.sequence, renewed.generated_at), (2, days_later(5)));
    assert_eq!((renewed.database, renewed.snapshot_id), (before.database, before.snapshot_id));
    publish_to(&store.open(), &catalog.job(), days_later(6)).expect("unchanged again, on the renewed record");
}

#[test]
fn a_change_that_shows_nothing_costs_one_build() {
    let (catalog, store) = published();
    catalog.write("");
    assert!(!catalog.publish(&store.open()).expect("unchanged").is_changed);
    forbid_builds(&catalog);
    assert!(!catalog.publish(&store.open()).expect("unchanged").is_changed);
}

#[test]
fn another_builder_builds() {
    let (catalog, store) = published();
    write_unmarked(&catalog, "UPDATE publications SET builder = 'an earlier release'");
    forbid_builds(&catalog);
    assert!(catalog.publish(&store.open()).is_err());
}

#[test]
fn a_setting_that_shows_is_a_change() {
    let (catalog, store) = published();
    write_unmarked(&catalog, "UPDATE tracks SET is_untagged = 1 WHERE track_id = 3");
    assert!(!catalog.publish(&store.open()).expect("unchanged").is_changed);
    write_unmarked(&catalog, "UPDATE sources SET untagged = 'hide'");
    let forced = crate::snapshot::publish::PublishJob { force: true, ..catalog.job() };
    assert!(publish_to(&store.open(), &forced, days_later(0)).expect("published").is_changed);
    assert_eq!(live(&store).track_count, 2);
}

#[test]
fn a_snapshot_whose_record_is_not_the_last_is_built() {
    let (catalog, store) = published();
    write_unmarked(
        &catalog,
        "INSERT INTO publications SELECT store, 9, snapshot_id, database_sha256, change_mark, builder, published_at
         FROM publications",
    );
    forbid_builds(&catalog);
    assert!(catalog.publish(&store.open()).is_err());
}
