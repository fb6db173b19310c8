//! Cross-origin requests: anyone's page may read, nobody's credentials are sent (DESIGN section 11).

use axum::body::Body;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;

/// The headers of every answer.
pub(super) async fn expose(mut response: Response<Body>) -> Response<Body> {
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let exposed = HeaderValue::from_static("Content-Range, Content-Length, Accept-Ranges, ETag");
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    response
}

/// What a browser asks before a request with a `Range`.
pub(super) async fn preflight() -> impl IntoResponse {
    allowed("GET, HEAD, OPTIONS", "Range, Content-Type")
}

/// What a browser asks before a call of the owner's API: a token is sent by the page that has it, never by itself.
pub(super) fn api_preflight() -> Response<Body> {
    let headers = "Authorization, Content-Type, If-Match, If-None-Match, Range";
    allowed("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS", headers).into_response()
}

fn allowed(methods: &'static str, headers: &'static str) -> impl IntoResponse {
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, methods),
        (ACCESS_CONTROL_ALLOW_HEADERS, headers),
        (ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    (StatusCode::NO_CONTENT, headers)
}
