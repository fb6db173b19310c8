//! `/healthz`: the process lives. `/readyz`: listeners can be served, and how fresh what they get is.
//!
//! Both say which snapshot is served. Neither names a host, a folder or a secret.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use serde::Serialize;
use snapshot_format::Manifest;

use crate::snapshot::LastRefresh;
use crate::state::Edge;

/// The routes of this part.
pub(super) fn router() -> Router<Edge> {
    Router::new().route("/healthz", get(get_healthz)).route("/readyz", get(get_readyz))
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
    snapshot_id: Option<String>,
    sequence: Option<u64>,
}

#[derive(Serialize)]
struct Readiness {
    status: &'static str,
    snapshot_id: Option<String>,
    sequence: Option<u64>,
    generated_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    is_stale: bool,
    refreshed_at: Option<Timestamp>,
    reasons: Vec<String>,
}

async fn get_healthz(State(edge): State<Edge>) -> Response {
    let served = edge.snapshots.load();
    let health = Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
        snapshot_id: served.as_ref().map(|served| served.manifest.snapshot_id.clone()),
        sequence: served.as_ref().map(|served| served.manifest.sequence),
    };
    answer(StatusCode::OK, &health)
}

async fn get_readyz(State(edge): State<Edge>) -> Response {
    let served = edge.snapshots.load();
    let status = if served.is_some() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let manifest = served.as_ref().map(|served| &served.manifest);
    answer(status, &readiness(manifest, &edge.refresh.load(), Timestamp::now()))
}

/// What is ready, and each reason why it isn't or may be old. A stale snapshot is served: old music is better than none.
fn readiness(manifest: Option<&Manifest>, last: &LastRefresh, now: Timestamp) -> Readiness {
    let is_stale = manifest.is_some_and(|manifest| manifest.is_expired(now));
    let none = manifest.is_none().then(|| "no snapshot has been fetched yet".to_owned());
    let stale = is_stale.then(|| "the snapshot has expired: the publisher has not renewed it".to_owned());
    let failed = last.error.as_ref().map(|error| format!("the last refresh failed: {error}"));
    Readiness {
        status: if manifest.is_some() { "ready" } else { "not_ready" },
        snapshot_id: manifest.map(|manifest| manifest.snapshot_id.clone()),
        sequence: manifest.map(|manifest| manifest.sequence),
        generated_at: manifest.map(|manifest| manifest.generated_at),
        expires_at: manifest.and_then(|manifest| manifest.expires_at),
        is_stale,
        refreshed_at: last.succeeded_at,
        reasons: [none, stale, failed].into_iter().flatten().collect(),
    }
}

fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
