//! What is still to be asked.

use catalog_core::editing::Value;
use rusqlite::{Connection, named_params};

use super::rows::AlbumFinding;
use crate::library::LibraryError;

/// Tracks that are there, with names of their own or of a known recording, that nobody was asked about, or so long ago
/// that it is time again.
const TRACKS: &str = "SELECT t.track_id FROM tracks t LEFT JOIN track_enrichments e USING (track_id)
    LEFT JOIN track_sounds s USING (track_id)
    WHERE t.track_id > :after AND t.missing_since IS NULL AND (NOT t.is_untagged OR s.recording_id IS NOT NULL)
    AND (e.track_id IS NULL OR e.ask_again_at <= :now) ORDER BY t.track_id LIMIT :limit";
const COUNT_TRACKS: &str = "SELECT count(*) FROM tracks t LEFT JOIN track_enrichments e USING (track_id)
    LEFT JOIN track_sounds s USING (track_id)
    WHERE t.missing_since IS NULL AND (NOT t.is_untagged OR s.recording_id IS NOT NULL)
    AND (e.track_id IS NULL OR e.ask_again_at <= :now)";
/// Albums of a known release without any picture.
const ALBUMS: &str = "SELECT a.album_id, a.musicbrainz_id FROM albums a LEFT JOIN album_enrichments e USING (album_id)
    WHERE a.album_id > :after AND a.musicbrainz_id IS NOT NULL AND a.cover_id IS NULL
    AND (e.ask_cover_again_at IS NULL OR e.ask_cover_again_at <= :now) ORDER BY a.album_id LIMIT :limit";
const COUNT_ALBUMS: &str = "SELECT count(*) FROM albums a LEFT JOIN album_enrichments e USING (album_id)
    WHERE a.musicbrainz_id IS NOT NULL AND a.cover_id IS NULL
    AND (e.ask_cover_again_at IS NULL OR e.ask_cover_again_at <= :now)";

/// An album of a known release.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AlbumOfRelease {
    /// Its row.
    pub album_id: i64,
    /// `MusicBrainz` release id.
    pub release_id: String,
}

/// Tracks to ask about, `limit` at most, by id, those after `after`.
///
/// # Errors
/// When the database cannot be read.
pub fn list_tracks_to_ask(connection: &Connection, after: i64, now: i64, limit: u32) -> Result<Vec<i64>, LibraryError> {
    let mut statement = connection.prepare_cached(TRACKS)?;
    let values = named_params! { ":after": after, ":now": now, ":limit": limit };
    let ids = statement.query_map(values, |row| row.get("track_id"))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// How many they are.
///
/// # Errors
/// When the database cannot be read.
pub fn count_tracks_to_ask(connection: &Connection, now: i64) -> Result<u64, LibraryError> {
    count(connection, COUNT_TRACKS, now)
}

/// Albums to ask a cover for, `limit` at most, by id, those after `after`.
///
/// # Errors
/// When the database cannot be read.
pub fn list_albums_to_cover(
    connection: &Connection,
    after: i64,
    now: i64,
    limit: u32,
) -> Result<Vec<AlbumOfRelease>, LibraryError> {
    let mut statement = connection.prepare_cached(ALBUMS)?;
    let values = named_params! { ":after": after, ":now": now, ":limit": limit };
    let albums = statement.query_map(values, |row| {
        Ok(AlbumOfRelease { album_id: row.get("album_id")?, release_id: row.get("musicbrainz_id")? })
    })?;
    Ok(albums.collect::<rusqlite::Result<_>>()?)
}

/// How many they are.
///
/// # Errors
/// When the database cannot be read.
pub fn count_albums_to_cover(connection: &Connection, now: i64) -> Result<u64, LibraryError> {
    count(connection, COUNT_ALBUMS, now)
}

/// The release that was found for an album before: its other tracks are of the same one.
///
/// # Errors
/// When the database cannot be read.
pub fn preferred_release(connection: &Connection, album_id: i64) -> Result<Option<String>, LibraryError> {
    let found = AlbumFinding::find(connection, album_id)?.map(|finding| finding.found).unwrap_or_default();
    Ok(match found.get("musicbrainz_id") {
        Some(Value::Text(id)) => Some(id.clone()),
        _ => None,
    })
}

fn count(connection: &Connection, sql: &str, now: i64) -> Result<u64, LibraryError> {
    let count: i64 = connection.prepare_cached(sql)?.query_row(named_params! { ":now": now }, |row| row.get(0))?;
    Ok(count.unsigned_abs())
}
