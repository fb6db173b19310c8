//! What is still to be asked.

use catalog_core::editing::Value;
use rusqlite::{Connection, OptionalExtension, named_params};

use super::rows::AlbumFinding;
use crate::library::LibraryError;

/// What may be asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Topic {
    /// Tracks that are there, by names of their own or a known recording.
    Tracks,
    /// What tracks without a recording id sound like. A file has to be within reach, and the same song in another file is
    /// asked about once.
    Sounds,
    /// Albums of a known release of which it is not known, or was only guessed, whose they are and who released them.
    Releases,
    /// The pictures of albums of a known release without any.
    Covers,
}

/// What was not asked yet, or so long ago that it is time again: a page of it, and how much it is.
struct Unasked {
    page: &'static str,
    count: &'static str,
}

macro_rules! unasked {
    ($id:literal, $rows:literal) => {
        Unasked {
            page: concat!("SELECT ", $id, " AS id ", $rows, " AND ", $id, " > :after ORDER BY ", $id, " LIMIT :limit"),
            count: concat!("SELECT count(*) ", $rows),
        }
    };
}

const TRACKS: Unasked = unasked!(
    "t.track_id",
    "FROM tracks t LEFT JOIN track_enrichments e USING (track_id) LEFT JOIN track_sounds s USING (track_id)
    WHERE t.missing_since IS NULL AND NOT t.is_cut_up AND (NOT t.is_untagged OR s.recording_id IS NOT NULL)
    AND (e.track_id IS NULL OR e.ask_again_at <= :now)"
);
const SOUNDS: Unasked = unasked!(
    "t.track_id",
    "FROM tracks t LEFT JOIN track_sounds s USING (track_id)
    WHERE t.missing_since IS NULL AND t.twin_of IS NULL AND NOT t.is_cut_up AND t.musicbrainz_recording_id IS NULL AND t.duration_ms > 0
    AND (s.track_id IS NULL OR s.duration_ms <> t.duration_ms OR s.ask_again_at <= :now)
    AND EXISTS (SELECT 1 FROM track_files f JOIN storage_backends b USING (backend_id)
        WHERE f.track_id = t.track_id AND f.status = 'active' AND b.base_path IS NOT NULL)"
);
const RELEASES: Unasked = unasked!(
    "a.album_id",
    "FROM albums a LEFT JOIN release_asks r ON r.release_id = a.musicbrainz_id
    WHERE a.musicbrainz_id IS NOT NULL
    AND (a.labels IS NULL OR a.artist IS NULL OR a.artist IN ('Various Artists', '[unknown]'))
    AND (r.release_id IS NULL OR r.ask_again_at <= :now)"
);
const COVERS: Unasked = unasked!(
    "a.album_id",
    "FROM albums a LEFT JOIN album_enrichments e USING (album_id)
    WHERE a.musicbrainz_id IS NOT NULL AND a.cover_id IS NULL
    AND (e.ask_cover_again_at IS NULL OR e.ask_cover_again_at <= :now)"
);
const RELEASE: &str = "SELECT musicbrainz_id FROM albums WHERE album_id = :id AND musicbrainz_id IS NOT NULL";

impl Topic {
    fn unasked(self) -> Unasked {
        match self {
            Self::Tracks => TRACKS,
            Self::Sounds => SOUNDS,
            Self::Releases => RELEASES,
            Self::Covers => COVERS,
        }
    }
}

/// Ids of what is to be asked about, of tracks or albums: `limit` at most, ascending, those after `after`.
///
/// # Errors
/// When the database cannot be read.
pub fn list_unasked(
    connection: &Connection,
    topic: Topic,
    after: i64,
    now: i64,
    limit: u32,
) -> Result<Vec<i64>, LibraryError> {
    let mut statement = connection.prepare_cached(topic.unasked().page)?;
    let values = named_params! { ":after": after, ":now": now, ":limit": limit };
    let ids = statement.query_map(values, |row| row.get("id"))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// How many they are.
///
/// # Errors
/// When the database cannot be read.
pub fn count_unasked(connection: &Connection, topic: Topic, now: i64) -> Result<u64, LibraryError> {
    let mut statement = connection.prepare_cached(topic.unasked().count)?;
    let count: i64 = statement.query_row(named_params! { ":now": now }, |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// The `MusicBrainz` id of the release that an album is.
///
/// # Errors
/// When the database cannot be read.
pub fn release_of(connection: &Connection, album_id: i64) -> Result<Option<String>, LibraryError> {
    let mut statement = connection.prepare_cached(RELEASE)?;
    Ok(statement.query_row(named_params! { ":id": album_id }, |row| row.get("musicbrainz_id")).optional()?)
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
