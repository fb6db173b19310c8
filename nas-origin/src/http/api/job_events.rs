//! How jobs go on, as they do: the catalog is asked every second, so that what commands do beside the daemon is seen too.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::Event;
use futures::{Stream, StreamExt, stream};
use jiff::Timestamp;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::ApiError;
use super::jobs::view;
use crate::jobs::JobView;
use crate::library::jobs;
use crate::state::Origin;

/// How often the catalog is asked.
const LOOK: Duration = Duration::from_secs(1);
/// The newest jobs, among which changes are looked for: fewer than these run or wait.
const WATCHED: u32 = 50;
/// A stream ends after this, so that a login that ended is noticed; clients come again by themselves.
const LONGEST: Duration = Duration::from_mins(15);

/// Somebody who watches.
struct Follower {
    origin: Origin,
    /// The one job that they want to see.
    only: Option<i64>,
    /// What they were told last.
    told: BTreeMap<i64, JobView>,
    ends_at: Instant,
    is_first: bool,
    _place: OwnedSemaphorePermit,
}

/// Each change of a job; first, how all of them stand.
///
/// # Errors
/// When too many watch already.
pub(super) fn follow(
    origin: Origin,
    only: Option<i64>,
) -> Result<impl Stream<Item = Result<Event, Infallible>>, ApiError> {
    let place = Arc::clone(&origin.watchers).try_acquire_owned().map_err(ApiError::TooManyWatchers)?;
    let follower = Follower {
        origin,
        only,
        told: BTreeMap::new(),
        ends_at: Instant::now() + LONGEST,
        is_first: true,
        _place: place,
    };
    Ok(stream::unfold(follower, next).flat_map(stream::iter))
}

async fn next(mut follower: Follower) -> Option<(Vec<Result<Event, Infallible>>, Follower)> {
    if !follower.is_first {
        let ending = follower.origin.ending.clone();
        ending.run_until_cancelled(tokio::time::sleep(LOOK)).await?;
    }
    follower.is_first = false;
    if Instant::now() >= follower.ends_at {
        return None;
    }
    let changed = follower.look().await?;
    Some((changed.iter().filter_map(event).map(Ok).collect(), follower))
}

fn event(job: &JobView) -> Option<Event> {
    Event::default().event("job").json_data(job).ok()
}

impl Follower {
    /// What changed since the last look, oldest first; nothing when the catalog can't be read any more.
    async fn look(&mut self) -> Option<Vec<JobView>> {
        let only = self.only;
        let read = move |origin: &Origin| {
            let now = Timestamp::now().as_second();
            let found = origin.library.read(|connection| match only {
                Some(job_id) => jobs::find(connection, job_id, now).map(|job| job.into_iter().collect()),
                None => jobs::list(connection, i64::MAX, WATCHED, now),
            });
            found.map(|jobs| jobs.into_iter().rev().map(|job| view(origin, job)).collect::<Vec<_>>())
        };
        let jobs = self.origin.run_blocking(read).await.ok()?.ok()?;
        let changed = jobs.iter().filter(|job| self.told.get(&job.job_id()) != Some(job)).cloned().collect();
        self.told = jobs.into_iter().map(|job| (job.job_id(), job)).collect();
        Some(changed)
    }
}
