//! Runs an import or a publish with a record of it: begun, alive, and what came of it.

use std::error::Error;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use catalog_core::finding::in_words;
use catalog_core::import::{ImportProgress, ImportReport};
use jiff::Timestamp;

pub use crate::library::jobs::AskedBy;
use crate::library::jobs::{self, JobKind, LONGEST_SILENCE_SECS, NewJob};
use crate::library::{Library, LibraryError};
use crate::snapshot::publish::{PublishError, PublishJob, PublishReport, publish};
use crate::sources::import::{ImportFailure, ImportJob, import_source};

/// Several beats may be late before a job is taken for killed.
const BEAT: Duration = Duration::from_secs(LONGEST_SILENCE_SECS.unsigned_abs() / 4);

/// Publishes, on record.
///
/// # Errors
/// As [`publish`].
pub fn run_publish(job: &PublishJob<'_>, asked_by: AskedBy) -> Result<PublishReport, PublishError> {
    let store = job.config.store.as_ref().map_or("", |store| store.as_url().as_str());
    let new = NewJob { kind: JobKind::Publish, subject: store, asked_by };
    run(job.library, new, || publish(job), describe_publish)
}

/// Imports, on record.
///
/// # Errors
/// As [`import_source`].
pub fn run_import(
    library: &Library,
    job: &ImportJob,
    progress: &dyn ImportProgress,
    asked_by: AskedBy,
) -> Result<ImportReport, ImportFailure> {
    let new = NewJob { kind: JobKind::Import, subject: &job.name, asked_by };
    run(library, new, || import_source(library, job, progress), describe_import)
}

fn describe_publish(report: &PublishReport) -> String {
    let word = if report.changed { "published" } else { "unchanged" };
    format!("{word} {} (sequence {})", report.snapshot_id, report.sequence)
}

fn describe_import(report: &ImportReport) -> String {
    let ImportReport { added, updated, unchanged, moved, missing, .. } = report;
    let failed = report.failures.len();
    let stopped = if report.is_cancelled { "stopped early: " } else { "" };
    format!(
        "{stopped}{added} added, {updated} updated, {unchanged} unchanged, {moved} moved, {missing} missing, {failed} failed"
    )
}

/// Runs `work`; `describe` says what came of it. That nothing can be recorded is logged and stops nothing.
fn run<T, E: Error + 'static>(
    library: &Library,
    job: NewJob<'_>,
    work: impl FnOnce() -> Result<T, E>,
    describe: impl FnOnce(&T) -> String,
) -> Result<T, E> {
    let begun = library.write(|tx| jobs::begin(tx, job, now()));
    let Some(job_id) = noted(begun) else { return work() };
    let done = while_beating(library, job_id, work);
    let outcome = done.as_ref().map(describe).map_err(|error| in_words(error));
    let outcome = outcome.as_ref().map(String::as_str).map_err(String::as_str);
    noted(library.write(|tx| jobs::end(tx, job_id, outcome, now())));
    done
}

fn while_beating<T>(library: &Library, job_id: i64, work: impl FnOnce() -> T) -> T {
    thread::scope(|scope| {
        let (alive, ended) = mpsc::channel::<()>();
        scope.spawn(move || {
            while ended.recv_timeout(BEAT) == Err(RecvTimeoutError::Timeout) {
                noted(library.write(|tx| jobs::beat(tx, job_id, now())));
            }
        });
        let done = work();
        drop(alive);
        done
    })
}

fn now() -> i64 {
    Timestamp::now().as_second()
}

fn noted<T>(written: Result<T, LibraryError>) -> Option<T> {
    written.inspect_err(|error| tracing::warn!("the record of a job could not be written: {}", in_words(error))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::jobs::Job;

    const JOB: NewJob<'_> = NewJob { kind: JobKind::Publish, subject: "file:///o", asked_by: AskedBy::Command };

    fn listed(library: &Library, now: i64) -> Vec<Job> {
        library.read(|connection| jobs::list(connection, 10, now)).expect("jobs")
    }

    #[test]
    fn what_came_of_a_job_is_on_record() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(folder.path()).expect("a library");
        let done: Result<u8, std::io::Error> = run(&library, JOB, || Ok(7), |number| format!("number {number}"));
        assert_eq!(done.expect("done"), 7);
        let failed: Result<u8, _> = run(&library, JOB, || Err(std::io::Error::other("no disk")), |_| String::new());
        failed.expect_err("failed");
        let jobs = listed(&library, now());
        let seen: Vec<_> = jobs.iter().map(|job| (job.state.as_str(), job.outcome.as_deref())).collect();
        assert_eq!(seen, [("failed", Some("no disk")), ("done", Some("number 7"))]);
        assert!(jobs.iter().all(|job| job.finished_at.is_some()));
    }

    #[test]
    fn a_job_that_was_killed_is_told_by_its_silence() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(folder.path()).expect("a library");
        library.write(|tx| jobs::begin(tx, JOB, 1000)).expect("begun");
        assert_eq!(listed(&library, 1000 + LONGEST_SILENCE_SECS)[0].state, "running");
        let killed = &listed(&library, 1001 + LONGEST_SILENCE_SECS)[0];
        assert_eq!((killed.state.as_str(), killed.finished_at), ("interrupted", Some(1000)));
    }
}
