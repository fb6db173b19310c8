//! A folder of music, read in place and never written to.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};
use std::thread;

use catalog_core::import::{
    ContentId, FileFailure, FileStamp, ListedPlaylist, PictureFile, ReadTrack, SourceEntry, parse_playlist,
};
use catalog_core::ports::{MediaSource, SourceError};
use crossbeam_channel::{Receiver, Sender};

use crate::media::pictures::{MAX_PICTURE_BYTES, PictureStore};
use crate::media::reader::{self, FileReader};
use crate::media::{playlist_text, walk};

/// Files that a thread takes at once: neighbours, which mostly share a picture.
const CHUNK_FILES: usize = 16;
/// Chunks that may be read before they are taken; the threads go on while a transaction is written.
const CHUNKS_AHEAD: usize = 192;
/// Above this a playlist is not read, in bytes.
const MAX_PLAYLIST_BYTES: u64 = 4 * 1024 * 1024;

type Outcome = Result<ReadTrack, FileFailure>;

/// A music folder.
pub struct LocalFolder {
    root: PathBuf,
    /// The root as configured and without symbolic links: both may stand in playlists.
    roots: Vec<String>,
    /// What is passed over, as lines of a `.gitignore`.
    patterns: Vec<String>,
    pictures: PictureStore,
    threads: usize,
}

impl LocalFolder {
    /// The folder `root`; pictures are kept below `data_dir`.
    ///
    /// # Errors
    /// When it isn't there or is no folder.
    pub fn open(root: &Path, data_dir: &Path) -> Result<Self, SourceError> {
        let failed = |source: io::Error| SourceError { what: root.display().to_string(), source: source.into() };
        let resolved = fs::canonicalize(root).map_err(failed)?;
        fs::read_dir(&resolved).map_err(failed)?;
        let as_text = |path: &Path| path.to_str().map(|text| text.trim_end_matches('/').to_owned());
        let roots = [root, resolved.as_path()].into_iter().filter_map(as_text).collect();
        let threads = thread::available_parallelism().map_or(1, usize::from);
        Ok(Self { root: resolved, roots, patterns: Vec::new(), pictures: PictureStore::new(data_dir), threads })
    }

    /// Passes over what these lines of a `.gitignore` say.
    #[must_use]
    pub fn ignoring(self, patterns: &[String]) -> Self {
        Self { patterns: patterns.to_vec(), ..self }
    }

    /// Where it lies, without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn read_chunks(&self, files: &[(&str, FileStamp)], chunks: &Receiver<usize>, done: &Sender<(usize, Vec<Outcome>)>) {
        let mut reader = FileReader::new(&self.root, &self.pictures);
        for chunk in chunks {
            let files = files[range_of(chunk, files.len())].iter();
            let outcomes = files.map(|(path, stamp)| reader.read(path, *stamp)).collect();
            if done.send((chunk, outcomes)).is_err() {
                return;
            }
        }
    }
}

impl MediaSource for LocalFolder {
    fn walk(&self, seen: &mut dyn FnMut(SourceEntry) -> ControlFlow<()>) -> Result<(), SourceError> {
        walk::walk(&self.root, &self.patterns, seen)
            .map_err(|source| SourceError { what: self.root.display().to_string(), source: source.into() })
    }

    fn content_id(&self, path: &str, stamp: FileStamp) -> Option<ContentId> {
        reader::content_id(&self.root, path, stamp)
    }

    fn read_tracks(&self, files: &[(&str, FileStamp)], outcome: &mut dyn FnMut(usize, Outcome) -> ControlFlow<()>) {
        let count = files.len().div_ceil(CHUNK_FILES);
        let (to_read, chunks) = crossbeam_channel::bounded(CHUNKS_AHEAD);
        let (done, outcomes) = crossbeam_channel::bounded(CHUNKS_AHEAD);
        thread::scope(|scope| {
            for _ in 0..self.threads.min(count) {
                let (chunks, done) = (chunks.clone(), done.clone());
                scope.spawn(move || self.read_chunks(files, &chunks, &done));
            }
            drop((chunks, done));
            hand_over_in_order(count, &to_read, &outcomes, outcome);
            // Threads that still read end when they find nobody to take it.
            drop((to_read, outcomes));
        });
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

    fn read_playlist(&self, path: &str) -> Result<ListedPlaylist, FileFailure> {
        let failed = |reason: String| FileFailure { path: path.to_owned(), reason, may_pass: true };
        let bytes = self.read_file(path, MAX_PLAYLIST_BYTES + 1).map_err(|error| failed(error.to_string()))?;
        if bytes.len() as u64 > MAX_PLAYLIST_BYTES {
            return Err(failed(format!("the playlist is larger than {MAX_PLAYLIST_BYTES} bytes")));
        }
        Ok(parse_playlist(path, &playlist_text::decode(&bytes), &self.roots))
    }
}

impl LocalFolder {
    fn read_file(&self, path: &str, limit: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(self.root.join(path))?.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// Gives chunks out, never more than [`CHUNKS_AHEAD`] before the next one to take, and hands their outcomes over in
/// order.
fn hand_over_in_order(
    count: usize,
    to_read: &Sender<usize>,
    outcomes: &Receiver<(usize, Vec<Outcome>)>,
    outcome: &mut dyn FnMut(usize, Outcome) -> ControlFlow<()>,
) {
    let (mut given, mut waiting) = (0, BTreeMap::new());
    for next in 0..count {
        while given < count.min(next + CHUNKS_AHEAD) && to_read.send(given).is_ok() {
            given += 1;
        }
        while !waiting.contains_key(&next) {
            let Ok((chunk, read)) = outcomes.recv() else { return };
            waiting.insert(chunk, read);
        }
        for (offset, read) in waiting.remove(&next).into_iter().flatten().enumerate() {
            if outcome(next * CHUNK_FILES + offset, read).is_break() {
                return;
            }
        }
    }
}

fn range_of(chunk: usize, files: usize) -> Range<usize> {
    chunk * CHUNK_FILES..files.min((chunk + 1) * CHUNK_FILES)
}
