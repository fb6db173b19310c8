//! `getAlbum` against a bare axum route that answers a body of the same size, with `wrk` as the load.
//!
//! Prints requests per second as medians of interleaved rounds: the floor, random albums without a cache, one album
//! from the cache; and the ratios to the floor, which should be 25 % and 75 % at least.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod database;
mod load;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use bytes::Bytes;
use catalog_core::ports::{CatalogReader, ReadResult};
use public_edge::config::Config;
use public_edge::queries::{Queries, open_reader};
use public_edge::snapshot::current::{Generation, ReaderSource};
use public_edge::snapshot::store::Stores;
use public_edge::state::Edge;
use tokio::net::TcpListener;

/// Albums in the database, of [`database::TRACKS_PER_ALBUM`] tracks each.
const ALBUMS: u32 = 2_000;
const ROUNDS: usize = 7;

/// A file that every query thread opens for itself.
struct Database(PathBuf);

impl ReaderSource for Database {
    fn open(&self) -> ReadResult<Box<dyn CatalogReader>> {
        open_reader(&self.0)
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("catalog_read.db");
    database::create(&path, ALBUMS)?;
    let uncached = start(edge(&path, "0")?).await?;
    let cached = start(edge(&path, "64MiB")?).await?;
    let body = reqwest::get(url(cached, 1)).await?.error_for_status()?.bytes().await?;
    let floor = start(bare(body.clone())).await?;
    println!("getAlbum: {} tracks, {} bytes of JSON", database::TRACKS_PER_ALBUM, body.len());
    let random = load::random_albums(folder.path(), ALBUMS)?;
    let mut figures = [Vec::new(), Vec::new(), Vec::new()];
    let urls = [url(floor, 1), url(uncached, 1), url(cached, 1)];
    for _ in 0..ROUNDS {
        for (figures, (url, script)) in figures.iter_mut().zip(urls.iter().zip([None, Some(&random), None])) {
            let (url, script) = (url.clone(), script.cloned());
            figures.push(tokio::task::spawn_blocking(move || load::run(&url, script.as_deref())).await??);
        }
    }
    let [floor, random, hot] = figures.map(median);
    println!("bare axum route   {floor:>9.0} requests/s");
    println!("random, uncached  {random:>9.0} requests/s  {:>5.1} % of it", 100.0 * random / floor);
    println!("one, cached       {hot:>9.0} requests/s  {:>5.1} % of it", 100.0 * hot / floor);
    Ok(())
}

fn url(address: SocketAddr, album: u32) -> String {
    format!("http://{address}/rest/getAlbum?id=al-{album}&f=json&v=1.16.1&c=bench")
}

fn edge(database: &Path, cache: &str) -> anyhow::Result<Router> {
    let toml = format!("[snapshot]\nstore = \"file:///nowhere\"\n[cache]\nmax_bytes = \"{cache}\"\n");
    let config = Config::from_toml(&toml)?;
    let stores = Stores::open(&config.snapshot)?;
    let threads = std::thread::available_parallelism()?.get();
    let edge = Edge::new(config, stores, Queries::start(threads)?);
    edge.snapshots.replace(Generation::new(database::manifest()?, Box::new(Database(database.to_owned()))));
    Ok(public_edge::http::router(edge))
}

fn bare(body: Bytes) -> Router {
    Router::new().route("/rest/getAlbum", get(move || async move { ([(CONTENT_TYPE, "application/json")], body) }))
}

async fn start(router: Router) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("no port is free")?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
