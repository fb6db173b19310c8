//! What a store really does with conditional writes, found by trying: some answer that they wrote on a condition and
//! never looked at it. The objects tried with are removed again.

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::path::Path as ObjectPath;
use object_store::{Error as ObjectError, ObjectStoreExt, PutMode, PutOptions, UpdateVersion};
use snapshot_format::keys;

use super::Store;
use super::error::{Operation, StoreError, StoreProblem, describe};

/// What a store does with one kind of conditional write.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Condition {
    /// It writes when the condition holds and refuses when it doesn't.
    Kept,
    /// It writes, whatever the condition says.
    Ignored,
    /// It doesn't write even when the condition holds.
    Refused(StoreProblem),
    /// It isn't asked: the folder's lock makes looking and writing one step.
    ByLock,
}

/// What a store was seen to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Abilities {
    /// Creating an object that must not be there.
    pub(crate) create: Condition,
    /// Replacing an object that must not have changed.
    pub(crate) replace: Condition,
    /// Whether an object just written is in a listing.
    pub(crate) lists: Result<bool, StoreProblem>,
    /// Whether an object that was removed is gone.
    pub(crate) deletes: Result<(), StoreProblem>,
}

impl Abilities {
    /// Why two publishers could overwrite each other's snapshots there; `None` when they can't.
    pub(crate) fn shortcoming(&self) -> Option<String> {
        let [create, replace] =
            [("create", &self.create), ("replace", &self.replace)].map(|(verb, condition)| match condition {
                Condition::Kept | Condition::ByLock => None,
                Condition::Ignored => Some(format!("it takes conditional writes and ignores the condition ({verb})")),
                Condition::Refused(problem) => Some(format!("it refuses conditional writes ({verb}: {problem})")),
            });
        create.or(replace)
    }
}

impl Store {
    /// Tries it all out: create twice, replace with a good and a stale version, list, delete.
    ///
    /// It is listed first: some servers make a bucket that isn't there when something is written to it.
    ///
    /// # Errors
    /// When nothing can be listed or written at all.
    pub(crate) fn probe(&self) -> Result<Abilities, StoreError> {
        self.list_keys(keys::PROBES)?;
        let key = keys::probe(rand::random());
        self.runtime.block_on(async {
            let tried = self.try_out(&key).await;
            let deletes = self.delete(&key).await;
            let (create, replace, lists) = tried?;
            Ok(Abilities { create, replace, lists, deletes })
        })
    }

    async fn try_out(&self, key: &str) -> Result<(Condition, Condition, Result<bool, StoreProblem>), StoreError> {
        let (create, replace) = if self.lock.is_some() {
            self.write(key, "1", PutMode::Overwrite)
                .await
                .map_err(|cause| self.error(Operation::Create, key, &cause))?;
            (Condition::ByLock, Condition::ByLock)
        } else {
            (self.try_create(key).await?, self.try_replace(key).await?)
        };
        Ok((create, replace, self.is_listed(key).await))
    }

    async fn try_create(&self, key: &str) -> Result<Condition, StoreError> {
        match self.write(key, "first", PutMode::Create).await {
            Ok(()) => {}
            Err(cause @ (ObjectError::NotImplemented { .. } | ObjectError::NotSupported { .. })) => {
                let plainly = self.write(key, "first", PutMode::Overwrite).await;
                plainly.map_err(|cause| self.error(Operation::Create, key, &cause))?;
                return Ok(Condition::Refused(describe(&cause)));
            }
            Err(cause) => return Err(self.error(Operation::Create, key, &cause)),
        }
        match self.write(key, "second", PutMode::Create).await {
            Ok(()) => Ok(Condition::Ignored),
            Err(ObjectError::AlreadyExists { .. } | ObjectError::Precondition { .. }) => Ok(Condition::Kept),
            Err(cause) => Err(self.error(Operation::Create, key, &cause)),
        }
    }

    async fn try_replace(&self, key: &str) -> Result<Condition, StoreError> {
        let failed = |cause| self.error(Operation::Commit, key, &cause);
        let found = self.objects.head(&ObjectPath::from(key)).await.map_err(failed)?;
        let version = UpdateVersion { e_tag: found.e_tag, version: found.version };
        match self.write(key, "third", PutMode::Update(version.clone())).await {
            Ok(()) => {}
            Err(cause) => return Ok(Condition::Refused(describe(&cause))),
        }
        match self.write(key, "fourth", PutMode::Update(version)).await {
            Ok(()) => Ok(Condition::Ignored),
            Err(ObjectError::Precondition { .. } | ObjectError::AlreadyExists { .. }) => Ok(Condition::Kept),
            Err(cause) => Err(failed(cause)),
        }
    }

    async fn write(&self, key: &str, text: &'static str, mode: PutMode) -> Result<(), ObjectError> {
        let options = PutOptions { mode, ..PutOptions::default() };
        let bytes = Bytes::from_static(text.as_bytes());
        self.objects.put_opts(&ObjectPath::from(key), bytes.into(), options).await?;
        Ok(())
    }

    async fn is_listed(&self, key: &str) -> Result<bool, StoreProblem> {
        let path = ObjectPath::from(key);
        let mut listed = self.objects.list(Some(&ObjectPath::from(keys::PROBES)));
        while let Some(object) = listed.try_next().await.map_err(|cause| describe(&cause))? {
            if object.location == path {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn delete(&self, key: &str) -> Result<(), StoreProblem> {
        let path = ObjectPath::from(key);
        match self.objects.delete(&path).await {
            Ok(()) | Err(ObjectError::NotFound { .. }) => {}
            Err(cause) => return Err(describe(&cause)),
        }
        match self.objects.head(&path).await {
            Err(ObjectError::NotFound { .. }) => Ok(()),
            Err(cause) => Err(describe(&cause)),
            Ok(_) => Err(StoreProblem::Contradiction),
        }
    }
}
