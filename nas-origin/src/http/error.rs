//! The one shape of an error's body: `{"error":{"code","message"}}`.

use axum::Json;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Value, json};

/// An error as the outside sees it; nobody keeps it.
pub(crate) fn json_error(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    answer(status, json!({ "error": { "code": code, "message": message } }))
}

/// An error that names the job which is at it.
pub(crate) fn job_error(status: StatusCode, code: &str, message: &str, job_id: i64) -> Response<Body> {
    answer(status, json!({ "error": { "code": code, "message": message }, "job_id": job_id }))
}

fn answer(status: StatusCode, body: Value) -> Response<Body> {
    let headers = [
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, headers, Json(body)).into_response()
}
