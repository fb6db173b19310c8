//! The daemon's work as it really is: the library's import and publish over the configured sources and store.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use catalog_core::import::ImportProgress;
use jiff::Timestamp;
use snapshot_format::Sha256Hex;
use tokio_util::sync::CancellationToken;

use super::daemon::{Imported, Ran, Turn, Work};
use super::watch::Watches;
use crate::config::{SourceKind, UPLOADS};
use crate::enrichment::{Ended, EnrichJob, WallClock, count_questions};
use crate::jobs::{
    AskedBy, BUSY_WAIT_SECS, enrich_job, refuse, run_import, run_leased_enrich, run_leased_import, run_leased_publish,
    run_leased_upload, run_publish,
};
use crate::library::jobs::{self, JobKind, Leased};
use crate::library::{LibraryError, settings};
use crate::metrics::METRICS;
use crate::snapshot::publish::{PublishError, PublishJob, Silent};
use crate::snapshot::settle_ids::settle_ids;
use crate::sources::import::{ImportJob, is_under_way};
use crate::sources::upload::Waiting;
use crate::state::Origin;

/// So long imports and publishes wait for an enrichment at most, a server's slowness aside.
const ENRICH_SLICE: Duration = Duration::from_secs(30);

/// What is said of imports that wait for another one.
const HELD_UP: &str = "another import is under way; it begins when that is done";

/// The origin's chores.
pub(super) struct Chores {
    pub(super) origin: Origin,
    pub(super) watches: Watches,
    pub(super) cancel: CancellationToken,
    /// The catalog's change mark at the last publish that worked; `None` before it.
    pub(super) published_mark: Mutex<Option<String>>,
    /// Digest of the listeners' credentials when they were looked at last; `None` before.
    pub(super) known_access: Mutex<Option<Sha256Hex>>,
}

/// Nobody looks on, but the daemon may end.
struct Unwatched<'a>(&'a CancellationToken);

impl ImportProgress for Unwatched<'_> {
    fn planned(&self, _files: u64) {}

    fn done(&self, _files: u64) {}

    fn is_cancelled(&self) -> bool {
        self.0.is_cancelled()
    }
}

impl Work for Chores {
    fn import(&self, source: &str) -> anyhow::Result<Imported> {
        METRICS.import(|| self.import_source(source, None))
    }

    fn publish(&self) -> anyhow::Result<()> {
        METRICS.publish(|| self.publish_catalog(None))
    }

    fn run_queued(&self) -> anyhow::Result<Turn> {
        let now = Timestamp::now().as_second();
        let except = self.held_up(now)?;
        let Some(leased) = self.origin.library.write(|tx| jobs::lease(tx, except, now))? else {
            let due = self.origin.library.read(jobs::next_due)?;
            let wait = due.map(|due| due.saturating_sub(now).max(0));
            // What is held up is due, and is not to be asked for all the time.
            let wait = wait.map(|wait| if except.is_some() { wait.max(BUSY_WAIT_SECS) } else { wait });
            return Ok(Turn::Empty { next_due: wait.map(|wait| Duration::from_secs(wait.unsigned_abs())) });
        };
        let ran = self.run_leased(&leased);
        let failed = |error: &anyhow::Error| tracing::error!(job = leased.job_id, "the job failed: {error:#}");
        Ok(Turn::Ran(ran.inspect_err(failed).unwrap_or(Ran::Failed)))
    }

    fn has_new_credentials(&self) -> anyhow::Result<bool> {
        let Some(edge_access) = self.origin.edge_access() else { return Ok(false) };
        let now = edge_access.seal(&self.origin.library)?.access.sha256;
        let before = self.known_access.lock().unwrap_or_else(PoisonError::into_inner).replace(now.clone());
        // At the start everything is published anyway.
        Ok(before.is_some_and(|before| before != now))
    }
}

impl Chores {
    /// Imports and uploads that are due, while another process imports: one that was begun would only find that out.
    fn held_up(&self, now: i64) -> anyhow::Result<Option<JobKind>> {
        let is_due = self.origin.library.read(|read| jobs::is_due(read, JobKind::Import, now))?;
        if !is_due || !is_under_way(self.origin.library.data_dir()) {
            return Ok(None);
        }
        self.origin.library.write(|tx| jobs::tell_waiting(tx, JobKind::Import, HELD_UP, now))?;
        Ok(Some(JobKind::Import))
    }

    fn run_leased(&self, leased: &Leased) -> anyhow::Result<Ran> {
        let source = leased.subject.clone();
        if let Some(waiting) = Waiting::of_subject(&source) {
            let imported = METRICS.import(|| self.take_upload(leased, &waiting))?;
            return Ok(Ran::Imported { source: UPLOADS.to_owned(), imported });
        }
        match leased.kind {
            JobKind::Import if !self.origin.config.sources.contains_key(&source) => {
                refuse(&self.origin.library, leased, "the source is gone from the configuration")?;
                Ok(Ran::Failed)
            }
            JobKind::Import => {
                let imported = METRICS.import(|| self.import_source(&source, Some(leased)))?;
                Ok(Ran::Imported { source, imported })
            }
            JobKind::Enrich => self.enrich(leased),
            JobKind::Publish => METRICS.publish(|| self.publish_catalog(Some(leased))).map(|()| Ran::Published),
        }
    }

