//! What stays in a store (SNAPSHOT.md section 4, "Gc"), as pure functions. The NAS lists, reads and removes; which
//! snapshots are kept, what may go, and when a sweep is to stop is said here. Times are Unix seconds by the store's
//! clock: a NAS without a battery may think that it is 1970.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;

/// For so many days, today among them, the last snapshot of each day is kept.
pub const DAILY_DAYS: i64 = 14;

const DAY_SECS: i64 = 24 * 3600;

/// An entry of a store's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishedSnapshot {
    /// The manifest's sequence.
    pub sequence: u64,
    /// What tells its database from others.
    pub database: String,
    /// When the entry was written.
    pub written_at: i64,
}

/// How much an owner wants to keep.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Retention {
    /// The last so many databases stay; one at least.
    pub keep_snapshots: u32,
    /// What is younger is left alone, in seconds.
    pub grace_secs: u64,
}

impl Retention {
    /// Whether something written at `written_at` has the age at which it may go.
    fn is_past_grace(self, written_at: i64, now: i64) -> bool {
        now.saturating_sub(written_at) >= seconds(self.grace_secs)
    }
}

/// The databases that stay: the last `keep_snapshots` of them, the last one of each of [`DAILY_DAYS`] days (UTC), all
/// that were published within the grace, and those in `always` (the live one and the pinned one).
///
/// Days are the calendar's, so that what is chosen for a day stays chosen while time goes on.
pub fn kept_databases(
    history: &[PublishedSnapshot],
    always: &BTreeSet<String>,
    retention: Retention,
    now: i64,
) -> BTreeSet<String> {
    let mut newest_first: Vec<&PublishedSnapshot> = history.iter().collect();
    newest_first.sort_by_key(|snapshot| Reverse(snapshot.sequence));
    let wanted = retention.keep_snapshots.max(1) as usize;
    let (mut kept, mut last, mut days) = (always.clone(), BTreeSet::new(), BTreeSet::new());
    for snapshot in newest_first {
        let is_among_last = last.contains(&snapshot.database) || last.len() < wanted;
        if is_among_last {
            last.insert(&snapshot.database);
        }
        let is_of_its_day = is_recent(snapshot.written_at, now) && days.insert(day(snapshot.written_at));
        let is_young = !retention.is_past_grace(snapshot.written_at, now);
        if is_among_last || is_of_its_day || is_young {
            kept.insert(snapshot.database.clone());
        }
    }
    kept
}

fn day(time: i64) -> i64 {
    time.div_euclid(DAY_SECS)
}

fn is_recent(written_at: i64, now: i64) -> bool {
    day(now).saturating_sub(day(written_at)) < DAILY_DAYS
}

/// What becomes of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// A kept snapshot names it.
    Named,
    /// None does, but a publish under way may be about to.
    Young,
    /// It goes.
    Swept,
}

/// What becomes of an object that a kept snapshot names, or none, and that was written at `written_at`.
pub fn fate(is_named: bool, written_at: i64, retention: Retention, now: i64) -> Fate {
    if is_named {
        Fate::Named
    } else if retention.is_past_grace(written_at, now) {
        Fate::Swept
    } else {
        Fate::Young
    }
}

/// Whether an object that a publish finds in its place has to be written again (P5), because a sweep elsewhere could
/// take it before the new manifest names it.
pub fn must_write_again(is_named: bool, written_at: i64, retention: Retention, now: i64) -> bool {
    !is_named && now.saturating_sub(written_at) >= seconds(retention.grace_secs / 2)
}

/// How much a listing holds, and how much of it would go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Amounts {
    /// Objects listed.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Of these, objects that no kept snapshot names and that are too young to go.
    pub young_objects: u64,
    /// Objects that go.
    pub swept_objects: u64,
    /// Their bytes.
    pub swept_bytes: u64,
}

impl Amounts {
    /// Counts an object.
    pub fn add(&mut self, fate: Fate, bytes: u64) {
        self.objects += 1;
        self.bytes = self.bytes.saturating_add(bytes);
        match fate {
            Fate::Named => {}
            Fate::Young => self.young_objects += 1,
            Fate::Swept => {
                self.swept_objects += 1;
                self.swept_bytes = self.swept_bytes.saturating_add(bytes);
            }
        }
    }
}

/// Why a sweep stops before it removes anything.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Objection {
    /// The listing lacks what the live snapshot names: it is not whole, or the store is damaged.
    LiveNotListed {
        /// How many objects or folders.
        missing: u64,
        /// One of them.
        example: String,
    },
    /// More than half of the bytes would go: a mistake looks like that.
    MoreThanHalf(Amounts),
}

impl fmt::Display for Objection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LiveNotListed { missing, example } => {
                write!(
                    formatter,
                    "the store's listing lacks {missing} of the live snapshot's objects, such as `{example}`"
                )
            }
            Self::MoreThanHalf(amounts) => {
                write!(formatter, "{} of {} bytes would be removed, more than half", amounts.swept_bytes, amounts.bytes)
            }
        }
    }
}

/// Whether a sweep that would remove this much is to stop; `unlisted` is how many keys the live snapshot names that no
/// listing had, and one of them.
pub fn find_objection(amounts: Amounts, unlisted: Option<(u64, String)>) -> Option<Objection> {
    if let Some((missing, example)) = unlisted {
        return Some(Objection::LiveNotListed { missing, example });
    }
    let is_too_much = u128::from(amounts.swept_bytes) * 2 > u128::from(amounts.bytes);
    is_too_much.then_some(Objection::MoreThanHalf(amounts))
}

/// Whether a publish sweeps at its end (P9): a listing of a large store is too long for every one of them. `last` is
/// when the last sweep ended; both times are by one clock, whichever.
pub fn is_sweep_due(last: Option<i64>, grace_secs: u64, now: i64) -> bool {
    last.is_none_or(|last| now < last || now.saturating_sub(last) >= seconds(grace_secs / 2))
}

fn seconds(unsigned: u64) -> i64 {
    i64::try_from(unsigned).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
