//! What a walk through a source finds, and what is known of it.

use crate::model::{PlaylistId, TrackId};

/// Size and time of a file: what tells cheaply that it may have changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FileStamp {
    /// Size.
    pub size_bytes: u64,
    /// Last change, nanoseconds since 1970.
    pub mtime_ns: i64,
}

/// Identifies a file's content: equal for a renamed file, different for almost every other one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct ContentId(pub [u8; 16]);

/// Identifies what was read from a file: equal when a touch changed nothing that the catalog holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TagsId(pub [u8; 16]);

/// A file that a walk found. The path is relative to the source's root and `/`-separated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScannedFile {
    /// Where it lies.
    pub path: Box<str>,
    /// Its size and time.
    pub stamp: FileStamp,
}

/// What a text beside the music is. A path is always of the same kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum TextKind {
    /// The words of the track whose name it has.
    Lyrics,
    /// A CUE sheet: what lies in a file of several tracks, and where each begins.
    Sheet,
}

/// What a walk finds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SourceEntry {
    /// Something to listen to.
    Audio(ScannedFile),
    /// A picture named like an album's cover.
    Picture(ScannedFile),
    /// A list of files.
    Playlist(ScannedFile),
    /// A text that says more of the music beside it.
    Text(TextKind, ScannedFile),
    /// A file that cannot be taken in.
    Broken(FileFailure),
    /// A folder that cannot be read: what lies in it is unknown, not gone.
    UnreadableFolder(FileFailure),
}

/// Why a file was not taken in.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FileFailure {
    /// Where it lies.
    pub path: String,
    /// What is wrong, for people.
    pub reason: String,
    /// Whether the cause lies outside the file, as a missing permission or a disk error does: the next import tries
    /// again although the file is the same.
    pub may_pass: bool,
}

/// A track's file as the library knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownFile {
    /// Whose file it is.
    pub track_id: TrackId,
    /// Where it was.
    pub path: Box<str>,
    /// As it was.
    pub stamp: FileStamp,
    /// What was in it.
    pub content: ContentId,
    /// What was read from it.
    pub tags: TagsId,
    /// Whether it was gone at the last import.
    pub is_missing: bool,
    /// Whether it lay in another source, which has lost it.
    pub is_elsewhere: bool,
}

/// A file that could not be read the last time.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownFailure {
    /// Where it was, and as it was.
    pub file: ScannedFile,
    /// Why.
    pub reason: String,
    /// Whether it is tried again although the file is the same.
    pub may_pass: bool,
}

/// A playlist file as the library knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownPlaylist {
    /// The playlist.
    pub id: PlaylistId,
    /// Where it was, and as it was.
    pub file: ScannedFile,
    /// Whether it was gone at the last import.
    pub is_missing: bool,
    /// Whether some of its entries were not found.
    pub is_incomplete: bool,
}

/// All that the library knows of a source.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KnownLibrary {
    /// Tracks.
    pub files: Vec<KnownFile>,
    /// Pictures beside the music.
    pub pictures: Vec<ScannedFile>,
    /// Texts beside the music.
    pub texts: Vec<(TextKind, ScannedFile)>,
    /// Playlists.
    pub playlists: Vec<KnownPlaylist>,
    /// Files that could not be read.
    pub failures: Vec<KnownFailure>,
}
