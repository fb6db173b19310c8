//! What the benchmarks share: an edge over a database file, the bare route that it is compared with, and two kinds of
//! load, `wrk` for requests per second and one request at a time for how long each takes.

#![expect(dead_code, reason = "each benchmark uses its part")]

pub(crate) mod load;
pub(crate) mod pace;
pub(crate) mod queries;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use catalog_core::ports::ReadResult;
use public_edge::config::Config;
use public_edge::queries::{Queries, open_reader};
use public_edge::snapshot::current::{Generation, Reader, ReaderSource};
use public_edge::snapshot::store::Stores;
use public_edge::state::Edge;
use serde_json::json;
use snapshot_format::Manifest;
use tokio::net::TcpListener;

/// A file that every query thread opens for itself.
struct Database(PathBuf);

impl ReaderSource for Database {
    fn open(&self) -> ReadResult<Reader> {
        open_reader(&self.0)
    }
}

/// The routes of an edge that serves this database and keeps so much of rendered answers.
pub(crate) fn edge(database: &Path, cache: &str) -> anyhow::Result<Router> {
    let toml = format!("[snapshot]\nstore = \"file:///nowhere\"\n[cache]\nmax_bytes = \"{cache}\"\n");
    let mut config = Config::from_toml(&toml)?;
    config.snapshot.cache_dir = std::env::temp_dir();
    let stores = Stores::open(&config.snapshot)?;
    let edge = Edge::new(config, stores, Queries::start_on_all_cores()?);
    edge.snapshots.replace(Generation::new(manifest(database)?, Box::new(Database(database.to_owned()))));
    Ok(public_edge::http::router(edge))
}

/// A manifest that names no real object; nothing asks for it.
fn manifest(database: &Path) -> anyhow::Result<Manifest> {
    let sql = "SELECT value FROM catalog_counts WHERE name = 'albums'";
    let albums: i64 = rusqlite::Connection::open(database)?.query_row(sql, (), |row| row.get(0))?;
    let digest = "ab".repeat(32);
    Ok(serde_json::from_value(json!({
        "snapshot_id": "snap-playlists-0-tracks-0-abababababababab", "generated_at": "2026-01-02T03:04:05Z",
        "schema_version": 1, "playlist_count": 0, "track_count": 0, "file_count": 0, "cover_count": 0, "format": 1,
        "sequence": 1, "min_reader_version": 1, "album_count": albums, "artist_count": 0,
        "database": { "sha256": digest, "size_bytes": 1, "key": "blobs/ab/x.db", "stored_bytes": 1 },
    }))?)
}

/// The floor: one route that answers these bytes to everything.
pub(crate) fn bare(body: Bytes) -> Router {
    let body = Arc::new(body);
    Router::new().fallback(move || async move { ([(CONTENT_TYPE, "application/json")], Bytes::clone(&body)) })
}

/// Serves on a port of its own.
pub(crate) async fn start(router: Router) -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("no port is free")?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

/// The middle one.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// A call of the Subsonic API.
pub(crate) fn rest(operation: &str, parameters: &str) -> String {
    format!("/rest/{operation}?{parameters}&f=json&v=1.16.1&c=bench")
}
