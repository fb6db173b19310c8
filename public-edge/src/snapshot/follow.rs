//! The loop that refreshes for as long as the edge runs.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::error::{RefreshError, Remedy};
use super::refresh::{Outcome, Refresher};
use super::schedule::next_wait;
use super::status::RefreshStatus;

/// Refreshes until it is cancelled, a download under way included.
pub async fn follow(
    mut snapshots: Refresher,
    status: Arc<RefreshStatus>,
    poll_interval: Duration,
    cancel: CancellationToken,
) {
    let rounds = async {
        loop {
            let outcome = snapshots.refresh().await;
            report(&outcome, &status);
            status.note(&outcome, Timestamp::now());
            // A refused manifest costs a conditional request, so its change is noticed as early as any other.
            let is_polling = outcome.as_ref().map_or_else(|error| error.remedy() == Remedy::AnotherManifest, |_| true);
            let failures = if is_polling { 0 } else { status.load().failures };
            tokio::time::sleep(next_wait(poll_interval, failures, rand::random())).await;
        }
    };
    cancel.run_until_cancelled(rounds).await;
}

/// Each change of fortune is logged once.
fn report(outcome: &Result<Outcome, RefreshError>, status: &RefreshStatus) {
    let before = status.load();
    match outcome {
        Ok(Outcome::Replaced) => tracing::info!("a new snapshot is being served"),
        Ok(Outcome::Renewed) => tracing::info!("the snapshot was renewed; its database is the same"),
        Ok(Outcome::Unchanged) if before.error.is_some() => tracing::info!("the store answers again; nothing is new"),
        Ok(Outcome::Unchanged) => tracing::debug!("nothing is new"),
        Err(RefreshError::RefusedBefore(_)) => tracing::debug!("the refused manifest is still there"),
        Err(error) if before.error.as_ref() == Some(&error.to_string()) => {
            tracing::debug!(error = error as &dyn std::error::Error, "refreshing failed again");
        }
        Err(error) => {
            tracing::warn!(error = error as &dyn std::error::Error, "refreshing failed; what is served stays");
        }
    }
}
