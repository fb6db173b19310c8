//! The store that snapshots are published to, as a publish needs it: immutable objects that are created and never
//! replaced, and one manifest that moves by compare-and-swap (SNAPSHOT.md sections 1 and 4).
//!
//! Blocking, over the asynchronous `object_store`: a publish is one straight line, run on a thread that may block.
//! A `file://` store is locked for as long as it is open, which makes compare, write and rename one step there.

mod address;
mod error;
mod file_root;
mod listing;
mod probe;
#[cfg(test)]
pub(crate) mod recording;
mod removal;
mod signer;
mod upload;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::path::Path as ObjectPath;
use object_store::{Error as ObjectError, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, UpdateVersion};
use snapshot_format::{keys, limits};
use tokio::runtime::Runtime;

pub use error::{StoreError, StoreProblem};
pub(crate) use listing::Listed;
pub(crate) use probe::{Abilities, Condition};
pub(crate) use signer::{BucketSigner, open_signer};
pub(crate) use upload::{Created, NewObject};

use crate::config::{PublishConfig, StoreOption, StoreUrl};
use error::{Operation, describe};
use file_root::FolderLock;

const JSON: &str = "application/json";

/// An open store.
pub(crate) struct Store {
    objects: Arc<dyn ObjectStore>,
    name: String,
    conditions: Conditions,
    runtime: Runtime,
    /// Held until the store is closed; only file stores have one.
    lock: Option<FolderLock>,
}

/// Who sees to it that nothing is overwritten unseen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Conditions {
    /// The store: conditional writes.
    ByStore,
    /// This process: a file store's lock is held, or the owner vouches for a single writer. It looks before it writes.
    ByWriter,
}

/// The objects of a bucket that others write to, and its URL without credentials. Nothing is asked yet.
///
/// # Errors
/// When the address or an option is none.
pub(crate) fn open_bucket(
    url: &StoreUrl,
    options: &BTreeMap<String, StoreOption>,
) -> Result<(Arc<dyn ObjectStore>, String), StoreError> {
    let place = address::open_to_read(url, options)?;
    Ok((place.objects, place.name))
}

/// A manifest as the store has it.
#[derive(Clone, Debug)]
pub(crate) struct StoredManifest {
    pub(crate) bytes: Bytes,
    version: UpdateVersion,
}

impl Store {
    /// Opens the configured store.
    pub(crate) fn open(config: &PublishConfig) -> Result<Self, StoreError> {
        let url = config.store.as_ref().ok_or(StoreError::NotConfigured)?;
        let place = address::open(url, &config.store_options)?;
        let is_alone = place.lock.is_some() || config.single_writer;
        let conditions = if is_alone { Conditions::ByWriter } else { Conditions::ByStore };
        Self::over(place.objects, place.name, conditions, place.lock)
    }

    /// Opens the configured store to look at it: nothing is locked, made or cleared away.
    pub(crate) fn open_to_read(config: &PublishConfig) -> Result<Self, StoreError> {
        let url = config.store.as_ref().ok_or(StoreError::NotConfigured)?;
        let place = address::open_to_read(url, &config.store_options)?;
        Self::over(place.objects, place.name, Conditions::ByStore, None)
    }

