//! Taking a source of music into the library: scan, plan, apply, report.
//!
//! The plan is a pure comparison; reading and writing go through the ports. An import can be stopped and repeated at any
//! point: each batch is whole, and the next import does what is left.

mod album;
mod change;
mod cuts;
mod describe;
mod entry;
mod known_files;
mod moves;
mod names;
mod path_names;
mod plan;
mod playlist;
mod playlist_moves;
mod report;
mod run;
mod sheet;
mod track;
mod twins;

pub use album::{AlbumMember, AlbumSummary, FolderPicture, shown, summarise};
pub use change::{Change, ListedTrack, PlaylistRecord};
pub use cuts::{Cut, cut};
pub(crate) use describe::{NO_ALBUM, NO_ARTIST};
pub use describe::{VARIOUS_ARTISTS, album_key, describe, shown_album_artists};
pub use entry::{
    ContentId, FileFailure, FileStamp, KnownFailure, KnownFile, KnownLibrary, KnownPlaylist, ScannedFile, SourceEntry,
    TagsId, TextKind,
};
pub use names::{
    Separators, clean, identity_key, parse_date, parse_decibels, parse_peak, parse_position, parse_r128_gain,
};
pub use path_names::{PathNames, album_folder, names_from_path};
pub use plan::{Comparison, FileToRead, Plan, PlaylistToRead};
pub use playlist::{ListedPlaylist, parse_playlist};
pub use report::ImportReport;
pub use run::{ImportError, ImportOptions, ImportProgress, import};
pub use sheet::{CueFile, CueSheet, CueTrack, FRAMES_PER_SEC, Said, file_paths, parse_sheet};
pub use track::{
    AlbumTags, ArtistName, AudioProperties, Contributor, Level, Loudness, Picture, PictureFile, PlacedFile, PlacedOn,
    ReadTrack, TrackRecord,
};
pub use twins::{TwinCandidate, find_twins, may_have_twins};
