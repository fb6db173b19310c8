use catalog_core::retention::Objection;
use snapshot_format::{Manifest, Sha256Hex, keys};

use super::*;
use crate::snapshot::publish::tests::catalog::{Catalog, live, now};
use crate::snapshot::publish::{PublishError, publish_to};
use crate::snapshot::rollback::pin_in;
use crate::snapshot::store::recording::{Fault, Recording};

const DAY: i64 = 24 * 3600;

/// A store with as many snapshots as tracks, a picture each, all of them older than any day that is kept.
fn published(count: u8) -> (Catalog, Recording) {
    let (mut catalog, store) = (Catalog::with_tracks(0), Recording::default());
    catalog.config.keep_snapshots = 2;
    for id in 1..=count {
        catalog.add_tracks(i64::from(id)..=i64::from(id));
        catalog.write("UPDATE tracks SET cover_id = NULL");
        catalog.add_picture(id, 64);
        catalog.publish(&store.open()).expect("published");
    }
    store.age_all(100 * DAY);
    store.take_calls();
    (catalog, store)
}

fn forced(catalog: &Catalog) -> GcJob<'_> {
    GcJob { publish: PublishJob { force: true, ..catalog.job() }, dry_run: false }
}

fn sweep_now(store: &Recording, job: &GcJob<'_>) -> Result<GcReport, HistoryError> {
    let open = store.open();
    sweep(&open, job, open.now()?)
}

/// The manifest of the history's entry, and everything that an edge may ask for because of it.
fn assert_whole(store: &Recording, manifest: &Manifest) {
    let blob = store.object(&manifest.database.key).expect("a blob");
    let folder = tempfile::tempdir().expect("a folder");
    let plain = folder.path().join("plain.db");
    std::fs::write(&plain, zstd::decode_all(&*blob).expect("zstd")).expect("a database");
    for cover in crate::snapshot::build::list_covers(&plain).expect("covers") {
        assert!(cover.sizes().iter().all(|size| store.object(&cover.key(*size)).is_some()), "{cover:?}");
    }
}

fn assert_all_whole(store: &Recording) {
    for manifest in history(store) {
        assert_whole(store, &manifest);
    }
}

fn history(store: &Recording) -> Vec<Manifest> {
    let entries = store.keys_of("history").into_iter();
    entries.map(|key| Manifest::from_bytes(&store.object(&key).expect("an entry")).expect("a manifest")).collect()
}

#[test]
fn what_no_kept_snapshot_names_goes_and_the_rest_stays_whole() {
    let (catalog, store) = published(5);
    let report = sweep_now(&store, &forced(&catalog)).expect("swept");
    assert_eq!((report.kept_snapshots, report.removed_objects), (2, 12), "three snapshots, their covers and deltas");
    let left = history(&store);
    assert_eq!(left.iter().map(|manifest| manifest.sequence).collect::<Vec<_>>(), [4, 5]);
    assert_all_whole(&store);
    assert_eq!(store.keys().len(), 13, "{:?}", store.keys());
    let again = sweep_now(&store, &forced(&catalog)).expect("swept");
    assert_eq!((again.removed_objects, again.objects), (0, 12), "a second sweep finds nothing");
}

#[test]
fn a_look_removes_nothing_and_says_the_same() {
    let (catalog, store) = published(5);
    let before = store.keys();
    let look = sweep_now(&store, &GcJob { publish: catalog.job(), dry_run: true }).expect("a look");
    assert_eq!(store.keys(), before);
    assert!(look.dry_run && look.removed_objects == 12);
    assert!(look.objection.as_ref().is_some_and(|objection| objection.contains("more than half")), "{look:?}");
    let done = sweep_now(&store, &forced(&catalog)).expect("swept");
    assert_eq!((done.removed_objects, done.removed_bytes), (look.removed_objects, look.removed_bytes));
}

#[test]
fn more_than_half_of_the_bytes_is_refused_without_force() {
    let (catalog, store) = published(5);
    let before = store.keys();
    let job = GcJob { publish: catalog.job(), dry_run: false };
    let error = sweep_now(&store, &job).expect_err("refused");
    assert!(matches!(error, HistoryError::Objection(Objection::MoreThanHalf(_))), "{error}");
    assert!(error.to_string().contains("--force"), "{error}");
    assert_eq!(store.keys(), before);
}

