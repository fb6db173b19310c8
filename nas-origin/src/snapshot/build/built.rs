//! What a build hands over, and the manifest that names it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use snapshot_format::Sha256Hex;
use snapshot_format::manifest::{Database, FORMAT, Manifest, snapshot_id};
use snapshot_format::read_schema::SCHEMA_VERSION;

/// A finished, checked read database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BuiltDatabase {
    /// Where it lies.
    pub path: PathBuf,
    /// Digest of the file.
    pub sha256: Sha256Hex,
    /// Size of the file.
    pub size_bytes: u64,
    /// How much is in it.
    pub counts: DatabaseCounts,
    /// Rows of the source that were left out, by reason.
    pub skipped: BTreeMap<String, u64>,
}

/// How much is in a read database.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DatabaseCounts {
    /// Public playlists.
    pub playlists: u64,
    /// Tracks.
    pub tracks: u64,
    /// Files of tracks.
    pub files: u64,
    /// Distinct covers plus playlists whose only cover is an external URL.
    pub covers: u64,
    /// Albums.
    pub albums: u64,
    /// Artists that lists show: performers and album artists.
    pub artists: u64,
}

/// What a manifest says beside its database.
#[derive(Clone, PartialEq, Debug)]
pub struct ManifestFrame {
    /// Higher than the last one's.
    pub sequence: u64,
    /// Now.
    pub generated_at: Timestamp,
    /// The catalog's id; none for an exported pair.
    pub publisher_id: Option<String>,
    /// When edges begin to say that they are stale.
    pub expires_at: Option<Timestamp>,
    /// Where anyone can fetch the store's objects.
    pub public_base_url: Option<String>,
    /// Where the database lies in the store, and how.
    pub database_object: Database,
}

/// The manifest of a built database.
pub fn manifest(built: &BuiltDatabase, frame: ManifestFrame) -> Manifest {
    let counts = built.counts;
    Manifest {
        snapshot_id: snapshot_id(counts.playlists, counts.tracks, &built.sha256),
        generated_at: frame.generated_at,
        schema_version: SCHEMA_VERSION,
        playlist_count: counts.playlists,
        track_count: counts.tracks,
        file_count: counts.files,
        cover_count: counts.covers,
        format: FORMAT,
        sequence: frame.sequence,
        publisher_id: frame.publisher_id,
        expires_at: frame.expires_at,
        min_reader_version: 1,
        album_count: counts.albums,
        artist_count: counts.artists,
        database: frame.database_object,
        deltas: Vec::new(),
        access: None,
        public_base_url: frame.public_base_url,
        signatures: Vec::new(),
    }
}

/// A manifest of a database that is live, under a new frame.
pub fn renewed(live: &Manifest, frame: ManifestFrame) -> Manifest {
    Manifest {
        generated_at: frame.generated_at,
        sequence: frame.sequence,
        publisher_id: frame.publisher_id,
        expires_at: frame.expires_at,
        database: frame.database_object,
        public_base_url: frame.public_base_url,
        signatures: Vec::new(),
        ..live.clone()
    }
}
