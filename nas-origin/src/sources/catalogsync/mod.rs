//! The earlier system's database as a source: each song is a track, with the files that the earlier system knows. It is
//! read anew by every import; a song's row and its files together tell whether it changed.

mod lists;
mod track;

use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use catalog_core::import::{
    ContentId, FileFailure, FileStamp, ListedPlaylist, PictureFile, ScannedFile, SourceEntry, TextKind,
};
use catalog_core::ports::{MediaSource, SourceError};

pub use self::lists::replace_lists;
use self::track::{Places, track};
use super::in_order::Outcome;
use crate::media::fingerprint::Fingerprint;
use crate::snapshot::build::{BuildError, EarlierCatalog, EarlierFile, EarlierSong};

/// A `catalogsync.db`.
pub struct CatalogsyncFile {
    path: PathBuf,
    catalog: EarlierCatalog,
}

impl CatalogsyncFile {
    /// Opens it read-only.
    ///
    /// # Errors
    /// What is not there or is no such database.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let catalog = EarlierCatalog::open(path).map_err(|error| unreachable(path, error))?;
        Ok(Self { path: path.to_owned(), catalog })
    }

    fn failed(&self) -> impl Fn(BuildError) -> SourceError {
        |error| unreachable(&self.path, error)
    }

    /// Ids and keys of its songs, the ids ascending, until told to stop.
    fn each_key(&self, visit: impl FnMut(i64, &str) -> ControlFlow<()>) -> Result<(), SourceError> {
        self.catalog.each_key(visit).map_err(self.failed())
    }

    /// The mark of each song by its id, in id order: another one when the song or a file of it changed.
    fn marks(&self) -> Result<Vec<(i64, u64)>, BuildError> {
        let mut marks = Vec::new();
        self.catalog.each_song(|song| marks.push((song.id, mark_of(&song))))?;
        self.catalog.each_file(|file| {
            if let Ok(place) = marks.binary_search_by_key(&file.song_id, |(id, _)| *id) {
                // In whatever order they come.
                marks[place].1 = marks[place].1.wrapping_add(hash_of(|hasher| hash_file(&file, hasher)));
            }
        })?;
        Ok(marks)
    }
}

fn unreachable(path: &Path, error: BuildError) -> SourceError {
    SourceError::Unreachable { what: format!("the earlier system's database {}", path.display()), source: error.into() }
}

impl MediaSource for CatalogsyncFile {
    fn walk(&self, seen: &mut dyn FnMut(SourceEntry) -> ControlFlow<()>) -> Result<(), SourceError> {
        let mut marks = self.marks().map_err(self.failed())?.into_iter();
        // A million keys are many bytes; what identifies them is few.
        let mut keys: HashSet<[u8; 16]> = HashSet::with_capacity(marks.len());
        self.each_key(|id, key| {
            let Some((_, mark)) = marks.find(|(marked, _)| *marked == id) else { return ControlFlow::Break(()) };
            seen(if keys.insert(identity_of(key)) {
                let stamp = FileStamp { size_bytes: 0, mtime_ns: mark.cast_signed() };
                SourceEntry::Audio(ScannedFile { path: key.into(), stamp })
            } else {
                let reason = "another song has the same platform and remote id".to_owned();
                SourceEntry::Broken(FileFailure { path: key.to_owned(), reason, may_pass: true })
            })
        })
    }

    fn content_id(&self, _path: &str, _stamp: FileStamp) -> Option<ContentId> {
        None
    }

    fn read_tracks(
        &self,
        files: &[(&str, FileStamp)],
        outcome: &mut dyn FnMut(usize, Outcome) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        let (mut wanted, mut places) = (Wanted::new(files), Places::new());
        let read = self.catalog.each_song_with_files(
            |key| wanted.take(key),
            |at, song, files| outcome(at, Ok(track(song, &files, &mut places))),
        );
        read.map_err(self.failed())
    }

    fn read_picture(&self, path: &str, _stamp: FileStamp) -> Result<PictureFile, FileFailure> {
        Err(FileFailure {
            path: path.to_owned(),
            reason: "such a database has no pictures".to_owned(),
            may_pass: false,
        })
    }

    fn read_text(&self, _kind: TextKind, path: &str, _stamp: FileStamp) -> Result<String, FileFailure> {
        Err(FileFailure {
            path: path.to_owned(),
            reason: "such a database has no texts beside the music".to_owned(),
            may_pass: false,
        })
    }

    fn read_playlist(&self, path: &str) -> Result<ListedPlaylist, FileFailure> {
        Err(FileFailure {
            path: path.to_owned(),
            reason: "such a database has no playlist files".to_owned(),
            may_pass: false,
        })
    }
}

/// Songs to read by their keys, each of which is read once: of several with one key the first counts, as in the walk.
struct Wanted<'f> {
    files: &'f [(&'f str, FileStamp)],
    /// Places in `files`.
    by_key: Vec<usize>,
    is_taken: Vec<bool>,
}

impl<'f> Wanted<'f> {
    fn new(files: &'f [(&'f str, FileStamp)]) -> Self {
        let mut by_key: Vec<usize> = (0..files.len()).collect();
        by_key.sort_unstable_by_key(|at| files[*at].0);
        Self { files, by_key, is_taken: vec![false; files.len()] }
    }

    fn take(&mut self, key: &str) -> Option<usize> {
        let found = self.by_key.binary_search_by(|at| self.files[*at].0.cmp(key)).ok()?;
        let at = self.by_key[found];
        let is_first = !std::mem::replace(&mut self.is_taken[at], true);
        is_first.then_some(at)
    }
}

fn identity_of(key: &str) -> [u8; 16] {
    let mut fingerprint = Fingerprint::default();
    key.hash(&mut fingerprint);
    fingerprint.tags_id().0
}

fn mark_of(song: &EarlierSong) -> u64 {
    hash_of(|hasher| {
        (&song.name, &song.singers, &song.album, &song.album_artist, &song.release_date).hash(hasher);
        (&song.genres, song.disc_number, song.track_number, song.duration_ms, song.bit_rate_kbps).hash(hasher);
        (&song.ext, song.size_bytes).hash(hasher);
    })
}

fn hash_file(file: &EarlierFile, hasher: &mut Fingerprint) {
    file.backend.hash(hasher);
    (&file.locator, &file.ext, file.size_bytes, &file.quality, file.is_primary).hash(hasher);
}

/// The same in every process: marks are kept.
fn hash_of(feed: impl FnOnce(&mut Fingerprint)) -> u64 {
    let mut fingerprint = Fingerprint::default();
    feed(&mut fingerprint);
    fingerprint.finish()
}
