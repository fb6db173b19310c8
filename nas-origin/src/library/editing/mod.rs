//! What the owner says of tracks, albums and artists in place of their tags.
//!
//! The rows of the catalog have what is shown, so that publishing costs no more for edits; what lies over what is kept
//! beside them (`said`). An import lays the edits over whatever it reads (`library::import`), and taking one back shows
//! what the tags say by then.

mod albums;
mod artists;
mod known_track;
mod said;
mod tracks;

use catalog_core::editing::{EditError, Patch};

use super::LibraryError;

pub use albums::edit_album;
pub use artists::{ArtistEdits, KnownArtist, edit_artist};
pub use known_track::KnownTrack;
pub(super) use said::edits as edits_in;
pub use said::{AlbumEdits, TrackEdits, patch_of, to_json};
pub use tracks::edit_track;

/// What is to be another one; what is left out stays.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Change {
    /// Of the fields.
    pub patch: Patch,
    /// Whether it is hidden.
    pub is_hidden: Option<bool>,
    /// The picture's row; nothing inside to take the owner's away.
    pub cover_id: Option<Option<i64>>,
}

/// Why nothing was edited.
#[derive(Debug, thiserror::Error)]
pub enum EditFailure {
    /// There is none of that id.
    #[error("there is nothing of that id")]
    Unknown,
    /// What was said can't be.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The catalog.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

#[cfg(test)]
mod tests;
