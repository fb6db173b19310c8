//! `getAlbum` against a bare axum route that answers a body of the same size, with `wrk` as the load.
//!
//! Prints requests per second as medians of interleaved rounds: the floor, random albums without a cache, one album
//! from the cache; and the ratios to the floor, which should be 25 % and 75 % at least.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod database;
#[path = "../rig/mod.rs"]
mod rig;

use std::net::SocketAddr;

use rig::pace::get;
use rig::{load, median, rest};

/// Albums in the database, of [`database::TRACKS_PER_ALBUM`] tracks each.
const ALBUMS: u32 = 2_000;
const ROUNDS: usize = 7;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    if !load::is_there() {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("catalog_read.db");
    database::create(&path, ALBUMS)?;
    let (uncached, cached) = (rig::edge(&path, "0")?, rig::edge(&path, "64MiB")?);
    let body = get(&cached, &album("1")).await?;
    println!("getAlbum: {} tracks, {} bytes of JSON", database::TRACKS_PER_ALBUM, body.len());
    let (floor, uncached, cached) =
        (rig::start(rig::bare(body)).await?, rig::start(uncached).await?, rig::start(cached).await?);
    let random = load::random(folder.path(), "random", &[album("{}")], u64::from(ALBUMS) + 1)?;
    let url = |address: SocketAddr| format!("http://{address}{}", album("1"));
    let asked = [(url(floor), None), (url(uncached), Some(random)), (url(cached), None)];
    let mut figures = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (figures, (url, script)) in figures.iter_mut().zip(&asked) {
            figures.push(load::run(url.clone(), script.clone()).await?);
        }
    }
    let [floor, random, hot] = figures.map(median);
    println!("bare axum route   {floor:>9.0} requests/s");
    println!("random, uncached  {random:>9.0} requests/s  {:>5.1} % of it", 100.0 * random / floor);
    println!("one, cached       {hot:>9.0} requests/s  {:>5.1} % of it", 100.0 * hot / floor);
    Ok(())
}

fn album(number: &str) -> String {
    rest("getAlbum", &format!("id=al-{number}"))
}
