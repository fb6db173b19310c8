//! What becomes of a job that was run: it ends, or it is put back. Pure.

use crate::library::jobs::{AskedBy, JobState};

/// A job is begun so often, when what keeps failing may pass.
const MAX_ATTEMPTS: u32 = 5;
/// After the first failure it waits so long, in seconds, and three times as long after each further one.
const FIRST_WAIT_SECS: i64 = 10;
/// Whether the other process is done is looked at ever again after so many seconds.
pub(crate) const BUSY_WAIT_SECS: i64 = 2;

/// How a run went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// To its end.
    Done,
    /// It was stopped before its end.
    Stopped,
    /// It made room for others before its end.
    Paused,
    /// It did not begin: another process is at the same.
    Busy,
    /// It failed.
    Failed {
        /// Whether running it again later, with nothing changed, may help.
        may_pass: bool,
    },
}

/// What is to be said of a run.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) verdict: Verdict,
    /// What it came to, as JSON.
    pub(super) counts: Option<String>,
    /// What it came to, in words.
    pub(super) outcome: String,
    /// The files that it could not take in, and why.
    pub(super) failures: Vec<(String, String)>,
}

/// What becomes of a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Next {
    /// It has ended.
    End(JobState),
    /// It waits again, for so many seconds.
    Again(i64),
    /// As if it had not been begun, it waits so many seconds.
    Wait(i64),
}

/// `asked_by` is `None` for a job that waited for its turn; a daemon that begins one by itself tries again by itself.
/// `was_cancelled`: somebody asked this job to stop, else its process is ending.
pub(super) fn settle(verdict: Verdict, was_cancelled: bool, asked_by: Option<AskedBy>, attempts: u32) -> Next {
    match verdict {
        Verdict::Done => Next::End(JobState::Done),
        Verdict::Stopped if was_cancelled || asked_by == Some(AskedBy::Command) => Next::End(JobState::Cancelled),
        Verdict::Stopped => Next::Again(0),
        Verdict::Paused | Verdict::Busy | Verdict::Failed { .. } if was_cancelled => Next::End(JobState::Cancelled),
        // Not at once: what else is due goes first.
        Verdict::Paused => Next::Again(1),
        Verdict::Failed { may_pass: true } if asked_by.is_none() && attempts < MAX_ATTEMPTS => {
            Next::Again(FIRST_WAIT_SECS * 3_i64.pow(attempts.saturating_sub(1)))
        }
        // However long it takes: whoever waits for its turn has failed at nothing.
        Verdict::Busy if asked_by.is_none() => Next::Wait(BUSY_WAIT_SECS),
        Verdict::Busy | Verdict::Failed { .. } => Next::End(JobState::Failed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUEUED: Option<AskedBy> = None;

    #[test]
    fn what_may_pass_is_tried_again_ever_later_and_not_for_ever() {
        let failed = Verdict::Failed { may_pass: true };
        let waits = (1..=5).map(|attempts| settle(failed, false, QUEUED, attempts)).collect::<Vec<_>>();
        let again = [10, 30, 90, 270].map(Next::Again);
        assert_eq!(waits[..4], again);
        assert_eq!(waits[4], Next::End(JobState::Failed));
        assert_eq!(settle(Verdict::Failed { may_pass: false }, false, QUEUED, 1), Next::End(JobState::Failed));
        for asker in [AskedBy::Command, AskedBy::Daemon] {
            assert_eq!(settle(failed, false, Some(asker), 1), Next::End(JobState::Failed), "{asker:?} tries by itself");
        }
    }

    #[test]
    fn who_waits_for_another_process_waits_as_long_as_it_takes() {
        assert_eq!(settle(Verdict::Busy, false, QUEUED, 99), Next::Wait(BUSY_WAIT_SECS));
        assert_eq!(settle(Verdict::Busy, true, QUEUED, 1), Next::End(JobState::Cancelled));
        let command = settle(Verdict::Busy, false, Some(AskedBy::Command), 1);
        assert_eq!(command, Next::End(JobState::Failed), "its exit code says so");
    }

    #[test]
    fn a_job_that_is_cancelled_stays_so_and_one_whose_daemon_ends_goes_on_with_the_next() {
        for asker in [QUEUED, Some(AskedBy::Daemon), Some(AskedBy::Command)] {
            assert_eq!(settle(Verdict::Stopped, true, asker, 1), Next::End(JobState::Cancelled), "{asker:?}");
        }
        assert_eq!(settle(Verdict::Failed { may_pass: true }, true, QUEUED, 1), Next::End(JobState::Cancelled));
        assert_eq!(settle(Verdict::Stopped, false, QUEUED, 1), Next::Again(0));
        assert_eq!(settle(Verdict::Stopped, false, Some(AskedBy::Daemon), 1), Next::Again(0));
        assert_eq!(settle(Verdict::Stopped, false, Some(AskedBy::Command), 1), Next::End(JobState::Cancelled));
        assert_eq!(settle(Verdict::Paused, true, QUEUED, 1), Next::End(JobState::Cancelled));
        assert_eq!(settle(Verdict::Paused, false, QUEUED, 99), Next::Again(1), "others go first");
        assert_eq!(settle(Verdict::Done, true, QUEUED, 1), Next::End(JobState::Done), "it was faster");
    }
}
