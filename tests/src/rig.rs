//! A catalog that changes, the command that publishes it, and a look from outside at what that left in the store.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::music::{self, Song};
use crate::nas::Nas;
use crate::reader::{self, Whole};
use crate::s3::{BUCKET, S3Server};
use crate::victim::{self, Ended, Victim};

/// Albums of the catalog: a change replaces one of them.
const ALBUMS: u32 = 4;

/// A NAS whose `nas-origin` runs in processes of its own.
pub struct Rig {
    /// The catalog and its music.
    pub nas: Nas,
    /// The store as a folder.
    pub objects: PathBuf,
    /// The program that is both planes.
    program: PathBuf,
    config: PathBuf,
    round: Cell<u32>,
}

impl Rig {
    /// A NAS that publishes to a folder of its own.
    ///
    /// # Errors
    /// Folders or the catalog can't be made.
    pub fn on_folder(program: &str) -> Result<Self> {
        let nas = Nas::new()?;
        let (objects, store) = (nas.objects(), nas.store());
        Self::new(program, nas, objects, &store, &json!({}))
    }

    /// A NAS that publishes to a bucket.
    ///
    /// # Errors
    /// Folders or the catalog can't be made.
    pub fn on_bucket(program: &str, server: &S3Server) -> Result<Self> {
        let store = format!("s3://{BUCKET}");
        let nas = Nas::publishing_to(&store, &server.store_options())?;
        Self::new(program, nas, server.bucket(), &store, &server.store_options())
    }

    /// A NAS that publishes to any folder.
    ///
    /// # Errors
    /// Folders or the catalog can't be made.
    pub fn on_any_folder(program: &str, objects: &Path) -> Result<Self> {
        let store = format!("file://{}", objects.display());
        let nas = Nas::publishing_to(&store, &json!({}))?;
        Self::new(program, nas, objects.to_owned(), &store, &json!({}))
    }

    fn new(program: &str, nas: Nas, objects: PathBuf, store: &str, store_options: &Value) -> Result<Self> {
        let settings = json!({
            "data_dir": nas.data_dir(),
            "publish": { "store": store, "store_options": store_options, "keep_snapshots": 2, "gc_grace": "10m" },
        });
        let config = victim::write_config(nas.folder(), "nas-origin.toml", &settings)?;
        let rig = Self { nas, objects, program: program.into(), config, round: Cell::new(0) };
        for _ in 0..ALBUMS {
            rig.change()?;
        }
        Ok(rig)
    }

    /// Gives one of the albums another title and cover, and gives the titles that there are now.
    ///
    /// # Errors
    /// The files or the catalog can't be written.
    pub fn change(&self) -> Result<BTreeSet<String>> {
        let round = self.round.get();
        self.round.set(round + 1);
        let folder = self.nas.music().join((round % ALBUMS).to_string());
        let (title, album) = (format!("title {round}"), format!("album {round}"));
        let song = Song { title: &title, artist: "周南", album: &album, track: Some(1), ..Song::default() };
        music::write(&folder.join("1.wav"), u16::try_from(round % 5000)?, &song)?;
        let [high, low] = u16::try_from(round % 60000)?.to_be_bytes();
        image::RgbImage::from_pixel(200, 200, image::Rgb([high, low, 90])).save(folder.join("cover.png"))?;
        self.nas.import()?;
        let first = (round + 1).saturating_sub(ALBUMS);
        Ok((first..=round).map(|round| format!("title {round}")).collect())
    }

