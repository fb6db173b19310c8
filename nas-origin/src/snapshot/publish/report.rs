//! What a publish says at its end.

use std::time::Duration;

use serde::Serialize;

use super::Outcome;

/// The result of a publish; `publish --json` prints it (DESIGN section 12).
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PublishReport {
    /// The live snapshot.
    pub snapshot_id: String,
    /// Its manifest's sequence.
    pub sequence: u64,
    /// Whether it is another snapshot than before. A manifest that was only renewed changes nothing.
    pub changed: bool,
    /// Whether edges were told of other listeners' credentials.
    pub access_changed: bool,
    /// Whether the owner pinned it (`snapshots pin`, `snapshots rollback`), so that the catalog was not looked at.
    pub pinned: bool,
    /// Size of the plain database.
    pub database_bytes: u64,
    /// What was sent to the store.
    pub uploaded_bytes: u64,
    /// Of these, deltas.
    pub delta_bytes: u64,
    /// How long it took.
    pub elapsed_seconds: f64,
}

impl PublishReport {
    pub(super) fn new(outcome: &Outcome, elapsed: Duration) -> Self {
        Self {
            snapshot_id: outcome.manifest.snapshot_id.clone(),
            sequence: outcome.manifest.sequence,
            changed: outcome.is_changed,
            access_changed: outcome.is_access_changed,
            pinned: outcome.is_pinned,
            database_bytes: outcome.manifest.database.size_bytes,
            uploaded_bytes: outcome.uploaded_bytes,
            delta_bytes: outcome.delta_bytes,
            elapsed_seconds: (elapsed.as_secs_f64() * 1000.0).round() / 1000.0,
        }
    }
}
