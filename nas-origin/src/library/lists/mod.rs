//! Playlists and toplists: those that the owner makes, and those that imports bring.
//!
//! An imported list is its file's (or its database's): the next import would undo what is done to it here. So its name and
//! its tracks can't be edited; whether it is public, and its picture, are the owner's.

mod playlist_views;
mod playlists;
mod toplists;

use rusqlite::Transaction;

use crate::config::OWNER;

use super::sources::{self, NewSource, Place};
use super::{LibraryError, settings};

pub use playlist_views::{PlaylistDetail, PlaylistSummary, list_playlists};
pub use playlists::{NewPlaylist, PlaylistChange, change_playlist, create_playlist, delete_playlist, set_cover};
pub use toplists::{
    NewToplist, ToplistChange, ToplistDetail, change_toplist, create_toplist, delete_toplist, list_toplists,
};

/// The most tracks of a playlist that the owner makes, and of playlists of a toplist.
pub const MAX_ENTRIES: usize = 10_000;

/// Longest description, in characters.
const MAX_DESCRIPTION_CHARS: usize = 4_000;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum ListFailure {
    /// There is none of that id.
    #[error("there is nothing of that id")]
    Unknown,
    /// It is an import's.
    #[error(
        "the list is imported from the source {source_name:?}, whose file says what is in it: make a playlist of your own with \
         its tracks, and hide this one if you like"
    )]
    Imported {
        /// The source.
        source_name: String,
    },
    /// It names what isn't there.
    #[error("there is no {what} {id}")]
    NoSuch {
        /// A track or a playlist.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// There is nothing at that place.
    #[error("there is no place {position} in the list, which has {count} tracks")]
    NoPlace {
        /// From 0.
        position: usize,
        /// How many there are.
        count: usize,
    },
    /// A name is needed.
    #[error("name has to be a text that is not empty")]
    Name,
    /// It is too long.
    #[error("{what} is too long: at most {max}")]
    TooLong {
        /// What is.
        what: &'static str,
        /// The most.
        max: usize,
    },
    /// The catalog.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

impl From<rusqlite::Error> for ListFailure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Library(error.into())
    }
}

/// The source's row; it is made with the first list.
fn own_source(tx: &Transaction<'_>) -> Result<(), LibraryError> {
    let place = Place::Rows;
    let new = NewSource { name: OWNER, kind: OWNER, mode: "in_place", hides_untagged: false, place };
    sources::find_or_create(tx, &new).map(|_| ())
}

/// What a list is called.
fn checked_name(name: &str) -> Result<String, ListFailure> {
    catalog_core::import::clean(name).ok_or(ListFailure::Name)
}

fn checked_description(text: &str) -> Result<Option<String>, ListFailure> {
    if text.chars().count() > MAX_DESCRIPTION_CHARS {
        return Err(ListFailure::TooLong { what: "description", max: MAX_DESCRIPTION_CHARS });
    }
    Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty()))
}

fn checked_length<T>(entries: &[T]) -> Result<(), ListFailure> {
    let max = MAX_ENTRIES;
    if entries.len() > max { Err(ListFailure::TooLong { what: "the list", max }) } else { Ok(()) }
}

/// Moves the catalog's mark when a snapshot could show a difference.
fn note(tx: &Transaction<'_>, is_visible: bool) -> Result<(), LibraryError> {
    if is_visible { settings::bump_change_mark(tx) } else { Ok(()) }
}
