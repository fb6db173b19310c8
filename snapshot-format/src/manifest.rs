//! `manifest.json`: which database is live (SNAPSHOT.md section 2).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::limits::{MAX_MANIFEST_BYTES, MAX_PUBLISHER_ID_BYTES, MAX_SEQUENCE, max_stored_bytes};
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
    /// A text that could pass for another one where texts stand line by line, as in what is signed.
    #[error("the manifest's `{0}` is empty, too long or not plain text")]
    UnfitText(&'static str),
    /// An object that is larger than any packing of its content.
    #[error("the manifest says that {size_bytes} bytes are packed into {stored_bytes}")]
    StoredBytes {
        /// The database's size.
        size_bytes: u64,
        /// The object's.
        stored_bytes: u64,
    },
    /// A key that does not belong to the digest beside it.
    #[error("the manifest's database key `{0}` is not one of this layout")]
    ForeignKey(String),
    /// Credentials of listeners under a key that does not belong to the digest beside it.
    #[error("the manifest's access key `{0}` is not one of this layout")]
    ForeignAccessKey(String),
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
        let manifest = Self::parse(bytes)?;
        manifest.check_versions()?;
        Ok(manifest)
    }

    /// As [`Manifest::from_bytes`], for a database of any version: whoever asks for signatures looks at them before the
    /// manifest may say that this reader is too old.
    ///
    /// # Errors
    /// As [`Manifest::from_bytes`], but for [`Manifest::check_versions`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        if bytes.len() > MAX_MANIFEST_BYTES {
            return Err(ManifestError::TooLarge(bytes.len()));
        }
        let Form { format } = serde_json::from_slice(bytes).map_err(ManifestError::Malformed)?;
        if format != FORMAT {
            return Err(ManifestError::UnknownFormat(format));
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(ManifestError::Malformed)?;
        manifest.check_fields()?;
        Ok(manifest)
    }

    /// The manifest's very bytes: indented JSON with a final newline, fields in a fixed order.
    ///
    /// # Errors
    /// When the bytes would not be read back by [`Manifest::from_bytes`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, ManifestError> {
        self.check_fields()?;
        self.check_versions()?;
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

    /// Whether this version reads the database.
    ///
    /// # Errors
    /// A database of a later schema, or one that asks for a later reader.
    pub fn check_versions(&self) -> Result<(), ManifestError> {
        if self.schema_version > SCHEMA_VERSION {
            return Err(ManifestError::NewerSchema(self.schema_version));
        }
        if self.min_reader_version > READER_VERSION {
            return Err(ManifestError::NewerReader(self.min_reader_version));
        }
        Ok(())
    }

    fn check_fields(&self) -> Result<(), ManifestError> {
        if self.format != FORMAT {
            return Err(ManifestError::UnknownFormat(self.format));
        }
        if self.sequence > MAX_SEQUENCE {
            return Err(ManifestError::SequenceTooHigh(self.sequence));
        }
        self.check_texts()?;
        let Database { sha256, size_bytes, key, stored_bytes, .. } = &self.database;
        if *stored_bytes > max_stored_bytes(*size_bytes) {
            return Err(ManifestError::StoredBytes { size_bytes: *size_bytes, stored_bytes: *stored_bytes });
        }
        if !keys::is_database_key(key, sha256) {
            return Err(ManifestError::ForeignKey(key.clone()));
        }
        if let Some(access) = self.access.as_ref().filter(|access| access.key != keys::access(&access.sha256)) {
            return Err(ManifestError::ForeignAccessKey(access.key.clone()));
        }
        if self.snapshot_id != snapshot_id(self.playlist_count, self.track_count, sha256) {
            return Err(ManifestError::ForeignId(self.snapshot_id.clone()));
        }
        Ok(())
    }

    fn check_texts(&self) -> Result<(), ManifestError> {
        let is_id = |id: &String| (1..=MAX_PUBLISHER_ID_BYTES).contains(&id.len()) && is_plain(id);
        if self.publisher_id.as_ref().is_some_and(|id| !is_id(id)) {
            return Err(ManifestError::UnfitText("publisher_id"));
        }
        if self.public_base_url.as_ref().is_some_and(|url| url.is_empty() || !is_plain(url)) {
            return Err(ManifestError::UnfitText("public_base_url"));
        }
        Ok(())
    }
}

/// What tells whether the rest can be understood.
#[derive(Deserialize)]
struct Form {
    format: u32,
}

/// Visible ASCII alone: no blank, no control character, nothing that ends a line.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The id of a snapshot: the earlier system's form, made unique by content.
pub fn snapshot_id(playlist_count: u64, track_count: u64, database: &Sha256Hex) -> String {
    format!("snap-playlists-{playlist_count}-tracks-{track_count}-{}", database.short())
}

#[cfg(test)]
pub(crate) mod tests;
