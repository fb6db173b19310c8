//! `search3` of a large snapshot, uncached, one request at a time: how long each kind of query takes, and whether all is
//! found that LIKE finds.
//!
//! `cargo bench -p public-edge --bench search -- DATABASE [ROUNDS]`, where DATABASE is a `catalog_read.db`. To reach over
//! the whole set: p99 at most 2 ms, the slowest kind of query at most 5 ms; and 100 % of what LIKE finds.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

#[path = "../rig/mod.rs"]
mod rig;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use catalog_core::ports::SearchKind;
use public_edge::queries::open_reader;
use rig::pace::Pace;
use rig::queries::{self, Names};
use rig::rest;
use rusqlite::Connection;

/// Times that each query is asked.
const ROUNDS: usize = 200;
/// Parts of names whose recall is looked at, of each kind.
const RECALLED: usize = 60;
/// A search can be paged so deep.
const MAX_HITS: usize = 10_000;

const LIKE: &str = "SELECT song_id FROM catalog_tracks WHERE ' ' || name LIKE ?1 OR ' ' || singers LIKE ?1 \
     OR name LIKE ?2 OR singers LIKE ?2 LIMIT 20000";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let Some(database) = arguments.next().map(PathBuf::from) else {
        println!("SKIPPED: name a catalog_read.db: cargo bench -p public-edge --bench search -- DATABASE [ROUNDS]");
        return Ok(());
    };
    let rounds = arguments.next().map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    measure(&database, rounds).await?;
    recall(&database)
}

async fn measure(database: &Path, rounds: usize) -> Result<()> {
    let router = rig::edge(database, "0")?;
    let mut all = Pace::default();
    let mut slowest = Duration::ZERO;
    for (kind, query) in queries::of(database)? {
        let encoded = url::form_urlencoded::byte_serialize(query.as_bytes()).collect::<String>();
        let url = rest("search3", &format!("query={encoded}"));
        let mut pace = Pace::default();
        for _ in 0..rounds {
            pace.ask(&router, &url).await?;
        }
        let [middle, high] = [50, 99].map(|hundredths| pace.percentile(hundredths));
        println!("{kind:<22} p50 {middle:>9.3?}  p99 {high:>9.3?}  {query}");
        slowest = slowest.max(high);
        all.merge(pace);
    }
    let [middle, high] = [50, 99].map(|hundredths| all.percentile(hundredths));
    println!("all: p50 {middle:.3?}, p99 {high:.3?}; the slowest kind's p99 {slowest:.3?}");
    Ok(())
}

/// Of parts of names common and rare, all tracks that LIKE finds, if a search can be paged to all of them.
fn recall(database: &Path) -> Result<()> {
    let names = Names::read(database)?;
    let [pairs, words] = [&names.pairs, &names.words].map(|parts| {
        let step = (parts.by_count.len() / RECALLED).max(1);
        parts.by_count.iter().step_by(step).map(|(part, _)| part.as_str()).collect::<Vec<_>>()
    });
    compare(database, "Chinese pairs", &pairs, |pair| format!("%{pair}%"))?;
    compare(database, "words", &words, |word| format!("% {word}%"))?;
    let wide: Vec<String> = words.iter().map(|word| format!("{} {word}", &word[..1])).collect();
    let wide: Vec<&str> = wide.iter().map(String::as_str).collect();
    compare(database, "words beside one letter", &wide, |query| {
        format!("% {}%", query.split_once(' ').unwrap_or_default().1)
    })
}

fn compare(database: &Path, what: &str, parts: &[&str], pattern: impl Fn(&str) -> String) -> Result<()> {
    let (connection, reader) = (Connection::open(database)?, open_reader(database)?);
    let mut like = connection.prepare(LIKE)?;
    let (mut wanted, mut missed, mut compared) = (0, 0, 0);
    for part in parts {
        let pattern = pattern(part);
        let expected: HashSet<i64> =
            like.query_map([&pattern, &pattern], |row| row.get(0))?.collect::<Result<_, _>>()?;
        if expected.len() > MAX_HITS {
            continue;
        }
        let found: HashSet<i64> = reader.search(SearchKind::Track, part, 0, 2 * MAX_HITS)?.into_iter().collect();
        compared += 1;
        wanted += expected.len();
        missed += expected.difference(&found).count();
    }
    println!("recall of {compared} {what}: {} of {wanted} tracks that LIKE finds", wanted - missed);
    Ok(())
}
