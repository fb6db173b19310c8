//! Patches and broken downloads: an edge fetches as little as it can, and what is odd costs it the whole database, never
//! the refresh.

use std::fs;

use snapshot_format::Manifest;
use snapshot_format::manifest::Delta;

use crate::support::{Fault, Publisher, TestEdge, WebStore};
use public_edge::snapshot::{Outcome, RefreshError};

/// A publisher, its store, and an edge that serves the first snapshot.
struct Yard {
    publisher: Publisher,
    web: WebStore,
    cache: tempfile::TempDir,
    edge: TestEdge,
    first: Manifest,
}

async fn yard() -> Yard {
    let publisher = Publisher::new();
    let web = WebStore::start(publisher.path()).await;
    let cache = tempfile::tempdir().expect("a folder");
    let mut edge = TestEdge::open(&[&web.url()], cache.path());
    let first = publisher.publish(1, "first");
    assert_eq!(edge.refresh().await.expect("fetched"), Outcome::Replaced);
    Yard { publisher, web, cache, edge, first }
}

impl Yard {
    /// Takes the second snapshot, and says how many whole databases were fetched for it.
    async fn take_second(&mut self) -> usize {
        let before = self.web.requests("blobs/").len();
        assert_eq!(self.edge.refresh().await.expect("fetched"), Outcome::Replaced);
        assert_eq!(self.edge.track_name().await, "second");
        self.web.requests("blobs/").len() - before
    }
}

#[tokio::test]
async fn an_edge_on_the_base_fetches_the_patch_alone() {
    let mut yard = yard().await;
    yard.publisher.publish_patch(2, "second", &yard.first, |_| ());
    assert_eq!(yard.take_second().await, 0);
    assert_eq!(yard.web.requests("deltas/").len(), 1);
}

#[tokio::test]
async fn an_edge_that_was_restarted_still_has_its_base() {
    let Yard { publisher, web, cache, edge, first } = yard().await;
    drop(edge);
    publisher.publish_patch(2, "second", &first, |_| ());
    let mut edge = TestEdge::open(&[&web.url()], cache.path());
    assert!(edge.refresher.serve_last_good().await);
    edge.refresh().await.expect("fetched");
    assert_eq!((web.requests("blobs/").len(), web.requests("deltas/").len()), (1, 1));
}

#[tokio::test]
async fn an_edge_without_the_base_fetches_the_database() {
    let mut yard = yard().await;
    let third = yard.publisher.publish(2, "third");
    let other = yard.publisher.publish(3, "first");
    assert_eq!(other.database.sha256, yard.first.database.sha256);
    yard.publisher.publish_patch(4, "second", &third, |_| ());
    assert_eq!(yard.take_second().await, 1);
    assert!(yard.web.requests("deltas/").is_empty());
}

/// What is wrong with a patch, and whether it is asked for at all.
type Oddity = (&'static str, fn(&Publisher, &Manifest), bool);

const ODDITIES: [Oddity; 8] = [
    ("missing", |p, m| fs::remove_file(p.object(&m.deltas[0].key)).expect("removed"), true),
    ("no patch", |p, m| write(p, m, b"no patch at all"), true),
    ("cut", |p, m| write(p, m, &read(p, m)[..30]), true),
    ("empty", |p, m| write(p, m, b""), true),
    ("a flipped bit", |p, m| flip(p, m), true),
    ("larger than announced", |p, m| write(p, m, &[read(p, m), vec![0; 9]].concat()), true),
    ("another key", |p, m| rewrite(p, m, |m| m.deltas[0].key = "blobs/../secret".into()), false),
    ("no smaller than the database", |p, m| rewrite(p, m, |m| m.deltas[0].stored_bytes = 1 << 30), false),
];

#[tokio::test]
async fn an_odd_patch_costs_the_whole_database_and_nothing_else() {
    for (name, spoil, is_asked_for) in ODDITIES {
        let mut yard = yard().await;
        let second = yard.publisher.publish_patch(2, "second", &yard.first, |_| ());
        spoil(&yard.publisher, &second);
        assert_eq!(yard.take_second().await, 1, "{name}");
        assert_eq!(!yard.web.requests("deltas/").is_empty(), is_asked_for, "{name}");
    }
}

/// Text that two databases have and the first one lacks.
const LYRICS: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000)
     INSERT INTO catalog_lyrics SELECT 2, group_concat(i * 7919 % 104729), NULL, NULL FROM n;";

