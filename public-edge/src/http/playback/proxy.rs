//! The bytes of a file through this edge, for listeners that can't be sent to them (DESIGN section 10).
//!
//! What is asked for and answered is copied by name, so no credential of a listener reaches the place of the file, and
//! nothing that place says but the file reaches the listener. Bytes are passed on as they come; a listener who leaves
//! drops the body, which closes the connection to the place.

use std::net::IpAddr;
use std::sync::OnceLock;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use futures::StreamExt;
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, redirect};

use super::streams::{Place, Streams};

/// Redirects that are followed: a NAS may know a better place, and a CDN too.
const MAX_REDIRECTS: usize = 4;

const ASKED: [HeaderName; 4] = [header::RANGE, header::IF_RANGE, header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE];
const ANSWERED: [HeaderName; 4] = [header::ACCEPT_RANGES, header::CONTENT_RANGE, header::ETAG, header::LAST_MODIFIED];
const ANSWERED_WITH_BYTES: [HeaderName; 2] = [header::CONTENT_LENGTH, header::CONTENT_DISPOSITION];
const ANY_BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// Fetches files for listeners.
#[derive(Debug)]
pub struct Proxy {
    patience: SourcePatience,
    /// Made for the first file: reading the machine's certificates would hold up the start of every edge.
    client: OnceLock<Option<Client>>,
    streams: Streams,
}

/// How long a place of files is waited for.
#[derive(Clone, Copy, Debug)]
pub struct SourcePatience {
    /// For a connection.
    pub connect: Duration,
    /// For the head of the answer, and from then on between any two pieces of it.
    pub read: Duration,
}

impl Default for SourcePatience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), read: Duration::from_secs(30) }
    }
}

/// Why a file can't be passed on. No message names the place: its address may be a grant.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// All places are taken.
    #[error("too many files are being sent at once, try again later")]
    TooManyStreams,
    /// The listener has a full share of the places.
    #[error("too many files are being sent to this address at once, try again later")]
    TooManyOfListener,
    /// The file is gone from its place.
    #[error("the file is not where it was: its place answered {0}")]
    Missing(StatusCode),
    /// The place has too much to do.
    #[error("the place of the file is busy: it answered {0}")]
    Busy(StatusCode),
    /// Any other answer that is no file.
    #[error("the place of the file answered {0}")]
    Refused(StatusCode),
    /// Compressed bytes, which nobody asked for, and of which ranges mean something else.
    #[error("the place of the file sends it encoded")]
    Encoded,
    /// No answer, or a redirect that isn't followed.
    #[error("the place of the file does not answer")]
    Unreachable(#[source] reqwest::Error),
    /// This machine has no root certificates; the log has said so.
    #[error("this server can't fetch files")]
    NoClient,
}

impl Default for Proxy {
    fn default() -> Self {
        Self::new(SourcePatience::default())
    }
}

impl Proxy {
    /// A proxy that waits so long.
    pub fn new(patience: SourcePatience) -> Self {
        Self { patience, client: OnceLock::new(), streams: Streams::default() }
    }

    /// How many files are being sent.
    pub fn streams_under_way(&self) -> usize {
        self.streams.count()
    }

    /// Fetches `url` as the listener at `address` asked for it: whole or a range, if it changed, or its headers alone.
    ///
    /// # Errors
    /// Too many files under way, or no answer that can be passed on.
    pub async fn fetch(&self, url: &str, head: &Parts, address: Option<IpAddr>) -> Result<Response, SourceError> {
        let place = self.streams.begin(address)?;
        let client = self.client.get_or_init(|| client_or_log(self.patience)).as_ref().ok_or(SourceError::NoClient)?;
        let method = if head.method == Method::HEAD { Method::HEAD } else { Method::GET };
        let mut asked = copy(&head.headers, &ASKED);
        asked.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let answer = client.request(method, url).headers(asked).send().await;
        let answer = answer.map_err(|error| SourceError::Unreachable(error.without_url()))?;
        check(&answer)?;
        Ok(pass_on(answer, place))
    }
}

fn client_or_log(patience: SourcePatience) -> Option<Client> {
    let client = client(patience).inspect_err(|error| {
        tracing::error!(error = error as &dyn std::error::Error, "files can't be sent through this edge");
    });
    client.ok()
}

/// HTTP/1 alone, so that a slow listener holds up its own connection and no other's.
fn client(patience: SourcePatience) -> reqwest::Result<Client> {
    Client::builder()
        .user_agent(concat!("music-cloud/", env!("CARGO_PKG_VERSION")))
        .no_proxy()
        .http1_only()
        .referer(false)
        .redirect(Policy::custom(follow))
        .connect_timeout(patience.connect)
        .read_timeout(patience.read)
        .build()
}

fn follow(attempt: Attempt<'_>) -> redirect::Action {
    if attempt.previous().len() > MAX_REDIRECTS {
        attempt.error("too many redirects")
    } else if matches!(attempt.url().scheme(), "http" | "https") {
        attempt.follow()
    } else {
        attempt.error("a redirect to something else than http or https")
    }
}

fn check(answer: &reqwest::Response) -> Result<(), SourceError> {
    let status = answer.status();
    let is_encoded = answer.headers().get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity");
    match status {
        StatusCode::OK | StatusCode::PARTIAL_CONTENT if is_encoded => Err(SourceError::Encoded),
        StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED | StatusCode::RANGE_NOT_SATISFIABLE => {
            Ok(())
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(SourceError::Missing(status)),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Err(SourceError::Busy(status)),
        _ => Err(SourceError::Refused(status)),
    }
}

/// The answer with what a listener needs of it; `place` is free again when its body is gone.
fn pass_on(answer: reqwest::Response, place: Place) -> Response {
    let mut response = Response::default();
    *response.status_mut() = answer.status();
    *response.headers_mut() = copy(answer.headers(), &ANSWERED);
    if answer.status().is_success() {
        response.headers_mut().extend(copy(answer.headers(), &ANSWERED_WITH_BYTES));
        response.headers_mut().insert(header::CONTENT_TYPE, content_type(answer.headers()));
        response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        *response.body_mut() = Body::from_stream(answer.bytes_stream().map(move |piece| {
            let _held = &place;
            piece.map_err(reqwest::Error::without_url)
        }));
    }
    response
}

fn copy(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    names.iter().filter_map(|name| Some((name.clone(), headers.get(name)?.clone()))).collect()
}

/// Sound as it is named; anything else could be a page or a script, and is bytes.
fn content_type(headers: &HeaderMap) -> HeaderValue {
    let named = headers.get(header::CONTENT_TYPE);
    let essence = named.and_then(|value| value.to_str().ok()?.split(';').next()).unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    let is_sound = ["audio/", "video/"].iter().any(|kind| essence.starts_with(kind))
        || matches!(essence.as_str(), "application/ogg" | "multipart/byteranges");
    named.filter(|_| is_sound).cloned().unwrap_or(ANY_BYTES)
}
