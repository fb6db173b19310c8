//! A track with all that is known of it.

use catalog_core::editing::{Editable, values_of};
use catalog_core::import::TrackRecord;
use catalog_core::model::{AlbumId, ArtistId, LocationId, TrackId};
use jiff::Timestamp;
use rusqlite::{Connection, Row, named_params};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::{CoverFrom, Said, fields_of};
use crate::library::LibraryError;
use crate::library::editing::{KnownTrack, TrackEdits};

const CREDITS: &str = "SELECT c.role, c.instrument, c.artist_id, a.name FROM track_credits c JOIN artists a
    USING (artist_id) WHERE c.track_id = :id ORDER BY c.position";
const STANDS_FOR: &str =
    "SELECT t.twin_of, t.is_cut_up, c.whole_id FROM tracks t LEFT JOIN track_cuts c USING (track_id)
    WHERE t.track_id = :id";
/// Its own first, then those of tracks that are the same song, as a snapshot has them.
const FILES: &str = "SELECT f.location_id, f.track_id, b.name AS backend, f.quality_label, f.ext, f.size_bytes, f.bit_rate_kbps,
    f.status, f.is_primary AND f.track_id = :id AS is_primary FROM track_files f JOIN storage_backends b USING (backend_id)
    WHERE f.track_id IN (SELECT :id UNION ALL
      SELECT track_id FROM tracks WHERE twin_of = :id AND missing_since IS NULL AND NOT is_hidden)
    ORDER BY f.track_id <> :id, f.is_primary DESC, f.location_id";

/// A track as its owner sees it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct TrackDetail {
    id: String,
    source: String,
    path: String,
    metadata_status: String,
    /// Whether the owner hides it.
    is_hidden: bool,
    /// Whether the next snapshot has it.
    is_shown: bool,
    missing_since: Option<Timestamp>,
    added_at: Option<Timestamp>,
    album_id: Option<String>,
    /// The track that is the same song in another file, which lists and snapshots show instead.
    twin_of: Option<String>,
    /// Whether lists and snapshots show the tracks of its file instead, as a CUE sheet tells them.
    is_cut_up: bool,
    /// The track whose file it is a part of.
    part_of: Option<String>,
    cover: Option<CoverFrom>,
    #[serde(flatten)]
    fields: Map<String, Json>,
    #[serde(flatten)]
    said: Said,
    credits: Vec<CreditView>,
    duration_ms: Option<u64>,
    bit_rate_kbps: Option<u32>,
    sample_rate_hz: Option<u32>,
    bit_depth: Option<u32>,
    channels: Option<u32>,
    files: Vec<FileView>,
}

/// An artist's part in a track.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CreditView {
    artist_id: String,
    name: String,
    role: String,
    instrument: Option<String>,
}

/// A file of a track.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FileView {
    location_id: String,
    /// The track that it is of: another one where that is the same song.
    track_id: String,
    backend: String,
    quality_label: Option<String>,
    ext: String,
    size_bytes: u64,
    bit_rate_kbps: Option<u32>,
    status: String,
    is_primary: bool,
}

impl TrackDetail {
    /// The track of this id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find(connection: &Connection, id: i64) -> Result<Option<Self>, LibraryError> {
        let Some(track) = KnownTrack::find(connection, id)? else { return Ok(None) };
        let edits = TrackEdits::find(connection, id)?.unwrap_or_default();
        let key = named_params! { ":id": id };
        let mut statement = connection.prepare_cached(CREDITS)?;
        let credits = statement.query_map(key, credit)?.collect::<rusqlite::Result<_>>()?;
        let mut statement = connection.prepare_cached(FILES)?;
        let files = statement.query_map(key, file)?.collect::<rusqlite::Result<_>>()?;
        let mut view = Self::of(&track, &edits);
        let mut statement = connection.prepare_cached(STANDS_FOR)?;
        statement.query_row(key, |row| view.stands_for(row))?;
        (view.credits, view.files) = (credits, files);
        Ok(Some(view))
    }

    fn stands_for(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let id = |column| {
            let id: Option<i64> = row.get(column)?;
            Ok::<_, rusqlite::Error>(id.and_then(TrackId::new).map(|id| id.to_string()))
        };
        (self.twin_of, self.part_of, self.is_cut_up) = (id("twin_of")?, id("whole_id")?, row.get("is_cut_up")?);
        self.is_shown &= self.twin_of.is_none() && !self.is_cut_up;
        Ok(())
    }

    fn of(track: &KnownTrack, edits: &TrackEdits) -> Self {
        let mut values = values_of(&track.record);
        values.retain(|field, _| TrackRecord::FIELDS.contains(&field.as_str()));
        let properties = &track.record.properties;
        Self {
            id: TrackId::new(track.id).unwrap_or_default().to_string(),
            source: track.source.clone(),
            path: track.path.clone(),
            metadata_status: track.status.clone(),
            is_hidden: track.is_hidden,
            is_shown: !track.is_left_out && track.missing_since.is_none(),
            missing_since: time(track.missing_since),
            added_at: time(Some(track.added_at)),
            album_id: track.album_id.and_then(AlbumId::new).map(|id| id.to_string()),
            twin_of: None,
            is_cut_up: false,
            part_of: None,
            cover: CoverFrom::of(track.cover_id, edits.cover_id),
            fields: fields_of(&values),
            said: Said::of(&edits.edited, &edits.tagged),
            credits: Vec::new(),
            duration_ms: properties.duration_ms,
            bit_rate_kbps: properties.bit_rate_kbps,
            sample_rate_hz: properties.sample_rate_hz,
            bit_depth: properties.bit_depth,
            channels: properties.channels,
            files: Vec::new(),
        }
    }
}

fn time(secs: Option<i64>) -> Option<Timestamp> {
    secs.and_then(|secs| Timestamp::from_second(secs).ok())
}

fn credit(row: &Row<'_>) -> rusqlite::Result<CreditView> {
    Ok(CreditView {
        artist_id: ArtistId::new(row.get("artist_id")?).unwrap_or_default().to_string(),
        name: row.get("name")?,
        role: row.get("role")?,
        instrument: row.get("instrument")?,
    })
}

fn file(row: &Row<'_>) -> rusqlite::Result<FileView> {
    Ok(FileView {
        location_id: LocationId::new(row.get("location_id")?).unwrap_or_default().to_string(),
        track_id: TrackId::new(row.get("track_id")?).unwrap_or_default().to_string(),
        backend: row.get("backend")?,
        quality_label: row.get("quality_label")?,
        ext: row.get("ext")?,
        size_bytes: row.get::<_, i64>("size_bytes")?.cast_unsigned(),
        bit_rate_kbps: row.get("bit_rate_kbps")?,
        status: row.get("status")?,
        is_primary: row.get("is_primary")?,
    })
}
