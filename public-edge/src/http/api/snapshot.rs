//! `/api/v1/snapshot` and the API's own description.

use axum::Json;
use axum::http::header::{CONTENT_TYPE, HeaderName};
use snapshot_format::Manifest;

use crate::queries::View;

/// The `OpenAPI` file; a test compares it with the routes and the answers.
pub(super) const DESCRIPTION: &str = include_str!("openapi.json");

/// `GET /api/v1/snapshot`: the manifest being served.
pub(super) async fn get_snapshot(view: View) -> Json<Manifest> {
    Json(view.generation().manifest.clone())
}

/// `GET /api/openapi.json`.
pub(super) async fn get_description() -> ([(HeaderName, &'static str); 1], &'static str) {
    ([(CONTENT_TYPE, "application/json")], DESCRIPTION)
}
