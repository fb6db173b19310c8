//! One file after the other, on one thread: content, tags, picture. Buffers are kept between files.

use std::fs::File;
use std::hash::Hash;
use std::io;
use std::path::{Path, PathBuf};

use catalog_core::import::{
    ContentId, FileFailure, FileStamp, Picture, ReadTrack, Separators, TagsId, TrackRecord, describe,
};

use super::content;
use super::fingerprint::Fingerprint;
use super::pictures::{PictureError, PictureStore};
use super::tags::ffprobe::{self, ProbeError};
use super::tags::{self, TagError};
use super::window::{ReadAt, WindowReader};

/// Where files are opened by their path below a root.
pub trait OpenFile {
    /// Opens one.
    ///
    /// # Errors
    /// What the system or the bucket says.
    fn open(&self, path: &str, stamp: FileStamp) -> io::Result<Box<dyn ReadAt + '_>>;

    /// Where it lies on this machine, for programs that want a path; `None` for what has to be fetched.
    fn local_path(&self, _path: &str) -> Option<PathBuf> {
        None
    }
}

impl OpenFile for Path {
    fn open(&self, path: &str, _stamp: FileStamp) -> io::Result<Box<dyn ReadAt + '_>> {
        Ok(Box::new(File::open(self.join(path))?))
    }

    fn local_path(&self, path: &str) -> Option<PathBuf> {
        Some(self.join(path))
    }
}

/// Reads files below a root.
pub struct FileReader<'a, F: OpenFile + ?Sized = Path> {
    root: &'a F,
    pictures: &'a PictureStore,
    separators: &'a Separators,
    window: Vec<u8>,
    /// The tracks of an album mostly carry the same picture: comparing it is cheaper than hashing it.
    last_picture: Option<(Vec<u8>, Option<Picture>)>,
}

impl<'a, F: OpenFile + ?Sized> FileReader<'a, F> {
    /// A reader for the calling thread.
    pub fn new(root: &'a F, pictures: &'a PictureStore, separators: &'a Separators) -> Self {
        tags::prepare_thread();
        Self { root, pictures, separators, window: Vec::new(), last_picture: None }
    }

    /// Reads all that the catalog holds of a file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn read(&mut self, path: &str, stamp: FileStamp) -> Result<ReadTrack, FileFailure> {
        self.read_as(path, path, stamp)
    }

    /// As [`FileReader::read`], for a file that lies at `path` and is known by `name`.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn read_as(&mut self, path: &str, name: &str, stamp: FileStamp) -> Result<ReadTrack, FileFailure> {
        self.try_read(path, name, stamp).map_err(|error| {
            tracing::debug!(path, ?error, "a file was not taken in");
            FileFailure { path: name.to_owned(), reason: error.to_string(), may_pass: error.may_pass() }
        })
    }

    fn try_read(&mut self, path: &str, name: &str, stamp: FileStamp) -> Result<ReadTrack, TagError> {
        let file = self.root.open(path, stamp)?;
        let mut reader = WindowReader::new(file, stamp.size_bytes, &mut self.window);
        let ask = |format: Option<&str>| {
            let (format, path) = format.zip(self.root.local_path(path))?;
            Some(tags::read_by_ffprobe(&path, format, self.separators).map(|tags| (tags, None)))
        };
        let read = match ask(ffprobe::format_of(name)) {
            // Its name may be wrong.
            None | Some(Err(TagError::Probe(ProbeError::NoSound))) => match tags::read(&mut reader, self.separators) {
                Err(TagError::Damaged(damage)) => {
                    let second = ask(ffprobe::second_opinion_of(name)).and_then(Result::ok);
                    second.ok_or(TagError::Damaged(damage))
                }
                read => read,
            },
            Some(probed) => probed,
        };
        let read = read.and_then(|tags| Ok((tags, content::content_id(&mut reader)?)));
        let refusal = reader.take_refusal();
        drop(reader);
        if let Some(refusal) = refusal {
            return Err(TagError::Io(refusal));
        }
        let ((tags, picture), content) = read?;
        let mut record = describe(name, tags);
        record.picture = picture.map(|picture| self.keep(path, picture.into_data())).transpose()?.flatten();
        let tags = tags_id(&record);
        Ok(ReadTrack { record, tags, content, copy: None, places: Vec::new() })
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
pub fn content_id(root: &(impl OpenFile + ?Sized), path: &str, stamp: FileStamp) -> Option<ContentId> {
    let file = root.open(path, stamp).ok()?;
    content::content_id(&mut WindowReader::new(file, stamp.size_bytes, &mut Vec::new())).ok()
}

fn tags_id(record: &TrackRecord) -> TagsId {
    let mut fingerprint = Fingerprint::default();
    record.hash(&mut fingerprint);
    fingerprint.tags_id()
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
        let failure = |root: &Path, path: &str| {
            FileReader::new(root, &pictures, &Separators::default()).read(path, stamp).unwrap_err()
        };
        assert!(!failure(folder.path(), "text.mp3").may_pass);
        assert!(failure(folder.path(), "gone.mp3").may_pass);
        let refused = failure(Path::new("/proc/self"), "mem");
        assert!(refused.may_pass && refused.reason.starts_with("the file cannot be read: "), "{refused:?}");
    }
}
