//! `snapshots verify`: fetches a snapshot as an edge does, and looks at all that it names. It changes nothing in the
//! store and locks nothing there, so a publish may be under way; what a sweep takes meanwhile shows as missing.

mod access;
mod database;
mod deltas;
mod objects;
mod problem;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;
use snapshot_format::{Manifest, keys};

pub use problem::Problem;

use super::history::{HistoryError, find};
use super::publish::{PublishError, PublishJob, PublishLock, WorkFolder};
use super::store::Store;
use super::unpack::unpack;
use crate::accounts::EdgeAccess;
use crate::library::Library;

/// What a check found; `snapshots verify --json` prints it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct VerifyReport {
    /// The snapshot.
    pub snapshot_id: String,
    /// Its manifest's sequence.
    pub sequence: u64,
    /// Whether nothing is wrong.
    pub ok: bool,
    /// Whether the configured key signed it; nothing when there is none.
    pub signed: Option<bool>,
    /// Size of its database.
    pub database_bytes: u64,
    /// Covers and audio files that it names and that were looked for.
    pub objects_checked: u64,
    /// Deltas that lead to its database; the others were only looked for.
    pub deltas_checked: u64,
    /// All that is wrong.
    pub problems: Vec<Problem>,
    /// How long it took.
    pub elapsed_seconds: f64,
}

/// Checks the live snapshot, or the one that `id` names.
///
/// # Errors
/// When it can't be found or the store can't be read; what is wrong with it is in the report.
pub fn verify(job: &PublishJob<'_>, id: Option<&str>) -> Result<VerifyReport, HistoryError> {
    let _lock = lock(&folder(job.library))?;
    verify_in(&Store::open_to_read(job.config)?, job, id)
}

/// A folder of its own, so that a publish may run beside a check.
fn folder(library: &Library) -> PathBuf {
    library.data_dir().join("verify")
}

fn lock(folder: &Path) -> Result<PublishLock, HistoryError> {
    let made = fs::create_dir_all(folder);
    made.map_err(|source| PublishError::WorkFolder { path: folder.to_owned(), source })?;
    match PublishLock::acquire(folder) {
        Err(PublishError::Busy) => Err(HistoryError::Checking),
        acquired => Ok(acquired?),
    }
}

pub(super) fn verify_in(store: &Store, job: &PublishJob<'_>, id: Option<&str>) -> Result<VerifyReport, HistoryError> {
    let started = Instant::now();
    let (manifest, mut problems) = match id {
        Some(id) => (find(store, id)?, Vec::new()),
        None => read_live(store)?,
    };
    let signed = job.config.signing_key().map(|key| problem::signature(&manifest, key, &mut problems));
    let mut report = VerifyReport {
        snapshot_id: manifest.snapshot_id.clone(),
        sequence: manifest.sequence,
        ok: false,
        signed,
        database_bytes: manifest.database.size_bytes,
        objects_checked: 0,
        deltas_checked: 0,
        problems,
        elapsed_seconds: 0.0,
    };
    let work = WorkFolder::fresh(&folder(job.library))?;
    job.progress.step("fetching the database");
    match unpack(store, &manifest.database, work.path()) {
        Ok(plain) => {
            job.progress.step("checking the database");
            report.problems.extend(database::check(&plain, &manifest));
            job.progress.step("looking for covers");
            report.objects_checked = objects::check(store, &plain, &mut report.problems)?;
            report.deltas_checked = deltas::check(store, &manifest, job.config, &work, &mut report.problems)?;
        }
        Err(error) => report.problems.push(problem::of_database(&manifest, error)?),
    }
    let key = job.access.filter(|_| id.is_none()).map(EdgeAccess::key);
    access::check(store, &manifest, key, &mut report.problems)?;
    report.ok = report.problems.is_empty();
    report.elapsed_seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    Ok(report)
}

/// The live manifest, whose very bytes the history has.
fn read_live(store: &Store) -> Result<(Manifest, Vec<Problem>), HistoryError> {
    let nothing_live = || HistoryError::NothingLive { store: store.name().to_owned() };
    let stored = store.read_manifest()?.ok_or_else(nothing_live)?;
    let damaged = |source| HistoryError::Damaged { key: keys::MANIFEST.to_owned(), source: Some(source) };
    let manifest = Manifest::from_bytes(&stored.bytes).map_err(damaged)?;
    let history = keys::history(manifest.sequence, &manifest.snapshot_id);
    let is_kept = store.read_history(&history)?.as_ref() == Some(&stored.bytes);
    // An exported pair has no history.
    let is_export = manifest.publisher_id.is_none();
    let problems = if is_kept || is_export { Vec::new() } else { vec![problem::history_differs(history)] };
    Ok((manifest, problems))
}

#[cfg(test)]
mod tests;
