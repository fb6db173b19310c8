//! Creating immutable objects: small ones in one conditional request, large files in parts.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use bytes::Bytes;
use futures::future::try_join_all;
use object_store::path::Path as ObjectPath;
use object_store::{
    Attribute, AttributeValue, Attributes, Error as ObjectError, PutMode, PutMultipartOptions, PutOptions,
    WriteMultipart,
};
use snapshot_format::keys::IMMUTABLE_CACHE_CONTROL;

use super::error::{Operation, StoreError, StoreProblem};
use super::{Conditions, Store};

/// The largest object that is sent in one request, and the size of the parts of larger ones, in bytes.
const PART_BYTES: usize = 8 * 1024 * 1024;

/// Parts under way at once: what bounds the memory of an upload.
const PARTS_AT_ONCE: usize = 2;

/// How often a create is tried that the store calls a conflict without having the object: S3 says so while another
/// create of the same key is under way.
const MAX_CREATE_TRIES: u32 = 3;

/// The content type of what no reader has to know.
pub(super) const BINARY: &str = "application/octet-stream";

/// An immutable object to be.
#[derive(Clone)]
pub(crate) struct NewObject {
    pub(crate) key: String,
    pub(crate) content_type: &'static str,
    pub(crate) bytes: Bytes,
}

/// What creating an object came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Created {
    /// The object's size, as the store says.
    pub(crate) stored_bytes: u64,
    /// When what was kept had been written, in Unix seconds by the store's clock; `None` when it is new.
    pub(crate) kept_since: Option<i64>,
}

impl Created {
    /// What had to be sent for it.
    pub(crate) fn uploaded_bytes(self) -> u64 {
        if self.is_new() { self.stored_bytes } else { 0 }
    }

    /// Whether it wasn't there before.
    pub(crate) fn is_new(self) -> bool {
        self.kept_since.is_none()
    }
}

impl Store {
    /// Creates an object; one that is there already is kept as it is.
    pub(crate) fn create(&self, object: NewObject) -> Result<Created, StoreError> {
        self.runtime.block_on(self.create_one(object))
    }

    /// Creates several objects at once.
    pub(crate) fn create_all(&self, objects: Vec<NewObject>) -> Result<Vec<Created>, StoreError> {
        self.runtime.block_on(try_join_all(objects.into_iter().map(|object| self.create_one(object))))
    }

    async fn create_one(&self, object: NewObject) -> Result<Created, StoreError> {
        if self.conditions == Conditions::ByWriter {
            return self.create_unseen(object).await;
        }
        let mut tries = 1;
        loop {
            match self.put(&object, PutMode::Create).await {
                Ok(created) => return Ok(created),
                Err(ObjectError::AlreadyExists { .. } | ObjectError::Precondition { .. }) => {
                    if let Some(kept) = self.find_created(&object.key).await? {
                        return Ok(kept);
                    }
                    if tries == MAX_CREATE_TRIES {
                        return Err(self.problem(Operation::Create, &object.key, StoreProblem::Contradiction));
                    }
                    tries += 1;
                }
                Err(cause) => return Err(self.error(Operation::Create, &object.key, &cause)),
            }
        }
    }

    /// Nobody else writes, so looking and writing are one step. A conditional create of a file store would need hard
    /// links, which many of the file systems on external disks lack.
    async fn create_unseen(&self, object: NewObject) -> Result<Created, StoreError> {
        if let Some(kept) = self.find_created(&object.key).await? {
            return Ok(kept);
        }
        let put = self.put(&object, PutMode::Overwrite).await;
        put.map_err(|cause| self.error(Operation::Create, &object.key, &cause))
    }

    async fn put(&self, object: &NewObject, mode: PutMode) -> Result<Created, ObjectError> {
        let options = PutOptions {
            mode,
            attributes: self.attributes(object.content_type, IMMUTABLE_CACHE_CONTROL),
            ..PutOptions::default()
        };
        let path = ObjectPath::from(object.key.as_str());
        self.objects.put_opts(&path, object.bytes.clone().into(), options).await?;
        Ok(Created { stored_bytes: object.bytes.len() as u64, kept_since: None })
    }

    async fn find_created(&self, key: &str) -> Result<Option<Created>, StoreError> {
        let found = self.head(key).await?;
        Ok(found.map(|found| Created { stored_bytes: found.size_bytes, kept_since: Some(found.written_at) }))
    }

