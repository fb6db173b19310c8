//! R3 and R4 of the listeners' credentials: fetched, compared with their digest and opened, before the snapshot that names
//! them is served. What is kept in the cache folder is the object as it was fetched; nothing of it is ever there in plain.

use std::sync::Arc;

use bytes::Bytes;
use snapshot_format::access::{self, AccessError, AccessKey};
use snapshot_format::limits::MAX_ACCESS_BYTES;
use snapshot_format::manifest::Access;
use snapshot_format::{Manifest, Sha256Hex};

use super::error::Remedy;
use super::store::{ObjectError, Store};
use crate::listeners::Listeners;

/// Why nobody could listen to a snapshot in access mode `listeners`.
#[derive(Debug, thiserror::Error)]
pub enum ListenersError {
    /// The NAS lets anybody listen.
    #[error("the snapshot names no listeners' credentials: set access.mode = \"listeners\" at the NAS and publish")]
    Missing,
    /// Whoever knows the address can read the store.
    #[error(
        "the snapshot says that anyone can fetch the store's objects, which does not go with listeners' credentials"
    )]
    PublicStore,
    /// The object isn't there, or is too large.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// Other bytes than the manifest's.
    #[error("the object of listeners' credentials has sha256 {found} where the manifest says {expected}")]
    Digest {
        /// The object's.
        found: Sha256Hex,
        /// The manifest's.
        expected: Sha256Hex,
    },
    /// It can't be opened.
    #[error("{0}; `nas-origin keygen --access` prints the key that goes into access.access_key_file")]
    Sealed(#[from] AccessError),
}

impl ListenersError {
    pub(super) fn remedy(&self) -> Remedy {
        match self {
            Self::Missing | Self::PublicStore | Self::Sealed(_) | Self::Object(ObjectError::TooLarge { .. }) => {
                Remedy::AnotherManifest
            }
            Self::Digest { .. } => Remedy::AnotherFetch,
            Self::Object(ObjectError::NotFound { .. } | ObjectError::Unreachable { .. }) => Remedy::Patience,
        }
    }

    pub(super) fn is_missing_object(&self) -> bool {
        matches!(self, Self::Object(ObjectError::NotFound { .. }))
    }
}

/// Credentials that were opened, and the object that they came in.
#[derive(Clone)]
pub(super) struct Opened {
    pub(super) sha256: Sha256Hex,
    pub(super) listeners: Arc<Listeners>,
}

/// The credentials that a manifest names, of which there have to be some.
pub(super) fn named(manifest: &Manifest) -> Result<&Access, ListenersError> {
    if manifest.public_base_url.is_some() {
        return Err(ListenersError::PublicStore);
    }
    manifest.access.as_ref().ok_or(ListenersError::Missing)
}

/// Everybody who may listen to a store's snapshot, for whoever only looks.
///
/// # Errors
/// See [`ListenersError`].
pub async fn look_up(store: &Store, manifest: &Manifest, key: &AccessKey) -> Result<Arc<Listeners>, ListenersError> {
    let named = named(manifest)?;
    Ok(open(&fetch(store, named).await?, named, key)?.listeners)
}

/// Fetches them.
pub(super) async fn fetch(store: &Store, named: &Access) -> Result<Bytes, ListenersError> {
    Ok(store.read(&named.key, MAX_ACCESS_BYTES).await?)
}

/// Compares and opens them.
pub(super) fn open(object: &[u8], named: &Access, key: &AccessKey) -> Result<Opened, ListenersError> {
    let found = Sha256Hex::of(object);
    if found != named.sha256 {
        return Err(ListenersError::Digest { found, expected: named.sha256.clone() });
    }
    let listeners = Arc::new(Listeners::new(access::open(object, key)?));
    Ok(Opened { sha256: found, listeners })
}
