//! Whether a store's folder is whole: its live snapshot, its history, every object that they name. It shares no code with
//! the planes; snapshots are read by `stranger`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::stranger::Snapshot;

/// The longest sides that covers are published in, in pixels.
const LADDER: [u64; 5] = [64, 150, 300, 600, 1200];

/// The largest window of a patch: 2 to this power, in bytes.
const WINDOW_LOG: u32 = 25;

/// A snapshot that was read to its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Whole {
    /// The manifest's sequence.
    pub sequence: u64,
    /// The manifest's id of the snapshot.
    pub snapshot_id: String,
    /// The titles of its tracks.
    pub titles: BTreeSet<String>,
    /// The key of every object that it names, and of the manifest in the history.
    pub keys: BTreeSet<String>,
}

/// Reads the live snapshot of a store; `None` when nothing was published yet.
///
/// # Errors
/// What is live is not whole.
pub fn read_live(store: &Path) -> Result<Option<Whole>> {
    let manifest = match fs::read(store.join("manifest.json")) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        read => read?,
    };
    let whole = read_snapshot(store, &manifest).context("the live snapshot")?;
    let history = history_key(&serde_json::from_slice(&manifest)?)?;
    let kept = fs::read(store.join(&history)).with_context(|| history.clone())?;
    ensure!(kept == manifest, "{history} has other bytes than the live manifest");
    Ok(Some(whole))
}

/// Reads every snapshot of a store's history.
///
/// # Errors
/// One of them is not whole.
pub fn read_history(store: &Path) -> Result<Vec<Whole>> {
    let mut snapshots = Vec::new();
    for entry in fs::read_dir(store.join("history"))? {
        let path = entry?.path();
        snapshots.push(read_snapshot(store, &fs::read(&path)?).with_context(|| path.display().to_string())?);
    }
    Ok(snapshots)
}

/// The key of every object of a store but the manifest; locks are none.
///
/// # Errors
/// The folder can't be read.
pub fn list_objects(store: &Path) -> Result<BTreeSet<String>> {
    let mut keys = BTreeSet::new();
    for entry in WalkDir::new(store) {
        let entry = entry?;
        let key = entry.path().strip_prefix(store)?.to_string_lossy().into_owned();
        if entry.file_type().is_file() && !["manifest.json", ".publish.lock"].contains(&key.as_str()) {
            keys.insert(key);
        }
    }
    Ok(keys)
}

/// The SHA-256 of bytes, in small hex digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

fn read_snapshot(store: &Path, manifest: &[u8]) -> Result<Whole> {
    let manifest: Value = serde_json::from_slice(manifest).context("the manifest is no JSON")?;
    let snapshot = Snapshot::of(store, manifest.clone(), None)?;
    let database = &manifest["database"];
    let mut keys = covers(store, &snapshot)?;
    keys.insert(history_key(&manifest)?);
    for object in manifest["deltas"].as_array().into_iter().flatten().chain([database]) {
        let key = text(object, "key")?;
        let bytes = fs::metadata(store.join(key)).with_context(|| key.to_owned())?.len();
        ensure!(bytes == number(object, "stored_bytes")?, "{key} has {bytes} bytes");
        keys.insert(key.to_owned());
    }
    if let Some(access) = manifest.get("access") {
        let key = text(access, "key")?;
        let object = fs::read(store.join(key)).with_context(|| key.to_owned())?;
        ensure!(sha256(&object) == text(access, "sha256")?, "{key} has other bytes");
        ensure!(object.starts_with(b"music-cloud-access-v1\n"), "{key} has another form");
        keys.insert(key.to_owned());
    }
    for delta in manifest["deltas"].as_array().into_iter().flatten() {
        check_delta(store, delta, database).with_context(|| format!("{}", delta["key"]))?;
    }
    Ok(Whole {
        sequence: number(&manifest, "sequence")?,
        snapshot_id: text(&manifest, "snapshot_id")?.to_owned(),
        titles: snapshot.texts("SELECT name FROM catalog_tracks")?.into_iter().collect(),
        keys,
    })
}

/// A patch makes the database of its base, where that is still in the store. Databases here are small: it is one frame.
fn check_delta(store: &Path, delta: &Value, database: &Value) -> Result<()> {
    let from = text(delta, "from_sha256")?;
    let base = match fs::read(store.join(format!("blobs/{}/{from}/catalog_read.db.zst", &from[..2]))) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        read => zstd::decode_all(&*read?)?,
    };
    let patch = fs::read(store.join(text(delta, "key")?))?;
    let mut decoder = zstd::Decoder::with_ref_prefix(&*patch, &base)?;
    decoder.window_log_max(WINDOW_LOG)?;
    let mut plain = Vec::new();
    decoder.read_to_end(&mut plain)?;
    ensure!(sha256(&plain) == text(database, "sha256")?, "it makes another database");
    Ok(())
}

/// Every rendition that the database names, each a picture that decodes.
fn covers(store: &Path, snapshot: &Snapshot) -> Result<BTreeSet<String>> {
    let mut keys = BTreeSet::new();
    for picture in snapshot.texts("SELECT sha256 || '.' || ext || '.' || largest_size FROM catalog_covers")? {
        let mut parts = picture.split('.');
        let (digest, ext) = (parts.next().context("a digest")?, parts.next().context("an extension")?);
        let largest: u64 = parts.next().context("a size")?.parse()?;
        for size in LADDER.into_iter().filter(|size| *size <= largest) {
            let key = format!("covers/{}/{digest}/{size}.{ext}", &digest[..2]);
            let bytes = fs::read(store.join(&key)).with_context(|| key.clone())?;
            image::load_from_memory(&bytes).with_context(|| format!("{key} is no picture"))?;
            keys.insert(key);
        }
    }
    Ok(keys)
}

fn history_key(manifest: &Value) -> Result<String> {
    Ok(format!("history/{:016}-{}.json", number(manifest, "sequence")?, text(manifest, "snapshot_id")?))
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str> {
    value[name].as_str().with_context(|| format!("`{name}` is no text"))
}

fn number(value: &Value, name: &str) -> Result<u64> {
    value[name].as_u64().with_context(|| format!("`{name}` is no number"))
}
