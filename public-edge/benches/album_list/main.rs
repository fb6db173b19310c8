//! `getAlbumList2` of a large snapshot: 500 albums against a bare axum route with a body of that size, each kind of list at
//! random places; and 20 albums at the last page against the first, one request at a time.
//!
//! `cargo bench -p public-edge --bench album_list -- DATABASE [ROUNDS [LIST]]`, where DATABASE is a `catalog_read.db`, as
//! `export-snapshot` writes and `public-edge fetch` leaves in its cache folder; LIST is the only one to be measured. To
//! reach: 45 % for what clients ask most (newest, most played), 22 % for any order, 75 % from the cache; the last page's
//! p99 at most 1.3 times the first's. After as many albums as a list has, the edge has printed the newest and the most
//! played whole and cuts answers from that (ADR 0020); the other orders show what printing each answer takes.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[path = "../rig/mod.rs"]
mod rig;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use axum::Router;
use rig::pace::{Pace, get};
use rig::{load, median, rest};
use serde_json::Value;

const ROUNDS: usize = 5;
/// Requests at each end of the list in a round.
const REQUESTS_AT_AN_END: usize = 400;

/// Requests that are made one at a time.
const PACED: u64 = 3000;

/// Lists by their `type`, those that clients show first foremost.
const LISTS: [&str; 7] =
    ["newest", "frequent", "alphabeticalByName", "alphabeticalByArtist", "byYear", "byGenre", "random"];

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let Some(database) = arguments.next().map(PathBuf::from) else {
        println!("SKIPPED: name a catalog_read.db: cargo bench -p public-edge --bench album_list -- DATABASE [ROUNDS]");
        return Ok(());
    };
    let rounds = arguments.next().map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    let only = arguments.next();
    let uncached = rig::edge(&database, "0")?;
    let lists = Lists::read(&uncached).await?;
    println!("{} albums, {} in the largest genre ({})", lists.albums, lists.genre_albums, lists.genre);
    match &only {
        None => compare_ends(&uncached, &lists, rounds).await?,
        Some(list) => show_pace(&uncached, &lists, list).await?,
    }
    if load::is_there() {
        let is_measured = |list: &&str| only.as_deref().is_none_or(|only| only == *list);
        let measured: Vec<&str> = LISTS.into_iter().filter(is_measured).collect();
        compare_with_bare(&database, uncached, (&lists, &measured), rounds).await?;
    }
    Ok(())
}

/// What there is to list.
struct Lists {
    albums: u64,
    genre: String,
    genre_albums: u64,
}

impl Lists {
    async fn read(router: &Router) -> Result<Self> {
        let answer: Value = serde_json::from_slice(&get(router, &rest("getGenres", "")).await?)?;
        let genres = answer["subsonic-response"]["genres"]["genre"].as_array().context("genres")?.clone();
        let count = |genre: &Value| genre["albumCount"].as_u64().unwrap_or(0);
        let largest = genres.iter().max_by_key(|genre| count(genre)).context("a genre")?;
        let genre = largest["value"].as_str().context("a name")?.to_owned();
        Ok(Self { albums: count_albums(router).await?, genre, genre_albums: count(largest) })
    }

    /// A list of so many albums; `{}` is its offset.
    fn url(&self, list: &str, size: u64) -> String {
        let genre = url::form_urlencoded::byte_serialize(self.genre.as_bytes()).collect::<String>();
        let parameters = format!("type={list}&size={size}&offset={{}}&fromYear=1&toYear=9999&genre={genre}");
        rest("getAlbumList2", &parameters)
    }

    /// How many places such a list can begin at and be full.
    fn places(&self, list: &str) -> u64 {
        let albums = if list == "byGenre" { self.genre_albums } else { self.albums };
        albums.saturating_sub(500)
    }
}

/// The number of albums, by halving: the page behind the last one is empty.
async fn count_albums(router: &Router) -> Result<u64> {
    let (mut below, mut end) = (0, 1 << 24);
    while below < end {
        let middle = u64::midpoint(below, end);
        let url = rest("getAlbumList2", &format!("type=alphabeticalByName&size=1&offset={middle}"));
        let answer: Value = serde_json::from_slice(&get(router, &url).await?)?;
        let is_there = answer["subsonic-response"]["albumList2"]["album"][0].is_object();
        if is_there { below = middle + 1 } else { end = middle }
    }
    Ok(below)
}

/// How long 500 albums of a list take, one request at a time: tells changes to the code apart on a machine that is busy.
async fn show_pace(router: &Router, lists: &Lists, list: &str) -> Result<()> {
    let mut pace = Pace::default();
    let step = lists.places(list) / PACED + 1;
    for place in 0..PACED {
        pace.ask(router, &lists.url(list, 500).replace("{}", &(place * step).to_string())).await?;
    }
    let [fastest, low, middle] = [0, 10, 50].map(|hundredths| pace.percentile(hundredths));
    println!("{list:<22} 500 albums, one request at a time: fastest {fastest:.3?}, p10 {low:.3?}, p50 {middle:.3?}");
    Ok(())
}

/// Twenty albums at the first and at the last page, in turn.
async fn compare_ends(router: &Router, lists: &Lists, rounds: usize) -> Result<()> {
    for list in ["newest", "alphabeticalByName", "byYear"] {
        let url = |offset: u64| lists.url(list, 20).replace("{}", &offset.to_string());
        let ends = [url(0), url(lists.albums.saturating_sub(20))];
        let mut ratios = Vec::new();
        for _ in 0..rounds {
            let mut paces = [Pace::default(), Pace::default()];
            for _ in 0..REQUESTS_AT_AN_END {
                for (pace, url) in paces.iter_mut().zip(&ends) {
                    pace.ask(router, url).await?;
                }
            }
            let [first, last] = paces.map(|pace| pace.percentile(99).as_secs_f64());
            ratios.push(last / first);
        }
        println!("{list:<22} 20 albums: p99 at the last page is {:.2} x the first's", median(ratios));
    }
    Ok(())
}

/// Five hundred albums of each list at random places, against as many bytes from a bare route.
async fn compare_with_bare(
    database: &Path,
    uncached: Router,
    (lists, measured): (&Lists, &[&str]),
    rounds: usize,
) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let body = get(&uncached, &lists.url("newest", 500).replace("{}", "0")).await?;
    println!("500 albums are {} bytes of JSON", body.len());
    let floor = rig::start(rig::bare(body)).await?;
    let (uncached, cached) = (rig::start(uncached).await?, rig::start(rig::edge(database, "64MiB")?).await?);
    let mut asked = vec![("bare axum route".to_owned(), format!("http://{floor}/"), None)];
    for list in measured {
        let script = load::random(folder.path(), list, &[lists.url(list, 500)], lists.places(list))?;
        asked.push(((*list).to_owned(), format!("http://{uncached}"), Some(script)));
    }
    let one = format!("http://{cached}{}", lists.url("newest", 500).replace("{}", "0"));
    asked.push(("newest, cached".to_owned(), one, None));
    let mut figures = vec![Vec::new(); asked.len()];
    for _ in 0..rounds {
        for (figures, (_, url, script)) in figures.iter_mut().zip(&asked) {
            figures.push(load::run(url.clone(), script.clone()).await?);
        }
    }
    let medians: Vec<f64> = figures.into_iter().map(median).collect();
    for ((name, ..), figure) in asked.iter().zip(&medians) {
        println!("{name:<22} {figure:>8.0} requests/s  {:>5.1} % of bare", 100.0 * figure / medians[0]);
    }
    Ok(())
}
