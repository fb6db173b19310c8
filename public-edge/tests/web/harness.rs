//! An edge over a catalog in memory, and a listener who asks it.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderName, Request, StatusCode};
use catalog_core::ports::ReadResult;
use catalog_core::testing::{FakeReader, MemoryCatalog};
use public_edge::config::Config;
use public_edge::http;
use public_edge::queries::Queries;
use public_edge::snapshot::current::{Generation, Reader, ReaderSource};
use public_edge::snapshot::store::Stores;
use public_edge::state::Edge;
use snapshot_format::manifest::{Database, Encoding, FORMAT, snapshot_id};
use snapshot_format::{Manifest, Sha256Hex, keys};
use tower::ServiceExt;

/// No page of a test is larger.
const MAX_PAGE_BYTES: usize = 4 << 20;

struct InMemory(Arc<MemoryCatalog>);

impl ReaderSource for InMemory {
    fn open(&self) -> ReadResult<Reader> {
        Ok(Box::new(FakeReader::new(MemoryCatalog::clone(&self.0))))
    }
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// An edge that has not received a snapshot. Its store is the folder `store`.
pub(crate) fn waiting_edge(store: &std::path::Path) -> Edge {
    let secret = "s".repeat(32);
    let text = format!(
        "[snapshot]\nstore = 'file://{0}'\ncache_dir = '{0}/cache'\n\
         [playback]\norigin_url = 'https://nas.example'\ntoken_key = {{ id = 1, secret = '{secret}' }}\n",
        store.display()
    );
    let config = Config::from_toml(&text).expect("a configuration");
    let stores = Stores::open(&config.snapshot).expect("a store");
    Edge::new(config, stores, Queries::start(1).expect("a query thread"))
}

/// An edge that serves a catalog.
pub(crate) fn edge_over(catalog: MemoryCatalog, store: &std::path::Path) -> Edge {
    let edge = waiting_edge(store);
    edge.snapshots.replace(Generation::new(manifest(), Box::new(InMemory(Arc::new(catalog)))));
    edge
}

/// The routes of an edge over a catalog.
pub(crate) fn site_over(catalog: MemoryCatalog) -> Router {
    http::router(edge_over(catalog, &std::env::temp_dir()))
}

/// Asks for a page as a browser does.
pub(crate) async fn get(site: &Router, path: &str, language: &str) -> Answer {
    let request = Request::get(path).header("Accept-Language", language).body(Body::empty()).expect("a request");
    let response = site.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, MAX_PAGE_BYTES).await.expect("a body");
    let body = String::from_utf8(bytes.to_vec()).unwrap_or_default();
    Answer { status: parts.status, headers: parts.headers, body }
}

fn manifest() -> Manifest {
    let sha256 = Sha256Hex::of(b"in memory");
    Manifest {
        snapshot_id: snapshot_id(3, 36, &sha256),
        generated_at: "2026-01-02T03:04:05Z".parse().expect("a time"),
        schema_version: 1,
        playlist_count: 3,
        track_count: 36,
        file_count: 37,
        cover_count: 4,
        format: FORMAT,
        sequence: 1,
        publisher_id: Some("0011223344556677".to_owned()),
        expires_at: None,
        min_reader_version: 1,
        album_count: 8,
        artist_count: 4,
        database: Database {
            key: keys::blob(&sha256),
            sha256,
            size_bytes: 1,
            encoding: Some(Encoding::Zstd),
            stored_bytes: 1,
        },
        deltas: Vec::new(),
        access: None,
        public_base_url: None,
        signatures: Vec::new(),
    }
}
