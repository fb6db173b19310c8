//! Held by the one daemon of a catalog. A second one works too, but doesn't take what the first is at for left over.

use std::path::Path;

use crate::lock_file::LockFile;

/// `None` when another daemon has it, or it can't be had.
pub(super) fn lock_daemons(data_dir: &Path) -> Option<LockFile> {
    match LockFile::try_alone(&data_dir.join("daemon.lock")) {
        Ok(Some(lock)) => return Some(lock),
        Ok(None) => tracing::info!("another daemon is at the catalog"),
        Err(error) => tracing::info!("this may not be the only daemon of the catalog: {error}"),
    }
    None
}
