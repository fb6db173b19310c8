//! Removing objects, and what time it is by the store's clock: what a sweep needs beside a listing.

use futures::{StreamExt, stream};
use object_store::path::Path as ObjectPath;
use object_store::{Error as ObjectError, ObjectStore};
use snapshot_format::keys;

use super::error::{Operation, StoreError, StoreProblem};
use super::{NewObject, Store, upload};

impl Store {
    /// Removes objects; one that is gone already is fine.
    pub(crate) fn remove(&self, keys: &[String]) -> Result<(), StoreError> {
        let locations: Vec<_> = keys.iter().map(|key| Ok(ObjectPath::from(key.as_str()))).collect();
        self.runtime.block_on(async {
            let mut removed = self.objects.delete_stream(stream::iter(locations).boxed());
            while let Some(answer) = removed.next().await {
                match answer {
                    Ok(_) | Err(ObjectError::NotFound { .. }) => {}
                    Err(cause) => {
                        return Err(self.error(Operation::Remove, keys.first().map_or("", |key| key), &cause));
                    }
                }
            }
            Ok(())
        })
    }

    /// Clears away what killed runs left half written; only folders have such files.
    pub(crate) fn clear_unfinished(&self) {
        if let Some(lock) = &self.lock {
            lock.clear_unfinished();
        }
    }

    /// The store's time in Unix seconds: that of an object written just now, which is removed again.
    pub(crate) fn now(&self) -> Result<i64, StoreError> {
        let key = keys::probe(rand::random());
        let object = NewObject { key: key.clone(), content_type: upload::BINARY, bytes: "clock".into() };
        self.create(object)?;
        let found = self.find(&key)?;
        self.remove(std::slice::from_ref(&key))?;
        let gone = || self.problem(Operation::Read, &key, StoreProblem::Contradiction);
        Ok(found.ok_or_else(gone)?.written_at)
    }
}
