//! What `/readyz` and `/metrics` can say about the refreshes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use jiff::Timestamp;

use super::error::RefreshError;
use super::refresh::Outcome;

/// How the last refreshes went.
#[derive(Default)]
pub struct RefreshStatus {
    last: ArcSwap<LastRefresh>,
    counts: [AtomicU64; OUTCOMES.len()],
}

/// How a refresh can go, by the names that are shown.
const OUTCOMES: [&str; 4] = ["unchanged", "renewed", "replaced", "failed"];

/// How the last refreshes went, at one moment.
#[derive(Clone, Default)]
pub struct LastRefresh {
    /// When a store last had an answer that was followed.
    pub succeeded_at: Option<Timestamp>,
    /// Why the refreshes since then failed, without hosts and folders.
    pub error: Option<String>,
    /// Failures since then.
    pub failures: u32,
}

impl RefreshStatus {
    /// How things are now.
    pub fn load(&self) -> Arc<LastRefresh> {
        self.last.load_full()
    }

    /// How many refreshes went in each way.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        OUTCOMES.into_iter().zip(self.counts.iter().map(|count| count.load(Ordering::Relaxed)))
    }

    /// Notes how a refresh went.
    pub(super) fn note(&self, outcome: &Result<Outcome, RefreshError>, now: Timestamp) {
        let way = match outcome {
            Ok(Outcome::Unchanged) => 0,
            Ok(Outcome::Renewed) => 1,
            Ok(Outcome::Replaced) => 2,
            Err(_) => 3,
        };
        self.counts[way].fetch_add(1, Ordering::Relaxed);
        let last = self.last.load();
        let next = match outcome {
            Ok(_) => LastRefresh { succeeded_at: Some(now), error: None, failures: 0 },
            Err(error) => LastRefresh {
                succeeded_at: last.succeeded_at,
                error: Some(error.to_string()),
                failures: last.failures.saturating_add(1),
            },
        };
        self.last.store(Arc::new(next));
    }
}
