//! One way for every browse answer: a weak ETag that only the snapshot, the build, the settings that show and the
//! question change; 304 before anything is rendered; each body rendered, and compressed, once (DESIGN section 11).

mod bodies;
mod encoding;
mod question;

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

pub use bodies::BodyCache;
pub use question::Question;
pub(in crate::http) use question::{names_any, names_tag};

use crate::snapshot::current::Generation;
use crate::state::Edge;
use bodies::StoredBody;
use encoding::Encoding;

/// Answers that anyone may keep: fresh for a minute, and good to bridge an edge that is being replaced.
const PUBLIC: HeaderValue =
    HeaderValue::from_static("public, max-age=60, stale-while-revalidate=600, stale-if-error=86400");
/// Answers to a URL that holds credentials.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, max-age=60");
/// Errors, and answers that differ from call to call.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
/// No answer of an edge is larger; a rendered body is held whole.
const MAX_BODY_BYTES: usize = 256 << 20;
/// Paths whose answers show the manifest.
const SHOWS_EDITION: [&str; 2] = ["/", "/api/v1/snapshot"];

/// What an answer depends on beside its path and query, and who may keep it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scope {
    /// The page's language, for answers that have one.
    pub language: Option<&'static str>,
    /// Whether the URL holds credentials.
    pub is_private: bool,
}

/// Tells the language that an answer is in, if it has one.
pub type LanguageOf = fn(&HeaderMap) -> Option<&'static str>;

/// The layer of routes whose answers depend on their URL alone. `language` tells the language that a page is in.
pub async fn browse(State((edge, language)): State<(Edge, LanguageOf)>, mut request: Request, next: Next) -> Response {
    let Some(generation) = edge.snapshots.load() else { return next.run(request).await };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let scope = Scope { language: language(request.headers()), is_private: false };
    let mut question = Question::of_url(request.uri());
    if SHOWS_EDITION.contains(&request.uri().path()) {
        question = question.of_edition(generation.manifest.sequence);
    }
    let headers = request.headers().clone();
    request.extensions_mut().insert(Arc::clone(&generation));
    answer(&edge, &generation, &headers, &question, scope, || next.run(request)).await
}

/// Answers a question from the listener's own copy, from the cache, or by rendering it.
pub async fn answer<F>(
    edge: &Edge,
    generation: &Generation,
    headers: &HeaderMap,
    question: &Question,
    scope: Scope,
    render: impl FnOnce() -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let etag = question.etag(generation, &edge.settings_mark, scope.language);
    let not_modified = || with_rules(StatusCode::NOT_MODIFIED.into_response(), &etag.to_header(), scope);
    if etag.is_in(headers) {
        return not_modified();
    }
    let encoding = Encoding::choose(headers);
    let body = match edge.bodies.find(etag.number(), encoding) {
        Some(body) => body,
        None => match stored(edge, etag.number(), encoding, render).await {
            Ok(body) => body,
            Err(response) => return *response,
        },
    };
    // `*` means whatever there is: by now there is something.
    if names_any(headers) { not_modified() } else { with_rules(body.into_response(), &etag.to_header(), scope) }
}

/// Renders (or finds) the plain body and gives it in the wanted encoding, both kept for the next listener.
/// What is not to be kept comes back as it is.
async fn stored<F>(
    edge: &Edge,
    number: u128,
    encoding: Encoding,
    render: impl FnOnce() -> F,
) -> Result<StoredBody, Box<Response>>
where
    F: Future<Output = Response>,
{
    let plain = match edge.bodies.find(number, Encoding::Identity) {
        Some(body) => body,
        None => rendered(render().await).await?,
    };
    edge.bodies.keep(number, Encoding::Identity, &plain);
    if encoding == Encoding::Identity || !plain.is_worth_packing() {
        return Ok(plain);
    }
    let packed = plain.packed(encoding).await;
    edge.bodies.keep(number, encoding, &packed);
    Ok(packed)
}

/// The body of a successful answer. Errors and answers that set their own `Cache-Control` are not kept.
async fn rendered(mut response: Response) -> Result<StoredBody, Box<Response>> {
    if response.status() != StatusCode::OK || response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(NO_STORE);
        return Err(Box::new(response));
    }
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    match to_bytes(body, MAX_BODY_BYTES).await {
        Ok(bytes) => Ok(StoredBody::new(parts.headers, bytes)),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "an answer could not be rendered");
            Err(Box::new((StatusCode::INTERNAL_SERVER_ERROR, Body::empty()).into_response()))
        }
    }
}

fn with_rules(mut response: Response, etag: &HeaderValue, scope: Scope) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::ETAG, etag.clone());
    headers.insert(header::CACHE_CONTROL, if scope.is_private { PRIVATE } else { PUBLIC });
    let vary = if scope.language.is_some() { "Accept-Encoding, Accept-Language" } else { "Accept-Encoding" };
    headers.insert(header::VARY, HeaderValue::from_static(vary));
    response
}
