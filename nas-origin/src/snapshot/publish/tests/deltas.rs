//! Patches from earlier databases: which are made, from what, and that publishing never hangs on them.

use std::ffi::OsString;
use std::io::Cursor;

use snapshot_format::manifest::Delta;
use snapshot_format::{Manifest, Sha256Hex, keys, patch};

use super::catalog::{Catalog, days_later, live};
use crate::library::publications;
use crate::snapshot::publish::publish_to;
use crate::snapshot::store::recording::{Fault, Recording};

/// A catalog of which so many versions were published.
fn published(versions: i64) -> (Catalog, Recording, Vec<Manifest>) {
    let (catalog, store) = (Catalog::with_tracks(200), Recording::default());
    let publish = |version| {
        if version > 0 {
            catalog.add_tracks(200 + version..=200 + version);
        }
        catalog.publish(&store.open()).expect("published").manifest
    };
    let manifests = (0..versions).map(publish).collect();
    (catalog, store, manifests)
}

fn plain(store: &Recording, manifest: &Manifest) -> Vec<u8> {
    zstd::decode_all(&*store.object(&manifest.database.key).expect("a blob")).expect("zstd")
}

fn bases(manifest: &Manifest) -> Vec<Sha256Hex> {
    manifest.deltas.iter().map(|delta| delta.from_sha256.clone()).collect()
}

fn database(manifest: &Manifest) -> Sha256Hex {
    manifest.database.sha256.clone()
}

#[test]
fn the_last_three_databases_lead_to_the_new_one() {
    let (_catalog, store, manifests) = published(5);
    let new = manifests.last().expect("a manifest");
    assert!(manifests[0].deltas.is_empty());
    assert_eq!(bases(new), [database(&manifests[3]), database(&manifests[2]), database(&manifests[1])]);
    for (Delta { from_sha256, key, stored_bytes }, old) in new.deltas.iter().zip(manifests[1..4].iter().rev()) {
        assert_eq!(*key, keys::delta(from_sha256, &new.database.sha256));
        let delta = store.object(key).expect("a patch");
        assert_eq!(delta.len() as u64, *stored_bytes);
        assert!(stored_bytes * 10 < new.database.stored_bytes * 3, "{stored_bytes}");
        let old = plain(&store, old);
        let mut made = Vec::new();
        patch::apply((&mut Cursor::new(&old), old.len() as u64), &mut &*delta, &mut made).expect("applied");
        assert_eq!(Sha256Hex::of(&made), new.database.sha256);
    }
}

#[test]
fn patches_are_sent_before_the_manifest_that_names_them_and_told() {
    let (catalog, store, _) = published(1);
    catalog.add_tracks(201..=201);
    store.take_calls();
    let outcome = catalog.publish(&store.open()).expect("published");
    let puts = store.take_calls().into_iter().filter_map(|call| Some(call.strip_prefix("put ")?.to_owned()));
    let folders: Vec<String> = puts.map(|key| key.split('/').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(folders, ["blobs", "deltas", "history", "manifest.json"]);
    let delta = &outcome.manifest.deltas[0];
    assert_eq!(outcome.delta_bytes, delta.stored_bytes);
    assert!(outcome.uploaded_bytes > outcome.delta_bytes + outcome.manifest.database.stored_bytes);
    let open = store.open();
    let named = catalog.library.read(|connection| publications::list_live_objects(connection, open.name()));
    assert!(named.expect("keys").contains(&delta.key));
}

#[test]
fn a_lost_folder_is_filled_from_the_store() {
    let (catalog, store, manifests) = published(2);
    std::fs::remove_dir_all(catalog.folder.path().join("databases")).expect("removed");
    catalog.add_tracks(300..=300);
    let third = catalog.publish(&store.open()).expect("published").manifest;
    assert_eq!(bases(&third), [database(&manifests[1]), database(&manifests[0])]);
}

#[test]
fn a_database_that_rotted_on_the_shelf_is_fetched_again() {
    let (catalog, store, manifests) = published(1);
    let kept = catalog.folder.path().join("databases").join(format!("{}.db", manifests[0].database.sha256));
    std::fs::write(&kept, "rot").expect("written");
    catalog.add_tracks(300..=300);
    let second = catalog.publish(&store.open()).expect("published").manifest;
    assert_eq!(bases(&second), [database(&manifests[0])]);
}

#[test]
fn a_base_that_nobody_has_costs_its_patch_alone() {
    let (catalog, store, manifests) = published(2);
    std::fs::remove_dir_all(catalog.folder.path().join("databases")).expect("removed");
    store.remove_object(&manifests[0].database.key);
    store.break_calls("get blobs/", Fault::Garble, 1);
    catalog.add_tracks(300..=300);
    let third = catalog.publish(&store.open()).expect("published");
    assert!(third.is_changed && third.manifest.deltas.is_empty());
}

#[test]
fn beyond_the_limit_no_patch_is_made_and_nothing_kept() {
    let (mut catalog, store, _) = published(1);
    let databases = catalog.folder.path().join("databases");
    assert!(databases.exists());
    catalog.config.delta_limit = 0;
    catalog.add_tracks(201..=201);
    assert!(catalog.publish(&store.open()).expect("published").manifest.deltas.is_empty());
    assert!(!databases.exists());
}

#[test]
fn no_more_databases_are_kept_than_patches_are_made_from() {
    let (catalog, _store, manifests) = published(5);
    let folder = std::fs::read_dir(catalog.folder.path().join("databases")).expect("the folder");
    let mut kept: Vec<OsString> = folder.map(|entry| entry.expect("an entry").file_name()).collect();
    let mut wanted: Vec<OsString> =
        manifests[2..].iter().map(|manifest| format!("{}.db", database(manifest)).into()).collect();
    kept.sort();
    wanted.sort();
    assert_eq!(kept, wanted);
}

#[test]
fn a_renewed_manifest_names_the_patches_still() {
    let (catalog, store, manifests) = published(2);
    publish_to(&store.open(), &catalog.job(), days_later(5)).expect("renewed");
    assert_eq!((live(&store).sequence, &live(&store).deltas), (3, &manifests[1].deltas));
    catalog.write("DELETE FROM publications; DELETE FROM publication_objects;");
    publish_to(&store.open(), &catalog.job(), days_later(10)).expect("renewed after a build");
    assert_eq!((live(&store).sequence, &live(&store).deltas), (4, &manifests[1].deltas));
}
