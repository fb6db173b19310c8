//! The last published databases, plain, in `data_dir/databases`: what patches are made from. The store has them too, so
//! this folder may be lost; what is missing here is fetched from there.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use snapshot_format::{Sha256Hex, keys};
use tempfile::NamedTempFile;

use crate::library::Library;
use crate::snapshot::build::digest;
use crate::snapshot::store::{Store, StoreError};

/// The largest window of a packed database: zstd's own bound for a reader, 128 MiB.
const MAX_WINDOW_LOG: u32 = 27;

/// The folder of plain databases.
pub(super) struct Shelf {
    folder: PathBuf,
}

/// Why an earlier database can't be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum ShelfError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder.
    #[error("{folder} can't be used")]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What the store has isn't it.
    #[error("the store's object of the database is damaged")]
    Damaged,
}

impl Shelf {
    pub(super) fn of(library: &Library) -> Self {
        Self { folder: library.data_dir().join("databases") }
    }

    /// An earlier database as a file: the one that was kept, or the store's; `None` when neither has it, or when it is
    /// larger than `max_bytes`.
    pub(super) fn bring(
        &self,
        store: &Store,
        database: &Sha256Hex,
        max_bytes: u64,
    ) -> Result<Option<PathBuf>, ShelfError> {
        let path = self.path(database);
        if digest(&path).is_ok_and(|(found, _)| found == *database) {
            return Ok(Some(path));
        }
        let failed = |source| ShelfError::Folder { folder: self.folder.clone(), source };
        fs::create_dir_all(&self.folder).map_err(failed)?;
        let packed = NamedTempFile::new_in(&self.folder).map_err(failed)?;
        let key = keys::blob(database);
        let stored_bytes = store.find_size(&key)?.filter(|stored_bytes| *stored_bytes <= max_bytes);
        let Some(stored_bytes) = stored_bytes else { return Ok(None) };
        if store.download(&key, stored_bytes, packed.path())?.is_none() {
            return Ok(None);
        }
        let plain = NamedTempFile::new_in(&self.folder).map_err(failed)?;
        unpack(packed.path(), plain.path(), max_bytes).map_err(failed)?;
        if digest(plain.path()).map_err(failed)?.0 != *database {
            return Err(ShelfError::Damaged);
        }
        plain.persist(&path).map_err(|error| failed(error.error))?;
        Ok(Some(path))
    }

    /// Keeps a database that was published, by moving its file here, and of the others those that the next patches are
    /// made from.
    pub(super) fn keep(&self, plain: &Path, database: &Sha256Hex, others: &[Sha256Hex]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let kept: Vec<PathBuf> = others.iter().map(|other| self.path(other)).collect();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            if !kept.contains(&path) {
                fs::remove_file(&path)?;
            }
        }
        fs::rename(plain, self.path(database))
    }

    /// Keeps none.
    pub(super) fn clear(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn path(&self, database: &Sha256Hex) -> PathBuf {
        self.folder.join(format!("{database}.db"))
    }
}

/// No more than `max_bytes`: what is cut has another digest.
fn unpack(packed: &Path, plain: &Path, max_bytes: u64) -> io::Result<()> {
    let mut decoder = zstd::Decoder::new(File::open(packed)?)?;
    decoder.window_log_max(MAX_WINDOW_LOG)?;
    io::copy(&mut decoder.take(max_bytes), &mut File::options().write(true).open(plain)?)?;
    Ok(())
}
