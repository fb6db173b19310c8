//! A bucket of music. Tags are read by ranged requests: a file is never fetched whole for them.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use catalog_core::import::{
    ContentId, FileFailure, FileStamp, ListedPlaylist, PictureFile, Separators, SourceEntry, TextKind, parse_playlist,
};
use catalog_core::ports::{MediaSource, SourceError};
use futures::StreamExt;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use object_store::path::Path as ObjectPath;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};
use tokio::runtime::Runtime;

use super::full_disk::read_while_there_is_room;
use super::in_order::{Outcome, ReadOne};
use crate::config::SourceConfig;
use crate::media::pictures::{MAX_PICTURE_BYTES, PictureStore};
use crate::media::reader::{self, FileReader, OpenFile};
use crate::media::text_file::{self, MAX_TEXT_BYTES};
use crate::media::walk;
use crate::media::window::ReadAt;
use crate::snapshot::store::{StoreError, open_bucket};

/// Files that are read at once: what takes time is the way to the bucket and back.
const READERS: usize = 16;
/// Above this a playlist is not read, in bytes.
const MAX_PLAYLIST_BYTES: u64 = 4 * 1024 * 1024;
const SECOND_NS: i64 = 1_000_000_000;

/// A bucket, or a folder of one.
pub struct Bucket {
    objects: Arc<dyn ObjectStore>,
    name: String,
    patterns: Gitignore,
    separators: Separators,
    pictures: PictureStore,
    data_dir: PathBuf,
    runtime: Runtime,
}

impl Bucket {
    /// The bucket that the source names; pictures are kept below `data_dir`. Nothing is asked yet.
    ///
    /// # Errors
    /// When the address or an option is none.
    pub fn open(source: &SourceConfig, data_dir: &Path) -> Result<Self, StoreError> {
        let url = source.store.as_ref().ok_or(StoreError::NotConfigured)?;
        let (objects, name) = open_bucket(url, &source.store_options)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("bucket")
            .enable_all()
            .build()
            .map_err(|source| StoreError::Runtime { store: name.clone(), source })?;
        let mut patterns = GitignoreBuilder::new("");
        for line in &source.ignore {
            if let Err(error) = patterns.add_line(None, line) {
                tracing::warn!(line, "a pattern is left out: {error}");
            }
        }
        let patterns = patterns.build().unwrap_or_else(|_| Gitignore::empty());
        let pictures = PictureStore::new(data_dir);
        let (separators, data_dir) = (Separators::default(), data_dir.to_owned());
        Ok(Self { objects, name, patterns, separators, pictures, data_dir, runtime })
    }

    /// Separates several values in one text by these.
    #[must_use]
    pub fn separating(self, separators: &Separators) -> Self {
        Self { separators: separators.clone(), ..self }
    }

    /// Asks the bucket for its first object: whether it can be read, and has any.
    ///
    /// # Errors
    /// What the bucket said.
    pub fn look(&self) -> Result<bool, SourceError> {
        let first = self.runtime.block_on(self.objects.list(None).next());
        first.transpose().map(|first| first.is_some()).map_err(|error| self.unreachable(error))
    }

    fn unreachable(&self, error: object_store::Error) -> SourceError {
        SourceError::Unreachable { what: format!("the bucket {}", self.name), source: error.into() }
    }

    fn entry(&self, meta: &ObjectMeta) -> Option<SourceEntry> {
        let path = meta.location.as_ref();
        let is_ignored = self.patterns.matched_path_or_any_parents(path, false).is_ignore();
        if is_ignored { None } else { walk::entry_of(path, stamp_of(meta)) }
    }

    fn read_small(&self, path: &str, max_bytes: u64) -> io::Result<Vec<u8>> {
        let read = async {
            let found = self.objects.get(&key(path)?).await?;
            if found.meta.size > max_bytes {
                return Err(io::Error::other(format!("it is larger than {max_bytes} bytes")));
            }
            Ok(found.bytes().await?.to_vec())
        };
        self.runtime.block_on(read)
    }
}

fn key(path: &str) -> io::Result<ObjectPath> {
    ObjectPath::parse(path).map_err(io::Error::other)
}

