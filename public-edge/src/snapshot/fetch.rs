//! R1: the manifest's bytes, when they changed.

use std::time::Duration;

use bytes::Bytes;
use object_store::GetOptions;
use snapshot_format::keys;
use snapshot_format::limits::MAX_MANIFEST_BYTES;

use super::store::{ObjectError, Store, collect};

/// A manifest is small; a store that takes longer is taken for dead.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the store answers.
pub(super) enum Fetched {
    /// The same as last time.
    NotModified,
    /// A manifest's bytes, not looked at yet.
    Manifest {
        /// At most 64 KiB.
        bytes: Bytes,
        /// What to ask with next time.
        e_tag: Option<String>,
    },
}

/// Asks for the manifest, unless it still has the given ETag.
pub(super) async fn manifest(store: &Store, e_tag: Option<&str>) -> Result<Fetched, ObjectError> {
    match tokio::time::timeout(PATIENCE, ask(store, e_tag)).await {
        Ok(fetched) => fetched,
        Err(elapsed) => Err(unreachable(object_store::Error::Generic { store: "manifest", source: elapsed.into() })),
    }
}

async fn ask(store: &Store, e_tag: Option<&str>) -> Result<Fetched, ObjectError> {
    let options = GetOptions { if_none_match: e_tag.map(str::to_owned), ..GetOptions::default() };
    let object = match store.get(keys::MANIFEST, options).await {
        Ok(object) => object,
        Err(object_store::Error::NotModified { .. }) => return Ok(Fetched::NotModified),
        Err(object_store::Error::NotFound { .. }) => {
            return Err(ObjectError::NotFound { key: keys::MANIFEST.to_owned() });
        }
        Err(source) => return Err(unreachable(source)),
    };
    let e_tag = object.meta.e_tag.clone();
    let bytes = collect(object, keys::MANIFEST, MAX_MANIFEST_BYTES).await?;
    Ok(Fetched::Manifest { bytes, e_tag })
}

fn unreachable(source: object_store::Error) -> ObjectError {
    ObjectError::Unreachable { key: keys::MANIFEST.to_owned(), source }
}
