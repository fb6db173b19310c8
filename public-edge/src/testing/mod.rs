//! A snapshot of any catalog in memory as a real file, and an edge that serves it.

mod rows;

use std::path::{Path, PathBuf};

use axum::Router;
use catalog_core::ports::ReadResult;
use catalog_core::testing::MemoryCatalog;
use rusqlite::Connection;
use snapshot_format::manifest::{Database, FORMAT, Manifest, snapshot_id};
use snapshot_format::read_schema::{SCHEMA_VERSION, index_sql, table_sql};
use snapshot_format::{Sha256Hex, keys};
use tempfile::TempDir;

use crate::config::Config;
use crate::queries::{Queries, open_reader};
use crate::snapshot::current::{Generation, Reader, ReaderSource};
use crate::snapshot::store::Stores;
use crate::state::Edge;

/// Writes a catalog into a read database, as a publisher would.
pub(crate) fn write_snapshot(catalog: &MemoryCatalog, path: &Path) {
    let connection = Connection::open(path).expect("a database");
    connection.execute_batch("PRAGMA journal_mode = off; PRAGMA synchronous = off; BEGIN").expect("settings");
    connection.execute_batch(table_sql()).expect("tables");
    rows::insert(&connection, catalog).expect("rows");
    connection.execute_batch(index_sql()).expect("indexes");
    connection.execute_batch("COMMIT").expect("a commit");
}

/// A reader of a file that goes when the reader does.
pub(crate) fn reader_of(catalog: &MemoryCatalog) -> Reader {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("catalog_read.db");
    write_snapshot(catalog, &path);
    // The open file outlives its name.
    open_reader(&path).expect("a reader")
}

/// A configuration that names a store which isn't there.
pub(crate) const NO_STORE: &str = "[snapshot]\nstore = \"file:///nowhere\"\n";

/// An edge without a snapshot.
pub(crate) fn edge(config: &str) -> Edge {
    let config = Config::from_toml(config).expect("a configuration");
    let stores = Stores::open(&config.snapshot).expect("stores");
    Edge::new(config, stores, Queries::start(1).expect("a thread"))
}

/// A catalog in a file under a manifest that `change` may alter.
pub(crate) fn generation(catalog: &MemoryCatalog, change: impl FnOnce(&mut Manifest)) -> Generation {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("catalog_read.db");
    write_snapshot(catalog, &path);
    let mut manifest = manifest(catalog);
    change(&mut manifest);
    Generation::new(manifest, Box::new(FileReaders { path, _folder: folder }))
}

/// All routes of an edge over a catalog.
pub(crate) fn router_over(catalog: &MemoryCatalog) -> Router {
    router_with(catalog, "")
}

/// All routes of an edge over a catalog, with more settings in TOML.
pub(crate) fn router_with(catalog: &MemoryCatalog, settings: &str) -> Router {
    let edge = edge(&format!("{settings}\n{NO_STORE}"));
    edge.snapshots.replace(generation(catalog, |_| ()));
    crate::http::router(edge)
}

struct FileReaders {
    path: PathBuf,
    _folder: TempDir,
}

impl ReaderSource for FileReaders {
    fn open(&self) -> ReadResult<Reader> {
        open_reader(&self.path)
    }
}

fn manifest(catalog: &MemoryCatalog) -> Manifest {
    let sha256 = Sha256Hex::of(b"the sample");
    let (playlist_count, track_count) = (catalog.playlists.len() as u64, catalog.tracks.len() as u64);
    Manifest {
        snapshot_id: snapshot_id(playlist_count, track_count, &sha256),
        generated_at: "2026-01-02T03:04:05Z".parse().expect("a time"),
        schema_version: SCHEMA_VERSION,
        playlist_count,
        track_count,
        file_count: track_count,
        cover_count: catalog.covers.len() as u64,
        format: FORMAT,
        sequence: 7,
        publisher_id: None,
        expires_at: None,
        min_reader_version: 1,
        album_count: catalog.albums.len() as u64,
        artist_count: catalog.listed_artists().len() as u64,
        database: Database { key: keys::blob(&sha256), sha256, size_bytes: 10, encoding: None, stored_bytes: 10 },
        deltas: Vec::new(),
        access: None,
        public_base_url: None,
        signatures: Vec::new(),
    }
}
