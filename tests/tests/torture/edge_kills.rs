//! An edge is killed at every step of a refresh, and at random.
//!
//! R1 to R3 are decided by the store, which knows what it has answered. R4 and R5 are nobody's but the edge's: there the
//! moment is when its cache folder shows what the step before did, as soon as somebody looks.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use e2e_tests::reader;
use e2e_tests::rig::{EdgeFolder, Rig};
use e2e_tests::s3::{Asked, BUCKET, Fault, S3Server};
use e2e_tests::seed::{Chance, rounds};
use e2e_tests::victim::{self, Victim};
use serde_json::Value;

use crate::PLANE;

/// Time between two looks at a cache folder.
const LOOK_EVERY: Duration = Duration::from_micros(200);

/// When an edge is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// R1: the manifest is asked for.
    ManifestAsked,
    /// R3: the manifest was followed, and the database is asked for.
    DatabaseAsked,
    /// R3: so many hundredths of the database were sent, less than all.
    Sent(u8),
    /// R4: all of the database is in a file.
    Downloaded,
    /// R5: the file has its lasting name.
    Named,
    /// R5: what is served is on record.
    Recorded,
    /// After so long.
    After(Duration),
}

impl Moment {
    /// Whether the edge waits for the store until it is killed.
    fn is_held(self) -> bool {
        match self {
            Self::ManifestAsked | Self::DatabaseAsked | Self::Sent(_) => true,
            Self::Downloaded | Self::Named | Self::Recorded | Self::After(_) => false,
        }
    }
}

const MOMENTS: [Moment; 8] = [
    Moment::ManifestAsked,
    Moment::DatabaseAsked,
    Moment::Sent(0),
    Moment::Sent(40),
    Moment::Sent(99),
    Moment::Downloaded,
    Moment::Named,
    Moment::Recorded,
];

#[test]
fn killed_at_every_step_of_a_refresh() -> Result<()> {
    let (scene, mut missed) = (Scene::new()?, 0);
    for (number, moment) in MOMENTS.into_iter().enumerate() {
        // Every moment once for the command; the daemon, which refreshes in the same way, at every other one.
        for command in ["fetch", "serve"].into_iter().take(1 + number % 2) {
            let hit = scene.play(moment, command).with_context(|| format!("{command} killed at {moment:?}"))?;
            ensure!(hit || !moment.is_held(), "{moment:?} was missed");
            missed += u32::from(!hit);
        }
    }
    eprintln!("{missed} kills came too late");
    Ok(())
}

#[test]
fn killed_at_random() -> Result<()> {
    let (scene, mut chance) = (Scene::new()?, Chance::seeded());
    scene.rig.change()?;
    scene.rig.nas.publish()?;
    let began = Instant::now();
    scene.edge.fetch()?;
    let longest = u64::try_from(began.elapsed().as_micros())? * 5 / 4;
    let (rounds, mut killed) = (rounds(8), 0);
    for round in 0..rounds {
        let moment = Moment::After(Duration::from_micros(chance.below(longest)));
        killed += u32::from(scene.play(moment, "fetch").with_context(|| format!("round {round}, {moment:?}"))?);
    }
    eprintln!("{killed} of {rounds} fetches were killed");
    Ok(())
}

/// A publisher, its bucket and an edge.
struct Scene {
    server: S3Server,
    rig: Rig,
    edge: Edge,
}

/// An edge that has run before.
struct Edge {
    folder: EdgeFolder,
}

impl Scene {
    fn new() -> Result<Self> {
        let server = S3Server::start()?;
        let rig = Rig::on_bucket(PLANE, &server)?;
        rig.nas.publish()?;
        let edge = Edge { folder: EdgeFolder::new(PLANE, &format!("s3://{BUCKET}"), &server.store_options())? };
        edge.fetch()?;
        Ok(Self { server, rig, edge })
    }

    /// Publishes, lets the edge refresh and kills it meanwhile; says whether that was in time.
    fn play(&self, moment: Moment, command: &str) -> Result<bool> {
        let old = self.edge.cached()?;
        self.rig.change()?;
        let new = self.rig.nas.publish()?.snapshot_id;
        let size_bytes = self.database_bytes()?;
        let target: Arc<Mutex<Option<Victim>>> = Arc::default();
        self.break_at(moment, &target);
        let cache = self.edge.folder.cache();
        let before = Shown::of(&cache);
        let ended = victim::run(self.edge.folder.command(&[command]), |started| {
            *target.lock().expect("a victim") = Some(started.clone());
            if let Some(due) = due(moment, before, size_bytes) {
                thread::spawn(move || kill_when(&started, &cache, &due));
            }
        })?;
        self.server.behave();
        let found = self.edge.cached()?;
        ensure!(found == old || found == new, "the cache holds {found}, neither {old} nor {new}");
        ensure!(ended.is_killed() || ended.status.success(), "{ended:?}");
        self.edge.serves_alone(&found)?;
        ensure!(self.edge.fetch()? == new, "the next run took something else than {new}");
        Ok(ended.is_killed())
    }

