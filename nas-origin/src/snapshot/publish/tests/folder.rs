//! Publishing to a folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::thread;

use snapshot_format::Manifest;
use url::Url;

use super::catalog::Catalog;
use crate::snapshot::publish::{PublishError, publish};

/// A catalog that publishes to `objects` beside its data.
fn catalog() -> (Catalog, PathBuf) {
    let mut catalog = Catalog::with_tracks(3);
    let objects = catalog.folder.path().join("objects");
    publish_into(&mut catalog, &objects);
    (catalog, objects)
}

fn publish_into(catalog: &mut Catalog, objects: &Path) {
    let url = Url::from_file_path(objects).expect("a URL").to_string();
    catalog.config.store = Some(url.try_into().expect("a store"));
}

fn live(objects: &Path) -> Manifest {
    Manifest::from_bytes(&fs::read(objects.join("manifest.json")).expect("a manifest")).expect("a whole manifest")
}

#[test]
fn published_and_unchanged() {
    let (catalog, objects) = catalog();
    let first = publish(&catalog.job()).expect("published");
    assert!(first.changed && first.uploaded_bytes > 0 && first.delta_bytes == 0);
    let manifest = live(&objects);
    assert_eq!(first.snapshot_id, manifest.snapshot_id);
    let blob = fs::read(objects.join(&manifest.database.key)).expect("a blob");
    assert_eq!(zstd::decode_all(&*blob).expect("zstd").len() as u64, first.database_bytes);
    let second = publish(&catalog.job()).expect("unchanged");
    assert!(!second.changed && second.sequence == 1 && second.uploaded_bytes == 0);
}

#[test]
fn no_unfinished_file_stays() {
    let (catalog, objects) = catalog();
    publish(&catalog.job()).expect("published");
    catalog.add_tracks(4..=4);
    publish(&catalog.job()).expect("published");
    let files = walkdir::WalkDir::new(&objects).into_iter().map(|entry| entry.expect("an entry"));
    let names: Vec<String> = files.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
    assert!(!names.iter().any(|name| name.contains('#')), "{names:?}");
    assert_eq!(live(&objects).sequence, 2);
}

#[test]
fn two_at_once_are_one_and_a_busy_one() {
    let (catalog, objects) = catalog();
    let start = Barrier::new(2);
    let outcomes: Vec<_> = thread::scope(|scope| {
        let run = || {
            start.wait();
            publish(&catalog.job())
        };
        let runs = [scope.spawn(run), scope.spawn(run)];
        runs.map(|run| run.join().expect("no panic")).into()
    });
    let changed = outcomes.iter().filter(|outcome| outcome.as_ref().is_ok_and(|report| report.changed)).count();
    assert_eq!(changed, 1);
    let is_fine =
        |outcome: &Result<_, PublishError>| outcome.as_ref().map_or_else(PublishError::is_temporary, |_| true);
    assert!(outcomes.iter().all(is_fine));
    assert_eq!(live(&objects).sequence, 1);
}

#[test]
fn two_catalogs_never_mix_in_one_folder() {
    let (ours, objects) = catalog();
    let mut theirs = Catalog::with_tracks(5);
    publish_into(&mut theirs, &objects);
    let start = Barrier::new(2);
    let run = |catalog: &Catalog| {
        start.wait();
        publish(&catalog.job())
    };
    let outcomes: Vec<_> = thread::scope(|scope| {
        let runs = [scope.spawn(|| run(&ours)), scope.spawn(|| run(&theirs))];
        runs.map(|run| run.join().expect("no panic")).into()
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert!(objects.join(&live(&objects).database.key).exists());
}

#[test]
fn a_folder_that_is_a_file_is_refused_with_advice() {
    let (catalog, objects) = catalog();
    fs::write(&objects, "…").expect("a file");
    let error = publish(&catalog.job()).expect_err("refused");
    assert!(error.to_string().contains("owner and permissions"), "{error}");
}

#[test]
fn without_a_store_the_key_is_named() {
    let catalog = Catalog::with_tracks(1);
    let error = publish(&catalog.job()).expect_err("refused");
    assert!(error.is_configuration() && error.to_string().contains("publish.store"), "{error}");
}