    /// Creates an object named by its content from a file, in bounded memory. Parts have no create mode: it is looked
    /// for first, and whoever writes it at the same time writes the same content.
    pub(crate) fn create_from_file(
        &self,
        key: &str,
        content_type: &'static str,
        file: &Path,
    ) -> Result<Created, StoreError> {
        self.runtime.block_on(async {
            if let Some(kept) = self.find_created(key).await? {
                return Ok(kept);
            }
            self.write_file(key, content_type, file, PutMode::Create).await
        })
    }

    /// Writes objects that are there once more, with the same content: a sweep then takes them for new (P5).
    pub(crate) fn write_again(&self, objects: Vec<NewObject>) -> Result<Vec<Created>, StoreError> {
        let writes = objects.into_iter().map(|object| async move {
            let put = self.put(&object, PutMode::Overwrite).await;
            put.map_err(|cause| self.error(Operation::Create, &object.key, &cause))
        });
        self.runtime.block_on(try_join_all(writes))
    }

    /// As [`Store::write_again`], from a file.
    pub(crate) fn write_again_from_file(
        &self,
        key: &str,
        content_type: &'static str,
        file: &Path,
    ) -> Result<Created, StoreError> {
        self.runtime.block_on(self.write_file(key, content_type, file, PutMode::Overwrite))
    }

    async fn write_file(
        &self,
        key: &str,
        content_type: &'static str,
        file: &Path,
        mode: PutMode,
    ) -> Result<Created, StoreError> {
        let sent = self.send_file(key, content_type, file, mode).await?;
        match self.head(key).await?.map(|found| found.size_bytes) {
            Some(stored_bytes) if stored_bytes == sent => Ok(Created { stored_bytes, kept_since: None }),
            Some(got) => Err(self.problem(Operation::Create, key, StoreProblem::Short { said: sent, got })),
            None => Err(self.problem(Operation::Create, key, StoreProblem::Contradiction)),
        }
    }

    async fn send_file(
        &self,
        key: &str,
        content_type: &'static str,
        path: &Path,
        mode: PutMode,
    ) -> Result<u64, StoreError> {
        let unreadable = |source| StoreError::LocalFile { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(unreadable)?;
        let first = read_part(&mut file).map_err(unreadable)?;
        if first.len() < PART_BYTES {
            let object = NewObject { key: key.to_owned(), content_type, bytes: first };
            if mode == PutMode::Create {
                return Ok(self.create_one(object).await?.stored_bytes);
            }
            let put = self.put(&object, mode).await;
            return Ok(put.map_err(|cause| self.error(Operation::Create, key, &cause))?.stored_bytes);
        }
        let options = PutMultipartOptions {
            attributes: self.attributes(content_type, IMMUTABLE_CACHE_CONTROL),
            ..Default::default()
        };
        let started = self.objects.put_multipart_opts(&ObjectPath::from(key), options).await;
        let upload = started.map_err(|cause| self.error(Operation::Create, key, &cause))?;
        let mut writer = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
        match self.send_parts(&mut writer, key, first, || read_part(&mut file).map_err(unreadable)).await {
            Ok(sent) => {
                writer.finish().await.map_err(|cause| self.error(Operation::Create, key, &cause))?;
                Ok(sent)
            }
            Err(error) => {
                if let Err(cause) = writer.abort().await {
                    tracing::warn!(key, "the parts of a failed upload could not be removed: {cause}");
                }
                Err(error)
            }
        }
    }

    async fn send_parts(
        &self,
        writer: &mut WriteMultipart,
        key: &str,
        first: Bytes,
        mut next: impl FnMut() -> Result<Bytes, StoreError>,
    ) -> Result<u64, StoreError> {
        let mut sent = 0;
        let mut part = first;
        while !part.is_empty() {
            let room = writer.wait_for_capacity(PARTS_AT_ONCE).await;
            room.map_err(|cause| self.error(Operation::Create, key, &cause))?;
            sent += part.len() as u64;
            writer.put(part);
            part = next()?;
        }
        Ok(sent)
    }

    /// File stores refuse attributes; whoever serves such a folder sets the headers.
    pub(super) fn attributes(&self, content_type: &'static str, cache_control: &'static str) -> Attributes {
        if self.lock.is_some() {
            return Attributes::new();
        }
        let pairs = [(Attribute::ContentType, content_type), (Attribute::CacheControl, cache_control)];
        pairs.into_iter().map(|(name, value)| (name, AttributeValue::from(value))).collect()
    }
}

fn read_part(file: &mut File) -> std::io::Result<Bytes> {
    let mut part = Vec::with_capacity(PART_BYTES);
    file.take(PART_BYTES as u64).read_to_end(&mut part)?;
    Ok(part.into())
}
