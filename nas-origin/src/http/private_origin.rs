//! `GET|HEAD /api/private-origin/stream/{token}`.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, Uri};
use axum::response::IntoResponse;
use jiff::Timestamp;
use snapshot_format::token::log_name;

use crate::metrics::METRICS;
use crate::state::Origin;
use crate::stream::StreamError;

/// Sends the file that the token names. The token is taken from the path as it came: it has one spelling.
pub(super) async fn get_stream(
    State(origin): State<Origin>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let token = uri.path().rsplit('/').next().unwrap_or_default();
    let answer = origin.streams.answer(token, &method, &headers, Timestamp::now()).await;
    let response = answer.unwrap_or_else(|error| {
        log(token, &error);
        error.into_response()
    });
    METRICS.count_stream(response.status());
    response
}

fn log(token: &str, error: &StreamError) {
    let token = log_name(token);
    if error.is_trouble() {
        let cause = std::error::Error::source(error).map(ToString::to_string);
        tracing::warn!(token, cause, "a stream was not sent: {error}");
    } else {
        tracing::debug!(token, "a stream was not sent: {error}");
    }
}
