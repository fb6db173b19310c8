//! Runs an import, a publish or an enrichment with a record of it: begun, alive, how far, to be stopped, and what came of it.

mod record;
mod verdict;
mod view;
mod watched;

use std::error::Error;

use catalog_core::finding::in_words;
use catalog_core::import::{ImportProgress, ImportReport, Separators};
use catalog_core::model::TrackId;
use jiff::Timestamp;
use serde_json::json;

pub use view::{FailureView, JobView};

use crate::config::PublishConfig;
use crate::enrichment::{Ended, EnrichFailure, EnrichJob, EnrichReport, enrich};
pub use crate::library::jobs::AskedBy;
use crate::library::jobs::{self, Ending, JobKind, JobState, Leased, NewJob, Progress};
use crate::library::{Library, LibraryError};
use crate::snapshot::publish::{PublishError, PublishJob, PublishReport, publish};
use crate::sources::import::{ImportFailure, ImportJob, import_source};
use crate::sources::upload::{Inbox, UploadError, Waiting, take_upload};
use record::{On, run};
pub(crate) use verdict::BUSY_WAIT_SECS;
use verdict::{Told, Verdict};
use watched::{WatchedImport, WatchedPublish};

/// Publishes, on record.
///
/// # Errors
/// As [`publish`].
pub fn run_publish(job: &PublishJob<'_>, asked_by: AskedBy) -> Result<PublishReport, PublishError> {
    let store = store_name(job.config);
    let new = NewJob { kind: JobKind::Publish, subject: &store, asked_by, is_full: false, is_forced: job.force };
    publish_on(On::New(new), job)
}

/// Publishes a job that waited for its turn.
///
/// # Errors
/// As [`publish`].
pub fn run_leased_publish(leased: &Leased, job: &PublishJob<'_>) -> Result<PublishReport, PublishError> {
    publish_on(On::Leased(leased), job)
}

fn publish_on(on: On<'_>, job: &PublishJob<'_>) -> Result<PublishReport, PublishError> {
    let work = |watched: &_| {
        let progress = WatchedPublish { watched, inner: job.progress };
        publish(&PublishJob { progress: &progress, ..*job })
    };
    run(job.library, on, work, tell_publish)
}

/// What a publish job's subject is called: the store's address, which has no credentials.
pub fn store_name(config: &PublishConfig) -> String {
    config.store.as_ref().map_or_else(String::new, |store| store.as_url().to_string())
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
    let (is_full, is_forced) = (job.is_full, job.accepts_loss);
    let new = NewJob { kind: JobKind::Import, subject: &job.name, asked_by, is_full, is_forced };
    import_on(library, On::New(new), job, progress)
}

/// Imports a job that waited for its turn.
///
/// # Errors
/// As [`import_source`].
pub fn run_leased_import(
    library: &Library,
    leased: &Leased,
    job: &ImportJob,
    progress: &dyn ImportProgress,
) -> Result<ImportReport, ImportFailure> {
    import_on(library, On::Leased(leased), job, progress)
}

fn import_on(
    library: &Library,
    on: On<'_>,
    job: &ImportJob,
    progress: &dyn ImportProgress,
) -> Result<ImportReport, ImportFailure> {
    let work = |watched: &_| import_source(library, job, &WatchedImport { watched, inner: progress });
    run(library, on, work, tell_import)
}

/// Takes in an upload that waited for its turn. Its file goes when nothing is to be done with it any more.
///
/// # Errors
/// As [`take_upload`].
pub fn run_leased_upload(
    library: &Library,
    leased: &Leased,
    waiting: &Waiting,
    separators: &Separators,
) -> Result<TrackId, UploadError> {
    let inbox = Inbox::new(library.data_dir());
    let work = |_: &_| take_upload(library, &waiting.name, &inbox.path(waiting), separators);
    let taken = run(library, On::Leased(leased), work, |taken| tell_upload(taken, waiting));
    if !matches!(&taken, Err(error) if error.is_busy()) {
        inbox.remove(waiting);
    }
    taken
}

fn tell_upload(taken: &Result<TrackId, UploadError>, waiting: &Waiting) -> Told {
    match taken {
        Ok(track) => {
            let counts = json!({ "track_id": track.to_string() }).to_string();
            let outcome = format!("{} is the track {track}", waiting.name);
            Told { verdict: Verdict::Done, counts: Some(counts), outcome, failures: Vec::new() }
        }
        Err(error) if error.is_busy() => Told::of_error(Verdict::Busy, error),
        Err(error) => Told::of_error(Verdict::Failed { may_pass: false }, error),
    }
}

