//! What was found comes into the rows that are shown: beneath what the owner says, above what the tags say.

use catalog_core::editing::{Edits, apply, fill, restore, take_away, values_of};
use catalog_core::enrichment::Found;
use catalog_core::import::{Picture, identity_key};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::rows::{AlbumFinding, TrackFinding};
use crate::library::editing::{KnownTrack, TrackEdits};
use crate::library::import::{ENRICHED, TAGGED, find_or_create_cover, show_album, show_track};
use crate::library::{LibraryError, settings, sources};

const SET_STATUS: &str = "UPDATE tracks SET metadata_status = :status WHERE track_id = :id";
/// What the owner says of an artist stays, also when it is that there is no id.
const COMPLETE_ARTIST: &str = "UPDATE artists SET musicbrainz_id = :musicbrainz_id WHERE name_key = :key
    AND musicbrainz_id IS NULL AND artist_id NOT IN (SELECT artist_id FROM artist_edits)";
const TRACK_OF: &str = "SELECT track_id FROM tracks WHERE album_id = :id LIMIT 1";

const PUT_RELEASE: &str =
    "INSERT OR REPLACE INTO release_asks (release_id, ask_again_at) VALUES (:release_id, :ask_again_at)";

/// The field that says which release an album is.
const RELEASE: &str = "musicbrainz_id";

/// What came of asking about a track.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Outcome<'a> {
    /// The question's key ([`catalog_core::enrichment::Subject::key`]).
    pub subject: &'a str,
    /// What was found.
    pub found: Option<&'a Found>,
    /// When it is to be asked again, Unix seconds; never when `None`.
    pub ask_again_at: Option<i64>,
}

/// Keeps what came of asking, and shows it. What was found before is taken away first. A track that is gone is passed over.
///
/// # Errors
/// When the database cannot be written.
pub fn enrich_track(tx: &Transaction<'_>, id: i64, outcome: &Outcome<'_>, now: i64) -> Result<(), LibraryError> {
    let Some(before) = KnownTrack::find(tx, id)? else { return Ok(()) };
    let Some(source) = sources::find_of_track(tx, id)? else { return Ok(()) };
    let mut after = before.clone();
    let filled = refill(tx, &mut after, outcome.found.map(|found| &found.track))?;
    let Outcome { subject, found, ask_again_at } = *outcome;
    TrackFinding { subject: subject.to_owned(), found: filled, ask_again_at }.put(tx, id)?;
    if found.is_some() { ENRICHED } else { TAGGED }.clone_into(&mut after.status);
    if after.record != before.record {
        show_track(tx, &source, &before, &after, now)?;
    } else if after.status != before.status {
        // No snapshot shows it, but an import under way has to know.
        tx.prepare_cached(SET_STATUS)?.execute(named_params! { ":id": id, ":status": after.status })?;
        settings::bump_edit_mark(tx)?;
    }
    if let Some(found) = found {
        complete_artists(tx, &found.artists)?;
        // The track may be on another album than before by now.
        let album_id = KnownTrack::find(tx, id)?.and_then(|track| track.album_id);
        album_id.map_or(Ok(()), |album_id| enrich_album(tx, album_id, &found.album, now))?;
    }
    Ok(())
}

/// Puts what was found in the place of what was found before, beneath the owner's edits; what of it filled blanks.
fn refill(tx: &Connection, track: &mut KnownTrack, found: Option<&Edits>) -> Result<Option<Edits>, LibraryError> {
    let edits = TrackEdits::find(tx, track.id)?;
    if let Some(edits) = &edits {
        restore(&mut track.record, &edits.tagged);
    }
    let before = TrackFinding::find(tx, track.id)?.and_then(|finding| finding.found);
    if let Some(before) = &before {
        take_away(&mut track.record, before);
    }
    let filled = found.map(|found| fill(&mut track.record, found));
    if let Some(mut edits) = edits {
        edits.tagged = values_of(&track.record);
        edits.put(tx, track.id)?;
        apply(&mut track.record, &edits.edited);
    }
    Ok(filled)
}

fn complete_artists(tx: &Transaction<'_>, artists: &[(String, String)]) -> Result<(), LibraryError> {
    for (name, musicbrainz_id) in artists {
        let values = named_params! { ":key": identity_key(name), ":musicbrainz_id": musicbrainz_id };
        if tx.prepare_cached(COMPLETE_ARTIST)?.execute(values)? > 0 {
            settings::bump_change_mark(tx)?;
        }
    }
    Ok(())
}

/// What was found first for an album stays: its tracks agree on a release.
fn enrich_album(tx: &Transaction<'_>, album_id: i64, found: &Edits, now: i64) -> Result<(), LibraryError> {
    let before = AlbumFinding::find(tx, album_id)?.unwrap_or_default();
    let is_of_another =
        before.found.get(RELEASE).zip(found.get(RELEASE)).is_some_and(|(before, found)| before != found);
    let mut all = found.clone();
    all.extend(before.found.clone());
    if is_of_another || all == before.found {
        return Ok(());
    }
    AlbumFinding { found: all, ..before }.put(tx, album_id, None)?;
    show(tx, album_id, now)
}

/// Keeps what came of asking whose an album's release is and who released it, and shows it.
///
/// # Errors
/// When the database cannot be written.
pub fn enrich_by_release(
    tx: &Transaction<'_>,
    (album_id, release_id): (i64, &str),
    found: &Edits,
    ask_again_at: i64,
    now: i64,
) -> Result<(), LibraryError> {
    let values = named_params! { ":release_id": release_id, ":ask_again_at": ask_again_at };
    tx.prepare_cached(PUT_RELEASE)?.execute(values)?;
    enrich_album(tx, album_id, found, now)
}

/// Gives an album without a picture the one that was found.
///
/// # Errors
/// When the database cannot be written.
pub fn give_cover(tx: &Transaction<'_>, album_id: i64, picture: &Picture, now: i64) -> Result<(), LibraryError> {
    let before = AlbumFinding::find(tx, album_id)?.unwrap_or_default();
    let cover_id = Some(find_or_create_cover(tx, picture)?);
    // Asked again when the album has none any more.
    AlbumFinding { cover_id, ..before }.put(tx, album_id, Some(now))?;
    show(tx, album_id, now)
}

/// Notes that there is no picture of an album, or none that can be shown.
///
/// # Errors
/// When the database cannot be written.
pub fn miss_cover(tx: &Transaction<'_>, album_id: i64, ask_again_at: i64) -> Result<(), LibraryError> {
    AlbumFinding::find(tx, album_id)?.unwrap_or_default().put(tx, album_id, Some(ask_again_at))
}

fn show(tx: &Transaction<'_>, album_id: i64, now: i64) -> Result<(), LibraryError> {
    let track =
        tx.prepare_cached(TRACK_OF)?.query_row(named_params! { ":id": album_id }, |row| row.get(0)).optional()?;
    let source = track.map(|track| sources::find_of_track(tx, track)).transpose()?.flatten();
    source.map_or(Ok(()), |source| show_album(tx, &source, album_id, None, now))
}
