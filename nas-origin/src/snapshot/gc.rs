//! Sweeping a store (SNAPSHOT.md section 4, "Gc"): what no kept snapshot names, and is old enough by the store's clock,
//! goes. What is kept and what is too much is decided by `catalog_core::retention`.

mod kept;
mod marks;
mod plan;
mod reuse;

use std::time::{Duration, Instant};

use catalog_core::retention::{Retention, find_objection, is_sweep_due};
use jiff::Timestamp;
use serde::Serialize;

pub(super) use reuse::Reuse;

use self::kept::Kept;
use self::plan::Plan;
use super::history::{HistoryError, Names};
use super::publish::{Base, PublishJob, PublishLock, WorkFolder};
use super::store::{Store, StoredManifest};
use crate::config::PublishConfig;
use crate::library::{publications, settings, stores};

/// One sweep.
#[derive(Clone, Copy)]
pub struct GcJob<'a> {
    /// The catalog and the store; `force` sweeps in spite of an objection and of snapshots that can't be read.
    pub publish: PublishJob<'a>,
    /// Only look.
    pub dry_run: bool,
}

/// What a sweep found and did; `snapshots gc --json` prints it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct GcReport {
    /// Whether nothing was removed because it was only a look.
    pub dry_run: bool,
    /// Databases that stay.
    pub kept_snapshots: usize,
    /// Objects of this layout in the store.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Objects that nothing names and that are too young to go.
    pub young_objects: u64,
    /// Objects that went, or would.
    pub removed_objects: u64,
    /// Their bytes.
    pub removed_bytes: u64,
    /// Why a sweep would stop before it removes anything: in a dry run, or overruled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objection: Option<String>,
    /// How long it took.
    pub elapsed_seconds: f64,
}

/// Sweeps the configured store, or looks what would go.
///
/// # Errors
/// See [`HistoryError`]; [`HistoryError::Objection`] before anything was removed.
pub fn gc(job: &GcJob<'_>) -> Result<GcReport, HistoryError> {
    let _lock = PublishLock::acquire(job.publish.library.data_dir())?;
    let store = Store::open(job.publish.config)?;
    sweep(&store, job, store.now()?)
}

/// P9: sweeps now and then behind a publish, which has the lock. A failure is told and is no failure of the publish.
pub(super) fn sweep_if_due(store: &Store, publish: &PublishJob<'_>) {
    let swept = || -> Result<(), HistoryError> {
        let grace_secs = publish.config.gc_grace.as_secs();
        let last = publish.library.read(|connection| stores::last_sweep(connection, store.name()))?;
        if !is_sweep_due(last, grace_secs, Timestamp::now().as_second()) {
            return Ok(());
        }
        publish.progress.step("removing what no snapshot names");
        // A publish's `--force` is about counts.
        let job = GcJob { publish: PublishJob { force: false, takeover: false, ..*publish }, dry_run: false };
        let report = sweep(store, &job, store.now()?)?;
        if report.removed_objects > 0 {
            let GcReport { removed_objects: objects, removed_bytes: bytes, .. } = report;
            tracing::info!(objects, bytes, "removed what no snapshot names");
        }
        Ok(())
    };
    if let Err(error) = swept() {
        tracing::warn!("the store was not swept: {:#}", anyhow::Error::from(error));
    }
}

pub(super) fn retention(config: &PublishConfig) -> Retention {
    Retention { keep_snapshots: config.keep_snapshots, grace_secs: config.gc_grace.as_secs() }
}

/// `now` is in Unix seconds by the store's clock.
pub(super) fn sweep(store: &Store, job: &GcJob<'_>, now: i64) -> Result<GcReport, HistoryError> {
    let started = Instant::now();
    let (publish, library) = (&job.publish, job.publish.library);
    let base = Base::read(store, false, publish.config.signing_key())?;
    base.check_owner(&library.read(settings::publisher_id)?, false)?;
    let nothing_live = || HistoryError::NothingLive { store: store.name().to_owned() };
    let live = base.manifest.as_ref().ok_or_else(nothing_live)?;
    let kept = Kept::find(store, publish, live, now)?;
    let work = WorkFolder::fresh(library.data_dir())?;
    let mut plan = Plan::make(store, &kept, retention(publish.config), now, &work)?;
    let example = match plan.unlisted.len() {
        0 => None,
        _ => kept::find_named(&Names { store, library }, live, &plan.unlisted)?,
    };
    let objection = find_objection(plan.amounts, example.map(|example| (plan.unlisted.len() as u64, example)));
    let report = GcReport {
        dry_run: job.dry_run,
        kept_snapshots: kept.databases.len(),
        objects: plan.amounts.objects,
        bytes: plan.amounts.bytes,
        young_objects: plan.amounts.young_objects,
        removed_objects: plan.amounts.swept_objects,
        removed_bytes: plan.amounts.swept_bytes,
        objection: objection.as_ref().map(ToString::to_string),
        elapsed_seconds: 0.0,
    };
    match objection {
        _ if job.dry_run => {}
        Some(objection) if !publish.force => return Err(HistoryError::Objection(objection)),
        _ => {
            store.clear_unfinished();
            remove(store, &mut plan, base.stored.as_ref())?;
            library.write(|tx| {
                publications::forget_before(tx, store.name(), kept.oldest_sequence)?;
                stores::set_last_sweep(tx, store.name(), Timestamp::now().as_second())
            })?;
        }
    }
    Ok(GcReport { elapsed_seconds: seconds(started.elapsed()), ..report })
}

/// History first: an entry that is still there was not swept behind. Whoever published meanwhile, on another machine,
/// may name what is about to go: that ends the sweep.
fn remove(store: &Store, plan: &mut Plan, live: Option<&StoredManifest>) -> Result<(), HistoryError> {
    while let Some(batch) = plan.next_batch()? {
        if store.read_manifest()?.map(|found| found.bytes) != live.map(|live| live.bytes.clone()) {
            return Err(HistoryError::Overtaken);
        }
        store.remove(&batch)?;
    }
    Ok(())
}

fn seconds(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests;
