//! A folder of music, never written to: read in place, or copied.

use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::thread;

use catalog_core::import::{
    ContentId, FileFailure, FileStamp, ListedPlaylist, PictureFile, Separators, SourceEntry, TextKind, parse_playlist,
};
use catalog_core::ports::{MediaSource, SourceError};

use super::full_disk::read_while_there_is_room;
use super::in_order::{Outcome, ReadOne};
use crate::media::managed::ManagedFolder;
use crate::media::pictures::{MAX_PICTURE_BYTES, PictureStore};
use crate::media::reader::{self, FileReader};
use crate::media::text_file::{self, MAX_TEXT_BYTES};
use crate::media::walk;

/// Above this a playlist is not read, in bytes.
const MAX_PLAYLIST_BYTES: u64 = 4 * 1024 * 1024;

/// Threads that read files for each core: most of the time that a first import takes is waiting for the disk.
const READERS_PER_CORE: usize = 2;
/// And on any number of cores: each may hold a picture, and one thread writes what all of them read.
const MAX_READERS: usize = 16;

/// A music folder.
pub struct LocalFolder {
    root: PathBuf,
    /// The root as configured and without symbolic links: both may stand in playlists.
    roots: Vec<String>,
    /// What is passed over, as lines of a `.gitignore`.
    patterns: Vec<String>,
    /// What separates several values in one text.
    separators: Separators,
    /// Where files are copied to, if they are.
    managed: Option<ManagedFolder>,
    pictures: PictureStore,
    data_dir: PathBuf,
    threads: usize,
}

impl LocalFolder {
    /// The folder `root`; pictures are kept below `data_dir`.
    ///
    /// # Errors
    /// When it isn't there or is no folder.
    pub fn open(root: &Path, data_dir: &Path) -> Result<Self, SourceError> {
        let failed =
            |source: io::Error| SourceError::Unreadable { what: root.display().to_string(), source: source.into() };
        let resolved = fs::canonicalize(root).map_err(failed)?;
        fs::read_dir(&resolved).map_err(failed)?;
        let as_text = |path: &Path| path.to_str().map(|text| text.trim_end_matches('/').to_owned());
        let roots = [root, resolved.as_path()].into_iter().filter_map(as_text).collect();
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads = MAX_READERS.min(READERS_PER_CORE * cores);
        let pictures = PictureStore::new(data_dir);
        let (patterns, separators, data_dir) = (Vec::new(), Separators::default(), data_dir.to_owned());
        Ok(Self { root: resolved, roots, patterns, separators, managed: None, pictures, data_dir, threads })
    }

    /// Passes over what these lines of a `.gitignore` say.
    #[must_use]
    pub fn ignoring(self, patterns: &[String]) -> Self {
        Self { patterns: patterns.to_vec(), ..self }
    }

    /// Separates several values in one text by these.
    #[must_use]
    pub fn separating(self, separators: &Separators) -> Self {
        Self { separators: separators.clone(), ..self }
    }

    /// Copies every file that is taken in.
    #[must_use]
    pub fn copying_to(self, managed: ManagedFolder) -> Self {
        Self { managed: Some(managed), ..self }
    }

    /// Where it lies, without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

/// A thread's way to read files of the folder, and to copy them where they are to be copied.
struct LocalReader<'a> {
    folder: &'a LocalFolder,
    reader: FileReader<'a>,
}

impl ReadOne for LocalReader<'_> {
    fn read(&mut self, path: &str, stamp: FileStamp) -> Outcome {
        let mut track = self.reader.read(path, stamp)?;
        if let Some(managed) = &self.folder.managed {
            let failed = |error: io::Error| FileFailure {
                path: path.to_owned(),
                reason: format!("the file cannot be copied: {error}"),
                may_pass: true,
            };
            let copy = managed.copy(&self.folder.root.join(path), path, stamp).map_err(failed)?;
            track.copy = Some(copy.into_boxed_str());
        }
        Ok(track)
    }
}

impl MediaSource for LocalFolder {
    fn walk(&self, seen: &mut dyn FnMut(SourceEntry) -> ControlFlow<()>) -> Result<(), SourceError> {
        walk::walk(&self.root, &self.patterns, seen)
            .map_err(|source| SourceError::Unreadable { what: self.root.display().to_string(), source: source.into() })
    }

    fn content_id(&self, path: &str, stamp: FileStamp) -> Option<ContentId> {
        reader::content_id(self.root.as_path(), path, stamp)
    }

    fn read_tracks(
        &self,
        files: &[(&str, FileStamp)],
        outcome: &mut dyn FnMut(usize, Outcome) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        let reader = || FileReader::new(self.root.as_path(), &self.pictures, &self.separators);
        let reader = || LocalReader { folder: self, reader: reader() };
        read_while_there_is_room(files, self.threads, reader, &self.data_dir, outcome)
    }

    fn read_picture(&self, path: &str, stamp: FileStamp) -> Result<PictureFile, FileFailure> {
        let failed = |reason: String| FileFailure { path: path.to_owned(), reason, may_pass: true };
        if stamp.size_bytes > MAX_PICTURE_BYTES {
            return Err(failed(format!("the picture is larger than {MAX_PICTURE_BYTES} bytes")));
        }
        let bytes = self.read_file(path, MAX_PICTURE_BYTES).map_err(|error| failed(error.to_string()))?;
        let picture = self.pictures.keep(&bytes).map_err(|error| failed(error.to_string()))?;
        Ok(PictureFile { picture })
    }

    fn read_text(&self, _kind: TextKind, path: &str, stamp: FileStamp) -> Result<String, FileFailure> {
        let failed = |reason: String| FileFailure { path: path.to_owned(), reason, may_pass: true };
        if stamp.size_bytes > MAX_TEXT_BYTES {
            return Err(failed(format!("the text is larger than {MAX_TEXT_BYTES} bytes")));
        }
        let bytes = self.read_file(path, MAX_TEXT_BYTES).map_err(|error| failed(error.to_string()))?;
        Ok(text_file::decode_lines(&bytes))
    }

    fn read_playlist(&self, path: &str) -> Result<ListedPlaylist, FileFailure> {
        let failed = |reason: String| FileFailure { path: path.to_owned(), reason, may_pass: true };
        let bytes = self.read_file(path, MAX_PLAYLIST_BYTES + 1).map_err(|error| failed(error.to_string()))?;
        if bytes.len() as u64 > MAX_PLAYLIST_BYTES {
            return Err(failed(format!("the playlist is larger than {MAX_PLAYLIST_BYTES} bytes")));
        }
        Ok(parse_playlist(path, &text_file::decode(&bytes), &self.roots))
    }
}

impl LocalFolder {
    fn read_file(&self, path: &str, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(self.root.join(path))?.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}