    /// What the store does to kill the edge.
    fn break_at(&self, moment: Moment, target: &Arc<Mutex<Option<Victim>>>) {
        let target = Arc::clone(target);
        self.server.misbehave(move |asked: &Asked| {
            let (manifest, blob) = (asked.path.ends_with("/manifest.json"), is_database(asked));
            let victim = Arc::clone(&target);
            let kill = move || victim.lock().expect("a victim").iter().for_each(Victim::kill);
            match moment {
                Moment::ManifestAsked if manifest => kill(),
                Moment::DatabaseAsked if blob => kill(),
                Moment::Sent(hundredths) if blob => return Some(Fault::Cut(hundredths, Box::new(kill))),
                _ => return None,
            }
            Some(Fault::LoseRequest)
        });
    }

    fn database_bytes(&self) -> Result<u64> {
        let manifest: Value = serde_json::from_slice(&fs::read(self.rig.objects.join("manifest.json"))?)?;
        manifest["database"]["size_bytes"].as_u64().context("a size")
    }
}

/// Whole, or as a patch of the one before.
fn is_database(asked: &Asked) -> bool {
    asked.path.contains("/blobs/") || asked.path.contains("/deltas/")
}

/// What a cache folder shows from outside.
#[derive(Clone, PartialEq, Eq)]
struct Shown {
    databases: Vec<String>,
    state: Option<Vec<u8>>,
    largest_download: u64,
}

impl Shown {
    fn of(cache: &Path) -> Self {
        let mut shown =
            Self { databases: Vec::new(), state: fs::read(cache.join("state.json")).ok(), largest_download: 0 };
        for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with("snapshot-") {
                shown.databases.push(name);
            } else if name.starts_with("download-") {
                let bytes = entry.metadata().map_or(0, |meta| meta.len());
                shown.largest_download = shown.largest_download.max(bytes);
            }
        }
        shown.databases.sort();
        shown
    }
}

type Due = Box<dyn Fn(&Shown) -> bool + Send>;

/// What is waited for when the store can't tell.
fn due(moment: Moment, before: Shown, size_bytes: u64) -> Option<Due> {
    let is_named = move |shown: &Shown| shown.databases.iter().any(|name| !before.databases.contains(name));
    let state = before.state;
    match moment {
        Moment::Downloaded => Some(Box::new(move |shown| shown.largest_download >= size_bytes || is_named(shown))),
        Moment::Named => Some(Box::new(is_named)),
        Moment::Recorded => Some(Box::new(move |shown| shown.state != state)),
        Moment::After(time) => {
            let began = Instant::now();
            Some(Box::new(move |_| began.elapsed() >= time))
        }
        Moment::ManifestAsked | Moment::DatabaseAsked | Moment::Sent(_) => None,
    }
}

fn kill_when(victim: &Victim, cache: &Path, due: &Due) {
    while victim.is_alive() && !due(&Shown::of(cache)) {
        thread::sleep(LOOK_EVERY);
    }
    victim.kill();
}

impl Edge {
    /// Runs `public-edge fetch` with nothing in the way, and gives what it took. Nothing else is left in the cache.
    fn fetch(&self) -> Result<String> {
        let said = victim::run(self.folder.command(&["fetch", "--json"]), drop)?.done()?;
        let id = serde_json::from_str::<Value>(&said)?["snapshot_id"].as_str().context("an id")?.to_owned();
        ensure!(self.cached()? == id, "what was fetched is cached");
        let names = self.names()?;
        ensure!(names.len() == 3, "a lock, a state and a database, not {names:?}");
        Ok(id)
    }

    /// The snapshot that the cache names, whose file must be whole.
    fn cached(&self) -> Result<String> {
        let cache = self.folder.cache();
        let state: Value = serde_json::from_slice(&fs::read(cache.join("state.json")).context("state.json")?)?;
        let live = &state["live"];
        let file = live["file"].as_str().context("a file")?;
        let bytes = fs::read(cache.join(file)).with_context(|| file.to_owned())?;
        let database = &live["manifest"]["database"];
        ensure!(Some(&*reader::sha256(&bytes)) == database["sha256"].as_str(), "{file} isn't what the state says");
        Ok(live["manifest"]["snapshot_id"].as_str().context("an id")?.to_owned())
    }

    /// A daemon that reaches no store serves what is cached.
    fn serves_alone(&self, id: &str) -> Result<()> {
        let config = self.folder.load()?;
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(async {
            let (edge, mut refresher) = public_edge::serve::open(config)?;
            ensure!(refresher.serve_last_good().await, "nothing is served");
            let Some(served) = edge.snapshots.load() else { bail!("nothing is served") };
            ensure!(served.manifest.snapshot_id == id, "{} is served", served.manifest.snapshot_id);
            Ok(())
        })
    }

    fn names(&self) -> Result<Vec<PathBuf>> {
        fs::read_dir(self.folder.cache())?.map(|entry| Ok(entry?.path())).collect()
    }
}
