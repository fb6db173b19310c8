//! What a publish starts from: the store's manifest, read once (P1).

use std::slice;

use catalog_core::publish::{LiveSnapshot, Ownership, SnapshotCounts, ownership};
use snapshot_format::Manifest;
use snapshot_format::limits::MAX_SEQUENCE;
use snapshot_format::manifest::ManifestError;
use snapshot_format::signature::{self, SigningKey};

use super::PublishError;
use crate::snapshot::build::DatabaseCounts;
use crate::snapshot::store::{Store, StoredManifest};

/// No publisher gets this far: a publish each second would take longer than the sun has left. Who writes a higher
/// sequence wants to leave none for the next publish.
const LAST_PLAUSIBLE_SEQUENCE: u64 = MAX_SEQUENCE / 2;

/// The store as it was found.
pub(in crate::snapshot) struct Base {
    /// The manifest's bytes and version.
    pub(in crate::snapshot) stored: Option<StoredManifest>,
    /// What they say; a damaged one that is taken over says nothing.
    pub(in crate::snapshot) manifest: Option<Manifest>,
    /// The part of it that decisions are made by.
    pub(super) live: Option<LiveSnapshot>,
    /// The sequence of the next manifest.
    pub(super) next_sequence: u64,
}

impl Base {
    pub(in crate::snapshot) fn read(
        store: &Store,
        takeover: bool,
        key: Option<&SigningKey>,
    ) -> Result<Self, PublishError> {
        let stored = store.read_manifest()?;
        let manifest = match stored.as_ref().map(|stored| Manifest::from_bytes(&stored.bytes)) {
            None => None,
            Some(Ok(manifest)) if manifest.sequence <= LAST_PLAUSIBLE_SEQUENCE => Some(manifest),
            Some(Ok(manifest)) if !takeover => return Err(PublishError::LeaptAhead { sequence: manifest.sequence }),
            Some(Ok(_leapt)) => None,
            Some(Err(newer)) if is_newer(&newer) => return Err(PublishError::NewerManifest(newer)),
            Some(Err(damage)) if !takeover => return Err(PublishError::DamagedManifest(damage)),
            Some(Err(_damage)) => None,
        };
        let last_sequence = match &manifest {
            Some(manifest) => manifest.sequence,
            None => last_in_history(store)?,
        };
        let live = manifest.as_ref().map(|manifest| live_snapshot(manifest, key));
        Ok(Self { stored, manifest, live, next_sequence: last_sequence + 1 })
    }

    /// Refuses another catalog's store unless it is taken over.
    pub(in crate::snapshot) fn check_owner(&self, publisher_id: &str, takeover: bool) -> Result<(), PublishError> {
        match ownership(self.live.as_ref(), publisher_id) {
            Ownership::Empty | Ownership::Own => Ok(()),
            Ownership::Foreign if takeover => Ok(()),
            Ownership::Foreign => Err(PublishError::Foreign {
                publisher_id: self.live.as_ref().and_then(|live| live.publisher_id.clone()),
            }),
        }
    }

    /// Whether manifests are to be signed, and the live one isn't by this NAS's key.
    pub(super) fn lacks_signature(&self) -> bool {
        self.live.as_ref().is_some_and(|live| live.lacks_signature)
    }

    /// The live manifest, when its database is really there: one without it is repaired, not left alone.
    pub(in crate::snapshot) fn find_whole(&self, store: &Store) -> Result<Option<&Manifest>, PublishError> {
        let Some(manifest) = &self.manifest else { return Ok(None) };
        Ok(store.find_size(&manifest.database.key)?.map(|_| manifest))
    }
}

/// A manifest of a later version is nobody's to replace with an older form, not even in a takeover.
fn is_newer(error: &ManifestError) -> bool {
    matches!(error, ManifestError::UnknownFormat(_) | ManifestError::NewerSchema(_) | ManifestError::NewerReader(_))
}

/// Edges never go back, so where no manifest tells the sequence, the history does.
fn last_in_history(store: &Store) -> Result<u64, PublishError> {
    let keys = store.list_keys("history")?;
    let sequences = keys.iter().filter_map(|key| key.strip_prefix("history/")?.get(..16)?.parse().ok());
    Ok(sequences.filter(|sequence| *sequence <= LAST_PLAUSIBLE_SEQUENCE).max().unwrap_or(0))
}

fn live_snapshot(manifest: &Manifest, key: Option<&SigningKey>) -> LiveSnapshot {
    LiveSnapshot {
        publisher_id: manifest.publisher_id.clone(),
        database_sha256: manifest.database.sha256.to_string(),
        public_base_url: manifest.public_base_url.clone(),
        access_sha256: manifest.access.as_ref().map(|access| access.sha256.to_string()),
        generated_at: manifest.generated_at.as_second(),
        expires_at: manifest.expires_at.map(jiff::Timestamp::as_second),
        counts: SnapshotCounts {
            playlists: manifest.playlist_count,
            tracks: manifest.track_count,
            files: manifest.file_count,
            covers: manifest.cover_count,
            albums: manifest.album_count,
            artists: manifest.artist_count,
        },
        lacks_signature: key.is_some_and(|key| !is_signed_by(manifest, key)),
    }
}

fn is_signed_by(manifest: &Manifest, key: &SigningKey) -> bool {
    signature::verify(manifest, slice::from_ref(&key.public_key())).is_ok()
}

pub(super) fn counts_of(counts: DatabaseCounts) -> SnapshotCounts {
    let DatabaseCounts { playlists, tracks, files, covers, albums, artists } = counts;
    SnapshotCounts { playlists, tracks, files, covers, albums, artists }
}
