//! What is in a store: one object, a folder object by object, many small ones at once, a large one into a file.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path as ObjectPath;
use object_store::{Error as ObjectError, ObjectMeta, ObjectStoreExt};

use snapshot_format::limits::MAX_MANIFEST_BYTES;

use super::error::{Operation, StoreError, StoreProblem};
use super::{Store, listed};

/// Requests under way at once when many small objects are read.
const READS_AT_ONCE: usize = 16;

/// An object as the store tells of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Listed {
    pub(crate) key: String,
    pub(crate) size_bytes: u64,
    /// Unix seconds by the store's clock.
    pub(crate) written_at: i64,
}

impl Store {
    /// One object, if it is there.
    pub(crate) fn find(&self, key: &str) -> Result<Option<Listed>, StoreError> {
        self.runtime.block_on(self.head(key))
    }

    /// Hands over every object below a folder, as the listing brings them: a store may have a million.
    pub(crate) fn visit<E: From<StoreError>>(
        &self,
        folder: &str,
        each: impl FnMut(Listed) -> Result<(), E>,
    ) -> Result<(), E> {
        self.hand_over(folder, self.objects.list(Some(&ObjectPath::from(folder))), each)
    }

    /// The objects below a folder whose keys come behind `key`; a large folder's beginning is not read for them.
    pub(crate) fn list_behind(&self, folder: &str, key: &str) -> Result<Vec<Listed>, StoreError> {
        let listing = self.objects.list_with_offset(Some(&ObjectPath::from(folder)), &ObjectPath::from(key));
        let mut objects = Vec::new();
        self.hand_over(folder, listing, |object| {
            objects.push(object);
            Ok::<_, StoreError>(())
        })?;
        Ok(objects)
    }

    fn hand_over<E: From<StoreError>>(
        &self,
        folder: &str,
        mut listing: BoxStream<'static, Result<ObjectMeta, ObjectError>>,
        mut each: impl FnMut(Listed) -> Result<(), E>,
    ) -> Result<(), E> {
        while let Some(object) = self.runtime.block_on(listing.next()) {
            each(listed(&object.map_err(|cause| self.error(Operation::List, folder, &cause))?))?;
        }
        Ok(())
    }

    /// Small immutable objects, in the order of their keys; `None` for one that isn't there.
    pub(crate) fn read_all_small(&self, keys: Vec<String>) -> Result<Vec<Option<Bytes>>, StoreError> {
        let reads = stream::iter(keys)
            .map(|key| async move { Ok(self.read_small(&key, MAX_MANIFEST_BYTES).await?.map(|(bytes, _)| bytes)) });
        self.runtime.block_on(reads.buffered(READS_AT_ONCE).try_collect())
    }

    /// An object's bytes into a new file: `size_bytes` of them, or it is an error. `None` when it isn't there.
    pub(crate) fn download(&self, key: &str, size_bytes: u64, target: &Path) -> Result<Option<()>, StoreError> {
        let unwritable = |source| StoreError::LocalFile { path: target.to_owned(), source };
        self.runtime.block_on(async {
            let found = match self.objects.get(&ObjectPath::from(key)).await {
                Ok(found) => found,
                Err(ObjectError::NotFound { .. }) => return Ok(None),
                Err(cause) => return Err(self.error(Operation::Read, key, &cause)),
            };
            let mut file = File::create(target).map_err(unwritable)?;
            let mut body = found.into_stream();
            let mut got = 0;
            while let Some(part) = body.next().await {
                let part = part.map_err(|cause| self.error(Operation::Read, key, &cause))?;
                got += part.len() as u64;
                if got > size_bytes {
                    break;
                }
                file.write_all(&part).map_err(unwritable)?;
            }
            if got == size_bytes {
                return Ok(Some(()));
            }
            Err(self.problem(Operation::Read, key, StoreProblem::Short { said: size_bytes, got }))
        })
    }
}
