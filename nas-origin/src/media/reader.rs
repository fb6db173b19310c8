//! One file after the other, on one thread: content, tags, picture. Buffers are kept between files.

use std::fs::File;
use std::hash::{Hash, Hasher};
use std::path::Path;

use catalog_core::import::{ContentId, FileFailure, FileStamp, Picture, ReadTrack, TagsId, TrackRecord, describe};

use super::content;
use super::pictures::{PictureError, PictureStore};
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
            FileFailure { path: path.to_owned(), reason: error.to_string(), may_pass: error.may_pass() }
        })
    }

    fn try_read(&mut self, path: &str, stamp: FileStamp) -> Result<ReadTrack, TagError> {
        let file = File::open(self.root.join(path))?;
        let mut reader = WindowReader::new(file, stamp.size_bytes, &mut self.window);
        let read = tags::read(&mut reader).and_then(|tags| Ok((tags, content::content_id(&mut reader)?)));
        if let Some(refusal) = reader.refusal() {
            return Err(TagError::Io(refusal));
        }
        let ((tags, picture), content) = read?;
        let mut record = describe(path, tags);
        record.picture = picture.map(|picture| self.keep(path, picture.into_data())).transpose()?.flatten();
        let tags = tags_id(&record);
        Ok(ReadTrack { record, tags, content })
    }

    /// A broken picture is no reason to leave the music out. One that can't be written is: the file is read again
    /// when that passed, and has its picture then.
    fn keep(&mut self, path: &str, bytes: Vec<u8>) -> Result<Option<Picture>, TagError> {
        if let Some((last, picture)) = &self.last_picture
            && *last == bytes
        {
            return Ok(picture.clone());
        }
        let picture = match self.pictures.keep(&bytes) {
            Ok(picture) => Some(picture),
            Err(error @ PictureError::Write { .. }) => return Err(TagError::Picture(error)),
            Err(error) => {
                tracing::warn!(path, ?error, "a picture was left out");
                None
            }
        };
        self.last_picture = Some((bytes, picture.clone()));
        Ok(picture)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The address space of this process can be opened, and reading its first bytes is an I/O error.
    #[test]
    fn what_the_system_refuses_may_pass_and_damage_does_not() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("text.mp3"), "no music at all".repeat(50)).unwrap();
        let pictures = PictureStore::new(folder.path());
        let stamp = FileStamp { size_bytes: 750, mtime_ns: 0 };
        let failure = |root: &Path, path: &str| FileReader::new(root, &pictures).read(path, stamp).unwrap_err();
        assert!(!failure(folder.path(), "text.mp3").may_pass);
        assert!(failure(folder.path(), "gone.mp3").may_pass);
        let refused = failure(Path::new("/proc/self"), "mem");
        assert!(refused.may_pass && refused.reason.starts_with("the file cannot be read: "), "{refused:?}");
    }
}
