use snapshot_format::keys;

use super::*;
use crate::snapshot::publish::tests::catalog::{Catalog, live};
use crate::snapshot::store::recording::{Fault, Recording};

/// A store with two snapshots, a cover each.
fn published() -> (Catalog, Recording) {
    let (catalog, store) = (Catalog::with_tracks(2), Recording::default());
    catalog.add_picture(1, 100);
    catalog.publish(&store.open()).expect("published");
    catalog.add_picture(2, 64);
    catalog.publish(&store.open()).expect("published");
    (catalog, store)
}

fn check(catalog: &Catalog, store: &Recording, id: Option<&str>) -> VerifyReport {
    fs::create_dir_all(folder(&catalog.library)).expect("a folder");
    verify_in(&store.open(), &catalog.job(), id).expect("a report")
}

/// What is wrong, as `object: problem` without the folders.
fn problems(catalog: &Catalog, store: &Recording) -> Vec<String> {
    let report = check(catalog, store, None);
    assert_eq!(report.ok, report.problems.is_empty());
    let words = |problem: &Problem| {
        let name = problem.object.rsplit('/').next().unwrap_or_default();
        format!("{name}: {}", problem.problem)
    };
    report.problems.iter().map(words).collect()
}

#[test]
fn a_whole_snapshot_has_no_problem() {
    let (catalog, store) = published();
    let report = check(&catalog, &store, None);
    assert!(report.ok && report.signed.is_none(), "{report:?}");
    assert_eq!((report.sequence, report.objects_checked), (2, 3));
    let old = check(&catalog, &store, Some("1"));
    assert!(old.ok && old.sequence == 1 && old.objects_checked == 2);
}

#[test]
fn a_lost_catalog_can_look_too() {
    let (_lost, store) = published();
    assert!(check(&Catalog::with_tracks(0), &store, None).ok);
}

#[test]
fn what_is_gone_is_named() {
    let (catalog, store) = published();
    let covers: Vec<String> = store.keys_of("covers").into_iter().filter(|key| key.ends_with("150.jpg")).collect();
    store.remove_object(&covers[0]);
    assert_eq!(problems(&catalog, &store), ["150.jpg: isn't in the store"]);
    store.remove_object(&live(&store).database.key);
    let found = problems(&catalog, &store);
    assert!(matches!(&found[..], [gone] if gone.contains("isn't in the store")), "{found:?}");
}

#[test]
fn a_database_that_changed_is_told_from_one_that_can_not_be_unpacked() {
    let (catalog, store) = published();
    let database = live(&store).database;
    let packed = store.object(&database.key).expect("a blob");
    let mut plain = zstd::decode_all(&*packed).expect("zstd");

    let mut flipped = packed.to_vec();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    store.replace_object(&database.key, flipped.into());
    assert!(problems(&catalog, &store)[0].contains("damaged"));

    plain[5000] ^= 1;
    let mut other = zstd::encode_all(&*plain, 3).expect("zstd");
    other.resize(packed.len().max(other.len()), 0);
    store.replace_object(&database.key, other[..packed.len()].to_vec().into());
    assert!(!problems(&catalog, &store).is_empty());

    store.replace_object(&database.key, packed.slice(..packed.len() / 2));
    assert!(problems(&catalog, &store)[0].contains("bytes instead of"));
}

#[test]
fn a_manifest_that_says_other_counts_is_wrong() {
    let (catalog, store) = published();
    let lying = Manifest { file_count: 9, ..live(&store) };
    store.replace_object("manifest.json", lying.to_bytes().expect("bytes").into());
    let found = problems(&catalog, &store);
    assert_eq!(found.len(), 2, "the history, and the count: {found:?}");
    assert!(found[1].contains("has 2 files, the manifest says 9"), "{found:?}");
}

#[test]
fn a_store_that_does_not_answer_is_an_error_and_no_damage() {
    let (catalog, store) = published();
    fs::create_dir_all(folder(&catalog.library)).expect("a folder");
    for call in ["get blobs", "list covers"] {
        store.break_calls(call, Fault::Fail, 1);
        let error = verify_in(&store.open(), &catalog.job(), None).expect_err(call);
        assert!(error.to_string().contains("memory://test"), "{error}");
    }
    let nothing = verify_in(&Recording::default().open(), &catalog.job(), None).expect_err("empty");
    assert!(matches!(nothing, HistoryError::NothingLive { .. }), "{nothing}");
}

#[test]
fn one_check_at_a_time_beside_a_publish() {
    let (catalog, _store) = published();
    let _publishing = PublishLock::acquire(catalog.library.data_dir()).expect("a publish");
    let folder = folder(&catalog.library);
    let _checking = lock(&folder).expect("a check beside it");
    assert!(lock(&folder).is_err_and(|error| error.is_temporary()));
}

/// A store whose live snapshot has deltas from those before it.
fn with_deltas() -> (Catalog, Recording) {
    let (catalog, store) = (Catalog::with_tracks(200), Recording::default());
    catalog.publish(&store.open()).expect("published");
    for id in 201..=202 {
        catalog.add_tracks(id..=id);
        catalog.publish(&store.open()).expect("published");
    }
    assert_eq!(live(&store).deltas.len(), 2);
    (catalog, store)
}

#[test]
fn deltas_are_applied_to_the_databases_that_are_still_there() {
    let (catalog, store) = with_deltas();
    let report = check(&catalog, &store, None);
    assert!(report.ok && report.deltas_checked == 2, "{report:?}");
    store.remove_object(&keys::blob(&live(&store).deltas[0].from_sha256));
    let report = check(&catalog, &store, None);
    assert!(report.ok && report.deltas_checked == 1, "a base that was swept is no problem: {report:?}");
}

#[test]
fn a_delta_that_leads_elsewhere_is_named() {
    let (catalog, store) = with_deltas();
    let delta = live(&store).deltas[0].clone();
    let mut bytes = store.object(&delta.key).expect("a delta").to_vec();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    store.replace_object(&delta.key, bytes.into());
    let found = problems(&catalog, &store);
    assert!(matches!(&found[..], [only] if only.contains(".zpatch: ")), "{found:?}");
}

#[test]
fn a_delta_that_is_gone_is_named() {
    let (catalog, store) = published();
    let manifest = live(&store);
    let base = snapshot_format::Sha256Hex::of(b"base");
    let key = format!("deltas/{base}-{}.zpatch", manifest.database.sha256);
    let delta = snapshot_format::manifest::Delta { from_sha256: base, key, stored_bytes: 7 };
    let named = Manifest { deltas: vec![delta], ..manifest };
    let bytes = named.to_bytes().expect("bytes");
    store.replace_object("manifest.json", bytes.clone().into());
    store.replace_object(&keys::history(named.sequence, &named.snapshot_id), bytes.into());
    assert!(problems(&catalog, &store)[0].contains("zpatch: isn't in the store"));
}
