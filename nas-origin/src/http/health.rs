//! `/healthz`: the process answers. `/readyz`: it can do its work, or why not. `/metrics`: what it did.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde_json::json;

use crate::metrics::METRICS;
use crate::state::Origin;

pub(super) async fn get_healthz() -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], Json(json!({ "status": "ok" })))
}

pub(super) async fn get_readyz(State(origin): State<Origin>) -> impl IntoResponse {
    let reasons = origin.find_obstacles().await;
    let (status, word) =
        if reasons.is_empty() { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "not_ready") };
    (status, [(CACHE_CONTROL, "no-store")], Json(json!({ "status": word, "reasons": reasons })))
}

pub(super) async fn get_metrics(State(origin): State<Origin>) -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"), (CACHE_CONTROL, "no-store")];
    (headers, METRICS.render(&origin))
}
