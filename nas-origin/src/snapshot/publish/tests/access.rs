//! Who may listen: published apart from the catalog, and never brought back by it.

use snapshot_format::Manifest;
use snapshot_format::access;

use super::catalog::{Catalog, live, now};
use super::unchanged::forbid_builds;
use crate::accounts::credentials::{add_device, rotate_subsonic_password};
use crate::accounts::{EdgeAccess, Vault};
use crate::config::Secret;
use crate::library::credentials::{self, CredentialKind};
use crate::library::users::{self, Role, User};
use crate::snapshot::gc::{GcJob, sweep};
use crate::snapshot::publish::{Outcome, PublishJob, publish_to};
use crate::snapshot::rollback::pin_in;
use crate::snapshot::store::recording::Recording;
use crate::snapshot::verify::verify_in;

/// A NAS of one account whose edges let only listeners in.
struct Home {
    catalog: Catalog,
    store: Recording,
    edge: EdgeAccess,
    vault: Vault,
    ann: User,
}

impl Home {
    fn new() -> Self {
        let (catalog, store) = (Catalog::with_tracks(3), Recording::default());
        let root = Secret::try_from("0123456789abcdef0123456789abcdef".to_owned()).expect("a secret");
        let made = catalog.library.write(|tx| users::create(tx, "ann", Role::User, "", 0)).expect("made");
        let ann = catalog.library.read(|read| users::find(read, made.expect("new"))).expect("read").expect("ann");
        let (edge, vault) = (EdgeAccess::new(&root).expect("keys"), Vault::new(&root).expect("a vault"));
        Self { catalog, store, edge, vault, ann }
    }

    fn job(&self) -> PublishJob<'_> {
        PublishJob { access: Some(&self.edge), ..self.catalog.job() }
    }

    fn publish(&self) -> Outcome {
        publish_to(&self.store.open(), &self.job(), now()).expect("published")
    }

    fn rotate(&self) {
        rotate_subsonic_password(&self.catalog.library, &self.vault, &self.ann).expect("rotated");
    }

    fn add_key(&self, label: &str) -> i64 {
        let kind = CredentialKind::ApiKey;
        add_device(&self.catalog.library, &self.vault, &self.ann, kind, label).expect("made").credential_id
    }

    /// How many passwords and keys the live object has.
    fn told(&self) -> (usize, usize) {
        let key = live(&self.store).access.expect("named").key;
        let object = self.store.object(&key).expect("in the store");
        let listeners = access::open(&object, self.edge.key()).expect("opened");
        listeners.iter().fold((0, 0), |(passwords, keys), listener| {
            (passwords + listener.passwords.len(), keys + listener.api_keys.len())
        })
    }
}

#[test]
fn credentials_are_published_without_building_and_unchanged_ones_not_at_all() {
    let home = Home::new();
    home.rotate();
    let first = home.publish();
    assert!(first.is_changed && first.is_access_changed);
    assert_eq!(home.told(), (1, 0));
    forbid_builds(&home.catalog);
    home.store.take_calls();
    let same = home.publish();
    assert!(!same.is_changed && !same.is_access_changed && same.manifest == first.manifest);
    assert!(!home.store.take_calls().iter().any(|call| call.starts_with("put")), "nothing is written");

    let key = home.add_key("phone");
    let second = home.publish();
    assert!(!second.is_changed && second.is_access_changed, "the same snapshot");
    assert_eq!((home.told(), second.manifest.sequence), ((1, 1), 2));
    assert_eq!(second.manifest.database, first.manifest.database);
    let calls = home.store.take_calls();
    let place = |name: &str| calls.iter().position(|call| call.starts_with(name)).expect(name);
    assert!(place("put access/") < place("put history/"), "before it is named: {calls:?}");

    home.catalog.library.write(|tx| credentials::remove(tx, home.ann.user_id, key)).expect("removed");
    let third = home.publish();
    assert_eq!((home.told(), third.manifest.sequence), ((1, 0), 3));
    assert_eq!(third.manifest.access, first.manifest.access, "the same credentials, the same object");
}

#[test]
fn a_rollback_brings_no_credential_back_and_a_pin_keeps_none() {
    let home = Home::new();
    let key = home.add_key("stolen phone");
    let old = home.publish().manifest;
    home.catalog.add_tracks(4..=5);
    home.publish();
    home.catalog.library.write(|tx| credentials::remove(tx, home.ann.user_id, key)).expect("removed");
    let back = pin_in(&home.store.open(), &home.job(), Some("1"), now()).expect("rolled back");
    assert_eq!(back.manifest.database, old.database);
    assert_eq!(home.told(), (0, 0), "not even those that were live last");

    home.rotate();
    let pinned = home.publish();
    assert!(pinned.is_pinned && pinned.is_access_changed);
    assert_eq!((home.told(), &live(&home.store).database), ((1, 0), &old.database));
}

#[test]
fn an_object_that_was_lost_is_sent_again() {
    let home = Home::new();
    home.rotate();
    let named = home.publish().manifest.access.expect("named");
    home.store.remove_object(&named.key);
    let folder = home.catalog.library.data_dir().join("verify");
    std::fs::create_dir_all(&folder).expect("a folder");
    let verify = || verify_in(&home.store.open(), &home.job(), None).expect("a report");
    assert!(verify().problems[0].problem.contains("isn't in the store"));
    let again = home.publish();
    assert_eq!((again.manifest.sequence, home.told()), (1, (1, 0)));
    assert!(verify().ok);
    home.store.replace_object(&named.key, b"something else"[..].into());
    assert!(verify().problems[0].problem.contains("other bytes"));
}

#[test]
fn another_root_key_and_another_mode_are_told_at_once() {
    let mut home = Home::new();
    home.rotate();
    home.publish();
    let root = Secret::try_from("another secret of thirty-two by.".to_owned()).expect("a secret");
    home.edge = EdgeAccess::new(&root).expect("keys");
    let folder = home.catalog.library.data_dir().join("verify");
    std::fs::create_dir_all(&folder).expect("a folder");
    let report = verify_in(&home.store.open(), &home.job(), None).expect("a report");
    assert!(report.problems[0].problem.contains("sealed with another"), "{report:?}");
    assert!(home.publish().is_access_changed);
    assert_eq!(home.told(), (0, 0), "an exchanged root voids them all");

    let public = publish_to(&home.store.open(), &home.catalog.job(), now()).expect("published");
    assert!(public.is_access_changed && live(&home.store).access.is_none());
}

#[test]
fn a_sweep_keeps_what_is_named_and_takes_the_rest() {
    let home = Home::new();
    home.rotate();
    let first = home.publish().manifest.access.expect("named").key;
    let orphan = format!("access/{}.bin", "0".repeat(64));
    home.store.replace_object(&orphan, b"orphan"[..].into());
    home.rotate();
    let second = home.publish().manifest.access.expect("named").key;
    home.store.age_all(40 * 24 * 3600);
    let job = GcJob { publish: PublishJob { force: true, ..home.job() }, dry_run: false };
    let store = home.store.open();
    sweep(&store, &job, store.now().expect("a time")).expect("swept");
    let mut left = [first, second];
    left.sort();
    assert_eq!(home.store.keys_of("access"), left, "old manifests name theirs");
    let entries = home.store.keys_of("history");
    let named = |key: &String| Manifest::from_bytes(&home.store.object(key).expect("there")).expect("whole").access;
    assert!(entries.iter().all(|key| home.store.object(&named(key).expect("named").key).is_some()));
}
