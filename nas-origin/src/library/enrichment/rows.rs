//! The rows of what was found, and how an import lays it over what files say.

use catalog_core::editing::{Edits, apply, fill};
use catalog_core::enrichment::Subject;
use catalog_core::import::TrackRecord;
use rusqlite::{Connection, OptionalExtension, named_params};

use super::sounds::recording_by_sound;
use crate::library::LibraryError;
use crate::library::editing::{edits_in, to_json};

const TRACK: &str = "SELECT subject, coalesce(found, '{}') AS found, found IS NOT NULL AS is_found FROM track_enrichments WHERE track_id = :id";
const PUT_TRACK: &str = "INSERT OR REPLACE INTO track_enrichments (track_id, subject, found, ask_again_at)
    VALUES (:id, :subject, :found, :ask_again_at)";
const FORGET_TRACK: &str = "DELETE FROM track_enrichments WHERE track_id = :id";
/// Only what was found for the album that it still is.
const ALBUM: &str = "SELECT e.found, e.cover_id FROM album_enrichments e JOIN albums a USING (album_id, album_key)
    WHERE e.album_id = :id";
const PUT_ALBUM: &str =
    "INSERT OR REPLACE INTO album_enrichments (album_id, album_key, found, cover_id, ask_cover_again_at)
    SELECT album_id, album_key, :found, :cover_id, :ask_cover_again_at FROM albums WHERE album_id = :id";

/// What was found of a track.
#[derive(Clone, PartialEq, Debug)]
pub(in crate::library) struct TrackFinding {
    /// Of which names it was asked.
    pub(super) subject: String,
    /// What filled blanks; `None` while nothing was found.
    pub(super) found: Option<Edits>,
    /// When it is asked again; never when `None`. Only written.
    pub(super) ask_again_at: Option<i64>,
}

impl TrackFinding {
    pub(super) fn find(connection: &Connection, track_id: i64) -> Result<Option<Self>, LibraryError> {
        let mut statement = connection.prepare_cached(TRACK)?;
        let found = statement.query_row(named_params! { ":id": track_id }, |row| {
            let found = edits_in(row, "found")?;
            let is_found: bool = row.get("is_found")?;
            Ok(Self { subject: row.get("subject")?, found: is_found.then_some(found), ask_again_at: None })
        });
        Ok(found.optional()?)
    }

    pub(super) fn put(&self, tx: &Connection, track_id: i64) -> Result<(), LibraryError> {
        tx.prepare_cached(PUT_TRACK)?.execute(named_params! {
            ":id": track_id, ":subject": self.subject, ":found": self.found.as_ref().map(|found| to_json(found).to_string()),
            ":ask_again_at": self.ask_again_at,
        })?;
        Ok(())
    }
}

/// Fills what a file's tags leave blank with what was found before, and answers whether anything was found. An answer
/// that was given for other names is forgotten, so that it is asked anew.
///
/// # Errors
/// When the database cannot be read or written.
pub(in crate::library) fn lay_in_track(
    tx: &Connection,
    track_id: i64,
    tagged: &mut TrackRecord,
    edited: &Edits,
) -> Result<bool, LibraryError> {
    let Some(finding) = TrackFinding::find(tx, track_id)? else { return Ok(false) };
    let mut shown = tagged.clone();
    apply(&mut shown, edited);
    let by_sound = recording_by_sound(tx, track_id, shown.properties.duration_ms)?;
    if Subject::of(&shown, by_sound.as_deref()).map(|subject| subject.key()).as_ref() != Some(&finding.subject) {
        tx.prepare_cached(FORGET_TRACK)?.execute(named_params! { ":id": track_id })?;
        return Ok(false);
    }
    finding.found.as_ref().map(|found| fill(tagged, found));
    Ok(finding.found.is_some())
}

/// What was found of an album.
#[derive(Clone, PartialEq, Debug, Default)]
pub(in crate::library) struct AlbumFinding {
    /// What fills blanks.
    pub(in crate::library) found: Edits,
    /// Its picture.
    pub(in crate::library) cover_id: Option<i64>,
}

impl AlbumFinding {
    /// Of an album that is still the one that it was found for.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub(in crate::library) fn find(connection: &Connection, album_id: i64) -> Result<Option<Self>, LibraryError> {
        let mut statement = connection.prepare_cached(ALBUM)?;
        let found = statement.query_row(named_params! { ":id": album_id }, |row| {
            Ok(Self { found: edits_in(row, "found")?, cover_id: row.get("cover_id")? })
        });
        Ok(found.optional()?)
    }

    /// `ask_cover_again_at`: `None` where nobody asked for a cover.
    pub(super) fn put(&self, tx: &Connection, id: i64, ask_cover_again_at: Option<i64>) -> Result<(), LibraryError> {
        tx.prepare_cached(PUT_ALBUM)?.execute(named_params! {
            ":id": id, ":found": to_json(&self.found).to_string(), ":cover_id": self.cover_id,
            ":ask_cover_again_at": ask_cover_again_at,
        })?;
        Ok(())
    }
}
