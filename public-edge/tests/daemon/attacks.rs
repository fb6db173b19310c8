//! The attacks that The Update Framework lists, as far as they apply to one signed manifest and the objects that it names.
//! Each is a test by its name.

use std::fs;

use public_edge::snapshot::Outcome;
use snapshot_format::keys;
use snapshot_format::manifest::{Access, Delta, Manifest};
use snapshot_format::signature::{SigningKey, sign};
use snapshot_format::{Sha256Hex, limits};

use crate::support::{Fault, Publisher, TestEdge, WebStore};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

/// A publisher whose first snapshot is served by an edge that trusts its key, number 1.
struct Place {
    publisher: Publisher,
    web: WebStore,
    cache: tempfile::TempDir,
    edge: TestEdge,
}

impl Place {
    async fn new() -> Self {
        let (publisher, cache) = (Publisher::new(), folder());
        let web = WebStore::start(publisher.path()).await;
        publisher.publish_signed(7, "genuine", &key(1));
        let mut edge = TestEdge::trusting(&[&key(1)], &[&web.url()], cache.path());
        assert_eq!(edge.refresh().await.expect("fetched"), Outcome::Replaced);
        Self { publisher, web, cache, edge }
    }

    /// What is offered now is refused in these words, and what was served goes on.
    async fn refuses(&mut self, words: &str) {
        let refusal = self.edge.refusal().await;
        assert!(refusal.contains(words), "{refusal}");
        assert_eq!(self.edge.track_name().await, "genuine");
    }

    /// What is genuine is taken after all that.
    async fn takes(&mut self, sequence: u64) {
        self.publisher.publish_signed(sequence, "genuine and new", &key(1));
        assert_eq!(self.edge.refresh().await.expect("fetched"), Outcome::Replaced);
        assert_eq!(self.edge.track_name().await, "genuine and new");
    }

    /// Another process over the same cache folder.
    fn restart(self, trusted: &[&SigningKey]) -> Self {
        let Self { publisher, web, cache, edge } = self;
        drop(edge);
        let edge = TestEdge::trusting(trusted, &[&web.url()], cache.path());
        Self { publisher, web, cache, edge }
    }
}

#[tokio::test]
async fn arbitrary_installation() {
    let mut place = Place::new().await;
    place.publisher.publish(8, "of a stranger");
    place.refuses("not signed").await;
    assert_eq!(place.web.requests("blobs/").len(), 1, "nothing is fetched on a stranger's word");
    place.takes(9).await;
}

#[tokio::test]
async fn wrong_key() {
    let mut place = Place::new().await;
    let forged = place.publisher.publish_signed(8, "of a stranger", &key(2));
    place.refuses("none of these keys is trusted").await;
    let mut renamed = forged;
    key(1).public_key().id().clone_into(&mut renamed.signatures[0].key_id);
    place.publisher.write_manifest(&serde_json::to_vec(&renamed).expect("JSON"));
    place.refuses("is wrong").await;
    place.takes(9).await;
}

#[tokio::test]
async fn rollback() {
    let mut place = Place::new().await;
    let old = fs::read(place.publisher.object(keys::MANIFEST)).expect("the manifest");
    place.takes(8).await;
    place.publisher.write_manifest(&old);
    assert!(place.edge.refusal().await.contains("brought back"));
    let mut place = place.restart(&[&key(1)]);
    assert!(place.edge.refresher.serve_last_good().await);
    assert!(place.edge.refusal().await.contains("brought back"), "trust outlives the process");
    assert_eq!(place.edge.track_name().await, "genuine and new");
}

#[tokio::test]
async fn rollback_behind_a_takeover() {
    let mut place = Place::new().await;
    let before = fs::read(place.publisher.object(keys::MANIFEST)).expect("the manifest");
    place.publisher.publish_with(8, "taken over", "", |manifest| {
        manifest.publisher_id = Some("the-new-NAS".to_owned());
        sign(manifest, &key(1));
    });
    place.edge.refresh().await.expect("fetched");
    place.publisher.write_manifest(&before);
    assert!(place.edge.refusal().await.contains("brought back"));
    assert_eq!(place.edge.track_name().await, "taken over");
}

