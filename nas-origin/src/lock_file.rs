//! Locks between processes: files that one of them has locked, or several beside one another.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

/// A locked file. The system frees it with the process, however that ends.
#[derive(Debug)]
pub(crate) struct LockFile(File);

impl LockFile {
    /// Locks a file for this process alone, and makes it when it is not there. `None` while another one has it.
    ///
    /// # Errors
    /// When the file cannot be made or locked.
    pub(crate) fn try_alone(path: &Path) -> io::Result<Option<Self>> {
        Self::locked(open(path)?, File::try_lock)
    }

    /// Locks a file beside others that do the same. `None` while one has it alone.
    ///
    /// # Errors
    /// As [`LockFile::try_alone`].
    pub(crate) fn try_shared(path: &Path) -> io::Result<Option<Self>> {
        Self::locked(open(path)?, File::try_lock_shared)
    }

    /// Locks a file for this process alone, however long that takes.
    ///
    /// # Errors
    /// As [`LockFile::try_alone`].
    pub(crate) fn wait_alone(path: &Path) -> io::Result<Self> {
        let file = open(path)?;
        file.lock()?;
        Ok(Self(file))
    }

    fn locked(file: File, lock: fn(&File) -> Result<(), TryLockError>) -> io::Result<Option<Self>> {
        match lock(&file) {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Drop for LockFile {
    /// Closing alone would leave it to a child process that was just started and still has the file open.
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!("a lock could not be freed: {error}");
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_it_alone_or_several_have_it_together() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.lock");
        let alone = LockFile::try_alone(&path).unwrap().unwrap();
        assert!(LockFile::try_alone(&path).unwrap().is_none() && LockFile::try_shared(&path).unwrap().is_none());
        drop(alone);
        let together = [(); 2].map(|()| LockFile::try_shared(&path).unwrap().unwrap());
        assert!(LockFile::try_alone(&path).unwrap().is_none());
        drop(together);
        drop(LockFile::wait_alone(&path).unwrap());
        LockFile::try_alone(&folder.path().join("nowhere/a.lock")).unwrap_err();
    }
}
