//! The routes as clients meet them: headers, conditions and redirects, over a catalog in a file.

mod caching;
mod covers;
mod listeners;
mod metrics;
mod playback;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use axum::response::Response;
use tower::ServiceExt;

/// What came back.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    /// A header, empty when it is not there.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }

    pub(super) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    /// Status and code of a native error.
    fn error(&self) -> (u16, String) {
        let body: serde_json::Value = serde_json::from_slice(&self.body).expect("JSON");
        (self.status.as_u16(), body["error"]["code"].as_str().expect("a code").to_owned())
    }
}

async fn get(router: &Router, path: &str) -> Answer {
    ask(router, Method::GET, path, &[]).await
}

/// Asks, and leaves the body to be read.
pub(super) async fn begin(router: &Router, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
    let request = Request::builder().method(method).uri(path);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    router.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("an answer")
}

pub(super) async fn ask(router: &Router, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let (head, body) = begin(router, method, path, headers).await.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    Answer { status: head.status, headers: head.headers, body }
}
