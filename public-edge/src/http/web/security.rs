//! What browsers may do with a page.

use axum::extract::Request;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// Nothing but this edge's own scripts and styles runs, and nothing inline.
///
/// Pictures and audio may come from anywhere: where they lie (the store's public base, a backend's own base, the NAS,
/// a playlist's external picture) is the catalog's word and changes with each snapshot, 302 included. They cannot run
/// anything, the catalog holds `http` and `https` addresses only, and a page over HTTPS gets no plain `http` anyway.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: http:; \
    media-src 'self' https: http:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const RULES: [(HeaderName, HeaderValue); 3] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// The layer around every page and asset.
pub(in crate::http) async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().extend(RULES);
    response
}
