//! What the owner says, and beneath it what was found elsewhere, laid over what an import reads; and rows written anew after the owner said something.

use std::borrow::Cow;
use std::collections::HashSet;

use catalog_core::editing::{apply, values_of};
use catalog_core::enrichment::fill_album;
use catalog_core::import::{AlbumSummary, TrackRecord};
use rusqlite::{Connection, Transaction, named_params};

use super::track_row::Standing;
use super::tracks::{ENRICHED, TAGGED};
use super::{Batch, Caches, LibraryError, Source, settings};
use crate::library::editing::{AlbumEdits, KnownTrack, TrackEdits};
use crate::library::enrichment::{AlbumFinding, lay_in_track};

const TRACKS: &str = "SELECT track_id FROM track_edits UNION SELECT track_id FROM track_enrichments";
const ALBUMS: &str = "SELECT album_id FROM album_edits UNION SELECT album_id FROM album_enrichments";
/// Those of an album that is hidden are hidden; those of one that isn't are as they themselves say.
const HIDE_TRACKS: &str = "UPDATE tracks SET is_hidden = :is_hidden
    OR EXISTS (SELECT 1 FROM track_edits e WHERE e.track_id = tracks.track_id AND e.is_hidden)
    OR (is_untagged AND EXISTS (SELECT 1 FROM sources s WHERE s.name = tracks.source AND s.untagged = 'hide'))
    WHERE album_id = :album_id";

/// Of what the owner says anything, or something was asked for elsewhere.
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
    /// `metadata_status`.
    pub(super) status: &'static str,
}

impl Batch<'_> {
    /// What a file's tags say, with its track's findings and edits laid over. What lies beneath the edits is kept.
    pub(super) fn lay_edits_over<'t>(
        &mut self,
        id: i64,
        record: &'t TrackRecord,
        cover_id: Option<i64>,
    ) -> Result<Edited<'t>, LibraryError> {
        let plain = Edited { record: Cow::Borrowed(record), cover_id, is_hidden: false, status: TAGGED };
        if !self.caches.edited.tracks.contains(&id) {
            return Ok(plain);
        }
        let edits = TrackEdits::find(self.tx, id)?;
        let edited = edits.as_ref().map(|edits| edits.edited.clone()).unwrap_or_default();
        let mut record = record.clone();
        let is_enriched = lay_in_track(self.tx, id, &mut record, &edited)?;
        let status = if is_enriched { ENRICHED } else { TAGGED };
        let Some(mut edits) = edits else { return Ok(Edited { record: Cow::Owned(record), status, ..plain }) };
        edits.tagged = values_of(&record);
        edits.tagged_cover_id = cover_id;
        edits.put(self.tx, id)?;
        apply(&mut record, &edits.edited);
        let cover_id = edits.cover_id.or(cover_id);
        Ok(Edited { record: Cow::Owned(record), cover_id, is_hidden: edits.is_hidden, status })
    }

    pub(super) fn edit_summary(&self, album_id: i64, album: &mut AlbumSummary) -> Result<(), LibraryError> {
        if let Some(finding) = self.album_finding(album_id)? {
            fill_album(album, &finding.found);
            album.cover = album.cover.or(finding.cover_id);
        }
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
        if self.is_plain_album(album_id) { Ok(AlbumEdits::default()) } else { AlbumEdits::find(self.tx, album_id) }
    }

    fn album_finding(&self, album_id: i64) -> Result<Option<AlbumFinding>, LibraryError> {
        if self.is_plain_album(album_id) { Ok(None) } else { AlbumFinding::find(self.tx, album_id) }
    }

    /// Whether an album is known to be as its tracks say.
    fn is_plain_album(&self, album_id: i64) -> bool {
        self.caches.filled_at.is_some() && !self.caches.edited.albums.contains(&album_id)
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
