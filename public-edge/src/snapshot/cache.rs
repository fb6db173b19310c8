//! The cache folder: the databases that are or were served, what is trusted, and the lock on all of it.
//!
//! `state.json` is replaced as a whole, after the database that it names has its final name; whatever else lies there
//! with a name of ours was left by a crash and is removed at the next start.

mod remover;

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use snapshot_format::limits::MAX_ACCESS_BYTES;
use snapshot_format::{Manifest, Sha256Hex};
use tempfile::NamedTempFile;

use self::remover::{Removals, Remover};
use super::trust::Trusted;

const STATE: &str = "state.json";
const LOCK: &str = "lock";
const DATABASE_PREFIX: &str = "snapshot-";
const DATABASE_SUFFIX: &str = ".db";
const DOWNLOAD_PREFIX: &str = "download-";
const ACCESS_PREFIX: &str = "access-";
const ACCESS_SUFFIX: &str = ".bin";
/// The largest `state.json` that is read, in bytes: a manifest and a mark for each publisher.
const MAX_STATE_BYTES: u64 = 1024 * 1024;

/// Why the cache folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// Two edges would remove each other's files.
    #[error("the cache folder {} is used by another public-edge: give each edge a `snapshot.cache_dir` of its own", folder.display())]
    InUse {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder can't be made, read or written.
    #[error("the cache folder {} can't be used: `snapshot.cache_dir` must be a folder that this user can write", folder.display())]
    Unusable {
        /// The folder.
        folder: PathBuf,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
}

/// The cache folder, locked for this process.
pub struct CacheDir {
    folder: PathBuf,
    remover: Remover,
    _lock: File,
}

/// What is remembered from one start to the next.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct State {
    /// What was served, by publisher.
    pub(super) trusted: Trusted,
    /// What is served.
    pub(super) live: Option<Live>,
}

/// A database that passed all checks.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Live {
    /// Its name in the cache folder.
    pub(super) file: String,
    /// Its manifest.
    pub(super) manifest: Manifest,
}