#[tokio::test]
async fn freeze() {
    let mut place = Place::new().await;
    let ended = "2026-01-03T00:00:00Z".parse().expect("a time");
    place.publisher.publish_with(8, "genuine", "", |manifest| {
        manifest.expires_at = Some(ended);
        sign(manifest, &key(1));
    });
    place.edge.refresh().await.expect("taken: old music is better than none");
    let served = place.edge.snapshots.load().expect("a snapshot");
    assert!(served.manifest.is_expired(jiff::Timestamp::now()), "/readyz says that it is stale");
    // Whoever holds newer manifests back can't make this one look fresh.
    let mut prolonged = served.manifest.clone();
    prolonged.expires_at = None;
    place.publisher.write_manifest(&serde_json::to_vec(&prolonged).expect("JSON"));
    place.refuses("is wrong").await;
}

#[tokio::test]
async fn fast_forward() {
    let mut place = Place::new().await;
    place.publisher.publish(limits::MAX_SEQUENCE, "of a stranger");
    place.refuses("not signed").await;
    let leapt = format!("\"sequence\":{}", limits::MAX_SEQUENCE + 1);
    let text = fs::read_to_string(place.publisher.object(keys::MANIFEST)).expect("the manifest");
    let text = text.replace(&format!("\"sequence\":{}", limits::MAX_SEQUENCE), &leapt);
    place.publisher.write_manifest(text.as_bytes());
    place.refuses("above 2^53").await;
    place.takes(8).await;
}

#[tokio::test]
async fn fast_forward_of_an_edge_without_keys_is_undone_by_reset_trust() {
    let (publisher, cache) = (Publisher::new(), folder());
    publisher.publish(limits::MAX_SEQUENCE, "of a stranger");
    let mut edge = TestEdge::open(&[&publisher.url()], cache.path());
    edge.refresh().await.expect("nobody vouches for anything here");
    publisher.publish(8, "genuine");
    assert!(edge.refusal().await.contains("--reset-trust"));
    edge.refresher.reset_trust().expect("forgotten");
    publisher.publish(9, "genuine");
    edge.refresh().await.expect("fetched");
    assert_eq!(edge.track_name().await, "genuine");
}

#[tokio::test]
async fn mix_and_match() {
    let mut place = Place::new().await;
    let old = place.edge.snapshots.load().expect("a snapshot").manifest.clone();
    let new = place.publisher.publish_signed(8, "genuine too", &key(1));
    // A new sequence over the old database, an old signature over new fields, another access file: each is a new text.
    let stitched: [fn(&Manifest, &Manifest) -> Manifest; 3] = [
        |old, new| Manifest { sequence: new.sequence, ..old.clone() },
        |old, new| Manifest { signatures: old.signatures.clone(), ..new.clone() },
        |_, new| {
            let sha256 = Sha256Hex::of(b"old");
            let access = Access { key: keys::access(&sha256), sha256 };
            Manifest { access: Some(access), ..new.clone() }
        },
    ];
    for stitch in stitched {
        place.publisher.write_manifest(&serde_json::to_vec(&stitch(&old, &new)).expect("JSON"));
        place.refuses("is wrong").await;
    }
    // The new manifest over the old database's bytes.
    let (old, new) = (place.publisher.object(&old.database.key), place.publisher.object(&new.database.key));
    fs::copy(old, new).expect("copied");

    let last = place.publisher.publish_signed(10, "genuine too, and last", &key(1));
    fs::write(place.publisher.object(&last.database.key), zstd::encode_all(&[7; 4096][..], 3).expect("packed"))
        .expect("written");
    place.refuses("unpacks to").await;
}

#[tokio::test]
async fn endless_data() {
    let mut place = Place::new().await;
    place.publisher.publish_signed(8, "endless", &key(1));
    place.web.break_with(Fault::Endless("manifest"));
    place.refuses("manifest.json").await;
    place.web.break_with(Fault::Endless("blobs/"));
    place.refuses("").await;
    place.web.break_with(Fault::None);
    // A manifest can't announce an object without end either: no packing makes more of a database than this.
    place.publisher.publish_with(9, "padded", "", |manifest| {
        manifest.database.stored_bytes = u64::MAX;
        sign(manifest, &key(1));
    });
    place.refuses("are packed into").await;
    place.takes(10).await;
}

