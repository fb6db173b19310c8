use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const HOUR: i64 = 3600;
const RETENTION: Retention = Retention { keep_snapshots: 10, grace_secs: 24 * 3600 };
/// Noon of some day.
const NOON: i64 = 20_000 * DAY_SECS + 12 * HOUR;

fn snapshot(sequence: u64, database: &str, written_at: i64) -> PublishedSnapshot {
    PublishedSnapshot { sequence, database: database.to_owned(), written_at }
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_last_databases_are_counted_not_the_manifests() {
    // `b` was renewed twice; all is older than what days and grace keep.
    let history: Vec<_> = [(1, "a"), (2, "b"), (3, "b"), (4, "b"), (5, "c")]
        .map(|(sequence, database)| snapshot(sequence, database, NOON - 100 * DAY_SECS))
        .into();
    let two = Retention { keep_snapshots: 2, ..RETENTION };
    assert_eq!(kept_databases(&history, &names(&[]), two, NOON), names(&["b", "c"]));
    let none = Retention { keep_snapshots: 0, ..RETENTION };
    assert_eq!(kept_databases(&history, &names(&["a"]), none, NOON), names(&["a", "c"]), "one at least");
}

#[test]
fn a_database_that_came_back_counts_as_new() {
    let history: Vec<_> = [(1, "a"), (2, "b"), (3, "a")]
        .map(|(sequence, database)| snapshot(sequence, database, NOON - 100 * DAY_SECS))
        .into();
    let one = Retention { keep_snapshots: 1, ..RETENTION };
    assert_eq!(kept_databases(&history, &names(&[]), one, NOON), names(&["a"]));
}

#[test]
fn the_last_of_each_day_stays_for_a_fortnight() {
    let one = Retention { keep_snapshots: 1, ..RETENTION };
    let mut history = Vec::new();
    for back in (0..20).rev() {
        let noon = NOON - back * DAY_SECS;
        for (name, written_at) in [("early", noon - HOUR), ("late", noon)] {
            history.push(snapshot(history.len() as u64 + 1, &format!("{name}-{back}"), written_at));
        }
    }
    let mut wanted: BTreeSet<String> = (0..14).map(|back| format!("late-{back}")).collect();
    wanted.insert("early-0".into());
    assert_eq!(kept_databases(&history, &names(&[]), one, NOON), wanted, "the early one of today is within the grace");
}

#[test]
fn what_nobody_names_goes_when_it_is_old() {
    let at = |age| fate(false, NOON - age, RETENTION, NOON);
    assert_eq!((at(0), at(24 * HOUR - 1), at(24 * HOUR)), (Fate::Young, Fate::Young, Fate::Swept));
    assert_eq!(at(-HOUR), Fate::Young, "written in the store's future");
    assert_eq!(fate(true, 0, RETENTION, NOON), Fate::Named);
}

#[test]
fn a_publish_writes_again_what_a_sweep_could_take_before_it_ends() {
    let at = |age| must_write_again(false, NOON - age, RETENTION, NOON);
    assert_eq!((at(12 * HOUR - 1), at(12 * HOUR)), (false, true));
    assert!(!must_write_again(true, 0, RETENTION, NOON));
}

#[test]
fn a_sweep_stops_at_what_looks_like_a_mistake() {
    let mut amounts = Amounts::default();
    for (fate, bytes) in [(Fate::Named, 30), (Fate::Young, 20), (Fate::Swept, 50)] {
        amounts.add(fate, bytes);
    }
    assert_eq!(find_objection(amounts, None), None, "half is allowed");
    amounts.add(Fate::Swept, 1);
    let words = find_objection(amounts, None).expect("an objection").to_string();
    assert_eq!(words, "51 of 101 bytes would be removed, more than half");
    let words = find_objection(Amounts::default(), Some((2, "x".to_owned()))).expect("an objection").to_string();
    assert!(words.contains("lacks 2") && words.contains("`x`"), "{words}");
}

#[test]
fn a_publish_sweeps_now_and_then() {
    assert!(is_sweep_due(None, 7200, NOON));
    assert!(!is_sweep_due(Some(NOON - 3599), 7200, NOON));
    assert!(is_sweep_due(Some(NOON - 3600), 7200, NOON));
    assert!(is_sweep_due(Some(NOON + 1), 7200, NOON), "a clock that was ahead");
    assert!(is_sweep_due(Some(NOON), 0, NOON));
}

/// A history of few databases over some weeks, in the order of its times.
fn histories() -> impl Strategy<Value = Vec<PublishedSnapshot>> {
    vec((0..12_u8, 0..30 * DAY_SECS), 0..40).prop_map(|entries| {
        let mut times: Vec<i64> = entries.iter().map(|(_, back)| NOON - back).collect();
        times.sort_unstable();
        let databases = entries.into_iter().map(|(database, _)| database.to_string());
        let rows = databases.zip(times).zip(1..);
        rows.map(|((database, written_at), sequence)| snapshot(sequence, &database, written_at)).collect()
    })
}

fn retentions() -> impl Strategy<Value = Retention> {
    (0..6_u32, 0..3 * 86_400_u64).prop_map(|(keep_snapshots, grace_secs)| Retention { keep_snapshots, grace_secs })
}

/// A sweep of the history itself: entries of databases that are not kept, past their grace.
fn sweep(history: &[PublishedSnapshot], retention: Retention, now: i64) -> Vec<PublishedSnapshot> {
    let kept = kept_databases(history, &BTreeSet::new(), retention, now);
    let stays = |entry: &&PublishedSnapshot| {
        fate(kept.contains(&entry.database), entry.written_at, retention, now) != Fate::Swept
    };
    history.iter().filter(stays).cloned().collect()
}

proptest! {
    #[test]
    fn the_newest_and_the_named_always_stay(history in histories(), retention in retentions()) {
        let always = names(&["always"]);
        let kept = kept_databases(&history, &always, retention, NOON);
        prop_assert!(kept.contains("always"));
        for entry in history.iter().rev().take(retention.keep_snapshots.max(1) as usize) {
            prop_assert!(kept.contains(&entry.database));
        }
    }

    #[test]
    fn what_is_in_the_history_after_a_sweep_is_kept_whole(history in histories(), retention in retentions()) {
        let left = sweep(&history, retention, NOON);
        let kept = kept_databases(&history, &BTreeSet::new(), retention, NOON);
        prop_assert!(left.iter().all(|entry| kept.contains(&entry.database)));
    }

    #[test]
    fn a_second_sweep_finds_nothing(history in histories(), retention in retentions()) {
        let once = sweep(&history, retention, NOON);
        prop_assert_eq!(&sweep(&once, retention, NOON), &once);
    }

    /// Sweeping often or once comes to the same: nothing goes early that a later sweep would keep.
    #[test]
    fn sweeping_often_loses_nothing(history in histories(), retention in retentions(), hours in 0..400_i64) {
        let later = NOON + hours * HOUR;
        let often = sweep(&sweep(&history, retention, NOON), retention, later);
        prop_assert_eq!(often, sweep(&history, retention, later));
    }
}
