use super::*;

const DAY: i64 = 24 * 3600;

fn live() -> LiveSnapshot {
    LiveSnapshot {
        publisher_id: Some("mine".into()),
        database_sha256: "aa".into(),
        public_base_url: None,
        access_sha256: None,
        generated_at: 1000,
        expires_at: Some(1000 + 30 * DAY),
        counts: SnapshotCounts { playlists: 10, tracks: 1000, files: 1000, covers: 50, albums: 100, artists: 80 },
        lacks_signature: false,
    }
}

fn candidate() -> Candidate<'static> {
    Candidate {
        publisher_id: "mine",
        database_sha256: "aa",
        public_base_url: None,
        access_sha256: None,
        manifest_life_secs: 30 * 86400,
    }
}

#[test]
fn a_store_belongs_to_whoever_published_last() {
    assert_eq!(ownership(None, "mine"), Ownership::Empty);
    assert_eq!(ownership(Some(&live()), "mine"), Ownership::Own);
    assert_eq!(ownership(Some(&live()), "other"), Ownership::Foreign);
    let exported = LiveSnapshot { publisher_id: None, ..live() };
    assert_eq!(ownership(Some(&exported), "mine"), Ownership::Foreign);
}

#[test]
fn a_fall_by_more_than_a_fifth_is_named() {
    let before = live().counts;
    assert!(list_shrunk(before, before).is_empty());
    assert!(list_shrunk(before, SnapshotCounts { tracks: 800, ..before }).is_empty(), "a fifth is allowed");
    let shrunk = list_shrunk(before, SnapshotCounts { tracks: 799, albums: 0, ..before });
    let words: Vec<String> = shrunk.iter().map(ToString::to_string).collect();
    assert_eq!(words, ["tracks fell from 1000 to 799", "albums fell from 100 to 0"]);
}

#[test]
fn growing_and_an_empty_beginning_are_no_fall() {
    let nothing = SnapshotCounts::default();
    assert!(list_shrunk(nothing, live().counts).is_empty());
    assert!(list_shrunk(nothing, nothing).is_empty());
}

#[test]
fn the_same_fresh_snapshot_is_left_alone() {
    assert_eq!(next_step(Some(&live()), candidate(), 1000), NextStep::LeaveAlone);
    assert_eq!(next_step(Some(&live()), candidate(), 999 + 15 * DAY), NextStep::LeaveAlone);
}

#[test]
fn half_of_its_life_is_enough_to_renew_a_manifest() {
    assert_eq!(next_step(Some(&live()), candidate(), 1000 + 15 * DAY), NextStep::RenewManifest);
    let shorter = Candidate { manifest_life_secs: 2 * 86400, ..candidate() };
    assert_eq!(next_step(Some(&live()), shorter, 1000 + DAY), NextStep::RenewManifest);
}

#[test]
fn a_clock_that_was_ahead_renews_nothing() {
    assert_eq!(next_step(Some(&live()), candidate(), 0), NextStep::LeaveAlone);
}

#[test]
fn what_else_a_manifest_says_renews_it() {
    let moved = Candidate { public_base_url: Some("https://cdn.example"), ..candidate() };
    assert_eq!(next_step(Some(&live()), moved, 1000), NextStep::RenewManifest);
    let told = Candidate { access_sha256: Some("cc"), ..candidate() };
    assert_eq!(next_step(Some(&live()), told, 1000), NextStep::RenewManifest, "credentials");
    let taken_back = LiveSnapshot { access_sha256: Some("cc".to_owned()), ..live() };
    assert_eq!(next_step(Some(&taken_back), candidate(), 1000), NextStep::RenewManifest);
    let unsigned = LiveSnapshot { lacks_signature: true, ..live() };
    assert_eq!(next_step(Some(&unsigned), candidate(), 1000), NextStep::RenewManifest);
    let taken_over = Candidate { publisher_id: "other", ..candidate() };
    assert_eq!(next_step(Some(&live()), taken_over, 1000), NextStep::RenewManifest);
}

#[test]
fn another_database_or_an_empty_store_is_published() {
    assert_eq!(next_step(None, candidate(), 1000), NextStep::PublishAll);
    let changed = Candidate { database_sha256: "bb", ..candidate() };
    assert_eq!(next_step(Some(&live()), changed, 1000), NextStep::PublishAll);
}

#[test]
fn what_was_read_back_is_told_apart_by_its_bytes() {
    assert_eq!(read_back(Some(b"new"), b"new", Some(b"old")), ReadBack::Mine);
    assert_eq!(read_back(Some(b"old"), b"new", Some(b"old")), ReadBack::Base);
    assert_eq!(read_back(None, b"new", None), ReadBack::Base);
    assert_eq!(read_back(None, b"new", Some(b"old")), ReadBack::Other);
    assert_eq!(read_back(Some(b"third"), b"new", Some(b"old")), ReadBack::Other);
}

#[test]
fn an_unclear_commit_ends() {
    assert_eq!(after_commit(ReadBack::Mine, 0, 0.5), AfterCommit::Done);
    assert_eq!(after_commit(ReadBack::Other, 0, 0.5), AfterCommit::Lost);
    let waits: Vec<_> = (0..=MAX_COMMIT_RETRIES).map(|retries| after_commit(ReadBack::Base, retries, 0.5)).collect();
    let wait = |millis| AfterCommit::Retry(Duration::from_millis(millis));
    assert_eq!(waits, [wait(200), wait(400), wait(800), AfterCommit::GiveUp]);
}

#[test]
fn jitter_spreads_the_waits_and_never_removes_them() {
    assert_eq!(after_commit(ReadBack::Base, 0, 0.0), AfterCommit::Retry(Duration::from_millis(100)));
    assert_eq!(after_commit(ReadBack::Base, 0, 1.0), AfterCommit::Retry(Duration::from_millis(300)));
}
