//! Cross-origin reading: any page may read what any listener may (DESIGN section 11), never with credentials.

use axum::extract::Request;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

const HEADERS: [(HeaderName, &str); 2] = [
    (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    (header::ACCESS_CONTROL_EXPOSE_HEADERS, "Accept-Ranges, Content-Length, Content-Range, ETag"),
];
const PREFLIGHT_HEADERS: [(HeaderName, &str); 3] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"),
    (header::ACCESS_CONTROL_ALLOW_HEADERS, "Content-Type, Range"),
    (header::ACCESS_CONTROL_MAX_AGE, "86400"),
];

/// Whether a page asks what it may ask for.
pub(super) fn is_preflight(request: &Request) -> bool {
    *request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to a preflight.
pub(super) fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    set(response.headers_mut(), &HEADERS[..1]);
    set(response.headers_mut(), &PREFLIGHT_HEADERS);
    response
}

/// Lets an answer be read.
pub(super) fn allow_any_origin(headers: &mut HeaderMap) {
    set(headers, &HEADERS);
}

fn set(headers: &mut HeaderMap, added: &[(HeaderName, &'static str)]) {
    for (name, value) in added {
        headers.insert(name.clone(), HeaderValue::from_static(value));
    }
}
