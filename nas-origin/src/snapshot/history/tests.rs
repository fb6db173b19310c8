use super::list::list_of;
use super::*;
use crate::snapshot::publish::tests::catalog::{Catalog, live};
use crate::snapshot::store::recording::Recording;

fn published(count: i64) -> (Catalog, Recording) {
    let (catalog, store) = (Catalog::with_tracks(1), Recording::default());
    catalog.publish(&store.open()).expect("published");
    for id in 2..=count {
        catalog.add_tracks(id..=id);
        catalog.publish(&store.open()).expect("published");
    }
    (catalog, store)
}

fn sequences(list: &SnapshotList) -> Vec<u64> {
    list.snapshots.iter().map(|row| row.sequence).collect()
}

#[test]
fn the_newest_come_first_and_the_live_one_is_marked() {
    let (catalog, store) = published(4);
    let list = list_of(&store.open(), &catalog.library, 3).expect("a list");
    assert_eq!((sequences(&list), list.has_more), (vec![4, 3, 2], true));
    assert!(list.snapshots[0].current && !list.snapshots[1].current);
    assert!(list.snapshots.iter().all(|row| row.available && !row.pinned && row.problem.is_none()));
    let said = list.snapshots[0].said.as_ref().expect("facts");
    let manifest = live(&store);
    assert_eq!((said.track_count, said.stored_bytes), (4, manifest.database.stored_bytes));
    assert_eq!(said.generated_at, manifest.generated_at);

    let all = list_of(&store.open(), &catalog.library, 10).expect("a list");
    assert_eq!((sequences(&all), all.has_more), (vec![4, 3, 2, 1], false));
}

#[test]
fn a_lost_catalog_changes_nothing() {
    let (catalog, store) = published(2);
    let before = list_of(&store.open(), &catalog.library, 10).expect("a list");
    let empty = Catalog::with_tracks(0);
    assert_eq!(list_of(&store.open(), &empty.library, 10).expect("a list"), before);
}

#[test]
fn what_is_damaged_or_gone_is_shown_as_such() {
    let (catalog, store) = published(3);
    let gone =
        Manifest::from_bytes(&store.object(&store.keys_of("history")[0]).expect("an entry")).expect("a manifest");
    store.remove_object(&gone.database.key);
    store.replace_object(&store.keys_of("history")[1], "{".into());
    store.replace_object("manifest.json", "{".into());
    let list = list_of(&store.open(), &catalog.library, 10).expect("a list");
    assert_eq!(sequences(&list), [3, 2, 1]);
    let [newest, damaged, hollow] = &list.snapshots[..] else { panic!("three rows") };
    assert!(newest.available && !newest.current, "the manifest doesn't say which one is live");
    assert!(damaged.said.is_none() && damaged.problem.as_ref().is_some_and(|problem| problem.contains("damaged")));
    assert!(!hollow.available && hollow.said.is_some());
}

#[test]
fn what_is_live_is_shown_without_its_entry() {
    let (catalog, store) = published(2);
    store.remove_object(&store.keys_of("history")[1]);
    let list = list_of(&store.open(), &catalog.library, 10).expect("a list");
    assert_eq!(sequences(&list), [2, 1]);
    assert!(list.snapshots[0].current && list.snapshots[0].available && !list.snapshots[1].current);
}

#[test]
fn an_empty_store_has_an_empty_list() {
    let (catalog, store) = (Catalog::with_tracks(1), Recording::default());
    let list = list_of(&store.open(), &catalog.library, 10).expect("a list");
    assert!(list.snapshots.is_empty() && !list.has_more);
}

#[test]
fn a_history_with_gaps_is_listed_as_far_as_asked() {
    let (catalog, store) = published(4);
    for key in &store.keys_of("history")[1..3] {
        store.remove_object(key);
    }
    let list = list_of(&store.open(), &catalog.library, 1).expect("a list");
    assert_eq!((sequences(&list), list.has_more), (vec![4], true), "sequence 1 is found beyond the gap");
}
