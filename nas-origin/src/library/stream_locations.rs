//! The files that origin tokens name.

use std::path::PathBuf;

use catalog_core::import::AudioProperties;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::LibraryError;
use crate::media::wave::Wave;
use crate::media::wave_part::Part;

/// Only what is there, shown and on this NAS's own disks.
const BY_ID: &str = "
    SELECT f.location_id, b.base_path, f.locator, f.ext, f.size_bytes, f.mtime_ns, t.title, t.artist
    FROM track_files f
    JOIN storage_backends b ON b.backend_id = f.backend_id
    JOIN tracks t ON t.track_id = f.track_id
    WHERE f.location_id = :location_id AND f.status = 'active' AND b.backend_type = 'local' AND b.base_path IS NOT NULL
      AND t.missing_since IS NULL AND NOT t.is_hidden";

/// As [`BY_ID`], of tracks that are a part of another one's file.
const PART_BY_ID: &str = "
    SELECT f.location_id, b.base_path, whole.locator, whole.ext, whole.size_bytes, whole.mtime_ns, t.title, t.artist,
      t.sample_rate_hz, t.channels, t.bit_depth, c.first_sample, c.end_sample
    FROM track_files f
    JOIN track_cuts c ON c.track_id = f.track_id
    JOIN tracks t ON t.track_id = f.track_id
    JOIN track_files whole ON whole.track_id = c.whole_id AND whole.status = 'active'
    JOIN storage_backends b ON b.backend_id = whole.backend_id
    WHERE f.location_id = :location_id AND f.status = 'active' AND b.backend_type = 'local' AND b.base_path IS NOT NULL
      AND t.missing_since IS NULL AND NOT t.is_hidden";

/// As [`BY_ID`], in a bucket.
const IN_BUCKET: &str = "
    SELECT s.name AS source, f.locator
    FROM track_files f
    JOIN storage_backends b ON b.backend_id = f.backend_id
    JOIN sources s ON s.backend_id = f.backend_id
    JOIN tracks t ON t.track_id = f.track_id
    WHERE f.location_id = :location_id AND f.status = 'active' AND b.backend_type = 'object_storage'
      AND t.missing_since IS NULL AND NOT t.is_hidden";

/// A file in the bucket of a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BucketLocation {
    /// The source's name.
    pub source: String,
    /// The object's key below the bucket's prefix.
    pub locator: String,
}

/// A file as the catalog has it, and what a saved copy is called after.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StreamLocation {
    /// Its id, which tokens name.
    pub location_id: i64,
    /// The folder that it must not lead out of.
    pub root: PathBuf,
    /// Its path below the root.
    pub locator: String,
    /// The extension of what is sent, without a dot.
    pub ext: String,
    /// Its size when it was imported.
    pub size_bytes: i64,
    /// Its last change when it was imported, in nanoseconds since 1970.
    pub mtime_ns: i64,
    /// The track's title.
    pub title: String,
    /// The track's artist as shown.
    pub artist: Option<String>,
    /// Which part of the file's sound is sent, and how; `None` for a file that is sent as it is.
    pub part: Option<Part>,
}

/// The active file with this id.
///
/// # Errors
/// The catalog can't be read.
pub fn find_stream_location(catalog: &Connection, location_id: u64) -> Result<Option<StreamLocation>, LibraryError> {
    // SQLite's integers end at i64's: there is no row with a higher id.
    let Ok(location_id) = i64::try_from(location_id) else { return Ok(None) };
    let values = named_params! { ":location_id": location_id };
    let whole = catalog.prepare_cached(BY_ID)?.query_row(values, read_row).optional()?;
    if whole.is_some() {
        return Ok(whole);
    }
    Ok(catalog.prepare_cached(PART_BY_ID)?.query_row(values, read_part_row).optional()?)
}

/// The active file with this id, when it lies in a source's bucket.
///
/// # Errors
/// The catalog can't be read.
pub fn find_bucket_location(catalog: &Connection, location_id: u64) -> Result<Option<BucketLocation>, LibraryError> {
    let Ok(location_id) = i64::try_from(location_id) else { return Ok(None) };
    let mut statement = catalog.prepare_cached(IN_BUCKET)?;
    let found = statement.query_row(named_params! { ":location_id": location_id }, |row| {
        Ok(BucketLocation { source: row.get("source")?, locator: row.get("locator")? })
    });
    Ok(found.optional()?)
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<StreamLocation> {
    Ok(StreamLocation {
        location_id: row.get("location_id")?,
        root: row.get::<_, String>("base_path")?.into(),
        locator: row.get("locator")?,
        ext: row.get("ext")?,
        size_bytes: row.get("size_bytes")?,
        mtime_ns: row.get("mtime_ns")?,
        title: row.get("title")?,
        artist: row.get("artist")?,
        part: None,
    })
}

fn read_part_row(row: &Row<'_>) -> rusqlite::Result<StreamLocation> {
    let location = read_row(row)?;
    let stream = AudioProperties {
        sample_rate_hz: row.get("sample_rate_hz")?,
        channels: row.get("channels")?,
        bit_depth: row.get("bit_depth")?,
        ..AudioProperties::default()
    };
    let sample = |column| Ok::<_, rusqlite::Error>(row.get::<_, i64>(column)?.cast_unsigned());
    let samples = sample("first_sample")?..sample("end_sample")?;
    let part = Part { samples, wave: Wave::of(&stream), ext: location.ext };
    Ok(StreamLocation { ext: "wav".to_owned(), part: Some(part), ..location })
}
