//! The last published databases, plain, in `data_dir/databases`: what patches are made from. The store has them too, so
//! this folder may be lost; what is missing here is fetched from there.

use std::path::{Path, PathBuf};
use std::{fs, io};

use snapshot_format::manifest::{Database, Encoding};
use snapshot_format::{Sha256Hex, keys};

use crate::library::Library;
use crate::snapshot::build::digest;
use crate::snapshot::store::Store;
use crate::snapshot::unpack::{UnpackError, unpack_capped};

/// The folder of plain databases.
pub(super) struct Shelf {
    folder: PathBuf,
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
    ) -> Result<Option<PathBuf>, UnpackError> {
        let path = self.path(database);
        if digest(&path).is_ok_and(|(found, _)| found == *database) {
            return Ok(Some(path));
        }
        let unusable = |source| UnpackError::File { path: self.folder.clone(), source };
        fs::create_dir_all(&self.folder).map_err(unusable)?;
        let key = keys::blob(database);
        let stored_bytes = store.find_size(&key)?.filter(|stored_bytes| *stored_bytes <= max_bytes);
        let Some(stored_bytes) = stored_bytes else { return Ok(None) };
        let sha256 = database.clone();
        let object = Database { sha256, key, encoding: Some(Encoding::Zstd), stored_bytes, size_bytes: max_bytes };
        match unpack_capped(store, &object, &self.folder) {
            Ok((plain, _)) => Ok(Some(plain)),
            Err(UnpackError::Gone { .. }) => Ok(None),
            Err(error) => Err(error),
        }
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
