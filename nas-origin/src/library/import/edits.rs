//! What the owner says, laid over what an import reads; and rows written anew after the owner said something.

use std::borrow::Cow;
use std::collections::HashSet;

use catalog_core::editing::{apply, values_of};
use catalog_core::import::{AlbumSummary, TrackRecord};
use rusqlite::{Connection, Transaction, named_params};

use super::tracks::Standing;
use super::{Batch, Caches, LibraryError, Source, settings};
use crate::library::editing::{AlbumEdits, KnownTrack, TrackEdits};

const TRACKS: &str = "SELECT track_id FROM track_edits";
const ALBUMS: &str = "SELECT album_id FROM album_edits";
/// Those of an album that is hidden are hidden; those of one that isn't are as they themselves say.
const HIDE_TRACKS: &str = "UPDATE tracks SET is_hidden = :is_hidden
    OR EXISTS (SELECT 1 FROM track_edits e WHERE e.track_id = tracks.track_id AND e.is_hidden)
    OR (is_untagged AND EXISTS (SELECT 1 FROM sources s WHERE s.name = tracks.source AND s.untagged = 'hide'))
    WHERE album_id = :album_id";

/// Of what the owner says anything.
#[derive(Default)]
pub(super) struct EditedIds {
    tracks: HashSet<i64>,
    albums: HashSet<i64>,
}

impl EditedIds {
    pub(super) fn load(connection: &Connection) -> Result<Self, LibraryError> {
        let ids = |sql| -> Result<HashSet<i64>, LibraryError> {
            Ok(connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
        };
        Ok(Self { tracks: ids(TRACKS)?, albums: ids(ALBUMS)? })
    }
}

/// A track as it is shown.
pub(super) struct Edited<'t> {
    pub(super) record: Cow<'t, TrackRecord>,
    pub(super) cover_id: Option<i64>,
    pub(super) is_hidden: bool,
}

impl Batch<'_> {
    /// What a file's tags say, with the edits of its track laid over. What the tags say is kept.
    pub(super) fn lay_edits_over<'t>(
        &mut self,
        id: i64,
        record: &'t TrackRecord,
        cover_id: Option<i64>,
    ) -> Result<Edited<'t>, LibraryError> {
        let plain = Edited { record: Cow::Borrowed(record), cover_id, is_hidden: false };
        if !self.caches.edited.tracks.contains(&id) {
            return Ok(plain);
        }
        let Some(mut edits) = TrackEdits::find(self.tx, id)? else { return Ok(plain) };
        edits.tagged = values_of(record);
        edits.tagged_cover_id = cover_id;
        edits.put(self.tx, id)?;
        let mut record = record.clone();
        apply(&mut record, &edits.edited);
        let cover_id = edits.cover_id.or(cover_id);
        Ok(Edited { record: Cow::Owned(record), cover_id, is_hidden: edits.is_hidden })
    }

    pub(super) fn edit_summary(&self, album_id: i64, album: &mut AlbumSummary) -> Result<(), LibraryError> {
        let edits = self.album_edits(album_id)?;
        apply(album, &edits.edited);
        album.cover = edits.cover_id.or(album.cover);
        Ok(())
    }

    pub(super) fn hides_album(&self, album_id: Option<i64>) -> Result<bool, LibraryError> {
        Ok(album_id.map(|id| self.album_edits(id)).transpose()?.is_some_and(|edits| edits.is_hidden))
    }

    /// After tracks came to an album.
    pub(super) fn hide_with_album(&mut self, album_id: i64) -> Result<(), LibraryError> {
        if self.hides_album(Some(album_id))? {
            self.set_tracks_hidden(album_id, true)?;
        }
        Ok(())
    }

    fn set_tracks_hidden(&mut self, album_id: i64, is_hidden: bool) -> Result<(), LibraryError> {
        self.is_visible = true;
        let values = named_params! { ":album_id": album_id, ":is_hidden": is_hidden };
        self.tx.prepare_cached(HIDE_TRACKS)?.execute(values)?;
        Ok(())
    }

    fn album_edits(&self, album_id: i64) -> Result<AlbumEdits, LibraryError> {
        let caches = &self.caches;
        if caches.filled_at.is_some() && !caches.edited.albums.contains(&album_id) {
            return Ok(AlbumEdits::default());
        }
        AlbumEdits::find(self.tx, album_id)
    }
}

/// Writes the rows of a track as it is to be shown now.
///
/// # Errors
/// When the database cannot be written.
pub(in crate::library) fn show_track(
    tx: &Transaction<'_>,
    source: &Source,
    before: &KnownTrack,
    after: &KnownTrack,
    now: i64,
) -> Result<(), LibraryError> {
    settings::bump_edit_mark(tx)?;
    if before == after {
        return Ok(());
    }
    let mut caches = Caches::default();
    let mut batch = Batch::begin(tx, source, &mut caches, now);
    let standing = Standing {
        path: &after.path,
        status: &after.status,
        missing_since: after.missing_since,
        cover_id: after.cover_id,
        is_hidden: after.is_hidden,
    };
    batch.rewrite_track(after.id, &standing, &after.record)?;
    batch.finish()
}

/// Writes the rows of an album as it is to be shown now, and of its tracks when it is hidden or is not any more.
///
/// # Errors
/// When the database cannot be written.
pub(in crate::library) fn show_album(
    tx: &Transaction<'_>,
    source: &Source,
    album_id: i64,
    is_hidden: Option<bool>,
    now: i64,
) -> Result<(), LibraryError> {
    settings::bump_edit_mark(tx)?;
    let mut caches = Caches::default();
    let mut batch = Batch::begin(tx, source, &mut caches, now);
    batch.touched_albums.insert(album_id);
    is_hidden.map_or(Ok(()), |is_hidden| batch.set_tracks_hidden(album_id, is_hidden))?;
    batch.finish()
}