    fn take_upload(&self, leased: &Leased, waiting: &Waiting) -> anyhow::Result<Imported> {
        settle_ids(&self.origin.library, &self.origin.config.publish)?;
        let separators = self.origin.config.import.separators();
        let track = run_leased_upload(&self.origin.library, leased, waiting, &separators)?;
        tracing::info!(name = waiting.name, %track, "an upload was taken in");
        self.ask_for_enrichment()?;
        Ok(Imported { is_unpublished: self.is_unpublished()?, come_back: None })
    }

    /// A job that waited brings its wishes.
    fn import_source(&self, source: &str, leased: Option<&Leased>) -> anyhow::Result<Imported> {
        let Some(settings) = self.origin.config.sources.get(source) else { return Ok(Imported::default()) };
        if settings.watch && settings.kind == SourceKind::Local {
            // Before the scan, so that no change falls between the two.
            self.watches.ensure(source, &settings.path);
        }
        settle_ids(&self.origin.library, &self.origin.config.publish)?;
        let (library, progress) = (&self.origin.library, Unwatched(&self.cancel));
        let config = &self.origin.config.import;
        let job = ImportJob { settle_time: config.settle_time, ..ImportJob::new(source, settings, config) };
        let imported = match leased {
            None => run_import(library, &job, &progress, AskedBy::Daemon),
            Some(leased) => {
                let job = ImportJob { is_full: leased.is_full, accepts_loss: leased.is_forced, ..job };
                run_leased_import(library, leased, &job, &progress)
            }
        };
        let report = imported.inspect_err(|_| self.watches.forget(source))?;
        let failed = report.failures.len();
        tracing::info!(
            source,
            added = report.added,
            updated = report.updated,
            moved = report.moved,
            missing = report.missing,
            failed,
            waiting = report.waiting,
            "imported"
        );
        self.ask_for_enrichment()?;
        let settle_time = self.origin.config.import.settle_time;
        let come_back = (report.waiting > 0).then_some(settle_time);
        Ok(Imported { is_unpublished: self.is_unpublished()?, come_back })
    }

    /// Where the owner wants it and something is left to ask.
    fn ask_for_enrichment(&self) -> anyhow::Result<()> {
        let now = Timestamp::now().as_second();
        let (library, config) = (&self.origin.library, &self.origin.config.enrichment);
        if config.is_on() && count_questions(library, config, now)?.count() > 0 {
            // Not at once: what the import brought is published first.
            library.write(|tx| jobs::enqueue(tx, enrich_job(AskedBy::Daemon), now + 1))?;
        }
        Ok(())
    }

    /// For a while; then others have their turn.
    fn enrich(&self, leased: &Leased) -> anyhow::Result<Ran> {
        let (library, config) = (&*self.origin.library, &self.origin.config.enrichment);
        let now = Timestamp::now().as_second();
        let job = EnrichJob { library, config, clock: &WallClock::start(), slice: Some(ENRICH_SLICE), now };
        let report = run_leased_enrich(leased, &job, &Unwatched(&self.cancel))?;
        tracing::info!("enrichment: {}", report.outcome());
        let has_ended = report.ended != Ended::Paused;
        Ok(Ran::Enriched { is_unpublished: has_ended && self.is_unpublished()? })
    }

    /// Whether something was new.
    fn publish_catalog(&self, leased: Option<&Leased>) -> anyhow::Result<bool> {
        let (library, config) = (&self.origin.library, &self.origin.config.publish);
        let force = leased.is_some_and(|leased| leased.is_forced);
        let job = PublishJob {
            library,
            config,
            force,
            takeover: false,
            access: self.origin.edge_access(),
            progress: &Silent,
        };
        let mark = self.change_mark()?;
        let published = match leased {
            None => run_publish(&job, AskedBy::Daemon),
            Some(leased) => run_leased_publish(leased, &job),
        };
        let report = match published {
            // It is not tried again by itself: somebody wants it so.
            Err(PublishError::Cancelled) => {
                tracing::info!("the publish was cancelled");
                return Ok(false);
            }
            published => published?,
        };
        *self.published_mark.lock().unwrap_or_else(PoisonError::into_inner) = Some(mark);
        let word = match (report.pinned, report.changed) {
            (true, _) => "pinned: the catalog is not published",
            (false, true) => "published",
            (false, false) => "nothing new to publish",
        };
        tracing::info!(snapshot = report.snapshot_id, seconds = report.elapsed_seconds, "{word}");
        Ok(report.changed)
    }

    /// The mark tells more than an import's counts: a new cover, and what imports that broke off had written.
    fn is_unpublished(&self) -> anyhow::Result<bool> {
        let mark = self.change_mark()?;
        Ok(self.published_mark.lock().unwrap_or_else(PoisonError::into_inner).as_ref() != Some(&mark))
    }

    fn change_mark(&self) -> Result<String, LibraryError> {
        self.origin.library.read(settings::change_mark)
    }
}

#[cfg(test)]
mod tests;
