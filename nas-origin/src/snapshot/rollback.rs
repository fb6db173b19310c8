//! Rolling back, pinning and unpinning (SNAPSHOT.md section 4, "Rollback"): the owner decides what is live until told
//! otherwise. A rollback is a pin that is made so at once.

use std::slice;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use serde::Serialize;
use snapshot_format::{Manifest, signature};

use super::history::{HistoryError, find};
use super::publish::{Base, Outcome, PublishError, PublishJob, PublishLock, Run, assure};
use super::store::Store;
use crate::library::stores::{self, Pin};
use crate::library::{Library, publications, settings};

/// What a rollback or a pin came to.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PinReport {
    /// The snapshot that is live and pinned.
    pub snapshot_id: String,
    /// Its manifest's sequence.
    pub sequence: u64,
    /// Whether another database was live before.
    pub changed: bool,
    /// How long it took.
    pub elapsed_seconds: f64,
}

/// What unpinning came to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct UnpinReport {
    /// What the store was pinned to.
    pub unpinned: Option<String>,
}

/// Makes an old snapshot live again, under a higher sequence, and pins it: publishing changes nothing until it is
/// unpinned. `id` is a snapshot's id, its sequence or the beginning of its database's digest.
///
/// # Errors
/// See [`HistoryError`]. The pin is then as it was, but when it is unclear what is live.
pub fn rollback(job: &PublishJob<'_>, id: &str) -> Result<PinReport, HistoryError> {
    pin(job, Some(id))
}

/// Pins the live snapshot, or rolls back to the one named.
///
/// # Errors
/// As [`rollback`].
pub fn pin(job: &PublishJob<'_>, id: Option<&str>) -> Result<PinReport, HistoryError> {
    let started = Instant::now();
    let _lock = PublishLock::acquire(job.library.data_dir())?;
    let store = Store::open(job.config)?;
    assure(&store, job.library)?;
    let outcome = pin_in(&store, job, id, Timestamp::now())?;
    Ok(PinReport::new(&outcome, started.elapsed()))
}

impl PinReport {
    fn new(outcome: &Outcome, elapsed: Duration) -> Self {
        Self {
            snapshot_id: outcome.manifest.snapshot_id.clone(),
            sequence: outcome.manifest.sequence,
            changed: outcome.is_changed,
            elapsed_seconds: (elapsed.as_secs_f64() * 1000.0).round() / 1000.0,
        }
    }
}

pub(super) fn pin_in(
    store: &Store,
    job: &PublishJob<'_>,
    id: Option<&str>,
    now: Timestamp,
) -> Result<Outcome, HistoryError> {
    let base = Base::read(store, job.takeover, job.config.signing_key())?;
    base.check_owner(&job.library.read(settings::publisher_id)?, job.takeover)?;
    let target = match id {
        Some(id) => find(store, id)?,
        None => base.manifest.clone().ok_or_else(|| HistoryError::NothingLive { store: store.name().to_owned() })?,
    };
    check_signed(store, job, &target)?;
    let pin = pin_of(&target);
    let before = job.library.read(|connection| stores::find_pin(connection, store.name()))?;
    set_pin(job.library, store, Some(&pin))?;
    let run = Run::new(store, job, base, now)?;
    let held = run.hold(&pin);
    if held.as_ref().is_err_and(is_certain) {
        set_pin(job.library, store, before.as_ref())?;
    }
    held
}

/// With a signing key, what it would sign has to be this catalog's own: signed by it already, or on record. Whoever can
/// write to the store could leave another database in the history.
fn check_signed(store: &Store, job: &PublishJob<'_>, target: &Manifest) -> Result<(), HistoryError> {
    let Some(key) = job.config.signing_key() else { return Ok(()) };
    let is_signed = signature::verify(target, slice::from_ref(&key.public_key())).is_ok();
    let database = &target.database.sha256;
    if is_signed || job.library.read(|connection| publications::is_ours(connection, store.name(), database))? {
        return Ok(());
    }
    Err(HistoryError::Unsigned { snapshot_id: target.snapshot_id.clone() })
}

fn pin_of(target: &Manifest) -> Pin {
    Pin { snapshot_id: target.snapshot_id.clone(), database: target.database.sha256.clone() }
}

/// Whether the snapshot certainly did not become the live one.
fn is_certain(error: &HistoryError) -> bool {
    !matches!(error, HistoryError::Publish(PublishError::Unclear { .. }))
}

/// Lets publishing go on from the catalog.
///
/// # Errors
/// When the store's address or the catalog can't be used, or a publish is running.
pub fn unpin(job: &PublishJob<'_>) -> Result<UnpinReport, HistoryError> {
    let _lock = PublishLock::acquire(job.library.data_dir())?;
    let store = Store::open_to_read(job.config)?;
    let before = job.library.read(|connection| stores::find_pin(connection, store.name()))?;
    if before.is_some() {
        set_pin(job.library, &store, None)?;
    }
    Ok(UnpinReport { unpinned: before.map(|pin| pin.snapshot_id) })
}

fn set_pin(library: &Library, store: &Store, pin: Option<&Pin>) -> Result<(), HistoryError> {
    Ok(library.write(|tx| stores::set_pin(tx, store.name(), pin))?)
}

#[cfg(test)]
mod tests;
