//! Editing a track.

use catalog_core::editing::{apply, merge, restore, values_of};
use catalog_core::import::TrackRecord;
use rusqlite::Transaction;

use super::{Change, EditFailure, KnownTrack, TrackEdits};
use crate::library::import::show_track;
use crate::library::sources;

/// Changes what the owner says of a track, and what is shown of it.
///
/// # Errors
/// When there is no such track, when the change can't be, and when the database cannot be written.
pub fn edit_track(tx: &Transaction<'_>, id: i64, change: &Change, now: i64) -> Result<(), EditFailure> {
    let before = KnownTrack::find(tx, id)?.ok_or(EditFailure::Unknown)?;
    let source = sources::find_of_track(tx, id)?.ok_or(EditFailure::Unknown)?;
    let mut edits = TrackEdits::find(tx, id)?.unwrap_or_else(|| said_nothing(&before));
    edits.edited = merge::<TrackRecord>(&edits.edited, &change.patch)?;
    edits.is_hidden = change.is_hidden.unwrap_or(edits.is_hidden);
    edits.cover_id = change.cover_id.unwrap_or(edits.cover_id);
    edits.put(tx, id)?;
    let mut after = before.clone();
    restore(&mut after.record, &edits.tagged);
    apply(&mut after.record, &edits.edited);
    after.cover_id = edits.cover_id.or(edits.tagged_cover_id);
    after.is_hidden = edits.is_hidden;
    Ok(show_track(tx, &source, &before, &after, now)?)
}

/// Of a track that is as its tags say. What they say of names as shown is kept with all else.
fn said_nothing(track: &KnownTrack) -> TrackEdits {
    TrackEdits { tagged: values_of(&track.record), tagged_cover_id: track.cover_id, ..TrackEdits::default() }
}
