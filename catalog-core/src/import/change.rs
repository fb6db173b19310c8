//! What an import does to the library, as values.

use super::entry::{FileFailure, FileStamp, ScannedFile, TextKind};
use super::track::{PictureFile, ReadTrack};
use crate::model::{PlaylistId, TrackId};

/// One change to the library.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    /// A file that was not known.
    Add {
        /// The file.
        file: ScannedFile,
        /// What is in it.
        track: Box<ReadTrack>,
    },
    /// A known track whose file is now another one: changed, moved, back again, or all of that.
    Replace {
        /// The track; it keeps its id.
        id: TrackId,
        /// The file.
        file: ScannedFile,
        /// What is in it.
        track: Box<ReadTrack>,
    },
    /// A file whose time is another, and nothing else: a snapshot doesn't show it.
    Touch {
        /// The track.
        id: TrackId,
        /// The file as it is now.
        stamp: FileStamp,
    },
    /// A missing file is there again, unchanged.
    Return {
        /// The track.
        id: TrackId,
    },
    /// Another track's file is about to take this one's path. Where this one's lies is told by a later change, or by the
    /// next import if this one breaks off.
    Displace {
        /// The track.
        id: TrackId,
    },
    /// A file of another source, which has lost it, lies in this one now: the track is this source's. Where its file
    /// lies is told by the next change.
    Adopt {
        /// The track.
        id: TrackId,
    },
    /// A file is gone.
    Miss {
        /// The track.
        id: TrackId,
    },
    /// A file could not be read.
    Fail {
        /// Which and why.
        failure: FileFailure,
        /// The file as it is now.
        stamp: FileStamp,
    },
    /// A file that could not be read is gone, or could be read.
    Forget {
        /// Where it lay.
        path: Box<str>,
    },
    /// A picture beside the music is new or another.
    PutPicture {
        /// The file.
        file: ScannedFile,
        /// What it shows.
        picture: PictureFile,
    },
    /// A picture beside the music is gone.
    DropPicture {
        /// Where it lay.
        path: Box<str>,
    },
    /// A text beside the music is new or another.
    PutText {
        /// What it is.
        kind: TextKind,
        /// The file.
        file: ScannedFile,
        /// What is in it.
        text: String,
    },
    /// A text beside the music is gone.
    DropText {
        /// What it was.
        kind: TextKind,
        /// Where it lay.
        path: Box<str>,
    },
    /// A playlist is new, another, elsewhere, or back.
    PutPlaylist {
        /// The playlist, which keeps its id; `None` for a new one.
        id: Option<PlaylistId>,
        /// The file.
        file: ScannedFile,
        /// What it lists.
        playlist: PlaylistRecord,
    },
    /// A playlist is gone.
    MissPlaylist {
        /// The playlist.
        id: PlaylistId,
    },
}

/// A playlist with its entries found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PlaylistRecord {
    /// The name.
    pub name: String,
    /// How many entries the file lists.
    pub listed: u64,
    /// The entries that were found, in order, some perhaps several times.
    pub entries: Vec<ListedTrack>,
}

/// An entry of a playlist.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedTrack {
    /// The path that the file lists, below the source's root. The track may lie elsewhere by now.
    pub path: Box<str>,
    /// The track.
    pub track: TrackId,
}
