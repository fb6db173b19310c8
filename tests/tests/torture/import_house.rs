//! A music library of any kind with its catalog, imported by the command in a process of its own.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Result, ensure};
use e2e_tests::s3::{BUCKET, S3Server};
use e2e_tests::seed::Chance;
use e2e_tests::victim;
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::PLANE;

/// What a listing of the catalog says, but for ids and times of arrival.
const LISTING: &str =
    "SELECT concat_ws('|', t.source_id, t.title, t.metadata_status, f.locator, f.size_bytes, f.mtime_ns,
        hex(f.content_hash), hex(f.tag_hash), f.status, t.is_cut_up) FROM tracks t JOIN track_files f USING (track_id)
    WHERE t.missing_since IS NULL AND t.track_id NOT IN (SELECT track_id FROM track_cuts)";
/// The same of parts of files.
const PARTS: &str =
    "SELECT concat_ws('|', t.source_id, t.title, c.first_sample, c.end_sample, f.ext, f.size_bytes, f.status)
    FROM track_cuts c JOIN tracks t USING (track_id) JOIN track_files f USING (track_id) WHERE t.missing_since IS NULL";
/// Told by the content of its file, and its number in it.
const TRACKS: &str =
    "SELECT hex(f.content_hash) || '#' || coalesce(c.number, ''), t.track_id, t.source_id FROM tracks t
    LEFT JOIN track_cuts c USING (track_id) JOIN track_files f ON f.track_id = coalesce(c.whole_id, t.track_id)
    WHERE t.missing_since IS NULL";
const SHEET: &str =
    "FILE x.ape WAVE\nTRACK 01 AUDIO\nTITLE One\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:00:03\n";
/// Every so many-th file has a sheet.
const SHEETS: u64 = 4;

const COPIES: &str = "SELECT locator FROM track_files WHERE track_id NOT IN (SELECT track_id FROM track_cuts)";

/// Where music comes from, and whether it is copied.
pub(crate) enum Kind {
    InPlace,
    Copied,
    Bucket(S3Server),
}

/// A library of so many files at the start, with its catalog.
pub(crate) struct House {
    pub(crate) kind: Kind,
    files: u64,
    folder: TempDir,
    /// Each file is a second younger than the one before: buckets tell times in seconds.
    clock: Cell<u64>,
}

impl House {
    pub(crate) fn new(kind: Kind, files: u64) -> Result<Self> {
        let house = Self { kind, files, folder: tempfile::tempdir()?, clock: Cell::new(1_000_000) };
        let settings = json!({
            "data_dir": house.data_dir(), "listen": "127.0.0.1:0", "sources": { "music": house.source() },
            "import": { "publish_after": false, "settle_time": "0s" },
        });
        victim::write_config(house.folder.path(), "nas-origin.toml", &settings)?;
        for number in 0..files {
            house.put(number, number)?;
            if number % SHEETS == 0 && !matches!(house.kind, Kind::Bucket(_)) {
                fs::write(house.music().join(format!("{}/{number}.cue", number % 7)), SHEET)?;
            }
        }
        Ok(house)
    }

    fn source(&self) -> Value {
        let path = self.music();
        match &self.kind {
            Kind::InPlace => json!({ "path": path, "watch": false, "rescan_interval": "0s" }),
            Kind::Copied => json!({ "path": path, "mode": "copy", "watch": false }),
            Kind::Bucket(server) => json!({
                "kind": "object_store", "store": format!("s3://{BUCKET}/library"), "store_options": server.store_options(),
                "rescan_interval": "0s",
            }),
        }
    }

    fn music(&self) -> PathBuf {
        match &self.kind {
            Kind::InPlace | Kind::Copied => self.folder.path().join("music"),
            Kind::Bucket(server) => server.bucket().join("library"),
        }
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("nas-origin.toml")
    }

    /// A file whose sound is told by `seed`.
    fn put(&self, number: u64, seed: u64) -> Result<()> {
        let path = self.music().join(format!("{}/{number}.wav", number % 7));
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        fs::write(&path, noise(seed))?;
        self.clock.set(self.clock.get() + 1);
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(self.clock.get());
        Ok(File::options().write(true).open(&path)?.set_modified(time)?)
    }

