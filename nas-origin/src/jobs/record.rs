//! The record of a run, kept beside it by a thread of its own. That nothing can be recorded is logged and stops nothing.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use catalog_core::finding::in_words;

use super::now;
use super::verdict::{Next, Told, settle};
use super::watched::Watched;
use crate::library::jobs::{self, AskedBy, Ending, LONGEST_SILENCE_SECS, Leased, NewJob, Progress};
use crate::library::{Library, LibraryError};

/// How often it is looked whether the job is to stop, and how far it is.
const LOOK: Duration = Duration::from_secs(1);
/// A job beats at least this often: several beats may be late before it is taken for killed.
const BEAT: Duration = Duration::from_secs(LONGEST_SILENCE_SECS.unsigned_abs() / 4);

/// Which record a run is on.
#[derive(Clone, Copy)]
pub(super) enum On<'a> {
    /// One that begins with it.
    New(NewJob<'a>),
    /// That of a job which waited for its turn.
    Leased(&'a Leased),
}

impl On<'_> {
    fn begin(self, library: &Library) -> Option<i64> {
        match self {
            Self::New(job) => noted(library.write(|tx| jobs::begin(tx, job, now()))),
            Self::Leased(leased) => Some(leased.job_id),
        }
    }

    fn asked_by(self) -> Option<AskedBy> {
        match self {
            Self::New(job) => Some(job.asked_by),
            Self::Leased(_) => None,
        }
    }

    fn attempts(self) -> u32 {
        match self {
            Self::New(_) => 1,
            Self::Leased(leased) => leased.attempts,
        }
    }
}

/// Runs `work`; `tell` says what came of it.
pub(super) fn run<T, E>(
    library: &Library,
    on: On<'_>,
    work: impl FnOnce(&Watched) -> Result<T, E>,
    tell: impl FnOnce(&Result<T, E>) -> Told,
) -> Result<T, E> {
    let watched = Watched::default();
    let Some(job_id) = on.begin(library) else { return work(&watched) };
    let done = while_beating(library, job_id, &watched, || work(&watched));
    noted(close(library, job_id, on, &watched, &tell(&done)));
    done
}

fn while_beating<T>(library: &Library, job_id: i64, watched: &Watched, work: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        let (alive, ended) = mpsc::channel::<()>();
        scope.spawn(move || {
            let (mut told, mut beat_at) = (Progress::default(), Instant::now());
            while ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
                if noted(library.read(|connection| jobs::is_cancelled(connection, job_id))) == Some(true) {
                    watched.cancel();
                }
                let progress = watched.progress();
                if progress != told || beat_at.elapsed() >= BEAT {
                    noted(library.write(|tx| jobs::beat(tx, job_id, progress, now())));
                    (told, beat_at) = (progress, Instant::now());
                }
            }
        });
        let done = work();
        drop(alive);
        done
    })
}

fn close(library: &Library, job_id: i64, on: On<'_>, watched: &Watched, told: &Told) -> Result<(), LibraryError> {
    let Told { verdict, counts, outcome, failures } = told;
    let next = settle(*verdict, watched.is_cancelled(), on.asked_by(), on.attempts());
    library.write(|tx| match next {
        Next::Again(wait_secs) => jobs::retry(tx, job_id, outcome, now().saturating_add(wait_secs)),
        Next::Wait(wait_secs) => jobs::put_back(tx, job_id, outcome, now().saturating_add(wait_secs)),
        Next::End(state) => {
            let progress = Progress { step: None, ..watched.progress() };
            let ending = Ending { state, counts: counts.as_deref(), outcome, progress, failures };
            jobs::end(tx, job_id, &ending, now())
        }
    })
}

fn noted<T>(written: Result<T, LibraryError>) -> Option<T> {
    written.inspect_err(|error| tracing::warn!("the record of a job could not be written: {}", in_words(error))).ok()
}
