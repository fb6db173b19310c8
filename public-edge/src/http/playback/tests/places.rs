//! A server that has a file, and much else that a place on the web may answer.

use std::convert::Infallible;
use std::future::pending;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::routing::get;
use futures::stream::{self, StreamExt};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

use patient_listener::Patience;

/// The file.
pub(super) static FILE: &[u8] = &[7; 1000];
const ETAG: &str = "\"file\"";

/// A running server; it ends with the test.
pub(super) struct Place {
    base: String,
    seen: Seen,
    _running: DropGuard,
}

#[derive(Clone, Default)]
struct Seen {
    asked: Arc<Mutex<Vec<(Method, HeaderMap)>>>,
    ended: CancellationToken,
}

impl Place {
    pub(super) async fn start() -> Self {
        let seen = Seen::default();
        let routes = Router::new()
            .route("/file", get(file))
            .route("/hop", get(async || found("/file")))
            .route("/loop", get(async || found("/loop")))
            .route("/to-a-file", get(async || found("file:///etc/passwd")))
            .route("/to-ftp", get(async || found("ftp://a.example/b")))
            .route("/status/{status}", get(status))
            .route("/encoded", get(async || ([(header::CONTENT_ENCODING, "gzip")], "not asked for")))
            .route("/page", get(page))
            .route("/endless", get(endless))
            .route("/silent", get(async || pending::<()>().await))
            .route("/stalling", get(stalling))
            .layer(from_fn_with_state(seen.clone(), note))
            .with_state(seen.clone());
        let running = CancellationToken::new();
        let base = serve_until(routes, running.clone()).await;
        Self { base, seen, _running: running.drop_guard() }
    }

    /// An address where nobody listens.
    pub(super) async fn nobody() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        format!("http://{}/file", listener.local_addr().expect("an address"))
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    /// The last request, as it came.
    pub(super) fn last_asked(&self) -> (Method, HeaderMap) {
        self.seen.asked.lock().expect("not poisoned").last().expect("a request").clone()
    }

    /// Waits until an answer of `/endless` was given up.
    pub(super) async fn endless_one_ended(&self) {
        self.seen.ended.cancelled().await;
    }
}

/// Serves as the daemon does, until the test ends.
pub(super) async fn serve(router: Router) -> String {
    serve_until(router, CancellationToken::new()).await
}

async fn serve_until(router: Router, cancel: CancellationToken) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(patient_listener::serve(listener, router, Patience::default(), cancel));
    base
}

async fn note(State(seen): State<Seen>, request: Request, next: Next) -> Response {
    let asked = (request.method().clone(), request.headers().clone());
    seen.asked.lock().expect("not poisoned").push(asked);
    next.run(request).await
}

/// Ranges and conditions, as far as the tests ask for them.
async fn file(headers: HeaderMap) -> Response {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let common = [(header::ETAG, ETAG), (header::ACCEPT_RANGES, "bytes"), (header::CONTENT_TYPE, "audio/flac")];
    if text(header::IF_NONE_MATCH) == Some(ETAG) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    let range = text(header::RANGE).filter(|_| text(header::IF_RANGE).is_none_or(|etag| etag == ETAG));
    match range.map(read_range) {
        None => (common, FILE).into_response(),
        Some((first, last)) if first < FILE.len() => {
            let range = format!("bytes {first}-{last}/{}", FILE.len());
            (StatusCode::PARTIAL_CONTENT, common, [(header::CONTENT_RANGE, range)], &FILE[first..=last]).into_response()
        }
        Some(_) => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{}", FILE.len()))];
            (StatusCode::RANGE_NOT_SATISFIABLE, range, "no such range").into_response()
        }
    }
}

fn read_range(range: &str) -> (usize, usize) {
    let (first, last) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')).expect("a range");
    (first.parse().expect("a number"), last.parse().unwrap_or(FILE.len() - 1))
}

fn found(location: &'static str) -> impl IntoResponse {
    (StatusCode::FOUND, [(header::LOCATION, location)])
}

async fn status(Path(status): Path<u16>) -> StatusCode {
    StatusCode::from_u16(status).expect("a status")
}

async fn page() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "text/html"), (header::SET_COOKIE, "a=b")];
    (AppendHeaders(headers), "<script>alert(1)</script>")
}

/// One piece, and nothing more.
async fn stalling() -> Response {
    let piece = stream::once(async { Ok::<_, Infallible>(Bytes::from_static(FILE)) });
    Body::from_stream(piece.chain(stream::pending())).into_response()
}

/// Bytes for as long as anyone takes them.
async fn endless(State(seen): State<Seen>) -> Response {
    let ends = seen.ended.drop_guard();
    let pieces = stream::repeat(Bytes::from_static(FILE)).map(move |piece| {
        let _held = &ends;
        Ok::<_, Infallible>(piece)
    });
    let mut response = Body::from_stream(pieces).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("audio/flac"));
    response
}
