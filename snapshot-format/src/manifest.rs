//! `manifest.json`: which database is live (SNAPSHOT.md section 2).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::limits::{MAX_MANIFEST_BYTES, MAX_SEQUENCE};
use crate::read_schema::{READER_VERSION, SCHEMA_VERSION};
use crate::{Sha256Hex, keys};

/// The only `format` that this version knows.
pub const FORMAT: u32 = 1;

/// The one mutable object of a store. Fields that a reader does not know are ignored.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// `snap-playlists-<P>-tracks-<T>-<first 16 hex of the database's sha256>`.
    pub snapshot_id: String,
    /// When the manifest was made, UTC.
    pub generated_at: Timestamp,
    /// The read schema's version.
    pub schema_version: u32,
    /// Playlists in the database.
    pub playlist_count: u64,
    /// Tracks in the database.
    pub track_count: u64,
    /// Exported files.
    pub file_count: u64,
    /// Distinct covers plus playlists whose only cover is an external URL.
    pub cover_count: u64,
    /// The manifest's own format.
    pub format: u32,
    /// Rises with every publish, a rollback too; at most 2^53.
    pub sequence: u64,
    /// The random id of the catalog; absent in an exported pair, whose ids mean nothing to a NAS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher_id: Option<String>,
    /// When edges begin to say that they are stale; never when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The oldest reader that understands the database.
    pub min_reader_version: u32,
    /// Albums in the database.
    pub album_count: u64,
    /// Artists that are listed.
    pub artist_count: u64,
    /// The live database.
    pub database: Database,
    /// Ways to the database from an earlier one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deltas: Vec<Delta>,
    /// Encrypted listener credentials, in access mode `listeners`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Access>,
    /// Where anyone can fetch the store's objects; covers and mirrored audio redirect there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_base_url: Option<String>,
    /// Signatures over the fixed text, by key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatures: Vec<Signature>,
}

/// The live database: where it is and what it must be.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Database {
    /// Digest of the plain file.
    pub sha256: Sha256Hex,
    /// Size of the plain file.
    pub size_bytes: u64,
    /// Object key.
    pub key: String,
    /// How the object is packed; absent for the plain file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// Size of the object.
    pub stored_bytes: u64,
}

/// How a database object is packed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// One zstd frame.
    Zstd,
}

/// A patch from an earlier database.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Delta {
    /// Digest of the plain database that the patch applies to.
    pub from_sha256: Sha256Hex,
    /// Object key.
    pub key: String,
    /// Size of the object.
    pub stored_bytes: u64,
}

/// Where the encrypted credentials of listeners are.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Access {
    /// Object key.
    pub key: String,
    /// Digest of the object.
    pub sha256: Sha256Hex,
}

/// One signature.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Signature {
    /// The first 16 hex of the public key's sha256.
    pub key_id: String,
    /// Ed25519, base64 with padding.
    pub signature: String,
}

/// Why a manifest is not followed (R2).
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// More bytes than any manifest has.
    #[error("the manifest has {0} bytes, more than the {MAX_MANIFEST_BYTES} that are allowed")]
    TooLarge(usize),
    /// Not the JSON of a manifest.
    #[error("the manifest is not valid JSON of a manifest")]
    Malformed(#[source] serde_json::Error),
    /// A layout that this version does not know.
    #[error("the manifest has format {0}; this version reads {FORMAT}: update it")]
    UnknownFormat(u32),
    /// A database that this version cannot read.
    #[error("the snapshot has schema version {0}; this version reads up to {SCHEMA_VERSION}: update it")]
    NewerSchema(u32),
    /// A database that needs a newer reader.
    #[error("the snapshot needs reader version {0}; this is {READER_VERSION}: update it")]
    NewerReader(u32),
    /// A sequence beyond what JSON can carry.
    #[error("the manifest's sequence {0} is above 2^53")]
    SequenceTooHigh(u64),
    /// A key that does not belong to the digest beside it.
    #[error("the manifest's database key `{0}` is not one of this layout")]
    ForeignKey(String),
    /// An id that does not belong to the counts and the digest beside it.
    #[error("the manifest's snapshot_id `{0}` does not fit its counts and database")]
    ForeignId(String),
}

