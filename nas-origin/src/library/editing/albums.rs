//! Editing an album: what is said of it stands for all of its tracks, those that come later too.

use catalog_core::editing::merge;
use catalog_core::import::AlbumSummary;
use rusqlite::{OptionalExtension, Transaction, named_params};

use super::{AlbumEdits, Change, EditFailure};
use crate::library::import::show_album;
use crate::library::{LibraryError, sources};

/// Any of its tracks; an album without one goes soon.
const TRACK_OF: &str = "SELECT track_id FROM tracks WHERE album_id = :id LIMIT 1";

/// Changes what the owner says of an album, and what is shown of it. A hidden album's tracks are hidden.
///
/// # Errors
/// When there is no such album, when the change can't be, and when the database cannot be written.
pub fn edit_album(tx: &Transaction<'_>, id: i64, change: &Change, now: i64) -> Result<(), EditFailure> {
    let track = tx.query_row(TRACK_OF, named_params! { ":id": id }, |row| row.get("track_id")).optional();
    let track = track.map_err(LibraryError::from)?.ok_or(EditFailure::Unknown)?;
    let source = sources::find_of_track(tx, track)?.ok_or(EditFailure::Unknown)?;
    let before = AlbumEdits::find(tx, id)?;
    let edits = AlbumEdits {
        is_hidden: change.is_hidden.unwrap_or(before.is_hidden),
        edited: merge::<AlbumSummary>(&before.edited, &change.patch)?,
        cover_id: change.cover_id.unwrap_or(before.cover_id),
    };
    edits.put(tx, id)?;
    let is_hidden = Some(edits.is_hidden).filter(|is_hidden| *is_hidden != before.is_hidden);
    Ok(show_album(tx, &source, id, is_hidden, now)?)
}
