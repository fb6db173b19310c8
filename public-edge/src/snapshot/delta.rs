//! R3 by a patch: the database that is served and a few bytes make the next one. Whatever is odd about it, the database
//! is fetched whole: a patch saves time and nothing hangs on it.

use std::fs::File;
use std::path::Path;

use snapshot_format::manifest::Delta;
use snapshot_format::{Manifest, Sha256Hex, keys};
use tempfile::NamedTempFile;

use super::cache::CacheDir;
use super::download::{self, Object};
use super::error::RefreshError;
use super::store::Store;
use super::unpack::apply_patch;

/// A database that is on the disk and was checked.
#[derive(Clone, Copy)]
pub(super) struct Base<'a> {
    pub(super) path: &'a Path,
    pub(super) sha256: &'a Sha256Hex,
}

/// A new download with the manifest's very database, when a patch of it leads there from the base.
pub(super) async fn bring(
    store: &Store,
    cache: &CacheDir,
    manifest: &Manifest,
    base: Base<'_>,
) -> Option<NamedTempFile> {
    let delta = find(manifest, base.sha256)?;
    match patched(store, cache, manifest, delta, base.path).await {
        Ok((file, digest)) if digest == manifest.database.sha256 => Some(file),
        Ok((_, digest)) => {
            tracing::warn!(key = delta.key, %digest, "the patch makes another database; fetching it whole");
            None
        }
        Err(error) => {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(key = delta.key, error, "the patch is of no use; fetching the database whole");
            None
        }
    }
}

/// The patch from the base, if it has its own key and is smaller than the database as it is stored.
fn find<'m>(manifest: &'m Manifest, base: &Sha256Hex) -> Option<&'m Delta> {
    let database = &manifest.database;
    let is_usable = |delta: &&Delta| {
        delta.from_sha256 == *base
            && delta.key == keys::delta(base, &database.sha256)
            && delta.stored_bytes < database.stored_bytes
    };
    manifest.deltas.iter().find(is_usable)
}

async fn patched(
    store: &Store,
    cache: &CacheDir,
    manifest: &Manifest,
    delta: &Delta,
    base: &Path,
) -> Result<(NamedTempFile, Sha256Hex), RefreshError> {
    let file = cache.create_download().map_err(RefreshError::Cache)?;
    let (base, target) = (base.to_owned(), file.path().to_owned());
    let size_bytes = manifest.database.size_bytes;
    let object = Object { key: &delta.key, bytes: delta.stored_bytes };
    let digest = download::download(store, object, move |arriving| {
        let base = File::open(&base).map_err(super::UnpackError::Disk)?;
        let target = File::options().read(true).write(true).open(&target).map_err(super::UnpackError::Disk)?;
        apply_patch(arriving, base, target, size_bytes)
    });
    let digest = digest.await?;
    Ok((file, digest))
}
