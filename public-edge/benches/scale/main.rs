//! What a thousand times more music costs: the same requests to an edge over a small snapshot and over a large one, and the
//! memory that the edge takes for the large one.
//!
//! `cargo bench -p public-edge --bench scale -- SMALL LARGE [ROUNDS]`, both a `catalog_read.db`. To reach: every p99 of
//! the large one at most 1.5 times the small one's; 64 MiB of anonymous memory without the configured cache.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[path = "../rig/mod.rs"]
mod rig;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use axum::Router;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rig::pace::{Pace, get};
use rig::{load, median, queries, rest};

const ROUNDS: usize = 5;
/// Requests of a kind in a round.
const REQUESTS: usize = 300;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let (Some(small), Some(large)) = (arguments.next().map(PathBuf::from), arguments.next().map(PathBuf::from)) else {
        println!("SKIPPED: name two catalog_read.db: cargo bench -p public-edge --bench scale -- SMALL LARGE [ROUNDS]");
        return Ok(());
    };
    let rounds = arguments.next().map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    // First, while nothing else has taken memory.
    if load::is_there() {
        show_memory(&large).await?;
    }
    compare(&small, &large, rounds).await
}

/// An edge, how much it serves, and what is searched for there.
struct Shelf {
    router: Router,
    albums: u64,
    artists: u64,
    queries: Vec<queries::Query>,
}

impl Shelf {
    async fn open(database: &Path, cache: &str) -> Result<Self> {
        let router = rig::edge(database, cache)?;
        let [albums, artists] = [count(database, "albums")?, count(database, "artists")?];
        // Rendered once, as it is for the first listener of a snapshot.
        get(&router, &rest("getArtists", "")).await?;
        Ok(Self { router, albums, artists, queries: queries::of(database)? })
    }

    /// A request of a kind, drawn by lot.
    fn url(&self, kind: &str, random: &mut StdRng) -> String {
        let albums = self.albums.saturating_sub(500).max(1);
        if let Some(searched) = kind.strip_prefix(SEARCH_OF) {
            let query = self.queries.iter().find(|(name, _)| *name == searched);
            return search(query.map_or("", |(_, query)| query));
        }
        match kind {
            "getAlbum" => rest(kind, &format!("id=al-{}", random.random_range(1..=self.albums))),
            "getArtist" => rest(kind, &format!("id=ar-{}", random.random_range(1..=self.artists))),
            "getArtists, cached" => rest("getArtists", ""),
            "search3" => search(&self.queries[random.random_range(0..self.queries.len())].1),
            list => {
                let (order, size) = list.split_once(' ').unwrap_or((list, "20"));
                let offset = random.random_range(0..albums);
                rest("getAlbumList2", &format!("type={order}&size={size}&offset={offset}"))
            }
        }
    }
}

/// Stands before the name of a kind of query.
const SEARCH_OF: &str = "search3: ";

fn search(query: &str) -> String {
    let query = url::form_urlencoded::byte_serialize(query.as_bytes()).collect::<String>();
    rest("search3", &format!("query={query}"))
}

const KINDS: [&str; 7] =
    ["getAlbum", "newest 20", "alphabeticalByName 20", "newest 500", "getArtist", "getArtists, cached", "search3"];

/// A count that the snapshot has of its own things.
fn count(database: &Path, name: &str) -> Result<u64> {
    let connection = rusqlite::Connection::open(database)?;
    let count: i64 =
        connection.query_row("SELECT value FROM catalog_counts WHERE name = ?", [name], |row| row.get(0))?;
    Ok(u64::try_from(count)?)
}

/// All kinds of requests, then each kind of query by itself with the bytes that it brings: a larger catalog has more to find.
async fn compare(small: &Path, large: &Path, rounds: usize) -> Result<()> {
    let uncached = [Shelf::open(small, "0").await?, Shelf::open(large, "0").await?];
    let cached = [Shelf::open(small, "64MiB").await?, Shelf::open(large, "64MiB").await?];
    for kind in KINDS {
        let shelves = if kind.ends_with("cached") { &cached } else { &uncached };
        println!("{kind:<24} {}", compare_kind(kind, shelves, rounds).await?);
    }
    for (name, _) in &uncached[0].queries {
        let kind = format!("{SEARCH_OF}{name}");
        let compared = compare_kind(&kind, &uncached, rounds).await?;
        let mut bytes = [0, 0];
        for (bytes, shelf) in bytes.iter_mut().zip(&uncached) {
            *bytes = get(&shelf.router, &shelf.url(&kind, &mut StdRng::seed_from_u64(1))).await?.len();
        }
        println!("  {name:<22} {compared}; {} bytes, {} bytes", bytes[0], bytes[1]);
    }
    Ok(())
}

/// Asks both in turn.
async fn compare_kind(kind: &str, shelves: &[Shelf; 2], rounds: usize) -> Result<String> {
    let mut random = StdRng::seed_from_u64(1);
    let (mut ratios, mut highs) = (Vec::new(), [Vec::new(), Vec::new()]);
    for _ in 0..rounds {
        let mut paces = [Pace::default(), Pace::default()];
        for _ in 0..REQUESTS {
            for (pace, shelf) in paces.iter_mut().zip(shelves) {
                pace.ask(&shelf.router, &shelf.url(kind, &mut random)).await?;
            }
        }
        let [small, large] = paces.map(|pace| pace.percentile(99).as_secs_f64() * 1e6);
        ratios.push(large / small);
        highs[0].push(small);
        highs[1].push(large);
    }
    let [small, large] = highs.map(median);
    let ratio = median(ratios);
    Ok(format!("p99 {small:>6.0} us at the small one, {large:>6.0} us at the large: {ratio:.2} x"))
}

/// The memory of this process, which is an edge and little else, after listeners asked for everything.
async fn show_memory(large: &Path) -> Result<()> {
    let [albums, artists, tracks] = [count(large, "albums")?, count(large, "artists")?, count(large, "tracks")?];
    let at_rest = anonymous_kib()?;
    let address = rig::start(rig::edge(large, "0")?).await?;
    let folder = tempfile::tempdir()?;
    let mix = [
        rest("getAlbumList2", "type=newest&size=500&offset={}"),
        rest("getAlbum", "id=al-{}"),
        rest("getArtist", "id=ar-{}"),
        rest("search3", "query=s&songOffset={}"),
        rest("getRandomSongs", "size=100&r={}"),
        rest("getSong", "id=tr-{}"),
    ];
    let end = albums.min(artists).min(tracks);
    let script = load::random(folder.path(), "mix", &mix, end)?;
    load::run(format!("http://{address}"), Some(script)).await?;
    let mixed = anonymous_kib()?;
    for operation in ["getArtists", "getIndexes", "getGenres", "getPlaylists"] {
        let response = reqwest::get(format!("http://{address}{}", rest(operation, ""))).await?;
        response.error_for_status()?.bytes().await?;
    }
    let whole = anonymous_kib()?;
    println!("anonymous memory: {at_rest} KiB at rest, {mixed} KiB after a mix on 32 connections, {whole} KiB after");
    println!("  the answers that list everything too; the edge's cache is off");
    Ok(())
}

/// `RssAnon` of this process.
fn anonymous_kib() -> Result<u64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).context("RssAnon")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
