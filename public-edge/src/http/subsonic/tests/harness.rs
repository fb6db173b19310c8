//! An edge over a catalog in memory, and a listener that calls it.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use catalog_core::ports::{CatalogReader, ReadResult};
use catalog_core::testing::{FakeReader, sample_catalog};
use serde_json::Value;
use snapshot_format::Manifest;
use tower::ServiceExt;

use super::sameness::Element;
use crate::config::Config;
use crate::queries::Queries;
use crate::snapshot::current::{Generation, ReaderSource};
use crate::snapshot::store::Stores;
use crate::state::Edge;

/// Calls an edge.
pub(super) struct Listener {
    router: Router,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

struct Sample;

impl ReaderSource for Sample {
    fn open(&self) -> ReadResult<Box<dyn CatalogReader>> {
        Ok(Box::new(FakeReader::new(sample_catalog())))
    }
}

impl Listener {
    pub(super) fn without_snapshot() -> Self {
        Self { router: crate::http::router(edge()) }
    }

    pub(super) fn of_sample_catalog() -> Self {
        let edge = edge();
        edge.snapshots.replace(Generation::new(manifest(), Box::new(Sample)));
        Self { router: crate::http::router(edge) }
    }

    pub(super) async fn get(&self, call: &str) -> Answer {
        self.request(Method::GET, call, &[], "").await
    }

    /// The envelope of a call in JSON.
    pub(super) async fn get_json(&self, call: &str) -> Value {
        let separator = if call.contains('?') { '&' } else { '?' };
        self.get(&format!("{call}{separator}f=json")).await.json()
    }

    pub(super) async fn get_from(&self, address: &str, call: &str) -> Answer {
        let mut request = Request::get(format!("/rest/{call}")).body(Body::empty()).expect("a request");
        let peer = SocketAddr::new(address.parse().expect("an address"), 1);
        request.extensions_mut().insert(ConnectInfo(peer));
        self.send(request).await
    }

    pub(super) async fn post(&self, call: &str, form: &str) -> Answer {
        self.request(Method::POST, call, &[("content-type", "application/x-www-form-urlencoded")], form).await
    }

    pub(super) async fn request(&self, method: Method, call: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/rest/{call}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).expect("a request")).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (head, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        Answer { status: head.status, headers: head.headers, body: String::from_utf8(body.to_vec()).expect("text") }
    }
}

impl Answer {
    /// A header, empty when it is not there.
    pub(super) fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    }

    /// The envelope of JSON.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str::<Value>(&self.body).expect("JSON")["subsonic-response"].take()
    }

    /// The code of the error that an XML answer holds.
    pub(super) fn code(&self) -> u32 {
        Element::read(&self.body).error_code().unwrap_or_else(|| panic!("an error in {}", self.body))
    }
}

fn edge() -> Edge {
    let config = Config::from_toml("[snapshot]\nstore = \"file:///nowhere\"\n").expect("a configuration");
    let stores = Stores::open(&config.snapshot).expect("stores");
    Edge::new(config, stores, Queries::start(1).expect("a thread"))
}

fn manifest() -> Manifest {
    let digest = "ab".repeat(32);
    serde_json::from_value(serde_json::json!({
        "snapshot_id": "snap-playlists-1-tracks-4-abababababababab",
        "generated_at": "2026-01-02T03:04:05Z",
        "schema_version": 1,
        "playlist_count": 1,
        "track_count": 4,
        "file_count": 4,
        "cover_count": 1,
        "format": 1,
        "sequence": 7,
        "min_reader_version": 1,
        "album_count": 2,
        "artist_count": 2,
        "database": {
            "sha256": digest,
            "size_bytes": 1,
            "key": format!("blobs/ab/{digest}.db"),
            "stored_bytes": 1,
        },
    }))
    .expect("a manifest")
}
