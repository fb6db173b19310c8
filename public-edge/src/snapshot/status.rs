//! What `/readyz` can say about the refreshes.

use std::sync::Arc;

use arc_swap::ArcSwap;
use jiff::Timestamp;

use super::error::RefreshError;
use super::refresh::Outcome;

/// How the last refreshes went.
#[derive(Default)]
pub struct RefreshStatus {
    last: ArcSwap<LastRefresh>,
}

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

    /// Notes how a refresh went.
    pub(super) fn note(&self, outcome: &Result<Outcome, RefreshError>, now: Timestamp) {
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
