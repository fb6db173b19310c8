//! A database from the store into a file, as an edge takes it: never larger than announced, and only with its digest.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use snapshot_format::Sha256Hex;
use snapshot_format::manifest::{Database, Encoding};

use crate::snapshot::store::{Store, StoreError};

/// Why a database of the store can't be used.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It isn't there.
    #[error("`{key}` isn't in the store")]
    Gone {
        /// The object.
        key: String,
    },
    /// A file of this machine.
    #[error("{path} can't be written; check the free space")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It can't be unpacked.
    #[error("`{key}` can't be unpacked: it is damaged")]
    Packing {
        /// The object.
        key: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is another file than announced.
    #[error("`{key}` holds another database than its manifest says: {found} of {size_bytes} bytes")]
    Other {
        /// The object.
        key: String,
        /// What was found: a digest.
        found: Sha256Hex,
        /// The size found, cut behind the size announced.
        size_bytes: u64,
    },
}

/// Fetches a database into `folder` and gives the plain file's path. It has the size and the digest announced.
pub(super) fn unpack(store: &Store, database: &Database, folder: &Path) -> Result<PathBuf, UnpackError> {
    let (plain, size_bytes) = unpack_capped(store, database, folder)?;
    if size_bytes == database.size_bytes {
        return Ok(plain);
    }
    Err(UnpackError::Other { key: database.key.clone(), found: database.sha256.clone(), size_bytes })
}

/// As [`unpack`], for a database whose size isn't known: `size_bytes` is the most it may have. Gives its size too.
pub(super) fn unpack_capped(store: &Store, database: &Database, folder: &Path) -> Result<(PathBuf, u64), UnpackError> {
    let packed = folder.join(format!("{}.packed", database.sha256));
    let plain = folder.join(format!("{}.db", database.sha256));
    let gone = || UnpackError::Gone { key: database.key.clone() };
    store.download(&database.key, database.stored_bytes, &packed)?.ok_or_else(gone)?;
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| UnpackError::File { path: path.clone(), source }
    };
    let damaged = |source| UnpackError::Packing { key: database.key.clone(), source };
    let source = File::open(&packed).map_err(at(&packed))?;
    let source: Box<dyn Read> = match database.encoding {
        None => Box::new(source),
        Some(Encoding::Zstd) => Box::new(zstd::Decoder::new(source).map_err(damaged)?),
    };
    let target = File::create(&plain).map_err(at(&plain))?;
    let (found, size_bytes) = copy(source, target, database.size_bytes, damaged, at(&plain))?;
    fs::remove_file(&packed).map_err(at(&packed))?;
    if found == database.sha256 {
        return Ok((plain, size_bytes));
    }
    fs::remove_file(&plain).map_err(at(&plain))?;
    Err(UnpackError::Other { key: database.key.clone(), found, size_bytes })
}

/// Copies at most one byte more than announced, and says what it was.
fn copy(
    source: impl Read,
    mut target: impl Write,
    size_bytes: u64,
    unreadable: impl Fn(io::Error) -> UnpackError,
    unwritable: impl Fn(io::Error) -> UnpackError,
) -> Result<(Sha256Hex, u64), UnpackError> {
    let mut source = source.take(size_bytes.saturating_add(1));
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut copied = 0;
    loop {
        let read = source.read(&mut buffer).map_err(&unreadable)?;
        if read == 0 {
            return Ok((Sha256Hex::from_hasher(hasher), copied));
        }
        hasher.update(&buffer[..read]);
        target.write_all(&buffer[..read]).map_err(&unwritable)?;
        copied += read as u64;
    }
}