#[test]
fn a_listing_without_what_is_live_is_refused_without_force() {
    let (catalog, store) = published(2);
    let cover = store.keys_of("covers").pop().expect("a cover");
    for key in [live(&store).database.key, cover] {
        let object = store.object(&key).expect("an object");
        store.remove_object(&key);
        let job = GcJob { publish: catalog.job(), dry_run: false };
        let error = sweep_now(&store, &job).expect_err("refused");
        let HistoryError::Objection(Objection::LiveNotListed { missing: 1, example }) = &error else {
            panic!("{error}")
        };
        assert!(key.starts_with(example), "{error}");
        store.replace_object(&key, object);
    }
}

#[test]
fn what_is_pinned_stays_however_old() {
    let (catalog, store) = published(5);
    pin_in(&store.open(), &catalog.job(), Some("1"), now()).expect("rolled back");
    store.age_all(DAY);
    // The pin's database is the live one's; the catalog's pin alone has to keep it, too.
    let old = live(&store);
    store.replace_object("manifest.json", store.object(&store.keys_of("history")[4]).expect("the fifth"));
    store.remove_object(&keys::history(old.sequence, &old.snapshot_id));
    sweep_now(&store, &forced(&catalog)).expect("swept");
    assert_eq!(history(&store).iter().map(|manifest| manifest.sequence).collect::<Vec<_>>(), [1, 4, 5]);
    assert_whole(&store, &old);
}

#[test]
fn what_is_young_stays_with_all_that_it_names() {
    let (catalog, store) = published(4);
    catalog.add_tracks(9..=9);
    catalog.publish(&store.open()).expect("published");
    store.replace_object("covers/orphan", "not of this layout".into());
    let orphan = keys::cover(&Sha256Hex::of(b"a killed run's"), 64, "jpg");
    store.replace_object(&orphan, "jpeg".into());
    let report = sweep_now(&store, &forced(&catalog)).expect("swept");
    assert_eq!(report.young_objects, 1);
    assert!(store.object(&orphan).is_some());
    store.age_all(DAY);
    sweep_now(&store, &forced(&catalog)).expect("swept");
    assert!(store.object(&orphan).is_none(), "past its grace it goes");
    assert!(store.object("covers/orphan").is_some(), "what isn't ours is not touched");
}

#[test]
fn what_is_not_on_record_is_read_from_the_databases_before_anything_goes() {
    let (catalog, store) = published(3);
    catalog.write("DELETE FROM publications; DELETE FROM publication_objects;");
    let report = sweep_now(&store, &forced(&catalog)).expect("swept");
    assert_eq!(report.removed_objects, 3);
    assert_all_whole(&store);
    store.take_calls();
    sweep_now(&store, &forced(&catalog)).expect("swept");
    assert!(!store.take_calls().iter().any(|call| call.starts_with("get blobs")), "now it is on record");
}

#[test]
fn a_database_that_can_not_be_read_stops_a_sweep() {
    let (catalog, store) = published(3);
    catalog.write("DELETE FROM publications; DELETE FROM publication_objects;");
    let damaged = &history(&store)[1];
    store.replace_object(&damaged.database.key, "garbage".into());
    store.age_all(DAY);
    let job = GcJob { publish: catalog.job(), dry_run: false };
    let error = anyhow::Error::from(sweep_now(&store, &job).expect_err("refused"));
    assert!(format!("{error:#}").contains("snapshots verify"), "{error:#}");
}

#[test]
fn a_publisher_elsewhere_ends_a_sweep() {
    let (catalog, store) = published(5);
    let theirs = Manifest { sequence: 9, ..live(&store) }.to_bytes().expect("bytes");
    let overtaken = sweep_with(&store, &catalog, || store.replace_object("manifest.json", theirs.clone().into()));
    assert!(overtaken.is_err_and(|error| matches!(error, HistoryError::Overtaken) && error.is_temporary()));
    assert_eq!(history(&store).len(), 5, "nothing went");
}

/// Does something between a sweep's listing and its first removal.
fn sweep_with(store: &Recording, catalog: &Catalog, meanwhile: impl Fn()) -> Result<(), HistoryError> {
    let open = store.open();
    let base = Base::read(&open, false, None)?;
    let live = base.manifest.as_ref().expect("a manifest");
    let job = forced(catalog);
    let kept = Kept::find(&open, &job.publish, live, open.now()?)?;
    let work = WorkFolder::fresh(catalog.library.data_dir())?;
    let mut plan = Plan::make(&open, &kept, retention(&catalog.config), open.now()?, &work)?;
    meanwhile();
    remove(&open, &mut plan, base.stored.as_ref())
}

