//! One way for every browse answer: a weak ETag that only the snapshot, the build, the settings that show and the
//! question change; 304 before anything is rendered; each body rendered, and compressed, once (DESIGN section 11).

mod bodies;
mod encoding;
mod flights;
mod question;

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

pub use bodies::{BodyCache, CacheUsage};
pub use flights::Flights;
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

/// Who may keep an answer, and for whom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Scope {
    /// Whether the answer is in the listener's language.
    pub has_language: bool,
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
    let language = language(request.headers());
    let question = question(&generation, request.uri(), language);
    let headers = request.headers().clone();
    request.extensions_mut().insert(Arc::clone(&generation));
    let scope = Scope { has_language: language.is_some(), is_private: false };
    answer(&edge, &headers, &question, scope, || next.run(request)).await
}

/// What a URL asks in a language.
fn question(generation: &Generation, uri: &Uri, language: Option<&str>) -> Question {
    let mut question = Question::new(generation, uri.path());
    if let Some(language) = language {
        question = question.marked(language);
    }
    if SHOWS_EDITION.contains(&uri.path()) {
        question = question.of_edition(generation);
    }
    question.with_query(uri)
}

/// Answers a question from the listener's own copy, from the cache, or by rendering it.
pub async fn answer<F>(
    edge: &Edge,
    headers: &HeaderMap,
    question: &Question,
    scope: Scope,
    render: impl FnOnce() -> F,
) -> Response
where
    F: Future<Output = Response>,
{
    let encoding = Encoding::choose(headers);
    if let Some(body) = edge.bodies.find(question.key(), encoding) {
        return sent(body, headers, scope);
    }
    let etag = question.etag(&edge.settings_mark);
    if names_tag(headers, &etag) {
        return not_modified(etag, scope);
    }
    let rendered = async || rendered(render().await, rules(etag, Scope { is_private: false, ..scope })).await;
    match stored(edge, question, encoding, rendered).await {
        Ok(body) => sent(body, headers, scope),
        Err(response) => *response,
    }
}

/// A body, unless the listener has it.
fn sent(body: StoredBody, headers: &HeaderMap, scope: Scope) -> Response {
    // `*` means whatever there is: by now there is something.
    let known = body.etag().filter(|etag| names_any(headers) || names_tag(headers, etag));
    if let Some(etag) = known {
        return not_modified(etag.clone(), scope);
    }
    let mut response = body.into_response();
    if scope.is_private {
        response.headers_mut().insert(header::CACHE_CONTROL, PRIVATE);
    }
    response
}

/// Finds (or renders) the plain body and gives it in the wanted encoding, both made once and kept for the next listener.
/// What is not to be kept comes back as it is.
async fn stored(
    edge: &Edge,
    question: &Question,
    encoding: Encoding,
    rendered: impl AsyncFnOnce() -> Result<StoredBody, Box<Response>>,
) -> Result<StoredBody, Box<Response>> {
    let plain = once(edge, question, Encoding::Identity, rendered).await?;
    if encoding == Encoding::Identity || !plain.is_worth_packing() {
        return Ok(plain);
    }
    once(edge, question, encoding, async || Ok(plain.packed(encoding).await)).await
}

/// A body that is kept, or that is made now by whoever came first.
async fn once(
    edge: &Edge,
    question: &Question,
    encoding: Encoding,
    render: impl AsyncFnOnce() -> Result<StoredBody, Box<Response>>,
) -> Result<StoredBody, Box<Response>> {
    if let Some(body) = edge.bodies.find(question.key(), encoding) {
        return Ok(body);
    }
    let kept = async || {
        let body = render().await?;
        edge.bodies.keep_answer(question, encoding, &body);
        Ok(body)
    };
    edge.flights.join(question.key(), encoding, kept).await
}

/// The body of a successful answer under the rules for it. Errors and answers that set their own `Cache-Control` are not
/// kept.
async fn rendered(mut response: Response, rules: HeaderMap) -> Result<StoredBody, Box<Response>> {
    if response.status() != StatusCode::OK || response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(NO_STORE);
        return Err(Box::new(response));
    }
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(rules);
    match to_bytes(body, MAX_BODY_BYTES).await {
        Ok(bytes) => Ok(StoredBody::new(parts.headers, bytes)),
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "an answer could not be rendered");
            Err(Box::new((StatusCode::INTERNAL_SERVER_ERROR, Body::empty()).into_response()))
        }
    }
}

fn not_modified(etag: HeaderValue, scope: Scope) -> Response {
    (StatusCode::NOT_MODIFIED, rules(etag, scope)).into_response()
}

/// Which answer this is, and who may keep it for how long.
fn rules(etag: HeaderValue, scope: Scope) -> HeaderMap {
    let vary = if scope.has_language { "Accept-Encoding, Accept-Language" } else { "Accept-Encoding" };
    HeaderMap::from_iter([
        (header::ETAG, etag),
        (header::CACHE_CONTROL, if scope.is_private { PRIVATE } else { PUBLIC }),
        (header::VARY, HeaderValue::from_static(vary)),
    ])
}