impl Manifest {
    /// Reads and checks a manifest, size first (R2).
    ///
    /// # Errors
    /// Anything that this version must not follow; see [`ManifestError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ManifestError> {
        if bytes.len() > MAX_MANIFEST_BYTES {
            return Err(ManifestError::TooLarge(bytes.len()));
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(ManifestError::Malformed)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The manifest's very bytes: indented JSON with a final newline, fields in a fixed order.
    ///
    /// # Errors
    /// When the bytes would not be read back by [`Manifest::from_bytes`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, ManifestError> {
        self.check()?;
        let mut bytes = serde_json::to_vec_pretty(self).map_err(ManifestError::Malformed)?;
        bytes.push(b'\n');
        if bytes.len() > MAX_MANIFEST_BYTES {
            return Err(ManifestError::TooLarge(bytes.len()));
        }
        Ok(bytes)
    }

    /// Whether edges should say that they are stale.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|expires_at| now >= expires_at)
    }

    fn check(&self) -> Result<(), ManifestError> {
        if self.format != FORMAT {
            return Err(ManifestError::UnknownFormat(self.format));
        }
        if self.schema_version > SCHEMA_VERSION {
            return Err(ManifestError::NewerSchema(self.schema_version));
        }
        if self.min_reader_version > READER_VERSION {
            return Err(ManifestError::NewerReader(self.min_reader_version));
        }
        if self.sequence > MAX_SEQUENCE {
            return Err(ManifestError::SequenceTooHigh(self.sequence));
        }
        if !keys::is_database_key(&self.database.key, &self.database.sha256) {
            return Err(ManifestError::ForeignKey(self.database.key.clone()));
        }
        if self.snapshot_id != snapshot_id(self.playlist_count, self.track_count, &self.database.sha256) {
            return Err(ManifestError::ForeignId(self.snapshot_id.clone()));
        }
        Ok(())
    }
}

/// The id of a snapshot: the earlier system's form, made unique by content.
pub fn snapshot_id(playlist_count: u64, track_count: u64, database: &Sha256Hex) -> String {
    format!("snap-playlists-{playlist_count}-tracks-{track_count}-{}", database.short())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let sha256 = Sha256Hex::of(b"database");
        Manifest {
            snapshot_id: snapshot_id(1, 2, &sha256),
            generated_at: "2026-01-02T03:04:05Z".parse().expect("a time"),
            schema_version: 1,
            playlist_count: 1,
            track_count: 2,
            file_count: 3,
            cover_count: 0,
            format: FORMAT,
            sequence: 7,
            publisher_id: None,
            expires_at: None,
            min_reader_version: 1,
            album_count: 0,
            artist_count: 0,
            database: Database {
                key: keys::blob(&sha256),
                sha256,
                size_bytes: 10,
                encoding: Some(Encoding::Zstd),
                stored_bytes: 5,
            },
            deltas: Vec::new(),
            access: None,
            public_base_url: None,
            signatures: Vec::new(),
        }
    }

    #[test]
    fn written_and_read_back() {
        let bytes = manifest().to_bytes().expect("bytes");
        assert_eq!(Manifest::from_bytes(&bytes).expect("a manifest"), manifest());
    }

    #[test]
    fn unknown_fields_are_ignored() {
        let text = String::from_utf8(manifest().to_bytes().expect("bytes")).expect("text");
        let later = text.replacen('{', "{ \"of_a_later_version\": [1, 2],", 1);
        assert_eq!(Manifest::from_bytes(later.as_bytes()).expect("a manifest"), manifest());
    }

    #[test]
    fn what_must_not_be_followed_is_refused() {
        let refuse = |change: fn(&mut Manifest)| {
            let mut changed = manifest();
            change(&mut changed);
            let bytes = serde_json::to_vec(&changed).expect("JSON");
            Manifest::from_bytes(&bytes).expect_err("must be refused").to_string()
        };
        assert!(refuse(|m| m.format = 2).contains("format 2"));
        assert!(refuse(|m| m.schema_version = 2).contains("schema version 2"));
        assert!(refuse(|m| m.min_reader_version = 9).contains("reader version 9"));
        assert!(refuse(|m| m.sequence = MAX_SEQUENCE + 1).contains("2^53"));
        assert!(refuse(|m| m.database.key = "../../etc/passwd".into()).contains("not one of this layout"));
        assert!(refuse(|m| m.track_count = 5).contains("snapshot_id"));
    }

    #[test]
    fn size_is_checked_before_parsing() {
        let bytes = vec![b' '; MAX_MANIFEST_BYTES + 1];
        assert!(matches!(Manifest::from_bytes(&bytes), Err(ManifestError::TooLarge(_))));
    }
}
