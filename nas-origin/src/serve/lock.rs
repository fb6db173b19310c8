//! Held by the one daemon of a catalog. A second one works too, but doesn't take what the first is at for left over.

use std::fs::File;
use std::path::Path;

/// The system frees it with the process, however that ends.
pub(super) struct DaemonLock {
    file: File,
}

impl DaemonLock {
    /// `None` when another daemon has it, or it can't be had.
    pub(super) fn acquire(data_dir: &Path) -> Option<Self> {
        let path = data_dir.join("daemon.lock");
        let opened = File::options().create(true).truncate(false).write(true).open(path);
        let locked = opened.and_then(|file| file.try_lock().map(|()| file).map_err(std::io::Error::from));
        let told =
            locked.inspect_err(|error| tracing::info!("this may not be the only daemon of the catalog: {error}"));
        told.ok().map(|file| Self { file })
    }
}

impl Drop for DaemonLock {
    /// Closing alone would leave it to a child process that was just started and still has the file open.
    fn drop(&mut self) {
        if let Err(error) = self.file.unlock() {
            tracing::warn!("the daemon's lock could not be freed: {error}");
        }
    }
}