/// What tells that an object may have changed: its size, its time, and its tag in the place of the time's fraction,
/// which buckets don't tell.
fn stamp_of(meta: &ObjectMeta) -> FileStamp {
    let tag = meta.e_tag.as_deref().unwrap_or_default();
    let digest = blake3::hash(tag.as_bytes());
    let fraction = digest.as_bytes().iter().take(4).fold(0, |number: i64, byte| number << 8 | i64::from(*byte));
    let mtime_ns = meta.last_modified.timestamp().saturating_mul(SECOND_NS).saturating_add(fraction % SECOND_NS);
    FileStamp { size_bytes: meta.size, mtime_ns }
}

/// An object as a file to read from.
struct Object<'a> {
    bucket: &'a Bucket,
    key: ObjectPath,
    size_bytes: u64,
}

impl ReadAt for Object<'_> {
    fn read_at(&self, target: &mut [u8], position: u64) -> io::Result<usize> {
        let end = self.size_bytes.min(position.saturating_add(target.len() as u64));
        if position >= end {
            return Ok(0);
        }
        let bytes = self.bucket.runtime.block_on(self.bucket.objects.get_range(&self.key, position..end))?;
        let length = bytes.len().min(target.len());
        target[..length].copy_from_slice(&bytes[..length]);
        Ok(length)
    }
}

impl OpenFile for Bucket {
    fn open(&self, path: &str, stamp: FileStamp) -> io::Result<Box<dyn ReadAt + '_>> {
        Ok(Box::new(Object { bucket: self, key: key(path)?, size_bytes: stamp.size_bytes }))
    }
}

impl ReadOne for FileReader<'_, Bucket> {
    fn read(&mut self, path: &str, stamp: FileStamp) -> Outcome {
        FileReader::read(self, path, stamp)
    }
}

impl MediaSource for Bucket {
    fn walk(&self, seen: &mut dyn FnMut(SourceEntry) -> ControlFlow<()>) -> Result<(), SourceError> {
        let mut listing = self.objects.list(None);
        // A listing that breaks off tells nothing of what is gone.
        while let Some(meta) = self.runtime.block_on(listing.next()) {
            let meta = meta.map_err(|error| self.unreachable(error))?;
            if self.entry(&meta).is_some_and(|entry| seen(entry).is_break()) {
                break;
            }
        }
        Ok(())
    }

    fn content_id(&self, path: &str, stamp: FileStamp) -> Option<ContentId> {
        reader::content_id(self, path, stamp)
    }

    fn read_tracks(
        &self,
        files: &[(&str, FileStamp)],
        outcome: &mut dyn FnMut(usize, Outcome) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        let reader = || FileReader::new(self, &self.pictures, &self.separators);
        read_while_there_is_room(files, READERS, reader, &self.data_dir, outcome)
    }

    fn read_picture(&self, path: &str, _stamp: FileStamp) -> Result<PictureFile, FileFailure> {
        let failed = |reason: String| FileFailure { path: path.to_owned(), reason, may_pass: true };
        let bytes = self.read_small(path, MAX_PICTURE_BYTES).map_err(|error| failed(error.to_string()))?;
        let picture = self.pictures.keep(&bytes).map_err(|error| failed(error.to_string()))?;
        Ok(PictureFile { picture })
    }

    fn read_text(&self, _kind: TextKind, path: &str, _stamp: FileStamp) -> Result<String, FileFailure> {
        let failed =
            |error: io::Error| FileFailure { path: path.to_owned(), reason: error.to_string(), may_pass: true };
        Ok(text_file::decode_lines(&self.read_small(path, MAX_TEXT_BYTES).map_err(failed)?))
    }

    fn read_playlist(&self, path: &str) -> Result<ListedPlaylist, FileFailure> {
        let failed =
            |error: io::Error| FileFailure { path: path.to_owned(), reason: error.to_string(), may_pass: true };
        let bytes = self.read_small(path, MAX_PLAYLIST_BYTES).map_err(failed)?;
        Ok(parse_playlist(path, &text_file::decode(&bytes), &[]))
    }
}
