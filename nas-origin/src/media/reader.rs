//! One file after the other, on one thread: content, tags, picture. Buffers are kept between files.

use std::fs::File;
use std::hash::{Hash, Hasher};
use std::path::Path;

use catalog_core::import::{ContentId, FileFailure, FileStamp, Picture, ReadTrack, TagsId, TrackRecord, describe};

use super::content;
use super::pictures::PictureStore;
use super::tags::{self, TagError};
use super::window::WindowReader;

/// Reads files below a root.
pub struct FileReader<'a> {
    root: &'a Path,
    pictures: &'a PictureStore,
    window: Vec<u8>,
    /// The tracks of an album mostly carry the same picture: comparing it is cheaper than hashing it.
    last_picture: Option<(Vec<u8>, Option<Picture>)>,
}

impl<'a> FileReader<'a> {
    /// A reader for the calling thread.
    pub fn new(root: &'a Path, pictures: &'a PictureStore) -> Self {
        tags::prepare_thread();
        Self { root, pictures, window: Vec::new(), last_picture: None }
    }

    /// Reads all that the catalog holds of a file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn read(&mut self, path: &str, stamp: FileStamp) -> Result<ReadTrack, FileFailure> {
        self.try_read(path, stamp).map_err(|error| {
            tracing::debug!(path, ?error, "a file was not taken in");
            FileFailure { path: path.to_owned(), reason: error.to_string() }
        })
    }

    fn try_read(&mut self, path: &str, stamp: FileStamp) -> Result<ReadTrack, TagError> {
        let file = File::open(self.root.join(path))?;
        let mut reader = WindowReader::new(file, stamp.size_bytes, &mut self.window);
        let (tags, picture) = tags::read(&mut reader)?;
        let content = content::content_id(&mut reader)?;
        let mut record = describe(path, tags);
        record.picture = picture.and_then(|picture| self.keep(path, picture.into_data()));
        let tags = tags_id(&record);
        Ok(ReadTrack { record, tags, content })
    }

    /// A picture that can't be kept is no reason to leave the music out.
    fn keep(&mut self, path: &str, bytes: Vec<u8>) -> Option<Picture> {
        if let Some((last, picture)) = &self.last_picture
            && *last == bytes
        {
            return picture.clone();
        }
        let kept =
            self.pictures.keep(&bytes).inspect_err(|error| tracing::warn!(path, ?error, "a picture was left out"));
        let picture = kept.ok();
        self.last_picture = Some((bytes, picture.clone()));
        picture
    }
}

/// What identifies a file's content; `None` when it cannot be read.
pub fn content_id(root: &Path, path: &str, stamp: FileStamp) -> Option<ContentId> {
    let file = File::open(root.join(path)).ok()?;
    content::content_id(&mut WindowReader::new(file, stamp.size_bytes, &mut Vec::new())).ok()
}

/// A newer program may give another value: then a touched file is once taken for a changed one.
fn tags_id(record: &TrackRecord) -> TagsId {
    let mut hasher = Fingerprint(blake3::Hasher::new());
    record.hash(&mut hasher);
    TagsId(content::first_half(&hasher.0.finalize()))
}

struct Fingerprint(blake3::Hasher);

impl Hasher for Fingerprint {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        self.0.finalize().as_bytes().iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}
