//! What a NAS publishes is read by a program that knows docs/snapshot-format.md alone.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use e2e_tests::music::{self, Song};
use e2e_tests::nas::Nas;
use e2e_tests::stranger::Snapshot;
use serde_json::Value;

// The key of docs/snapshot-format.md's example.
const SECRET: &str = "ed25519-secret:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
const PUBLIC: &str = "ed25519:6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw=";
/// RFC 8032's first one.
const ANOTHER: &str = "ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

fn published() -> Result<Nas> {
    let mut nas = Nas::new()?;
    let key = nas.music().join("../signing-key");
    fs::write(&key, SECRET)?;
    nas.sign_with(&key)?;
    for (pitch, title, artist) in
        [(10, "Night Train", "Ann Lee"), (20, "Morning Train", "Ann Lee"), (30, "Jóga", "Björk")]
    {
        let song = Song { title, artist, album: "First", track: Some(u32::from(pitch)), ..Song::default() };
        music::write(&nas.music().join(format!("{title}.wav")), pitch, &song)?;
    }
    nas.import()?;
    nas.publish()?;
    Ok(nas)
}

fn store(nas: &Nas) -> Result<PathBuf> {
    Ok(Path::new(nas.store().strip_prefix("file://").context("a folder")?).to_owned())
}

#[test]
fn a_stranger_reads_what_a_nas_publishes() -> Result<()> {
    let nas = published()?;
    let snapshot = Snapshot::read(&store(&nas)?, Some(PUBLIC))?;
    assert_eq!(snapshot.manifest["sequence"], 1);
    assert_eq!(snapshot.manifest["track_count"], 3);
    let names = snapshot.texts("SELECT name FROM catalog_tracks ORDER BY name")?;
    assert_eq!(names, ["Jóga", "Morning Train", "Night Train"]);
    let artists = snapshot.texts("SELECT name FROM catalog_artists WHERE name_rank IS NOT NULL ORDER BY name_rank")?;
    assert_eq!(artists, ["Ann Lee", "Björk"]);
    assert_eq!(snapshot.find_tracks("train")?.len(), 2);
    assert_eq!(snapshot.find_tracks("joga")?, ["Jóga"], "found as it is folded");
    let hidden = snapshot.texts("SELECT locator FROM catalog_track_files")?;
    assert!(hidden.iter().all(|locator| locator.starts_with("location:")), "{hidden:?}");
    let names = snapshot.texts("SELECT name FROM catalog_albums ORDER BY name")?;
    assert!(names.contains(&"First".to_owned()), "{names:?}");
    Ok(())
}

#[test]
fn a_stranger_takes_nothing_that_was_changed() -> Result<()> {
    let nas = published()?;
    let folder = store(&nas)?;
    assert!(Snapshot::read(&folder, Some(ANOTHER)).is_err(), "another key");
    let path = folder.join("manifest.json");
    let genuine = fs::read(&path)?;
    for (field, other) in [("sequence", Value::from(9)), ("expires_at", Value::Null), ("publisher_id", "me".into())] {
        let mut manifest: Value = serde_json::from_slice(&genuine)?;
        manifest[field] = other;
        fs::write(&path, serde_json::to_vec(&manifest)?)?;
        assert!(Snapshot::read(&folder, None).is_ok(), "{field} without a signature is anyone's word");
        assert!(Snapshot::read(&folder, Some(PUBLIC)).is_err(), "{field} is signed");
    }
    fs::write(&path, &genuine)?;
    let manifest: Value = serde_json::from_slice(&genuine)?;
    let blob = folder.join(manifest["database"]["key"].as_str().context("a key")?);
    let mut packed = fs::read(&blob)?;
    let middle = packed.len() / 2;
    packed[middle] ^= 1;
    fs::write(&blob, packed)?;
    assert!(Snapshot::read(&folder, Some(PUBLIC)).is_err(), "other bytes");
    Ok(())
}
