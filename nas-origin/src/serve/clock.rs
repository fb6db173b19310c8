//! The schedule's moments, by the wall clock: a NAS that slept through one publishes when it wakes.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc::UnboundedSender;

use super::daemon::Wake;
use crate::config::Schedule;

/// A sleeping machine's timers stand still, so the clock is looked at this often.
const LOOK: Duration = Duration::from_secs(30);

/// Says when a publish is due, until nobody listens any more.
pub(super) async fn follow(schedule: Schedule, wake: UnboundedSender<Wake>) {
    while let Some(moment) = schedule.next_after(Timestamp::now()) {
        while let Some(wait) = time_left(Timestamp::now(), moment) {
            tokio::select! {
                () = wake.closed() => return,
                () = tokio::time::sleep(wait.min(LOOK)) => {}
            }
        }
        if wake.send(Wake::PublishDue).is_err() {
            return;
        }
    }
    tracing::warn!("publish.schedule has no further moment: nothing is published by the clock");
}

/// `None` once the moment is there.
fn time_left(now: Timestamp, moment: Timestamp) -> Option<Duration> {
    Duration::try_from(moment.duration_since(now)).ok().filter(|left| !left.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_that_was_slept_through_is_there() {
        let at = |second: i64| Timestamp::from_second(second).expect("a time");
        assert_eq!(time_left(at(10), at(12)), Some(Duration::from_secs(2)));
        assert_eq!(time_left(at(12), at(12)), None);
        assert_eq!(time_left(at(9000), at(12)), None);
    }
}
