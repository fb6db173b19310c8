//! `publish` of a large catalog to a folder, against copying the published database with `VACUUM INTO`.
//!
//! `cargo bench -p nas-origin --bench publish -- DATA_DIR [ROUNDS]` with a folder that `just catalog-1m` made; a copy of it
//! is used. Each round changes titles, publishes, publishes again with nothing changed, and copies the database. One more
//! publish says how long each step takes.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

mod process;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use nas_origin::config::PublishConfig;
use nas_origin::library::{Library, LibraryError, settings};
use nas_origin::snapshot::publish::{PublishJob, PublishProgress, publish};
use rusqlite::Connection;
use serde_json::json;
use snapshot_format::Manifest;
use tempfile::TempDir;
use walkdir::WalkDir;

use self::process::{Taken, measure, median};

const ROUNDS: usize = 5;

/// Titles that change between two publishes.
const CHANGED_TITLES: u32 = 100;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let Some(made) = arguments.next() else {
        println!("SKIPPED: name a folder that `just catalog-1m DATA_DIR` made");
        return Ok(());
    };
    let rounds = arguments.next().map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    let origin = Origin::copy_of(Path::new(&made))?;
    println!("first publish: {}", origin.publish()?);
    let (mut changed, mut unchanged, mut floor) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        origin.change_titles(round)?;
        changed.push(origin.publish()?);
        unchanged.push(origin.publish()?);
        floor.push(origin.vacuum()?);
        println!(
            "round {}: changed {}, unchanged {}, VACUUM INTO {:.2} s",
            round + 1,
            changed[round],
            unchanged[round],
            floor[round]
        );
    }
    report(&median(changed), &median(unchanged), floor);
    origin.change_titles(rounds)?;
    origin.print_steps()
}

fn report(changed: &Taken, unchanged: &Taken, mut floor: Vec<f64>) {
    floor.sort_by(f64::total_cmp);
    let floor = floor[floor.len() / 2];
    println!("median: changed {changed}, unchanged {unchanged}, VACUUM INTO {floor:.2} s");
    println!("changed takes {:.1} x the time of VACUUM INTO (to reach: 13)", changed.secs / floor);
    println!("unchanged takes {:.2} x (to reach: 0.1)", unchanged.secs / floor);
}

/// A catalog and the folder that it publishes to.
struct Origin {
    folder: TempDir,
}

impl Origin {
    fn copy_of(made: &Path) -> Result<Self> {
        ensure!(made.join("catalog.db").exists(), "no catalog.db in {}", made.display());
        let folder = tempfile::tempdir()?;
        for entry in WalkDir::new(made) {
            let entry = entry?;
            let target = folder.path().join("origin").join(entry.path().strip_prefix(made)?);
            if entry.file_type().is_dir() {
                fs::create_dir_all(target)?;
            } else {
                fs::copy(entry.path(), target)?;
            }
        }
        Ok(Self { folder })
    }

    fn data_dir(&self) -> PathBuf {
        self.folder.path().join("origin")
    }

    fn objects(&self) -> PathBuf {
        self.folder.path().join("objects")
    }

    fn change_titles(&self, round: usize) -> Result<()> {
        let library = Library::open(&self.data_dir())?;
        let sql = "UPDATE tracks SET title = title || ' ' || ?1 WHERE track_id IN (SELECT track_id FROM tracks
                   WHERE track_id % 9973 = ?1 LIMIT ?2)";
        library.write(|tx| -> Result<(), LibraryError> {
            tx.execute(sql, (i64::try_from(round).unwrap_or(0), CHANGED_TITLES))?;
            settings::bump_change_mark(tx)
        })?;
        Ok(())
    }

    fn publish(&self) -> Result<Taken> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nas-origin"));
        command
            .arg("publish")
            .current_dir(self.folder.path())
            .env("RUST_LOG", "error")
            .env("NAS_ORIGIN_DATA_DIR", self.data_dir())
            .env("NAS_ORIGIN_PUBLISH__STORE", format!("file://{}", self.objects().display()));
        measure(&mut command)
    }

    /// Publishes in this process and prints how long each step takes.
    fn print_steps(&self) -> Result<()> {
        let library = Library::open(&self.data_dir())?;
        let store = format!("file://{}", self.objects().display());
        let config: PublishConfig = serde_json::from_value(json!({ "store": store }))?;
        let steps = Steps::default();
        publish(&PublishJob {
            library: &library,
            config: &config,
            force: false,
            takeover: false,
            access: None,
            progress: &steps,
        })?;
        steps.step("done");
        let steps = steps.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        for step in steps.windows(2) {
            let [(name, began), (_, ended)] = step else { continue };
            println!("{:>7.2} s  {name}", (*ended - *began).as_secs_f64());
        }
        Ok(())
    }

    /// Seconds that copying the published database takes.
    fn vacuum(&self) -> Result<f64> {
        let plain = self.folder.path().join("plain.db");
        let copy = self.folder.path().join("copy.db");
        let manifest = Manifest::from_bytes(&fs::read(self.objects().join("manifest.json"))?)?;
        let blob = self.objects().join(&manifest.database.key);
        zstd::stream::copy_decode(fs::File::open(blob)?, fs::File::create(&plain)?)
            .context("unpacking the database")?;
        let database = Connection::open(&plain)?;
        let started = Instant::now();
        database.execute("VACUUM INTO ?", [copy.to_string_lossy()])?;
        let secs = started.elapsed().as_secs_f64();
        fs::remove_file(&copy)?;
        fs::remove_file(&plain)?;
        Ok(secs)
    }
}

/// Notes when each step began.
#[derive(Default)]
struct Steps(Mutex<Vec<(&'static str, Instant)>>);

impl PublishProgress for Steps {
    fn step(&self, what: &'static str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((what, Instant::now()));
    }

    fn covers_planned(&self, _covers: usize) {}

    fn cover_done(&self) {}
}
