//! A web server over a publisher's folder: ETags, 304, ranges, and faults on order.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::{StreamExt, stream};
use snapshot_format::Sha256Hex;

/// What goes wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// The next whole object breaks off after this many bytes.
    CutOnce(usize),
    /// Every answer breaks off before its first byte.
    CutAlways,
    /// The next object comes whole, with a bit flipped.
    FlipOnce,
    /// The next whole object is another one, and breaks off after this many bytes.
    OtherOnce(usize),
    /// Every answer is 503.
    Down,
    /// What begins so goes on for ever.
    Endless(&'static str),
    /// What begins so stops in the middle, and the line stays open.
    Stalled(&'static str),
}

/// A request: its path, its Range, and the status it got.
type Request = (String, Option<String>, u16);

#[derive(Clone)]
pub(crate) struct WebStore {
    pub(crate) address: SocketAddr,
    folder: PathBuf,
    fault: Arc<Mutex<(&'static str, Fault)>>,
    ignores_ranges: Arc<AtomicBool>,
    log: Arc<Mutex<Vec<Request>>>,
}

impl WebStore {
    /// Serves a folder on a free port of the loopback until the test ends.
    pub(crate) async fn start(folder: &std::path::Path) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let store = Self {
            address: listener.local_addr().expect("an address"),
            folder: folder.to_owned(),
            fault: Arc::new(Mutex::new(("blobs/", Fault::None))),
            ignores_ranges: Arc::default(),
            log: Arc::default(),
        };
        let router = Router::new().route("/{*key}", get(get_object)).with_state(store.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        store
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Has a database go wrong.
    pub(crate) fn break_with(&self, fault: Fault) {
        self.break_objects("blobs/", fault);
    }

    /// Has an object below `prefix` go wrong.
    pub(crate) fn break_objects(&self, prefix: &'static str, fault: Fault) {
        *self.fault.lock().expect("the fault") = (prefix, fault);
    }

    /// Answers every request with the whole object from now on.
    pub(crate) fn ignore_ranges(&self) {
        self.ignores_ranges.store(true, Ordering::Relaxed);
    }

    /// Requests for objects below `prefix`: their Range and status.
    pub(crate) fn requests(&self, prefix: &str) -> Vec<(Option<String>, u16)> {
        let log = self.log.lock().expect("the log");
        let below = log.iter().filter(|(key, _, _)| key.starts_with(prefix));
        below.map(|(_, range, status)| (range.clone(), *status)).collect()
    }

    fn answer(&self, key: &str, headers: &HeaderMap) -> Response {
        let mut ordered = self.fault.lock().expect("the fault");
        let (prefix, fault) = *ordered;
        if fault == Fault::Down {
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
        let Ok(mut bytes) = std::fs::read(self.folder.join(key)) else { return StatusCode::NOT_FOUND.into_response() };
        let mut e_tag = format!("\"{}\"", Sha256Hex::of(&bytes).short());
        if headers.get(header::IF_NONE_MATCH).is_some_and(|known| *known == *e_tag) {
            return StatusCode::NOT_MODIFIED.into_response();
        }
        if headers.get(header::IF_MATCH).is_some_and(|known| *known != *e_tag) {
            return StatusCode::PRECONDITION_FAILED.into_response();
        }
        let size = bytes.len();
        let is_broken = key.starts_with(prefix);
        if is_broken && fault == Fault::CutAlways {
            return cut(&[], size, &e_tag);
        }
        if let Some(from) = range_start(headers)
            && !self.ignores_ranges.load(Ordering::Relaxed)
        {
            let range = format!("bytes {from}-{}/{size}", size - 1);
            let rest = Bytes::copy_from_slice(&bytes[from..]);
            let is_stalled = matches!(fault, Fault::Stalled(prefix) if key.starts_with(prefix));
            let body = if is_stalled { stalled(Bytes::new()) } else { Body::from(rest) };
            return (StatusCode::PARTIAL_CONTENT, [(header::CONTENT_RANGE, range), (header::ETAG, e_tag)], body)
                .into_response();
        }
        match fault {
            Fault::Endless(prefix) if key.starts_with(prefix) => return Body::from_stream(endless()).into_response(),
            Fault::Stalled(prefix) if key.starts_with(prefix) => {
                let half = Bytes::copy_from_slice(&bytes[..size / 2]);
                return ([(header::CONTENT_LENGTH, size.to_string())], stalled(half)).into_response();
            }
            Fault::Endless(_) | Fault::Stalled(_) => return ([(header::ETAG, e_tag)], bytes).into_response(),
            _ => {}
        }
        if !is_broken {
            return ([(header::ETAG, e_tag)], bytes).into_response();
        }
        ordered.1 = Fault::None;
        match fault {
            Fault::CutOnce(at) => return cut(&bytes[..at], size, &e_tag),
            Fault::OtherOnce(at) => {
                bytes.reverse();
                "\"another\"".clone_into(&mut e_tag);
                return cut(&bytes[..at], size, &e_tag);
            }
            Fault::FlipOnce => bytes[size / 2] ^= 1,
            _ => {}
        }
        ([(header::ETAG, e_tag)], bytes).into_response()
    }
}

async fn get_object(State(store): State<WebStore>, Path(key): Path<String>, headers: HeaderMap) -> Response {
    let response = store.answer(&key, &headers);
    let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok()).map(str::to_owned);
    store.log.lock().expect("the log").push((key, range, response.status().as_u16()));
    response
}

fn range_start(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::RANGE)?.to_str().ok()?.strip_prefix("bytes=")?.split('-').next()?.parse().ok()
}

/// A part of an answer, after which nothing comes and nothing ends.
fn stalled(part: Bytes) -> Body {
    Body::from_stream(stream::once(async { Ok::<_, std::io::Error>(part) }).chain(stream::pending()))
}

/// More than anyone could keep, a blank at a time.
fn endless() -> impl futures::Stream<Item = std::io::Result<Bytes>> {
    stream::repeat_with(|| Ok(Bytes::from_static(&[b' '; 16 * 1024])))
}

/// An answer that announces the whole and breaks off.
fn cut(part: &[u8], size: usize, e_tag: &str) -> Response {
    let part = Bytes::copy_from_slice(part);
    let broken = async {
        // The server sends what it has whenever the body makes it wait.
        tokio::task::yield_now().await;
        Err(std::io::Error::other("the cable"))
    };
    let body = Body::from_stream(stream::once(async { Ok(part) }).chain(stream::once(broken)));
    let headers = [(header::CONTENT_LENGTH, size.to_string()), (header::ETAG, e_tag.to_owned())];
    (headers, body).into_response()
}