#[tokio::test]
async fn slow_retrieval() {
    let (slow, quick, cache) = (Publisher::new(), Publisher::new(), folder());
    let web = WebStore::start(slow.path()).await;
    slow.publish_signed(2, "held back", &key(1));
    quick.publish_signed(2, "held back", &key(1));
    web.break_with(Fault::Stalled("blobs/"));
    let keys = format!("snapshot.public_keys = '{}'", key(1).public_key());
    let patience = format!("{keys}\nsnapshot.store_options.read_timeout = '1 second'");
    let mut edge = TestEdge::open_with(&[&web.url(), &quick.url()], cache.path(), &patience, 1);
    assert_eq!(edge.refresh().await.expect("the next store has it"), Outcome::Replaced);
    assert_eq!(edge.track_name().await, "held back");
    assert!(web.requests("blobs/").len() > 1, "the first store was given more than one chance");
}

#[tokio::test]
async fn extraneous_objects() {
    let mut place = Place::new().await;
    let served = place.edge.snapshots.load().expect("a snapshot").manifest.database.sha256.clone();
    // What is not signed names objects that nobody should follow.
    place.publisher.publish_with(8, "genuine", "", |manifest| {
        let foreign = Delta { from_sha256: served, key: "../../etc/passwd".to_owned(), stored_bytes: 1 << 60 };
        manifest.deltas = vec![foreign];
        sign(manifest, &key(1));
    });
    place.edge.refresh().await.expect("the database is what was signed");
    let asked = place.web.requests("").len();
    let known = place.web.requests("manifest.json").len() + place.web.requests("blobs/").len();
    assert_eq!(asked, known, "nothing but the manifest and its database is asked for");
}

#[tokio::test]
async fn duplicate_signature() {
    let mut place = Place::new().await;
    place.publisher.publish_with(8, "twice", "", |manifest| {
        sign(manifest, &key(1));
        manifest.signatures.push(manifest.signatures[0].clone());
    });
    place.refuses("signed twice").await;
    place.takes(9).await;
}

#[tokio::test]
async fn key_rotation() {
    let place = Place::new().await;
    // First the edges trust both keys, then the NAS signs with the new one, then the old one goes.
    let mut place = place.restart(&[&key(1), &key(2)]);
    assert!(place.edge.refresher.serve_last_good().await);
    place.publisher.publish_signed(8, "by the new key", &key(2));
    place.edge.refresh().await.expect("fetched");
    let mut place = place.restart(&[&key(2)]);
    assert!(place.edge.refresher.serve_last_good().await);
    place.publisher.publish_signed(9, "by the old key", &key(1));
    assert!(place.edge.refusal().await.contains("none of these keys is trusted"));
    assert_eq!(place.edge.track_name().await, "by the new key");
}

#[tokio::test]
async fn a_key_that_is_no_longer_trusted_takes_the_cache_with_it() {
    let place = Place::new().await;
    let mut place = place.restart(&[&key(2)]);
    assert!(!place.edge.refresher.serve_last_good().await, "nobody who is trusted vouches for it");
    assert!(place.edge.snapshots.load().is_none());
    let mut place = place.restart(&[&key(1)]);
    assert!(place.edge.refresher.serve_last_good().await, "a slip in the configuration costs nothing");
    assert_eq!(place.edge.track_name().await, "genuine");
}

#[tokio::test]
async fn keys_that_come_later_do_not_trust_what_came_before() {
    let (publisher, cache) = (Publisher::new(), folder());
    publisher.publish(7, "of anybody");
    let mut edge = TestEdge::open(&[&publisher.url()], cache.path());
    edge.refresh().await.expect("fetched");
    drop(edge);
    let mut edge = TestEdge::trusting(&[&key(1)], &[&publisher.url()], cache.path());
    assert!(!edge.refresher.serve_last_good().await);
    assert!(edge.refusal().await.contains("not signed"));
    publisher.publish_signed(8, "signed", &key(1));
    edge.refresh().await.expect("fetched");
    assert_eq!(edge.track_name().await, "signed");
}

#[tokio::test]
async fn what_is_refused_raises_no_trust() {
    let mut place = Place::new().await;
    // Signed, with a sequence far ahead, and not what was signed: the last check fails.
    let broken = place.publisher.publish_signed(900, "broken", &key(1));
    fs::write(place.publisher.object(&broken.database.key), b"no frame").expect("written");
    place.refuses("unpacked").await;
    place.takes(8).await;
}
