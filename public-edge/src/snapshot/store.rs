//! The stores that snapshots come from, asked in the owner's order.

mod open;
mod pace;

use std::fmt;

use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{GetOptions, GetResult, ObjectStore, ObjectStoreExt};
use url::Url;

pub use open::StoreError;

use crate::config::SnapshotSettings;

/// All stores of the configuration, the preferred one first.
pub struct Stores {
    list: Vec<Store>,
}

/// One store: a folder, a bucket or a web server.
pub struct Store {
    /// Its URL without what could be a credential, for logs.
    pub name: String,
    objects: Box<dyn ObjectStore>,
    prefix: Path,
}

/// Why an object isn't there.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// The store says that there is no such object.
    #[error("the object `{key}` is not in the store")]
    NotFound {
        /// Its key.
        key: String,
    },
    /// More bytes than it may have.
    #[error("the object `{key}` has {bytes} bytes or more; {max_bytes} are allowed")]
    TooLarge {
        /// Its key.
        key: String,
        /// What the store says or sent.
        bytes: u64,
        /// What is allowed.
        max_bytes: usize,
    },
    /// The store can't be reached, or refuses.
    #[error("reading the object `{key}` failed")]
    Unreachable {
        /// Its key.
        key: String,
        /// The store's own error.
        #[source]
        source: object_store::Error,
    },
}

impl Stores {
    /// Makes the clients. Nothing is asked yet: a store that is down or missing shows when it is used.
    ///
    /// # Errors
    /// A URL or an option that can't be understood.
    pub fn open(settings: &SnapshotSettings) -> Result<Self, StoreError> {
        open::check_options(&settings.stores, &settings.store_options)?;
        let list = settings.stores.iter().map(|url| Store::open(url, settings)).collect::<Result<_, _>>()?;
        Ok(Self { list })
    }

    /// The stores, the preferred one first.
    pub fn iter(&self) -> impl Iterator<Item = &Store> {
        self.list.iter()
    }

    /// A whole object of at most `max_bytes`, from the first store that has it.
    ///
    /// # Errors
    /// The first store's error when none has it, but for "not found", which any other error outweighs.
    pub async fn read(&self, key: &str, max_bytes: usize) -> Result<Bytes, ObjectError> {
        let mut failure = ObjectError::NotFound { key: key.to_owned() };
        for store in &self.list {
            match store.read(key, max_bytes).await {
                Ok(bytes) => return Ok(bytes),
                Err(error) if matches!(failure, ObjectError::NotFound { .. }) => failure = error,
                Err(error) => tracing::debug!(
                    store = store.name,
                    error = &error as &dyn std::error::Error,
                    "a store has no answer"
                ),
            }
        }
        Err(failure)
    }
}

impl Store {
    fn open(url: &Url, settings: &SnapshotSettings) -> Result<Self, StoreError> {
        let (objects, prefix) = open::client(url, &settings.store_options)?;
        Ok(Self { name: open::shown(url), objects, prefix })
    }

    /// Begins to read an object.
    ///
    /// # Errors
    /// The store's own; among them that it isn't there or didn't change.
    pub async fn get(&self, key: &str, options: GetOptions) -> Result<GetResult, object_store::Error> {
        self.objects.get_opts(&self.path(key)?, options).await.map(pace::kept)
    }

    /// A whole object of at most `max_bytes`.
    ///
    /// # Errors
    /// See [`ObjectError`].
    pub async fn read(&self, key: &str, max_bytes: usize) -> Result<Bytes, ObjectError> {
        let failed = |source| match source {
            object_store::Error::NotFound { .. } => ObjectError::NotFound { key: key.to_owned() },
            source => ObjectError::Unreachable { key: key.to_owned(), source },
        };
        let path = self.path(key).map_err(failed)?;
        collect(self.objects.get(&path).await.map(pace::kept).map_err(failed)?, key, max_bytes).await
    }

    fn path(&self, key: &str) -> Result<Path, object_store::Error> {
        let prefix = self.prefix.as_ref();
        let path = if prefix.is_empty() { Path::parse(key)? } else { Path::parse(format!("{prefix}/{key}"))? };
        Ok(path)
    }
}

/// Reads a body to its end, but no further than `max_bytes`.
///
/// # Errors
/// A body that is longer, or that breaks.
pub async fn collect(object: GetResult, key: &str, max_bytes: usize) -> Result<Bytes, ObjectError> {
    let too_large = |bytes| ObjectError::TooLarge { key: key.to_owned(), bytes, max_bytes };
    if object.meta.size > max_bytes as u64 {
        return Err(too_large(object.meta.size));
    }
    let mut body = object.into_stream();
    let mut whole = BytesMut::new();
    let broken = |source| ObjectError::Unreachable { key: key.to_owned(), source };
    while let Some(chunk) = body.try_next().await.map_err(broken)? {
        if whole.len() + chunk.len() > max_bytes {
            return Err(too_large((whole.len() + chunk.len()) as u64));
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.freeze())
}

impl fmt::Debug for Stores {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.list.iter().map(|store| &store.name)).finish()
    }
}
