//! An import is killed at random moments while its folder changes: the catalog stays sound, and the next import comes to
//! what a fresh one would, with the ids that were given.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use e2e_tests::seed::{Chance, rounds};
use e2e_tests::victim::{self, Victim};
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

use crate::PLANE;

/// Files of the folder.
const FILES: u64 = 300;

struct House {
    folder: TempDir,
}

impl House {
    fn new() -> Result<Self> {
        let house = Self { folder: tempfile::tempdir()? };
        let path = |name: &str| house.folder.path().join(name);
        let settings = json!({ "data_dir": path("data"), "sources": { "local": { "path": path("music") } } });
        victim::write_config(house.folder.path(), "nas-origin.toml", &settings)?;
        for number in 0..FILES {
            house.put(number, number)?;
        }
        Ok(house)
    }

    /// A file whose sound is told by `seed`.
    fn put(&self, number: u64, seed: u64) -> Result<()> {
        let path = self.folder.path().join(format!("music/{}/{number}.wav", number % 7));
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        Ok(fs::write(path, noise(seed))?)
    }

    fn import(&self) -> Command {
        let mut command = victim::command(PLANE.as_ref(), "nas-origin");
        command.current_dir(self.folder.path()).args(["import", "--force", "--json"]);
        command
    }

    /// Renames, removes and rewrites some files.
    fn change(&self, chance: &mut Chance) -> Result<()> {
        for number in 0..FILES {
            let path = self.folder.path().join(format!("music/{}/{number}.wav", number % 7));
            let moved = self.folder.path().join(format!("music/moved/{number}.wav"));
            fs::create_dir_all(self.folder.path().join("music/moved"))?;
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

    /// Id of each track by its content; the file is sound and no row names another that isn't there.
    fn tracks(&self) -> Result<BTreeMap<Vec<u8>, (i64, String)>> {
        let catalog = Connection::open(self.folder.path().join("data/catalog.db"))?;
        let verdict: String = catalog.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
        ensure!(verdict == "ok", "{verdict}");
        let dangling: i64 = catalog.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))?;
        ensure!(dangling == 0, "{dangling} rows name what isn't there");
        let sql = "SELECT f.content_hash, t.track_id, t.source_id FROM tracks t JOIN track_files f USING (track_id)
            WHERE t.missing_since IS NULL";
        let mut statement = catalog.prepare(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
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

fn kill_after(wait: Duration) -> impl FnOnce(Victim) {
    move |victim| {
        thread::spawn(move || {
            thread::sleep(wait);
            victim.kill();
        });
    }
}

#[test]
fn killed_at_random_moments() -> Result<()> {
    let house = House::new()?;
    let mut chance = Chance::seeded();
    let began = Instant::now();
    victim::run(house.import(), drop)?.done()?;
    let usual = began.elapsed();
    let mut before = house.tracks()?;
    let mut killed = 0;
    for round in 0..rounds(12) {
        house.change(&mut chance)?;
        for _ in 0..3 {
            let wait = usual.mul_f64(f64::from(u32::try_from(chance.below(1000))?) / 1000.0);
            killed += u32::from(victim::run(house.import(), kill_after(wait))?.is_killed());
            house.tracks()?;
        }
        victim::run(house.import(), drop)?.done()?;
        let after = house.tracks()?;
        for (content, (id, path)) in &after {
            let kept = before.get(content).is_none_or(|(known, _)| known == id);
            ensure!(kept, "round {round}: {path} has another id than before");
        }
        let files = walkdir::WalkDir::new(house.folder.path().join("music")).into_iter().flatten();
        let files = files.filter(|entry| entry.file_type().is_file()).count();
        ensure!(after.len() == files, "round {round}: {} tracks of {files} files", after.len());
        let again: serde_json::Value = serde_json::from_str(&victim::run(house.import(), drop)?.done()?)?;
        ensure!(again["unchanged"] == files, "round {round}: {again}");
        before = after;
    }
    eprintln!("{killed} imports were killed");
    ensure!(killed > 0, "no import was killed");
    Ok(())
}
