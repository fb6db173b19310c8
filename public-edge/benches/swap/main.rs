//! What listeners notice of a swap: answers that fail, the slowest of a hundred, the longest time without an answer.
//!
//! `cargo bench -p public-edge --bench swap -- STORE [SWAPS]` with the folder that a large catalog was published to twice
//! at least. The last two snapshots take turns, under sequences of the benchmark's own; the edge follows with the deltas
//! that there are. The load is steady, not as much as goes: so many albums by chance a second on so many connections.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[path = "../edge_process/mod.rs"]
#[expect(dead_code, reason = "the other benchmark needs the rest")]
mod edge_process;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use snapshot_format::Manifest;
use snapshot_format::signature::SigningKey;

use edge_process::{EdgeFolder, EdgeProcess, OwnStore};

const SWAPS: u64 = 6;
const CONNECTIONS: u64 = 16;
/// Between two requests of a connection: 800 requests a second in all.
const PAUSE: Duration = Duration::from_millis(20);
/// Before each swap.
const STEADY: Duration = Duration::from_secs(4);
/// The swap's second.
const AROUND: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let Some(published) = arguments.next().map(PathBuf::from) else {
        println!("SKIPPED: name the folder that a catalog was published to twice");
        return Ok(());
    };
    let swaps = arguments.next().map_or(Ok(SWAPS), |swaps| swaps.parse())?;
    let folder = tempfile::tempdir()?;
    let snapshots = last_two(&published)?;
    let store = OwnStore::over(&published, folder.path().join("store"), Some(SigningKey::from_seed(&[7; 32])))?;
    store.publish(&snapshots[0])?;
    let url = format!("file://{}", store.folder.display());
    let edge = EdgeFolder::create(folder.path().join("edge"), &store, &url)?.serve()?;
    edge.first_answer("/api/v1/albums?limit=1").await?;
    let load = Arc::new(Load::new(&edge, snapshots[0].album_count)?);
    let clients: Vec<_> = (0..CONNECTIONS).map(|number| tokio::spawn(ask(Arc::clone(&load), number))).collect();
    let mut turns = Vec::new();
    for turn in 1..=swaps {
        tokio::time::sleep(STEADY).await;
        let next = &snapshots[usize::try_from(turn % 2)?];
        let manifest = Manifest { sequence: snapshots[0].sequence.max(snapshots[1].sequence) + turn, ..next.clone() };
        let began = load.began.elapsed();
        store.publish(&manifest)?;
        turns.push((began, load.until_shown(&manifest.snapshot_id).await?));
    }
    tokio::time::sleep(AROUND).await;
    load.is_over.store(true, Ordering::Relaxed);
    for client in clients {
        client.await?;
    }
    report(&load, &turns);
    Ok(())
}

/// The manifests of the last two databases in the history, the older one first.
fn last_two(published: &Path) -> Result<[Manifest; 2]> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(published.join("history"))?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    entries.sort();
    let read = |path: &PathBuf| -> Result<Manifest> { Ok(Manifest::from_bytes(&fs::read(path)?)?) };
    let manifests: Vec<Manifest> = entries.iter().rev().take(2).map(read).collect::<Result<_>>()?;
    let [new, old] = <[Manifest; 2]>::try_from(manifests).ok().context("the history has a single snapshot")?;
    ensure!(new.database.sha256 != old.database.sha256, "both snapshots have one database");
    Ok([old, new])
}

type Answer = (Duration, Duration);

struct Load {
    client: reqwest::Client,
    url: String,
    albums: u64,
    is_over: AtomicBool,
    failed: AtomicU64,
    began: Instant,
    /// When each answer was there, from the beginning of the load, and how long it took.
    answers: Mutex<Vec<Answer>>,
}