#[tokio::test]
async fn a_patch_of_another_base_is_refused() {
    let mut yard = yard().await;
    let third = yard.publisher.publish_with(9, "third", LYRICS, |_| ());
    yard.publisher.publish_with(10, "second", LYRICS, |second| {
        let real = yard.publisher.create_patch(&third, second);
        let posing = yard.publisher.create_patch(&yard.first, second);
        fs::rename(yard.publisher.object(&real.key), yard.publisher.object(&posing.key)).expect("renamed");
        second.deltas.push(Delta { stored_bytes: real.stored_bytes, ..posing });
    });
    assert_eq!(yard.take_second().await, 1);
    assert_eq!(yard.web.requests("deltas/").len(), 1);
}

#[tokio::test]
async fn a_base_that_rotted_is_not_built_upon() {
    let mut yard = yard().await;
    let database = fs::read_dir(yard.cache.path()).expect("the cache").filter_map(Result::ok);
    let database = database.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|ext| ext == "db"));
    let rotten = database.expect("the database");
    let length = fs::metadata(&rotten).expect("the file").len();
    fs::write(&rotten, vec![0; usize::try_from(length).expect("small")]).expect("written");
    yard.publisher.publish_patch(2, "second", &yard.first, |_| ());
    assert_eq!(yard.take_second().await, 1);
}

#[tokio::test]
async fn a_broken_patch_goes_on_where_it_stopped() {
    let mut yard = yard().await;
    yard.publisher.publish_patch(2, "second", &yard.first, |_| ());
    yard.web.break_objects("deltas/", Fault::CutOnce(20));
    assert_eq!(yard.take_second().await, 0);
    let requests = yard.web.requests("deltas/");
    assert_eq!(requests.len(), 2, "{requests:?}");
    assert!(requests[1].0.as_ref().is_some_and(|range| range.starts_with("bytes=20")), "{requests:?}");
}

#[tokio::test]
async fn a_store_without_ranges_is_read_over() {
    let mut yard = yard().await;
    yard.web.ignore_ranges();
    yard.publisher.publish(2, "second");
    yard.web.break_with(Fault::CutOnce(500));
    yard.take_second().await;
    let requests = yard.web.requests("blobs/");
    assert_eq!(requests.last().expect("a request").0, None, "without a range at last: {requests:?}");
}

#[tokio::test]
async fn an_object_that_changes_meanwhile_begins_anew() {
    let mut yard = yard().await;
    yard.publisher.publish(2, "second");
    yard.web.break_with(Fault::OtherOnce(500));
    yard.take_second().await;
    let statuses: Vec<u16> = yard.web.requests("blobs/").into_iter().map(|(_, status)| status).collect();
    assert!(statuses[2..].iter().any(|status| *status != 200), "the other one's rest is asked for: {statuses:?}");
    assert_eq!(statuses.last(), Some(&200), "the whole at last: {statuses:?}");
}

#[tokio::test]
async fn a_line_that_never_holds_ends_the_download_and_what_was_served_stays() {
    let mut yard = yard().await;
    yard.publisher.publish(2, "second");
    yard.web.break_with(Fault::CutAlways);
    let error = yard.edge.refresh().await.expect_err("broken");
    assert!(matches!(error, RefreshError::Download(_)), "{error}");
    assert!(yard.web.requests("blobs/").len() < 30, "tries are counted");
    assert_eq!(yard.edge.track_name().await, "first");
    yard.web.break_with(Fault::None);
    yard.take_second().await;
}

fn read(publisher: &Publisher, manifest: &Manifest) -> Vec<u8> {
    fs::read(publisher.object(&manifest.deltas[0].key)).expect("the patch")
}

fn write(publisher: &Publisher, manifest: &Manifest, bytes: &[u8]) {
    fs::write(publisher.object(&manifest.deltas[0].key), bytes).expect("written");
}

fn flip(publisher: &Publisher, manifest: &Manifest) {
    let mut bytes = read(publisher, manifest);
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    write(publisher, manifest, &bytes);
}

fn rewrite(publisher: &Publisher, manifest: &Manifest, change: fn(&mut Manifest)) {
    let mut changed = manifest.clone();
    change(&mut changed);
    publisher.write_manifest(&serde_json::to_vec(&changed).expect("JSON"));
}