    fn over(
        objects: Arc<dyn ObjectStore>,
        name: String,
        conditions: Conditions,
        lock: Option<FolderLock>,
    ) -> Result<Self, StoreError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("publish-store")
            .enable_all()
            .build()
            .map_err(|source| StoreError::Runtime { store: name.clone(), source })?;
        Ok(Self { objects, name, conditions, runtime, lock })
    }

    /// The store's URL without credentials.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The manifest with its version (P1, P8).
    pub(crate) fn read_manifest(&self) -> Result<Option<StoredManifest>, StoreError> {
        let read = self.runtime.block_on(self.read_small(keys::MANIFEST, limits::MAX_MANIFEST_BYTES))?;
        Ok(read.map(|(bytes, version)| StoredManifest { bytes, version }))
    }

    /// A small immutable object: a history entry.
    pub(crate) fn read_history(&self, key: &str) -> Result<Option<Bytes>, StoreError> {
        Ok(self.runtime.block_on(self.read_small(key, limits::MAX_MANIFEST_BYTES))?.map(|(bytes, _)| bytes))
    }

    /// The listeners' credentials, sealed.
    pub(crate) fn read_access(&self, key: &str) -> Result<Option<Bytes>, StoreError> {
        Ok(self.runtime.block_on(self.read_small(key, limits::MAX_ACCESS_BYTES))?.map(|(bytes, _)| bytes))
    }

    async fn read_small(&self, key: &str, max_bytes: usize) -> Result<Option<(Bytes, UpdateVersion)>, StoreError> {
        let found = match self.objects.get(&ObjectPath::from(key)).await {
            Ok(found) => found,
            Err(ObjectError::NotFound { .. }) => return Ok(None),
            Err(cause) => return Err(self.error(Operation::Read, key, &cause)),
        };
        let stored_bytes = found.meta.size;
        if stored_bytes > max_bytes as u64 {
            return Err(self.problem(Operation::Read, key, StoreProblem::TooLarge(stored_bytes)));
        }
        let version = UpdateVersion { e_tag: found.meta.e_tag.clone(), version: found.meta.version.clone() };
        let bytes = found.bytes().await;
        let bytes = bytes.map_err(|cause| self.error(Operation::Read, key, &cause))?;
        if bytes.len() as u64 != stored_bytes {
            let short = StoreProblem::Short { said: stored_bytes, got: bytes.len() as u64 };
            return Err(self.problem(Operation::Read, key, short));
        }
        Ok(Some((bytes, version)))
    }

    /// Writes the manifest if the store still has `base` (P7). Any error but a definite one leaves open whether the
    /// manifest was written: read it back.
    pub(crate) fn replace_manifest(&self, bytes: Bytes, base: Option<&StoredManifest>) -> Result<(), StoreError> {
        let mode = match self.conditions {
            Conditions::ByStore => conditional(base),
            Conditions::ByWriter => self.compare_first(base)?,
        };
        let attributes = self.attributes(JSON, keys::MANIFEST_CACHE_CONTROL);
        let options = PutOptions { mode, attributes, ..PutOptions::default() };
        let path = ObjectPath::from(keys::MANIFEST);
        let written = self.runtime.block_on(self.objects.put_opts(&path, bytes.into(), options));
        written.map_err(|cause| self.error(Operation::Commit, keys::MANIFEST, &cause))?;
        Ok(())
    }

    /// What is compared here stays until the write: nobody else writes.
    fn compare_first(&self, base: Option<&StoredManifest>) -> Result<PutMode, StoreError> {
        let found = self.read_manifest()?;
        if found.as_ref().map(|found| &found.bytes) == base.map(|base| &base.bytes) {
            Ok(PutMode::Overwrite)
        } else {
            Err(self.problem(Operation::Commit, keys::MANIFEST, StoreProblem::Changed))
        }
    }

    /// Whether nothing but the store's own conditional writes keeps publishers apart.
    pub(crate) fn relies_on_conditions(&self) -> bool {
        self.conditions == Conditions::ByStore
    }

    /// Whether a write that succeeded proves nothing about who else wrote.
    pub(crate) fn needs_read_back(&self) -> bool {
        self.conditions == Conditions::ByWriter && self.lock.is_none()
    }

    /// The size of an object, if it is there.
    pub(crate) fn find_size(&self, key: &str) -> Result<Option<u64>, StoreError> {
        Ok(self.find(key)?.map(|found| found.size_bytes))
    }

    async fn head(&self, key: &str) -> Result<Option<Listed>, StoreError> {
        match self.objects.head(&ObjectPath::from(key)).await {
            Ok(meta) => Ok(Some(listed(&meta))),
            Err(ObjectError::NotFound { .. }) => Ok(None),
            Err(cause) => Err(self.error(Operation::Read, key, &cause)),
        }
    }

    /// The keys below a folder.
    pub(crate) fn list_keys(&self, folder: &str) -> Result<Vec<String>, StoreError> {
        let prefix = ObjectPath::from(folder);
        let listed = self.objects.list(Some(&prefix)).map_ok(|meta| meta.location.to_string()).try_collect();
        self.runtime.block_on(listed).map_err(|cause| self.error(Operation::List, folder, &cause))
    }

    fn error(&self, operation: Operation, key: &str, cause: &ObjectError) -> StoreError {
        self.problem(operation, key, describe(cause))
    }

    fn problem(&self, operation: Operation, key: &str, problem: StoreProblem) -> StoreError {
        StoreError::Refused { operation, key: key.to_owned(), store: self.name.clone(), problem }
    }
}

fn listed(meta: &ObjectMeta) -> Listed {
    Listed { key: meta.location.to_string(), size_bytes: meta.size, written_at: meta.last_modified.timestamp() }
}

/// If-Match or its like; create when there was nothing. Stores differ in which half of a version they need.
fn conditional(base: Option<&StoredManifest>) -> PutMode {
    base.map_or(PutMode::Create, |base| PutMode::Update(base.version.clone()))
}
