//! What tracks are by their sound.

use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use crate::library::LibraryError;

const FILE: &str = "SELECT b.base_path, f.locator, f.ext FROM track_files f JOIN storage_backends b USING (backend_id)
    WHERE f.track_id = :id AND f.status = 'active' AND b.base_path IS NOT NULL ORDER BY f.is_primary DESC, f.location_id LIMIT 1";
const RECORDING: &str = "SELECT recording_id FROM track_sounds WHERE track_id = :id AND duration_ms = :duration_ms AND recording_id IS NOT NULL";
const PUT: &str = "INSERT OR REPLACE INTO track_sounds (track_id, duration_ms, recording_id, ask_again_at)
    SELECT track_id, :duration_ms, :recording_id, :ask_again_at FROM tracks WHERE track_id = :id";

/// What was asked by name came to nothing; by the recording it may come to something.
const FORGET_UNKNOWN: &str = "DELETE FROM track_enrichments WHERE track_id = :id AND found IS NULL";

/// Where a track can be listened to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SoundFile {
    /// The folder that it lies beneath.
    pub root: PathBuf,
    /// Its path below the root.
    pub locator: String,
    /// Its extension, without a dot.
    pub ext: String,
}

/// What came of asking about a sound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recognised<'a> {
    /// Length of the track.
    pub duration_ms: u64,
    /// `MusicBrainz` recording id.
    pub recording_id: Option<&'a str>,
    /// When it is to be asked again, Unix seconds; never when `None`.
    pub ask_again_at: Option<i64>,
}

/// A track's file on a disk of this machine.
///
/// # Errors
/// When the database cannot be read.
pub fn find_sound_file(connection: &Connection, track_id: i64) -> Result<Option<SoundFile>, LibraryError> {
    let found = connection.prepare_cached(FILE)?.query_row(named_params! { ":id": track_id }, |row| {
        let root: String = row.get("base_path")?;
        Ok(SoundFile { root: root.into(), locator: row.get("locator")?, ext: row.get("ext")? })
    });
    Ok(found.optional()?)
}

/// The recording that a track is by its sound, while it is as long as it was.
///
/// # Errors
/// When the database cannot be read.
pub fn recording_by_sound(
    connection: &Connection,
    track_id: i64,
    duration_ms: Option<u64>,
) -> Result<Option<String>, LibraryError> {
    let values = named_params! { ":id": track_id, ":duration_ms": duration_ms.map(u64::cast_signed) };
    let found = connection.prepare_cached(RECORDING)?.query_row(values, |row| row.get("recording_id"));
    Ok(found.optional()?)
}

/// Keeps what came of asking. A track that is gone is passed over.
///
/// # Errors
/// When the database cannot be written.
pub fn put_sound(tx: &Transaction<'_>, track_id: i64, sound: &Recognised<'_>) -> Result<(), LibraryError> {
    tx.prepare_cached(PUT)?.execute(named_params! {
        ":id": track_id, ":duration_ms": sound.duration_ms.cast_signed(), ":recording_id": sound.recording_id,
        ":ask_again_at": sound.ask_again_at,
    })?;
    if sound.recording_id.is_some() {
        tx.prepare_cached(FORGET_UNKNOWN)?.execute(named_params! { ":id": track_id })?;
    }
    Ok(())
}
