//! One publish at a time for a catalog (P0), and the folder that it works in.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::PublishError;
use crate::lock_file::LockFile;

/// Held while a publish runs.
pub(in crate::snapshot) struct PublishLock {
    _file: LockFile,
}

impl PublishLock {
    /// Takes the lock and clears what killed runs left: a run that finds nothing to do makes no work folder.
    pub(in crate::snapshot) fn acquire(data_dir: &Path) -> Result<Self, PublishError> {
        let path = data_dir.join("publish.lock");
        let taken = LockFile::try_alone(&path).map_err(|source| PublishError::WorkFolder { path, source })?;
        let lock = Self { _file: taken.ok_or(PublishError::Busy)? };
        let work = work(data_dir);
        clear(&work).map_err(|source| PublishError::WorkFolder { path: work, source })?;
        Ok(lock)
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