impl CacheDir {
    /// Makes the folder when it is missing and locks it.
    ///
    /// # Errors
    /// A folder that can't be written, or that another process has locked.
    pub fn open(folder: &Path) -> Result<Self, CacheError> {
        let unusable = |source| CacheError::Unusable { folder: folder.to_owned(), source };
        fs::create_dir_all(folder).map_err(unusable)?;
        let lock =
            File::options().create(true).truncate(false).write(true).open(folder.join(LOCK)).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {
                let remover = Remover::start().map_err(unusable)?;
                Ok(Self { folder: folder.to_owned(), remover, _lock: lock })
            }
            Err(TryLockError::WouldBlock) => Err(CacheError::InUse { folder: folder.to_owned() }),
            Err(TryLockError::Error(source)) => Err(unusable(source)),
        }
    }

    /// Writes and removes a file, and gives the bytes that are free.
    ///
    /// # Errors
    /// A folder that can't be written.
    pub fn probe(&self) -> Result<u64, CacheError> {
        let probed =
            self.create_download().and_then(|mut file| file.write_all(b"probe")).and_then(|()| self.free_bytes());
        probed.map_err(|source| CacheError::Unusable { folder: self.folder.clone(), source })
    }

    /// What was remembered; nothing at the first start, or when it can't be understood.
    pub(super) fn load(&self) -> State {
        let path = self.folder.join(STATE);
        let mut text = Vec::new();
        let read = File::open(&path).and_then(|file| file.take(MAX_STATE_BYTES).read_to_end(&mut text));
        match read {
            Ok(_) => serde_json::from_slice(&text).unwrap_or_else(|error| {
                tracing::warn!(%error, "state.json in the cache folder can't be understood; starting anew");
                State::default()
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => State::default(),
            Err(error) => {
                tracing::warn!(%error, "state.json in the cache folder can't be read; starting anew");
                State::default()
            }
        }
    }

    /// Remembers, all or nothing.
    pub(super) fn store(&self, state: &State) -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(DOWNLOAD_PREFIX).tempfile_in(&self.folder)?;
        file.write_all(&serde_json::to_vec_pretty(state)?)?;
        file.as_file().sync_all()?;
        file.persist(self.folder.join(STATE))?;
        self.sync()
    }

    /// An empty file to download into; it is gone when it is dropped.
    pub(super) fn create_download(&self) -> io::Result<NamedTempFile> {
        tempfile::Builder::new().prefix(DOWNLOAD_PREFIX).tempfile_in(&self.folder)
    }

    /// R5: gives a checked download its lasting name, which no other file has or had in this process.
    pub(super) fn keep(&self, download: NamedTempFile, sha256: &Sha256Hex) -> io::Result<CachedDatabase> {
        let random = download.path().file_name().map(|name| name.to_string_lossy().replace(DOWNLOAD_PREFIX, ""));
        let name = format!("{DATABASE_PREFIX}{}-{}{DATABASE_SUFFIX}", sha256.short(), random.unwrap_or_default());
        let path = self.folder.join(&name);
        download.persist(&path)?;
        self.sync()?;
        Ok(self.database(path, name))
    }

    /// Keeps sealed credentials for the next start.
    pub(super) fn keep_access(&self, sealed: &[u8], sha256: &Sha256Hex) -> io::Result<()> {
        let mut file = self.create_download()?;
        file.write_all(sealed)?;
        file.as_file().sync_all()?;
        file.persist(self.folder.join(access_name(sha256)))?;
        self.sync()
    }

    /// Sealed credentials that were kept, if they are there.
    pub(super) fn find_access(&self, sha256: &Sha256Hex) -> io::Result<Vec<u8>> {
        let mut sealed = Vec::new();
        let file = File::open(self.folder.join(access_name(sha256)))?;
        file.take(MAX_ACCESS_BYTES as u64 + 1).read_to_end(&mut sealed)?;
        Ok(sealed)
    }

    /// Removes credentials that are void.
    pub(super) fn forget_access(&self, sha256: &Sha256Hex) {
        if let Err(error) = fs::remove_file(self.folder.join(access_name(sha256))) {
            tracing::warn!(%error, "void credentials can't be removed from the cache folder");
        }
    }

    /// A database that was kept before, if its file is there.
    pub(super) fn find(&self, live: &Live) -> Option<CachedDatabase> {
        let path = self.folder.join(&live.file);
        let is_there = is_database_name(&live.file) && path.is_file();
        is_there.then(|| self.database(path, live.file.clone()))
    }

    fn database(&self, path: PathBuf, name: String) -> CachedDatabase {
        CachedDatabase { path, name, is_retired: AtomicBool::new(false), removals: self.remover.removals() }
    }

    /// Removes what a crash left: downloads, and every database and credentials but the live ones.
    pub(super) fn tidy(&self, live: Option<&Live>) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            let is_ours = name.starts_with(DOWNLOAD_PREFIX) || is_database_name(&name) || is_access_name(&name);
            if is_ours && live.is_none_or(|live| !live.has_file(&name)) {
                fs::remove_file(self.folder.join(&name))?;
            }
        }
        Ok(())
    }

    /// Bytes that may still be written.
    pub(super) fn free_bytes(&self) -> io::Result<u64> {
        free_bytes(&self.folder)
    }

    fn sync(&self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }
}

/// Bytes that may still be written to the disk of a folder.
pub(crate) fn free_bytes(folder: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(folder)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

impl Live {
    fn has_file(&self, name: &str) -> bool {
        let access = self.manifest.access.as_ref().map(|access| access_name(&access.sha256));
        self.file == name || access.is_some_and(|access| access == name)
    }
}

fn access_name(sha256: &Sha256Hex) -> String {
    format!("{ACCESS_PREFIX}{}{ACCESS_SUFFIX}", sha256.short())
}

fn is_access_name(name: &str) -> bool {
    name.starts_with(ACCESS_PREFIX) && name.ends_with(ACCESS_SUFFIX)
}

fn is_database_name(name: &str) -> bool {
    name.starts_with(DATABASE_PREFIX) && name.ends_with(DATABASE_SUFFIX) && !name.contains(['/', '\\'])
}

/// A database in the cache folder. Once retired it is removed with its last user.
pub(super) struct CachedDatabase {
    /// Where it lies.
    pub(super) path: PathBuf,
    /// Its name in the cache folder.
    pub(super) name: String,
    is_retired: AtomicBool,
    removals: Removals,
}

impl CachedDatabase {
    /// Says that no request will begin on it any more.
    pub(super) fn retire(&self) {
        self.is_retired.store(true, Ordering::Relaxed);
    }
}

impl Drop for CachedDatabase {
    fn drop(&mut self) {
        if self.is_retired.load(Ordering::Relaxed) {
            self.removals.remove(&self.path);
        }
    }
}

#[cfg(test)]
mod tests;
