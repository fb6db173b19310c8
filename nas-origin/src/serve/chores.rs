//! The daemon's work as it really is: the library's import and publish over the configured sources and store.

use std::sync::{Mutex, PoisonError};

use catalog_core::import::ImportProgress;
use tokio_util::sync::CancellationToken;

use super::daemon::{Imported, Work};
use super::watch::Watches;
use crate::config::SourceKind;
use crate::jobs::{AskedBy, run_import, run_publish};
use crate::library::{LibraryError, settings};
use crate::metrics::METRICS;
use crate::snapshot::publish::{PublishJob, Silent};
use crate::snapshot::settle_ids::settle_ids;
use crate::sources::import::ImportJob;
use crate::state::Origin;

/// The origin's chores.
pub(super) struct Chores {
    pub(super) origin: Origin,
    pub(super) watches: Watches,
    pub(super) cancel: CancellationToken,
    /// The catalog's change mark at the last publish that worked; `None` before it.
    pub(super) published_mark: Mutex<Option<String>>,
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
        METRICS.import(|| self.import_source(source))
    }

    fn publish(&self) -> anyhow::Result<()> {
        METRICS.publish(|| self.publish_catalog())
    }
}

impl Chores {
    fn import_source(&self, source: &str) -> anyhow::Result<Imported> {
        let Some(settings) = self.origin.config.sources.get(source) else { return Ok(Imported::default()) };
        if settings.watch && settings.kind == SourceKind::Local {
            // Before the scan, so that no change falls between the two.
            self.watches.ensure(source, &settings.path);
        }
        settle_ids(&self.origin.library, &self.origin.config.publish)?;
        let config = &self.origin.config.import;
        let job = ImportJob { settle_time: config.settle_time, ..ImportJob::new(source, settings, config) };
        let imported = run_import(&self.origin.library, &job, &Unwatched(&self.cancel), AskedBy::Daemon);
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
        let settle_time = self.origin.config.import.settle_time;
        let come_back = (report.waiting > 0).then_some(settle_time);
        Ok(Imported { is_unpublished: self.is_unpublished()?, come_back })
    }

    /// Whether something was new.
    fn publish_catalog(&self) -> anyhow::Result<bool> {
        let config = &self.origin.config.publish;
        let job =
            PublishJob { library: &self.origin.library, config, force: false, takeover: false, progress: &Silent };
        let mark = self.change_mark()?;
        let report = run_publish(&job, AskedBy::Daemon)?;
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
