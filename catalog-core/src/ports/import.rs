//! What an import needs: a source of music, and the library that takes it in.

use std::collections::HashSet;
use std::ops::ControlFlow;

use crate::import::{
    Change, ContentId, FileFailure, FileStamp, KnownFile, KnownLibrary, ListedPlaylist, ListedTrack, PictureFile,
    ReadTrack, SourceEntry, TextKind,
};
use crate::model::{PlaylistId, TrackId};

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A source that cannot be imported, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// It cannot be read at all; nothing was changed.
    #[error(
        "the music folder cannot be read: {what}; nothing was changed: is the disk mounted, and may this user read it?"
    )]
    Unreadable {
        /// Which folder, and what is wrong with it.
        what: String,
        /// What the system said.
        #[source]
        source: BoxError,
    },
    /// The bucket or the database cannot be read at all; nothing was changed.
    #[error("{what} cannot be read; nothing was changed")]
    Unreachable {
        /// Which one.
        what: String,
        /// What it said.
        #[source]
        source: BoxError,
    },
    /// There is no room for what it brings; what was imported until then stays.
    #[error("the disk of {what} is full: free some space, and import again; what was imported until then stays")]
    Full {
        /// The folder that is written to.
        what: String,
    },
}

/// The library cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the catalog failed while {what}")]
pub struct StoreError {
    /// What was being done.
    pub what: &'static str,
    /// The adapter's own error.
    #[source]
    pub source: BoxError,
}

/// Where music comes from. Paths are relative to the source's root and `/`-separated.
pub trait MediaSource {
    /// Hands every file of interest to `seen`, and every folder that cannot be read, until told to stop.
    ///
    /// # Errors
    /// When the root is absent or cannot be read.
    fn walk(&self, seen: &mut dyn FnMut(SourceEntry) -> ControlFlow<()>) -> Result<(), SourceError>;

    /// What identifies a file's content, without reading all of it; `None` when it cannot be read.
    fn content_id(&self, path: &str, stamp: FileStamp) -> Option<ContentId>;

    /// Reads the tags of files, several at a time, and hands the outcomes over, each with the file's place in `files`,
    /// until told to stop.
    ///
    /// # Errors
    /// When going on makes no sense.
    fn read_tracks(
        &self,
        files: &[(&str, FileStamp)],
        outcome: &mut dyn FnMut(usize, Result<ReadTrack, FileFailure>) -> ControlFlow<()>,
    ) -> Result<(), SourceError>;

    /// Takes in a picture that lies beside the music.
    ///
    /// # Errors
    /// The file's own failure.
    fn read_picture(&self, path: &str, stamp: FileStamp) -> Result<PictureFile, FileFailure>;

    /// Reads a text that lies beside the music.
    ///
    /// # Errors
    /// The file's own failure.
    fn read_text(&self, kind: TextKind, path: &str, stamp: FileStamp) -> Result<String, FileFailure>;

    /// Reads a playlist.
    ///
    /// # Errors
    /// The file's own failure.
    fn read_playlist(&self, path: &str) -> Result<ListedPlaylist, FileFailure>;
}

/// Where music goes. Every `apply…` is one transaction.
pub trait LibraryStore {
    /// What the library knows of the source.
    fn known(&mut self) -> Result<KnownLibrary, StoreError>;
    /// Files of these sizes that other sources have lost: they may have been moved into this one.
    fn list_lost_elsewhere(&mut self, sizes: &HashSet<u64>) -> Result<Vec<KnownFile>, StoreError>;
    /// Applies changes in their order.
    fn apply(&mut self, changes: &[Change], now: i64) -> Result<(), StoreError>;
    /// The track at a path, present or missing.
    fn find_track_at(&mut self, path: &str) -> Result<Option<TrackId>, StoreError>;
    /// What was found of a playlist's entries when it was last read, in order. Tracks that were removed since are left
    /// out.
    fn list_entries(&mut self, id: PlaylistId) -> Result<Vec<ListedTrack>, StoreError>;
    /// Removes what has been missing since `before` or longer, and notes the time of the import.
    fn finish(&mut self, missing_before: i64, now: i64) -> Result<(), StoreError>;
}
