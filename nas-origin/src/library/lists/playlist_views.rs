//! Playlists as their owner reads them: rows, and their tracks in order.

use catalog_core::model::{PlaylistId, TrackId};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::Serialize;

use super::MAX_ENTRIES;
use crate::config::OWNER;
use crate::library::LibraryError;
use crate::library::browse::CoverFrom;

const COLUMNS: &str = "playlist_id, source, name, description, is_public, missing_since, cover_id,
    (SELECT count(*) FROM playlist_tracks e WHERE e.playlist_id = p.playlist_id) AS track_count";
const ENTRIES: &str = "SELECT e.track_id, t.title, t.artist, t.duration_ms, t.is_hidden, t.missing_since
    FROM playlist_tracks e JOIN tracks t USING (track_id) WHERE e.playlist_id = :id ORDER BY e.position LIMIT :limit";

/// A playlist in a list.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PlaylistSummary {
    /// `pl-3`.
    pub id: String,
    name: String,
    description: Option<String>,
    source: String,
    /// Whether its name and tracks are an import's.
    is_imported: bool,
    /// Whether the owner publishes it.
    is_public: bool,
    missing_since: Option<Timestamp>,
    cover: Option<CoverFrom>,
    track_count: u64,
}

/// A playlist with its tracks.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PlaylistDetail {
    #[serde(flatten)]
    summary: PlaylistSummary,
    /// The first 10,000.
    tracks: Vec<ListedTrack>,
}

/// A place in a playlist.
#[derive(Clone, PartialEq, Debug, Serialize)]
struct ListedTrack {
    id: String,
    title: String,
    artist: Option<String>,
    duration_ms: Option<u64>,
    is_shown: bool,
}

impl PlaylistDetail {
    /// The playlist of this id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find(connection: &Connection, id: i64) -> Result<Option<Self>, LibraryError> {
        let sql = format!("SELECT {COLUMNS} FROM playlists p WHERE playlist_id = :id");
        let mut statement = connection.prepare_cached(&sql)?;
        let Some(summary) = statement.query_row(named_params! { ":id": id }, summary).optional()? else {
            return Ok(None);
        };
        let mut statement = connection.prepare_cached(ENTRIES)?;
        let tracks = statement.query_map(named_params! { ":id": id, ":limit": MAX_ENTRIES.cast_signed() }, entry)?;
        Ok(Some(Self { summary, tracks: tracks.collect::<rusqlite::Result<_>>()? }))
    }
}

/// Playlists behind an id, in the order in which they came.
///
/// # Errors
/// When the database cannot be read.
pub fn list_playlists(
    connection: &Connection,
    after: i64,
    limit: u32,
) -> Result<Vec<(i64, PlaylistSummary)>, LibraryError> {
    let sql = format!("SELECT {COLUMNS} FROM playlists p WHERE playlist_id > :after ORDER BY playlist_id LIMIT :limit");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(named_params! { ":after": after, ":limit": limit }, |row| {
        Ok((row.get("playlist_id")?, summary(row)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn summary(row: &Row<'_>) -> rusqlite::Result<PlaylistSummary> {
    let source: String = row.get("source")?;
    let missing_since: Option<i64> = row.get("missing_since")?;
    let cover_id: Option<i64> = row.get("cover_id")?;
    Ok(PlaylistSummary {
        id: PlaylistId::new(row.get("playlist_id")?).unwrap_or_default().to_string(),
        name: row.get("name")?,
        description: row.get("description")?,
        is_imported: source != OWNER,
        source,
        is_public: row.get("is_public")?,
        missing_since: missing_since.and_then(|secs| Timestamp::from_second(secs).ok()),
        cover: cover_id.map(|_| CoverFrom::Owner),
        track_count: row.get::<_, i64>("track_count")?.cast_unsigned(),
    })
}

fn entry(row: &Row<'_>) -> rusqlite::Result<ListedTrack> {
    let is_missing = row.get::<_, Option<i64>>("missing_since")?.is_some();
    Ok(ListedTrack {
        id: TrackId::new(row.get("track_id")?).unwrap_or_default().to_string(),
        title: row.get("title")?,
        artist: row.get("artist")?,
        duration_ms: row.get::<_, Option<i64>>("duration_ms")?.map(i64::cast_unsigned),
        is_shown: !is_missing && !row.get::<_, bool>("is_hidden")?,
    })
}
