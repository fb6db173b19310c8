//! The folder that an export goes to: locked while it is written, read leniently, changed by renames.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use snapshot_format::keys::{MANIFEST, PLAIN_DATABASE};
use snapshot_format::limits::{MAX_MANIFEST_BYTES, MAX_SEQUENCE};
use snapshot_format::{Manifest, Sha256Hex};
use tempfile::TempDir;

use super::ExportError;
use crate::snapshot::build;

/// The names of the folders that exports work in begin so.
const WORK_PREFIX: &str = ".export-";

/// The target folder, held by one export at a time.
pub(super) struct Folder {
    path: PathBuf,
    /// Open, for its lock and to be synced after renames.
    handle: File,
}

/// What the folder holds now.
#[derive(Default)]
pub(super) struct Live {
    /// The manifest, if it is one that this version follows.
    pub(super) manifest: Option<Manifest>,
    /// The highest sequence that was given out.
    pub(super) sequence: u64,
    /// The digest of the database beside it.
    pub(super) database: Option<Sha256Hex>,
}

impl Folder {
    /// Makes the folder when it is not there, and locks it until the value is dropped or the process ends.
    pub(super) fn open(path: &Path) -> Result<Self, ExportError> {
        let failed = |source| ExportError::Folder { path: path.to_owned(), what: "used as target folder", source };
        fs::create_dir_all(path).map_err(failed)?;
        let handle = File::open(path).map_err(failed)?;
        match handle.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), handle }),
            Err(TryLockError::WouldBlock) => Err(ExportError::Busy(path.to_owned())),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// Reads the pair. A damaged manifest still tells its sequence where it can.
    pub(super) fn read(&self) -> Result<Live, ExportError> {
        let path = self.path.join(MANIFEST);
        let failed = |source| ExportError::Folder { path: path.clone(), what: "read", source };
        let Some(bytes) = read_capped(&path).map_err(failed)? else { return Ok(Live::default()) };
        let loose: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if loose.get("publisher_id").is_some_and(|id| !id.is_null()) {
            return Err(ExportError::PublishedStore(self.path.clone()));
        }
        let sequence = loose.get("sequence").and_then(serde_json::Value::as_u64).unwrap_or(0).min(MAX_SEQUENCE - 1);
        Ok(Live { manifest: Manifest::from_bytes(&bytes).ok(), sequence, database: self.digest()? })
    }

    fn digest(&self) -> Result<Option<Sha256Hex>, ExportError> {
        let path = self.path.join(PLAIN_DATABASE);
        match build::digest(&path) {
            Ok((sha256, _)) => Ok(Some(sha256)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ExportError::Folder { path, what: "read", source }),
        }
    }

    /// A folder to work in, in the same file system; what killed exports left goes first.
    pub(super) fn make_work(&self) -> Result<TempDir, ExportError> {
        let failed = |source| ExportError::Folder { path: self.path.clone(), what: "written to", source };
        for entry in fs::read_dir(&self.path).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let is_left = entry.file_name().to_string_lossy().starts_with(WORK_PREFIX);
            if is_left && entry.file_type().map_err(failed)?.is_dir() {
                fs::remove_dir_all(entry.path()).map_err(failed)?;
            }
        }
        tempfile::Builder::new().prefix(WORK_PREFIX).tempdir_in(&self.path).map_err(failed)
    }

    /// Writes a manifest to the work folder, synced.
    pub(super) fn write_manifest(&self, work: &TempDir, bytes: &[u8]) -> Result<PathBuf, ExportError> {
        let path = work.path().join(MANIFEST);
        let write = || {
            let mut file = File::create_new(&path)?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(|source| ExportError::Folder { path: self.path.join(MANIFEST), what: "written", source })?;
        Ok(path)
    }

    /// Puts a finished database in place.
    pub(super) fn move_database(&self, from: &Path) -> Result<(), ExportError> {
        self.replace(from, PLAIN_DATABASE)
    }

    /// Puts a finished manifest in place.
    pub(super) fn move_manifest(&self, from: &Path) -> Result<(), ExportError> {
        self.replace(from, MANIFEST)
    }

    fn replace(&self, from: &Path, name: &str) -> Result<(), ExportError> {
        let to = self.path.join(name);
        let moved = fs::rename(from, &to).and_then(|()| self.handle.sync_all());
        moved.map_err(|source| ExportError::Folder { path: to, what: "replaced", source })
    }
}

fn read_capped(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut bytes = Vec::new();
    file.take(MAX_MANIFEST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}
