//! One publish at a time for a catalog (P0), and the folder that it works in.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::PublishError;

/// Held while a publish runs; the system frees it with the process, however that ends.
pub(in crate::snapshot) struct PublishLock {
    file: File,
}

impl PublishLock {
    /// Takes the lock and clears what killed runs left: a run that finds nothing to do makes no work folder.
    pub(in crate::snapshot) fn acquire(data_dir: &Path) -> Result<Self, PublishError> {
        let path = data_dir.join("publish.lock");
        let failed = |source| PublishError::WorkFolder { path: path.clone(), source };
        let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {
                let work = work(data_dir);
                clear(&work).map_err(|source| PublishError::WorkFolder { path: work, source })?;
                Ok(Self { file })
            }
            Err(TryLockError::WouldBlock) => Err(PublishError::Busy),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }
}

impl Drop for PublishLock {
    /// Closing alone would leave it to a child process that was just started and still has the file open.
    fn drop(&mut self) {
        if let Err(error) = self.file.unlock() {
            tracing::warn!("the publish's lock could not be freed: {error}");
        }
    }
}

/// `data_dir/work/<random>`: removed at the end, or by the next run when this one is killed. Several do not disturb each
/// other.
pub(in crate::snapshot) struct WorkFolder {
    folder: TempDir,
}

impl WorkFolder {
    /// A new folder. The lock is held; what killed runs left went when it was taken.
    pub(in crate::snapshot) fn fresh(data_dir: &Path) -> Result<Self, PublishError> {
        let path = work(data_dir);
        let made = fs::create_dir_all(&path).and_then(|()| tempfile::tempdir_in(&path));
        let folder = made.map_err(|source| PublishError::WorkFolder { path: path.clone(), source })?;
        Ok(Self { folder })
    }

    pub(in crate::snapshot) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(in crate::snapshot) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn work(data_dir: &Path) -> PathBuf {
    data_dir.join("work")
}

fn clear(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        cleared => cleared,
    }
}