    /// `nas-origin` with its configuration.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = victim::command(PLANE.as_ref(), "nas-origin");
        command.current_dir(self.folder.path()).args(arguments);
        command
    }

    pub(crate) fn import(&self) -> Command {
        self.command(&["import", "--force", "--json"])
    }

    /// Imports with nothing in the way: what it reported.
    pub(crate) fn converge(&self) -> Result<Value> {
        Ok(serde_json::from_str(&victim::run(self.import(), drop)?.done()?)?)
    }

    /// Renames, removes and rewrites some files.
    pub(crate) fn change(&self, chance: &mut Chance) -> Result<()> {
        fs::create_dir_all(self.music().join("moved"))?;
        for number in 0..self.files {
            let path = self.music().join(format!("{}/{number}.wav", number % 7));
            let moved = self.music().join(format!("moved/{number}.wav"));
            match chance.below(12) {
                0 if path.exists() => fs::rename(&path, &moved)?,
                1 if moved.exists() => fs::rename(&moved, &path)?,
                2 if path.exists() => fs::remove_file(&path)?,
                3 => self.put(number, chance.draw())?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Id and place of each track by its file's content; the database is sound and no row names another that isn't there.
    pub(crate) fn tracks(&self) -> Result<BTreeMap<String, (i64, String)>> {
        let catalog = Connection::open(self.data_dir().join("catalog.db"))?;
        let verdict: String = catalog.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        ensure!(verdict == "ok", "{verdict}");
        let dangling: i64 = catalog.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))?;
        ensure!(dangling == 0, "{dangling} rows name what isn't there");
        let mut statement = catalog.prepare(TRACKS)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Sees that the catalog is what a fresh import of the same music makes. What was copied once stays: there the
    /// fresh one is part of it.
    pub(crate) fn is_as_fresh(&self) -> Result<()> {
        let fresh = tempfile::tempdir()?;
        let mut import = self.import();
        import.env("NAS_ORIGIN_DATA_DIR", fresh.path());
        victim::run(import, drop)?.done()?;
        let [ours, theirs] = [listing(&self.data_dir(), PARTS)?, listing(fresh.path(), PARTS)?];
        let more: Vec<_> = ours.difference(&theirs).collect();
        let is_enough = more.is_empty() || matches!(self.kind, Kind::Copied);
        ensure!(is_enough && theirs.is_subset(&ours), "{ours:?} are the parts, and a fresh import has {theirs:?}");
        let [ours, theirs] = [listing(&self.data_dir(), LISTING)?, listing(fresh.path(), LISTING)?];
        let lacking: Vec<_> = theirs.difference(&ours).collect();
        ensure!(lacking.is_empty(), "a fresh import has {lacking:?}");
        let more: Vec<_> = ours.difference(&theirs).collect();
        ensure!(more.is_empty() || matches!(self.kind, Kind::Copied), "a fresh import has no {more:?}");
        let files = walkdir::WalkDir::new(self.music()).into_iter().flatten();
        let files = files.filter(|entry| entry.path().extension().is_some_and(|ext| ext == "wav")).count();
        ensure!(theirs.len() == files, "{} tracks of {files} files", theirs.len());
        Ok(())
    }

    /// Copies that no track has, and tracks whose copy isn't there.
    pub(crate) fn astray(&self) -> Result<Vec<String>> {
        let media = self.data_dir().join("media/music");
        let files = walkdir::WalkDir::new(&media).into_iter().flatten().filter(|entry| entry.file_type().is_file());
        let below = |path: &Path| Some(path.strip_prefix(&media).ok()?.to_str()?.to_owned());
        let there: BTreeSet<String> = files.filter_map(|entry| below(entry.path())).collect();
        let catalog = Connection::open(self.data_dir().join("catalog.db"))?;
        let mut statement = catalog.prepare(COPIES)?;
        let named = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<BTreeSet<String>>>()?;
        Ok(there.symmetric_difference(&named).cloned().collect())
    }
}

fn listing(data_dir: &Path, sql: &str) -> Result<BTreeSet<String>> {
    let catalog = Connection::open(data_dir.join("catalog.db"))?;
    let mut statement = catalog.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A tenth of a second of noise that the seed tells.
pub(crate) fn noise(seed: u64) -> Vec<u8> {
    let mut chance = Chance::of(seed, "noise");
    let sound: Vec<u8> = (0..100).flat_map(|_| chance.draw().to_le_bytes()).collect();
    let mut file = b"RIFF".to_vec();
    file.extend((36 + 800_u32).to_le_bytes());
    file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data");
    file.extend(800_u32.to_le_bytes());
    file.extend(sound);
    file
}