#[test]
fn the_history_goes_before_what_it_names() {
    let (catalog, store) = published(5);
    store.break_calls("delete blobs", Fault::Fail, usize::MAX);
    sweep_now(&store, &forced(&catalog)).expect_err("the store refuses");
    assert_eq!(history(&store).len(), 2, "what is listed is whole");
    assert_all_whole(&store);
}

#[test]
fn other_stores_are_left_alone() {
    let (_theirs, store) = published(2);
    let ours = Catalog::with_tracks(1);
    let error = sweep_now(&store, &forced(&ours)).expect_err("foreign");
    assert!(matches!(error, HistoryError::Publish(PublishError::Foreign { .. })), "{error}");
    let error = sweep_now(&Recording::default(), &forced(&ours)).expect_err("nothing live");
    assert!(matches!(error, HistoryError::NothingLive { .. }), "{error}");
}

/// A store where a run was killed between P5 and P6, `age` seconds ago.
fn killed(age: i64) -> (Catalog, Recording) {
    let (catalog, store) = published(1);
    catalog.add_tracks(2..=2);
    catalog.add_picture(2, 64);
    store.break_calls("put history", Fault::Forbid, 1);
    catalog.publish(&store.open()).map(|_| ()).expect_err("killed");
    store.age_all(age);
    (catalog, store)
}

/// What a killed run sent and did not publish.
fn orphans(store: &Recording) -> Vec<String> {
    let named = live(store).database.key;
    let cover = keys::cover_folder(&crate::snapshot::publish::tests::catalog::picture(1, 64));
    let sent = store.keys_of("blobs").into_iter().chain(store.keys_of("covers"));
    sent.filter(|key| *key != named && !key.starts_with(&cover)).collect()
}

#[test]
fn a_publish_keeps_what_a_killed_run_left_just_now() {
    let (catalog, store) = killed(DAY / 2 - 60);
    let orphans = orphans(&store);
    catalog.publish(&store.open()).expect("published");
    assert!(orphans.len() == 2 && orphans.iter().all(|key| store.is_aged(key)), "{orphans:?}");
}

#[test]
fn a_publish_writes_again_what_a_sweep_elsewhere_could_take() {
    let (catalog, store) = killed(DAY / 2);
    let orphans = orphans(&store);
    catalog.publish(&store.open()).expect("published");
    assert!(orphans.len() == 2 && !orphans.iter().any(|key| store.is_aged(key)), "{orphans:?}");
    // A sweep that listed just before now finds it young.
    let report = sweep_now(&store, &forced(&catalog)).expect("swept");
    assert_eq!(report.removed_objects, 0);
    assert_whole(&store, &live(&store));
}

#[test]
fn what_a_kept_snapshot_names_is_not_sent_again() {
    let (catalog, store) = published(2);
    // Back to what was published first: one track, one picture.
    catalog.write("DELETE FROM tracks WHERE track_id = 2; UPDATE tracks SET cover_id = 1");
    let forced = PublishJob { force: true, ..catalog.job() };
    store.take_calls();
    publish_to(&store.open(), &forced, now()).expect("published");
    let blobs = store.take_calls().into_iter().filter(|call| call.starts_with("put blobs")).count();
    assert_eq!((live(&store).sequence, blobs), (3, 0));
}

#[test]
fn a_publish_sweeps_at_its_end_now_and_then() {
    let mut catalog = Catalog::with_tracks(1);
    let objects = catalog.folder.path().join("objects");
    let url = url::Url::from_file_path(&objects).expect("a URL").to_string();
    catalog.config.store = Some(url.try_into().expect("a store"));
    catalog.config.keep_snapshots = 1;
    catalog.config.gc_grace = Duration::ZERO;
    let publish = |id| {
        catalog.add_tracks(id..=id);
        crate::snapshot::publish::publish(&catalog.job()).expect("published")
    };
    publish(2);
    let orphan = objects.join(keys::blob(&Sha256Hex::of(b"a killed run's")));
    std::fs::create_dir_all(orphan.parent().expect("a folder")).expect("a folder");
    std::fs::write(&orphan, "…").expect("an orphan");
    publish(3);
    assert!(!orphan.exists() && !orphan.parent().expect("a folder").exists());
    let list = crate::snapshot::history::list(&catalog.library, &catalog.config, 10).expect("a list");
    assert_eq!(list.snapshots.len(), 1, "today's last one");
}