/// Enriches, on record.
///
/// # Errors
/// As [`enrich`].
pub fn run_enrich(
    job: &EnrichJob<'_>,
    progress: &dyn ImportProgress,
    asked_by: AskedBy,
) -> Result<EnrichReport, EnrichFailure> {
    enrich_on(On::New(enrich_job(asked_by)), job, progress)
}

/// Enriches on the record of a job that waited for its turn.
///
/// # Errors
/// As [`enrich`].
pub fn run_leased_enrich(
    leased: &Leased,
    job: &EnrichJob<'_>,
    progress: &dyn ImportProgress,
) -> Result<EnrichReport, EnrichFailure> {
    enrich_on(On::Leased(leased), job, progress)
}

/// The one job of its kind.
pub fn enrich_job(asked_by: AskedBy) -> NewJob<'static> {
    NewJob { kind: JobKind::Enrich, subject: "catalog", asked_by, is_full: false, is_forced: false }
}

fn enrich_on(on: On<'_>, job: &EnrichJob<'_>, progress: &dyn ImportProgress) -> Result<EnrichReport, EnrichFailure> {
    let work = |watched: &_| enrich(job, &WatchedImport { watched, inner: progress });
    run(job.library, on, work, tell_enrich)
}

/// Ends a job that can't be begun.
///
/// # Errors
/// When the catalog cannot be written.
pub fn refuse(library: &Library, leased: &Leased, reason: &str) -> Result<(), LibraryError> {
    let ending =
        Ending { state: JobState::Failed, counts: None, outcome: reason, progress: Progress::default(), failures: &[] };
    library.write(|tx| jobs::end(tx, leased.job_id, &ending, now()))
}

fn tell_publish(published: &Result<PublishReport, PublishError>) -> Told {
    match published {
        Ok(report) => {
            let word = if report.changed { "published" } else { "unchanged" };
            let outcome = format!("{word} {} (sequence {})", report.snapshot_id, report.sequence);
            let counts = serde_json::to_string(report).ok();
            Told { verdict: Verdict::Done, counts, outcome, failures: Vec::new() }
        }
        Err(error @ PublishError::Cancelled) => Told::of_error(Verdict::Stopped, error),
        Err(error) => Told::of_error(Verdict::Failed { may_pass: error.may_pass() }, error),
    }
}

fn tell_import(imported: &Result<ImportReport, ImportFailure>) -> Told {
    let report = match imported {
        Ok(report) => report,
        Err(error @ ImportFailure::Busy) => return Told::of_error(Verdict::Busy, error),
        Err(error) => return Told::of_error(Verdict::Failed { may_pass: false }, error),
    };
    let ImportReport { added, updated, unchanged, moved, missing, .. } = report;
    let failed = report.failures.len();
    let (verdict, stopped) =
        if report.is_cancelled { (Verdict::Stopped, "stopped early: ") } else { (Verdict::Done, "") };
    let counts = json!({
        "added": added, "updated": updated, "unchanged": unchanged, "moved": moved, "missing": missing, "failed": failed,
    });
    let outcome = format!(
        "{stopped}{added} added, {updated} updated, {unchanged} unchanged, {moved} moved, {missing} missing, {failed} failed"
    );
    let failures = report.failures.iter().take(jobs::KEPT_FAILURES as usize);
    let failures = failures.map(|failure| (failure.path.clone(), failure.reason.clone())).collect();
    Told { verdict, counts: Some(counts.to_string()), outcome, failures }
}

fn tell_enrich(enriched: &Result<EnrichReport, EnrichFailure>) -> Told {
    let report = match enriched {
        Ok(report) => report,
        Err(error @ EnrichFailure::Busy) => return Told::of_error(Verdict::Busy, error),
        Err(error) => return Told::of_error(Verdict::Failed { may_pass: false }, error),
    };
    let verdict = match report.ended {
        Ended::Cancelled => Verdict::Stopped,
        Ended::Paused => Verdict::Paused,
        Ended::Done if report.absent.is_empty() => Verdict::Done,
        Ended::Done => Verdict::Failed { may_pass: true },
    };
    let failures = report.failures.iter().take(jobs::KEPT_FAILURES as usize).cloned().collect();
    Told { verdict, counts: serde_json::to_string(report).ok(), outcome: report.outcome(), failures }
}

impl Told {
    fn of_error<E: Error + 'static>(verdict: Verdict, error: &E) -> Self {
        Self { verdict, counts: None, outcome: in_words(error), failures: Vec::new() }
    }
}

fn now() -> i64 {
    Timestamp::now().as_second()
}

#[cfg(test)]
mod tests;
