//! What tracks are by their sound, and of which it is still to be asked.

use std::path::PathBuf;

use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use crate::library::LibraryError;

/// Tracks without a recording id whose sound nobody was asked about, or so long ago that it is time again. A file has to
/// be within reach, and the same song in another file is asked about once.
macro_rules! unheard {
    ($what:literal, $then:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM tracks t LEFT JOIN track_sounds s USING (track_id)
            WHERE t.track_id > :after AND t.missing_since IS NULL AND t.twin_of IS NULL
            AND t.musicbrainz_recording_id IS NULL AND t.duration_ms > 0
            AND (s.track_id IS NULL OR s.duration_ms <> t.duration_ms OR s.ask_again_at <= :now)
            AND EXISTS (SELECT 1 FROM track_files f JOIN storage_backends b USING (backend_id)
                WHERE f.track_id = t.track_id AND f.status = 'active' AND b.base_path IS NOT NULL)",
            $then
        )
    };
}

const UNHEARD: &str = unheard!("t.track_id", " ORDER BY t.track_id LIMIT :limit");
const COUNT_UNHEARD: &str = unheard!("count(*)", "");
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

/// Tracks whose sound is to be asked about, `limit` at most, by id, those after `after`.
///
/// # Errors
/// When the database cannot be read.
pub fn list_unheard_tracks(
    connection: &Connection,
    after: i64,
    now: i64,
    limit: u32,
) -> Result<Vec<i64>, LibraryError> {
    let mut statement = connection.prepare_cached(UNHEARD)?;
    let values = named_params! { ":after": after, ":now": now, ":limit": limit };
    let ids = statement.query_map(values, |row| row.get("track_id"))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// How many they are.
///
/// # Errors
/// When the database cannot be read.
pub fn count_unheard_tracks(connection: &Connection, now: i64) -> Result<u64, LibraryError> {
    let values = named_params! { ":after": 0, ":now": now };
    let count: i64 = connection.prepare_cached(COUNT_UNHEARD)?.query_row(values, |row| row.get(0))?;
    Ok(count.unsigned_abs())
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