impl Load {
    fn new(edge: &EdgeProcess, albums: u64) -> Result<Self> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let url = format!("http://{}", edge.address);
        let (is_over, failed) = (AtomicBool::new(false), AtomicU64::new(0));
        Ok(Self { client, url, albums, is_over, failed, began: Instant::now(), answers: Mutex::default() })
    }

    async fn get(&self, path: &str) -> Result<String> {
        Ok(self.client.get(format!("{}{path}", self.url)).send().await?.error_for_status()?.text().await?)
    }

    /// When a snapshot was first seen to be served.
    async fn until_shown(&self, id: &str) -> Result<Duration> {
        while !self.get("/api/v1/snapshot").await?.contains(id) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(self.began.elapsed())
    }
}

async fn ask(load: Arc<Load>, number: u64) {
    tokio::time::sleep(PAUSE.mul_f64(f64::from(u32::try_from(number).unwrap_or(0)) / 16.0)).await;
    let mut ticks = tokio::time::interval(PAUSE);
    while !load.is_over.load(Ordering::Relaxed) {
        ticks.tick().await;
        let album = rand::random_range(1..=load.albums);
        let began = Instant::now();
        if load.get(&format!("/rest/getAlbum?id=al-{album}&f=json&v=1.16.1&c=bench")).await.is_err() {
            load.failed.fetch_add(1, Ordering::Relaxed);
        }
        let answer = (load.began.elapsed(), began.elapsed());
        load.answers.lock().unwrap_or_else(PoisonError::into_inner).push(answer);
    }
}

fn report(load: &Load, turns: &[(Duration, Duration)]) {
    let mut answers = load.answers.lock().unwrap_or_else(PoisonError::into_inner).clone();
    answers.sort();
    let within = |from: Duration, to: Duration| -> Vec<Answer> {
        answers.iter().filter(|(at, _)| (from..to).contains(at)).copied().collect()
    };
    let steady: Vec<Vec<_>> = turns.iter().map(|(began, _)| within(began.saturating_sub(STEADY / 2), *began)).collect();
    let busy: Vec<Vec<_>> = turns.iter().map(|(began, shown)| within(*began, shown.saturating_sub(AROUND))).collect();
    let swapping: Vec<Vec<_>> =
        turns.iter().map(|(_, shown)| within(shown.saturating_sub(AROUND), *shown + AROUND)).collect();
    let took: Vec<f64> = turns.iter().map(|(began, shown)| shown.saturating_sub(*began).as_secs_f64()).collect();
    println!("{} answers, {} failed, {} swaps", answers.len(), load.failed.load(Ordering::Relaxed), turns.len());
    println!("from manifest to swap: {:.2} s", median(took));
    let [steady, busy, swapping] = [steady, busy, swapping].map(|parts| (p99_ms(&parts), gap_ms(&parts)));
    println!("steady:            p99 {:.2} ms, longest time without an answer {:.1} ms", steady.0, steady.1);
    println!("while it fetches:  p99 {:.2} ms, {:.1} ms", busy.0, busy.1);
    println!("the swap's second: p99 {:.2} ms, {:.1} ms", swapping.0, swapping.1);
    println!(
        "p99 {:.2} x (to reach: 2); without an answer {:+.1} ms (to reach: 5)",
        swapping.0 / steady.0,
        swapping.1 - steady.1
    );
}

/// The median over the swaps of the slowest answer of a hundred.
fn p99_ms(parts: &[Vec<Answer>]) -> f64 {
    let p99 = |part: &Vec<Answer>| {
        let mut took: Vec<Duration> = part.iter().map(|(_, took)| *took).collect();
        took.sort();
        took.get(took.len() * 99 / 100).map(Duration::as_secs_f64)
    };
    1000.0 * median(parts.iter().filter_map(p99).collect())
}

/// The median over the swaps of the longest time between two answers.
fn gap_ms(parts: &[Vec<Answer>]) -> f64 {
    let longest = |part: &Vec<Answer>| {
        let gaps =
            part.windows(2).filter_map(|pair| Some(pair.get(1)?.0.saturating_sub(pair.first()?.0).as_secs_f64()));
        gaps.max_by(f64::total_cmp)
    };
    1000.0 * median(parts.iter().filter_map(longest).collect())
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