    /// `nas-origin` with its configuration.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = victim::command(&self.program, "nas-origin");
        command.arg("--config").arg(&self.config).args(arguments);
        command
    }

    /// `publish`, which says each step as it begins and aborts when one of a name does.
    ///
    /// # Errors
    /// It can't be started.
    pub fn publish_until(&self, step: &str) -> Result<Ended> {
        let mut command = victim::command(&self.program, "publish-until");
        command.arg(&self.config).arg(step);
        victim::run(command, drop)
    }

    /// `nas-origin publish`, handed over as soon as it runs.
    ///
    /// # Errors
    /// It can't be started.
    pub fn publish(&self, started: impl FnOnce(Victim)) -> Result<Ended> {
        victim::run(self.command(&["publish", "--json"]), started)
    }

    /// The live snapshot, which must be whole.
    ///
    /// # Errors
    /// It isn't.
    pub fn live(&self) -> Result<Option<Whole>> {
        reader::read_live(&self.objects)
    }

    /// Sees that a run that broke off left the old snapshot or the new one, and says whether it is the new one.
    ///
    /// # Errors
    /// It is neither, or not whole.
    pub fn is_new(&self, old: Option<&Whole>, titles: &BTreeSet<String>) -> Result<bool> {
        let live = self.live()?;
        if live.as_ref() == old {
            return Ok(false);
        }
        let Some(live) = live else { bail!("the snapshot is gone") };
        ensure!(live.titles == *titles, "live is neither the old snapshot nor the new one: {live:?}");
        ensure!(old.is_none_or(|old| old.sequence < live.sequence), "the sequence went back");
        Ok(true)
    }

    /// Publishes once more with nothing in the way, and sees that it ends well.
    ///
    /// # Errors
    /// It doesn't.
    pub fn converge(&self, titles: &BTreeSet<String>) -> Result<Whole> {
        self.publish(drop)?.done()?;
        let Some(live) = self.live()? else { bail!("nothing is live") };
        ensure!(live.titles == *titles, "the next run published something else: {live:?}");
        let left = fs::read_dir(self.nas.data_dir().join("work")).map_or(0, Iterator::count);
        ensure!(left == 0, "{left} work folders are left");
        Ok(live)
    }

    /// Makes all that is in the store old, sweeps, and sees that nothing is left but what whole snapshots name.
    ///
    /// # Errors
    /// Something is left, or something is missing.
    pub fn sweep(&self) -> Result<()> {
        self.age(Duration::from_hours(1))?;
        // Few snapshots: what killed runs left may be more than half.
        victim::run(self.command(&["snapshots", "gc", "--force", "--json"]), drop)?.done()?;
        let live = self.live()?;
        let kept = reader::read_history(&self.objects)?;
        ensure!(live.is_none_or(|live| kept.contains(&live)), "the live snapshot is in the history");
        let named: BTreeSet<String> = kept.iter().flat_map(|snapshot| snapshot.keys.iter().cloned()).collect();
        let there = reader::list_objects(&self.objects)?;
        let orphans: Vec<_> = there.difference(&named).collect();
        ensure!(orphans.is_empty(), "a sweep left {orphans:?}");
        Ok(())
    }

    /// Dates everything in the store back.
    fn age(&self, by: Duration) -> Result<()> {
        let then = SystemTime::now() - by;
        for entry in WalkDir::new(&self.objects) {
            let entry = entry?;
            if entry.file_type().is_file() {
                File::options().append(true).open(entry.path())?.set_modified(then)?;
            }
        }
        Ok(())
    }
}

/// A folder for an edge's cache and configuration.
pub struct EdgeFolder {
    _folder: TempDir,
    cache: PathBuf,
    config: PathBuf,
    program: PathBuf,
}

impl EdgeFolder {
    /// An edge that reads a store.
    ///
    /// # Errors
    /// The folder can't be made.
    pub fn new(program: &str, store: &str, store_options: &Value) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let cache = folder.path().join("cache");
        Self::over(program, folder, &cache, store, store_options)
    }

    /// An edge that keeps its cache in any folder.
    ///
    /// # Errors
    /// The configuration can't be written.
    pub fn with_cache(program: &str, cache: &Path, store: &str, store_options: &Value) -> Result<Self> {
        Self::over(program, tempfile::tempdir()?, cache, store, store_options)
    }

    fn over(program: &str, folder: TempDir, cache: &Path, store: &str, store_options: &Value) -> Result<Self> {
        let settings = json!({
            "listen": "127.0.0.1:0",
            // Small, so that it is soon full and what grows is not the cache.
            "cache": { "max_bytes": "4MiB" },
            "snapshot": {
                "store": store, "store_options": store_options, "poll_interval": "100ms", "cache_dir": cache,
            },
        });
        let config = victim::write_config(folder.path(), "public-edge.toml", &settings)?;
        Ok(Self { _folder: folder, cache: cache.to_owned(), config, program: program.into() })
    }

    /// The cache folder.
    pub fn cache(&self) -> PathBuf {
        self.cache.clone()
    }

    /// The configuration, for an edge in the test's own process.
    ///
    /// # Errors
    /// It isn't understood.
    pub fn load(&self) -> Result<public_edge::config::Config> {
        Ok(public_edge::config::Config::load(Some(&self.config))?)
    }

    /// `public-edge` with its configuration.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = victim::command(&self.program, "public-edge");
        command.arg("--config").arg(&self.config).args(arguments);
        command
    }
}
