//! `snapshots list`: the history for a reader, newest first.

use std::cmp::Reverse;

use jiff::Timestamp;
use serde::Serialize;
use snapshot_format::{Manifest, keys};

use super::{Entry, HistoryError, parse};
use crate::config::PublishConfig;
use crate::library::{Library, stores};
use crate::snapshot::store::{Store, StoreError};

/// How much further a listing reaches back when it found too little.
const STEP: u64 = 8;

/// The newest snapshots of a store.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SnapshotList {
    /// Newest first.
    pub snapshots: Vec<SnapshotRow>,
    /// Whether there are older ones.
    pub has_more: bool,
    /// What publishing keeps live, also when it isn't live yet.
    pub pinned: Option<String>,
}

/// A snapshot in the history.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SnapshotRow {
    /// The manifest's sequence.
    pub sequence: u64,
    /// The manifest's id.
    pub snapshot_id: String,
    /// What its manifest says; nothing when that is damaged.
    #[serde(flatten)]
    pub said: Option<SnapshotFacts>,
    /// Whether edges are sent to it.
    pub current: bool,
    /// Whether publishing keeps it.
    pub pinned: bool,
    /// Whether its database is there, so that a rollback can go to it.
    pub available: bool,
    /// Why its manifest can't be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// What a manifest says of its snapshot.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SnapshotFacts {
    /// When it was published, by the NAS's clock.
    pub generated_at: Timestamp,
    /// Playlists.
    pub playlist_count: u64,
    /// Tracks.
    pub track_count: u64,
    /// Albums.
    pub album_count: u64,
    /// Artists.
    pub artist_count: u64,
    /// Files.
    pub file_count: u64,
    /// Covers.
    pub cover_count: u64,
    /// Digest of the listeners' credentials; nothing where anybody may listen.
    pub access_sha256: Option<String>,
    /// Digest of the database.
    pub database_sha256: String,
    /// Size of the plain database.
    pub database_bytes: u64,
    /// What an edge fetches that has none.
    pub stored_bytes: u64,
    /// Size of all deltas to it.
    pub delta_bytes: u64,
}

impl SnapshotFacts {
    fn of(manifest: &Manifest) -> Self {
        Self {
            generated_at: manifest.generated_at,
            playlist_count: manifest.playlist_count,
            track_count: manifest.track_count,
            album_count: manifest.album_count,
            artist_count: manifest.artist_count,
            file_count: manifest.file_count,
            cover_count: manifest.cover_count,
            access_sha256: manifest.access.as_ref().map(|access| access.sha256.to_string()),
            database_sha256: manifest.database.sha256.to_string(),
            database_bytes: manifest.database.size_bytes,
            stored_bytes: manifest.database.stored_bytes,
            delta_bytes: manifest.deltas.iter().map(|delta| delta.stored_bytes).sum(),
        }
    }
}

/// Lists the newest snapshots of the configured store, `limit` at most. Nothing is locked; a publish may be under way.
///
/// # Errors
/// When the store or the catalog can't be read.
pub fn list(library: &Library, config: &PublishConfig, limit: usize) -> Result<SnapshotList, HistoryError> {
    list_of(&Store::open_to_read(config)?, library, limit)
}

pub(in crate::snapshot) fn list_of(
    store: &Store,
    library: &Library,
    limit: usize,
) -> Result<SnapshotList, HistoryError> {
    // A manifest that is damaged or lost is no reason not to show what it could be rolled back to.
    let live = store.read_manifest()?.and_then(|stored| Manifest::from_bytes(&stored.bytes).ok());
    let pin = library.read(|connection| stores::find_pin(connection, store.name()))?;
    let mut entries = newest(store, limit.saturating_add(1), live.as_ref().map(|live| live.sequence))?;
    let has_more = entries.len() > limit;
    entries.truncate(limit);
    let mut snapshots = Vec::with_capacity(entries.len());
    // An exported pair has no history, and one that was cleared by hand is no reason to hide what is live.
    let unlisted = live.as_ref().filter(|live| !entries.iter().any(|entry| is_entry_of(entry, live)));
    if let Some(live) = unlisted {
        snapshots.push(row(store, live.sequence, &live.snapshot_id, Ok(live.clone()))?);
    }
    let all = store.read_all_small(entries.iter().map(Entry::key).collect())?;
    for (entry, bytes) in entries.iter().zip(all) {
        // One that went since the listing is not listed.
        let Some(bytes) = bytes else { continue };
        snapshots.push(row(store, entry.sequence, &entry.snapshot_id, parse(entry, &bytes))?);
    }
    for row in &mut snapshots {
        row.current = live.as_ref().is_some_and(|live| is_row_of(row, live));
        let database = row.said.as_ref().map(|said| said.database_sha256.as_str());
        row.pinned = row.current && pin.as_ref().is_some_and(|pin| Some(pin.database.as_str()) == database);
    }
    Ok(SnapshotList { snapshots, has_more, pinned: pin.map(|pin| pin.snapshot_id) })
}

fn row(
    store: &Store,
    sequence: u64,
    snapshot_id: &str,
    manifest: Result<Manifest, HistoryError>,
) -> Result<SnapshotRow, HistoryError> {
    let (manifest, problem) = match manifest {
        Ok(manifest) => (Some(manifest), None),
        Err(error) => (None, Some(error.to_string())),
    };
    let available = match &manifest {
        Some(Manifest { database, .. }) => store.find_size(&database.key)? == Some(database.stored_bytes),
        None => false,
    };
    Ok(SnapshotRow {
        sequence,
        snapshot_id: snapshot_id.to_owned(),
        said: manifest.as_ref().map(SnapshotFacts::of),
        current: false,
        pinned: false,
        available,
        problem,
    })
}

fn is_row_of(row: &SnapshotRow, live: &Manifest) -> bool {
    live.sequence == row.sequence && live.snapshot_id == row.snapshot_id
}

fn is_entry_of(entry: &Entry, live: &Manifest) -> bool {
    live.sequence == entry.sequence && live.snapshot_id == entry.snapshot_id
}

/// The newest `wanted` entries, newest first. Sequences rise by one but where a sweep took some, so a listing from a
/// little before the live one mostly is enough, however long the history is.
fn newest(store: &Store, wanted: usize, live: Option<u64>) -> Result<Vec<Entry>, StoreError> {
    let mut reach = wanted as u64;
    loop {
        let first = live.map_or(0, |live| live.saturating_sub(reach));
        let listed = store.list_behind("history", &keys::history(first, ""))?;
        let mut entries: Vec<Entry> = listed.iter().filter_map(Entry::from_listed).collect();
        if entries.len() >= wanted || first == 0 {
            entries.sort_by_key(|entry| Reverse((entry.sequence, entry.written_at)));
            entries.truncate(wanted);
            return Ok(entries);
        }
        reach = reach.saturating_mul(STEP);
    }
}
