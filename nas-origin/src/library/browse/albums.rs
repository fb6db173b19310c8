//! An album with its tracks. The same song in several files is one of them.

use catalog_core::editing::{Edits, values_of};
use catalog_core::import::AlbumSummary;
use catalog_core::model::{AlbumId, ArtistId, TrackId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::{CoverFrom, fields_of};
use crate::library::LibraryError;
use crate::library::editing::AlbumEdits;

const FIND: &str = "SELECT name, sort_name, artist, is_compilation, release_date, original_date, musicbrainz_id,
    cover_id, added_at, version, release_types, labels FROM albums WHERE album_id = :id";
const ARTISTS: &str = "SELECT m.artist_id, a.name FROM album_artists m JOIN artists a USING (artist_id)
    WHERE m.album_id = :id ORDER BY m.position";
const TRACKS: &str = "SELECT track_id, title, artist, disc_number, track_number, duration_ms, is_hidden, missing_since
    FROM tracks WHERE album_id = :id AND twin_of IS NULL AND NOT is_cut_up
    ORDER BY coalesce(disc_number, 1), coalesce(track_number, 1000000), source, source_id LIMIT 2000";

/// An album as its owner sees it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct AlbumDetail {
    id: String,
    /// Whether the owner hides it, and with it all of its tracks.
    is_hidden: bool,
    /// Whether the next snapshot has it: it has a track that is shown.
    is_shown: bool,
    added_at: Option<Timestamp>,
    cover: Option<CoverFrom>,
    /// The artists as one text.
    artist: Option<String>,
    artist_ids: Vec<String>,
    #[serde(flatten)]
    fields: Map<String, Json>,
    /// The fields that don't say what the tracks say.
    edited: Vec<String>,
    tracks: Vec<AlbumTrack>,
}

/// A track of an album.
#[derive(Clone, PartialEq, Debug, Serialize)]
struct AlbumTrack {
    id: String,
    title: String,
    artist: Option<String>,
    disc_number: Option<u32>,
    track_number: Option<u32>,
    duration_ms: Option<u64>,
    is_shown: bool,
}

impl AlbumDetail {
    /// The album of this id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find(connection: &Connection, id: i64) -> Result<Option<Self>, LibraryError> {
        let key = named_params! { ":id": id };
        let mut statement = connection.prepare_cached(FIND)?;
        let Some(mut album) = statement.query_row(key, AlbumRow::read).optional()? else { return Ok(None) };
        let mut statement = connection.prepare_cached(ARTISTS)?;
        let artists = statement.query_map(key, |row| Ok((row.get("artist_id")?, row.get("name")?)))?;
        let artists: Vec<(i64, String)> = artists.collect::<rusqlite::Result<_>>()?;
        album.summary.artists = artists.iter().map(|(_, name)| name.clone()).collect();
        let mut statement = connection.prepare_cached(TRACKS)?;
        let tracks: Vec<AlbumTrack> = statement.query_map(key, track)?.collect::<rusqlite::Result<_>>()?;
        let edits = AlbumEdits::find(connection, id)?;
        Ok(Some(Self {
            id: AlbumId::new(id).unwrap_or_default().to_string(),
            is_hidden: edits.is_hidden,
            is_shown: tracks.iter().any(|track| track.is_shown),
            added_at: Timestamp::from_second(album.added_at).ok(),
            cover: CoverFrom::of(album.summary.cover, edits.cover_id),
            artist: album.artist,
            artist_ids: artists.iter().filter_map(|(id, _)| Some(ArtistId::new(*id)?.to_string())).collect(),
            fields: fields_of(&values_of(&album.summary)),
            edited: Edits::into_keys(edits.edited).collect(),
            tracks,
        }))
    }
}

/// An album's row.
struct AlbumRow {
    summary: AlbumSummary,
    artist: Option<String>,
    added_at: i64,
}

impl AlbumRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let summary = AlbumSummary {
            name: row.get("name")?,
            sort_name: row.get("sort_name")?,
            is_compilation: row.get("is_compilation")?,
            musicbrainz_id: row.get("musicbrainz_id")?,
            release_date: row.get("release_date")?,
            original_date: row.get("original_date")?,
            cover: row.get("cover_id")?,
            version: row.get("version")?,
            release_types: super::texts(row, "release_types")?,
            labels: super::texts(row, "labels")?,
            ..AlbumSummary::default()
        };
        Ok(Self { summary, artist: row.get("artist")?, added_at: row.get("added_at")? })
    }
}

fn track(row: &Row<'_>) -> rusqlite::Result<AlbumTrack> {
    let is_missing = row.get::<_, Option<i64>>("missing_since")?.is_some();
    Ok(AlbumTrack {
        id: TrackId::new(row.get("track_id")?).unwrap_or_default().to_string(),
        title: row.get("title")?,
        artist: row.get("artist")?,
        disc_number: row.get("disc_number")?,
        track_number: row.get("track_number")?,
        duration_ms: row.get::<_, Option<i64>>("duration_ms")?.map(i64::cast_unsigned),
        is_shown: !is_missing && !row.get::<_, bool>("is_hidden")?,
    })
}
