//! Whether the listeners' credentials that a snapshot names are there, whole, and of this NAS's key.

use snapshot_format::access::{self, AccessKey};
use snapshot_format::{Manifest, Sha256Hex, keys};

use super::problem::{self, Problem};
use crate::snapshot::history::HistoryError;
use crate::snapshot::store::Store;

/// `key` opens those of the live snapshot; older ones may be another key's, and no edge is sent to them.
pub(super) fn check(
    store: &Store,
    manifest: &Manifest,
    key: Option<&AccessKey>,
    problems: &mut Vec<Problem>,
) -> Result<(), HistoryError> {
    let Some(named) = &manifest.access else {
        problems.extend(key.map(|_| problem::of_access(keys::MANIFEST, "names no listeners' credentials")));
        return Ok(());
    };
    let problem = match store.read_access(&named.key)? {
        None => Some("isn't in the store".to_owned()),
        Some(bytes) if Sha256Hex::of(&bytes) != named.sha256 => Some("has other bytes than its name says".to_owned()),
        Some(bytes) => key.and_then(|key| access::open(&bytes, key).err()).map(|error| error.to_string()),
    };
    problems.extend(problem.map(|problem| problem::of_access(&named.key, problem)));
    Ok(())
}
