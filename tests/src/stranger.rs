//! A reader of published snapshots by someone who has read docs/snapshot-format.md and nothing else.
//!
//! It shares no code with the planes: JSON, SHA-256, zstd, Ed25519 and SQLite are used as the page says. Where this reader
//! and an edge disagree, one of the page, the publisher and the edge is wrong.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use ed25519_dalek::{Signature, VerifyingKey};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const MAX_MANIFEST_BYTES: u64 = 65_536;
const MAX_ACCESS_BYTES: u64 = 16 << 20;

/// A snapshot that passed every check of the page.
pub struct Snapshot {
    /// The manifest's JSON.
    pub manifest: Value,
    /// The database, to read.
    pub database: Connection,
    _folder: TempDir,
}

impl Snapshot {
    /// Reads what is live in a store's folder. With a public key's line, only what that key signed.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn read(store: &Path, public_key: Option<&str>) -> Result<Self> {
        Self::of(store, read_manifest(store)?, public_key)
    }

    /// Reads what a manifest of a store's history says.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn of(store: &Path, manifest: Value, public_key: Option<&str>) -> Result<Self> {
        if let Some(key) = public_key {
            check_signature(&manifest, key)?;
        }
        check_versions(&manifest)?;
        let plain = read_database(store, &manifest["database"])?;
        check_header(&plain, &manifest)?;
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("catalog_read.db");
        fs::write(&path, plain)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let uri = format!("file:{}?immutable=1", path.display());
        let snapshot = Self { manifest, database: Connection::open_with_flags(uri, flags)?, _folder: folder };
        snapshot.check_content()?;
        Ok(snapshot)
    }

    /// The first column of a query, as text.
    ///
    /// # Errors
    /// SQL that the tables of the page don't answer.
    pub fn texts(&self, sql: &str) -> Result<Vec<String>> {
        let mut query = self.database.prepare(sql)?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Names of tracks that have a term, by the row ids of the text index.
    ///
    /// # Errors
    /// A text index that is not the page's.
    pub fn find_tracks(&self, term: &str) -> Result<Vec<String>> {
        let sql = "SELECT t.name FROM catalog_search s JOIN catalog_tracks t ON t.song_id = (s.rowid & ((1 << 40) - 1))
             WHERE s.catalog_search MATCH ?1 ORDER BY s.rowid";
        let mut query = self.database.prepare(sql)?;
        let rows = query.query_map([format!("\"3{term}\"")], |row| row.get(0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Who may listen, as JSON, with the line that a NAS printed for edges.
    ///
    /// # Errors
    /// An object that is not the page's, or not of this key.
    pub fn listeners(&self, store: &Path, access_key: &str) -> Result<Value> {
        const HEADER: &[u8; 22] = b"music-cloud-access-v1\n";
        let named = &self.manifest["access"];
        let mut object = Vec::new();
        File::open(store.join(text(named, "key")?))?.take(MAX_ACCESS_BYTES + 1).read_to_end(&mut object)?;
        ensure!(object.len() as u64 <= MAX_ACCESS_BYTES, "the object is too large");
        ensure!(hex(&Sha256::digest(&object)) == text(named, "sha256")?, "the object is another");
        let key = STANDARD.decode(access_key.trim().strip_prefix("base64:").context("not an access key")?)?;
        let cipher = XChaCha20Poly1305::new_from_slice(&key)?;
        let (nonce, sealed) =
            object.strip_prefix(HEADER).and_then(|body| body.split_first_chunk::<24>()).context("another form")?;
        let opened = cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: HEADER });
        let plain = opened.ok().context("another key, or damaged")?;
        Ok(serde_json::from_slice(&plain)?)
    }

    fn check_content(&self) -> Result<()> {
        ensure!(self.texts("PRAGMA integrity_check")? == ["ok"], "the database is damaged");
        let acting = "SELECT name FROM sqlite_schema WHERE type NOT IN ('table', 'index')";
        ensure!(self.texts(acting)?.is_empty(), "the database has triggers or views");
        for (field, sql) in [
            ("playlist_count", "SELECT count(*) FROM catalog_playlists"),
            ("track_count", "SELECT count(*) FROM catalog_tracks"),
            ("file_count", "SELECT count(*) FROM catalog_track_files"),
            ("album_count", "SELECT count(*) FROM catalog_albums"),
            ("artist_count", "SELECT count(*) FROM catalog_artists WHERE name_rank IS NOT NULL"),
        ] {
            let found: i64 = self.database.query_row(sql, [], |row| row.get(0))?;
            ensure!(self.manifest[field] == found, "{field} is {}, and there are {found}", self.manifest[field]);
        }
        Ok(())
    }
}

fn read_manifest(store: &Path) -> Result<Value> {
    let mut bytes = Vec::new();
    File::open(store.join("manifest.json"))?.take(MAX_MANIFEST_BYTES + 1).read_to_end(&mut bytes)?;
    ensure!(bytes.len() as u64 <= MAX_MANIFEST_BYTES, "the manifest is too large");
    Ok(serde_json::from_slice(&bytes)?)
}

fn check_versions(manifest: &Value) -> Result<()> {
    ensure!(manifest["format"] == 1, "another format");
    ensure!(manifest["schema_version"] == 1, "another schema");
    ensure!(number(manifest, "min_reader_version")? <= 1, "a later reader is needed");
    ensure!(number(manifest, "sequence")? <= 1 << 53, "the sequence is too high");
    Ok(())
}

fn check_signature(manifest: &Value, public_key: &str) -> Result<()> {
    let key = STANDARD.decode(public_key.trim().strip_prefix("ed25519:").context("not a public key")?)?;
    let key: [u8; 32] = key.try_into().ok().context("a key has 32 bytes")?;
    let key_id = &hex(&Sha256::digest(key))[..16];
    let signatures = manifest["signatures"].as_array().context("not signed")?;
    let ours = signatures.iter().find(|signature| signature["key_id"] == key_id).context("signed by another key")?;
    let signature = STANDARD.decode(ours["signature"].as_str().context("a signature is a text")?)?;
    let signature = Signature::from_slice(&signature)?;
    Ok(VerifyingKey::from_bytes(&key)?.verify_strict(signed_text(manifest).as_bytes(), &signature)?)
}

/// The thirteen lines.
fn signed_text(manifest: &Value) -> String {
    let fields = [
        &Value::from("music-cloud-manifest-v1"),
        &manifest["format"],
        &manifest["sequence"],
        &manifest["snapshot_id"],
        &manifest["schema_version"],
        &manifest["min_reader_version"],
        &manifest["generated_at"],
        &manifest["expires_at"],
        &manifest["database"]["sha256"],
        &manifest["database"]["size_bytes"],
        &manifest["access"]["sha256"],
        &manifest["publisher_id"],
        &manifest["public_base_url"],
    ];
    let line = |field: &Value| match field {
        Value::Null => "\n".to_owned(),
        Value::String(text) => format!("{text}\n"),
        other => format!("{other}\n"),
    };
    fields.map(line).concat()
}

fn read_database(store: &Path, database: &Value) -> Result<Vec<u8>> {
    let size_bytes = number(database, "size_bytes")?;
    let object = File::open(store.join(text(database, "key")?))?;
    let mut plain = Vec::new();
    match database["encoding"].as_str() {
        None => object.take(size_bytes + 1).read_to_end(&mut plain)?,
        Some("zstd") => zstd::Decoder::new(object)?.take(size_bytes + 1).read_to_end(&mut plain)?,
        Some(other) => anyhow::bail!("the encoding {other} is unknown"),
    };
    ensure!(plain.len() as u64 == size_bytes, "the database has another size");
    ensure!(hex(&Sha256::digest(&plain)) == text(database, "sha256")?, "the database is another");
    Ok(plain)
}

fn check_header(plain: &[u8], manifest: &Value) -> Result<()> {
    let number_at =
        |at: usize| plain.get(at..at + 4).and_then(|bytes| Some(u32::from_be_bytes(bytes.try_into().ok()?)));
    ensure!(plain.starts_with(b"SQLite format 3\0"), "not SQLite");
    ensure!(plain.get(16..18) == Some(&4096_u16.to_be_bytes()), "another page size");
    ensure!(plain.get(18..20) == Some(&[1, 1]), "left in WAL mode");
    ensure!(number_at(68) == Some(0x4d43_5273), "not a read snapshot");
    ensure!(number_at(60).map(Value::from).as_ref() == Some(&manifest["schema_version"]), "another schema version");
    Ok(())
}

fn number(object: &Value, field: &str) -> Result<u64> {
    object[field].as_u64().with_context(|| format!("{field} is no number"))
}

fn text<'a>(object: &'a Value, field: &str) -> Result<&'a str> {
    object[field].as_str().with_context(|| format!("{field} is no text"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
