//! Who vouches for what is published, and for which sequence.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use serde_json::json;
use snapshot_format::keys;
use snapshot_format::manifest::Manifest;
use snapshot_format::signature::{PublicKey, SigningKey, verify};

use super::catalog::{Catalog, days_later, live, now};
use crate::snapshot::publish::{PublishError, PublishJob, publish_to};
use crate::snapshot::store::recording::Recording;

/// Gives the catalog a signing key of its own.
fn sign(catalog: &mut Catalog, seed: u8) -> PublicKey {
    let key = SigningKey::from_seed(&[seed; 32]);
    let path = catalog.folder.path().join("signing-key");
    fs::write(&path, key.to_secret_line()).expect("written");
    fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("a mode");
    let config = json!({ "signing_key_file": path, "manifest_life": "10d" });
    catalog.config = serde_json::from_value(config).expect("a configuration");
    key.public_key()
}

fn is_signed(manifest: &Manifest, key: &PublicKey) -> bool {
    verify(manifest, std::slice::from_ref(key)).is_ok()
}

#[test]
fn what_is_published_is_signed_and_kept_so() {
    let (mut catalog, store) = (Catalog::with_tracks(3), Recording::default());
    let key = sign(&mut catalog, 1);
    let outcome = catalog.publish(&store.open()).expect("published");
    assert!(is_signed(&live(&store), &key));
    assert_eq!(outcome.manifest, live(&store));
    let history = keys::history(1, &outcome.manifest.snapshot_id);
    assert_eq!(store.object(&history), store.object("manifest.json"), "the very bytes");
    let unchanged = catalog.publish(&store.open()).expect("unchanged");
    assert_eq!(unchanged.manifest.sequence, 1);
}

#[test]
fn a_key_that_is_new_signs_what_is_live_at_once() {
    let (mut catalog, store) = (Catalog::with_tracks(3), Recording::default());
    let database = catalog.publish(&store.open()).expect("published").manifest.database;
    for (seed, sequence) in [(1, 2), (2, 3)] {
        let key = sign(&mut catalog, seed);
        let outcome = catalog.publish(&store.open()).expect("renewed");
        assert!(!outcome.is_changed && is_signed(&live(&store), &key));
        assert_eq!((live(&store).sequence, &live(&store).database), (sequence, &database));
    }
}

#[test]
fn what_was_changed_after_it_was_signed_is_signed_anew() {
    let (mut catalog, store) = (Catalog::with_tracks(3), Recording::default());
    let key = sign(&mut catalog, 1);
    catalog.publish(&store.open()).expect("published");
    let forged = Manifest { min_reader_version: 0, ..live(&store) };
    store.replace_object("manifest.json", forged.to_bytes().expect("bytes").into());
    catalog.publish(&store.open()).expect("renewed");
    assert!(is_signed(&live(&store), &key));
    assert_eq!((live(&store).sequence, live(&store).min_reader_version), (2, 1));
}

#[test]
fn each_sequence_that_is_tried_is_signed() {
    let (mut catalog, store) = (Catalog::with_tracks(3), Recording::default());
    let key = sign(&mut catalog, 1);
    catalog.publish(&store.open()).expect("published");
    let first = store.object("manifest.json").expect("a manifest");
    catalog.add_tracks(4..=4);
    catalog.publish(&store.open()).expect("published");
    // As a run that was killed before P7 leaves it: its history entry takes the sequence.
    store.replace_object("manifest.json", first);
    publish_to(&store.open(), &catalog.job(), days_later(1)).expect("published");
    assert_eq!(live(&store).sequence, 3);
    assert!(is_signed(&live(&store), &key));
}

/// The fast-forward attack: a sequence that leaves none for those to come.
#[test]
fn a_leap_ahead_is_not_followed_and_a_takeover_goes_on_behind_the_history() {
    let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
    catalog.publish(&store.open()).expect("published");
    let leapt = Manifest { sequence: 1 << 53, ..live(&store) };
    let bytes = leapt.to_bytes().expect("bytes");
    store.replace_object(&keys::history(leapt.sequence, &leapt.snapshot_id), bytes.clone().into());
    store.replace_object("manifest.json", bytes.into());
    let error = catalog.publish(&store.open()).map(|_| ()).expect_err("refused");
    assert!(matches!(error, PublishError::LeaptAhead { sequence } if sequence == 1 << 53), "{error}");
    assert!(error.to_string().contains("--takeover") && error.to_string().contains("--reset-trust"), "{error}");
    let takeover = PublishJob { takeover: true, ..catalog.job() };
    publish_to(&store.open(), &takeover, now()).expect("taken over");
    assert_eq!(live(&store).sequence, 2);
}
