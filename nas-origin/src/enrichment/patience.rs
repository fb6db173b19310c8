//! How long to wait: between two questions to one host, and after an answer that may be another one later.

use std::collections::HashMap;
use std::time::Duration;

use catalog_core::import::ImportProgress;

/// Between two questions to one host: what `MusicBrainz` asks for.
pub(super) const PACE: Duration = Duration::from_secs(1);
/// So often something is tried.
const MAX_ATTEMPTS: u32 = 4;
/// No wait is longer, whatever a server wishes.
const LONGEST_WAIT: Duration = Duration::from_mins(2);
/// While waiting it is looked this often whether to stop.
const LOOK: Duration = Duration::from_millis(250);

/// Time, as one that asks sees it.
pub trait Clock: Send + Sync {
    /// Since some moment.
    fn now(&self) -> Duration;
    /// Lets time pass.
    fn sleep(&self, time: Duration);
}

/// Somebody wants it to stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("stopped")]
pub(super) struct Stopped;

/// When each host was asked last.
pub(super) struct Pace<'a> {
    clock: &'a dyn Clock,
    progress: &'a dyn ImportProgress,
    began: Duration,
    asked: HashMap<String, Duration>,
}

impl<'a> Pace<'a> {
    /// A host counts as asked just now: another process may have.
    pub(super) fn new(clock: &'a dyn Clock, progress: &'a dyn ImportProgress) -> Self {
        Self { clock, progress, began: clock.now(), asked: HashMap::new() }
    }

    /// Waits until a host may be asked, and notes that it is.
    pub(super) fn wait_for(&mut self, host: &str) -> Result<(), Stopped> {
        let last = self.asked.get(host).copied().unwrap_or(self.began);
        self.rest((last + PACE).saturating_sub(self.clock.now()))?;
        self.asked.insert(host.to_owned(), self.clock.now());
        Ok(())
    }

    pub(super) fn rest(&self, wait: Duration) -> Result<(), Stopped> {
        let end = self.clock.now() + wait;
        loop {
            if self.progress.is_cancelled() {
                return Err(Stopped);
            }
            let left = end.saturating_sub(self.clock.now());
            if left.is_zero() {
                return Ok(());
            }
            self.clock.sleep(left.min(LOOK));
        }
    }
}

/// How long to wait before trying again what failed for now; `None` when it was tried often enough. `wish` is the server's.
pub(super) fn wait_before_retry(attempt: u32, wish: Option<Duration>) -> Option<Duration> {
    let own = PACE * 2_u32.saturating_pow(attempt);
    (attempt < MAX_ATTEMPTS).then(|| wish.unwrap_or(own).clamp(PACE, LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_tried_again_ever_later_and_as_the_server_wishes() {
        let waits = (1..=4).map(|attempt| wait_before_retry(attempt, None).map(|wait| wait.as_secs()));
        assert_eq!(waits.collect::<Vec<_>>(), [Some(2), Some(4), Some(8), None]);
        let wished = |secs| wait_before_retry(1, Some(Duration::from_secs(secs))).unwrap().as_secs();
        assert_eq!([wished(0), wished(7), wished(86_400)], [1, 7, 120]);
    }
}
