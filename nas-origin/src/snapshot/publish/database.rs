//! The database on its way to the store: packed (P4), then sent (P5).

use std::fs::File;
use std::io;
use std::path::Path;

use snapshot_format::keys;
use snapshot_format::manifest::{Database, Encoding};

use super::lock::WorkFolder;
use super::{PublishError, PublishProgress};
use crate::snapshot::build::BuiltDatabase;
use crate::snapshot::gc::Reuse;
use crate::snapshot::store::{Created, Store};

/// zstd's level: most of what compression gives, at the speed of a NAS's disk.
const ZSTD_LEVEL: i32 = 3;
const ZSTD_THREADS: u32 = 2;

const ZSTD: &str = "application/zstd";

/// A database in the store.
pub(super) struct Blob {
    pub(super) object: Database,
    pub(super) uploaded_bytes: u64,
}

/// Packs the database and creates its object; one that is there is kept.
pub(super) fn send(
    store: &Store,
    progress: &dyn PublishProgress,
    built: &BuiltDatabase,
    work: &WorkFolder,
    reuse: &Reuse<'_>,
) -> Result<Blob, PublishError> {
    progress.step("packing the database");
    let packed = work.file("catalog_read.db.zst");
    compress(&built.path, &packed).map_err(|source| PublishError::Compress { path: packed.clone(), source })?;
    progress.step("sending the database");
    let key = keys::blob(&built.sha256);
    let created = create(store, &key, &packed, reuse)?;
    let object = Database {
        sha256: built.sha256.clone(),
        size_bytes: built.size_bytes,
        key,
        encoding: Some(Encoding::Zstd),
        stored_bytes: created.stored_bytes,
    };
    Ok(Blob { object, uploaded_bytes: created.uploaded_bytes() })
}

/// Creates a packed object from a file; one that is there is kept, if no sweep can take it.
pub(super) fn create(store: &Store, key: &str, file: &Path, reuse: &Reuse<'_>) -> Result<Created, PublishError> {
    let created = store.create_from_file(key, ZSTD, file)?;
    match created.kept_since {
        Some(since) if !reuse.is_safe(key, since)? => Ok(store.write_again_from_file(key, ZSTD, file)?),
        _ => Ok(created),
    }
}

/// In bounded memory; a checksum inside, so that damage is seen before the digest is.
fn compress(plain: &Path, packed: &Path) -> io::Result<()> {
    let mut source = File::open(plain)?;
    let mut encoder = zstd::Encoder::new(File::create(packed)?, ZSTD_LEVEL)?;
    encoder.multithread(ZSTD_THREADS)?;
    encoder.include_checksum(true)?;
    encoder.set_pledged_src_size(Some(source.metadata()?.len()))?;
    io::copy(&mut source, &mut encoder)?;
    encoder.finish()?;
    Ok(())
}
