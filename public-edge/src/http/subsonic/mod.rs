//! Subsonic 1.16.1 and OpenSubsonic: `/rest/{operation}` and `/rest/{operation}.view`, by GET and POST form.
//!
//! A call is read (`call`), let in (`access`), looked up (`operations`) and answered (`answers`) into one
//! printer for XML and JSON (`printer`). Whatever happens, the answer is an envelope in the format that was asked for.

mod access;
mod answers;
mod call;
mod error;
mod fixed;
mod format;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
mod media;
mod operations;
mod params;
mod printed_lists;
mod printer;
mod quirks;
#[cfg(test)]
mod tests;
mod views;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, HeaderMap, HeaderValue};
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::get;
use jiff::Timestamp;

use self::answers::{Answer, Asked};
use self::call::{Call, Edition};
use self::error::SubsonicError;
use self::operations::{Entry, Operation};
pub use self::printed_lists::PrintedLists;
use self::printed_lists::SnapshotLists;
use self::printer::Printer;
use crate::error::ApiError;
use crate::http::buffers::Buffer;
use crate::http::caching::{self, Scope};
use crate::http::client_address::client_address;
use crate::http::playback;
use crate::listeners::Listener;
use crate::queries::View;
use crate::state::Edge;

/// The routes of this part.
pub fn router() -> Router<Edge> {
    let rest = || get(get_rest).post(get_rest).fallback(refuse_method);
    Router::new().route("/rest/{*operation}", rest()).route("/rest/", rest())
}

async fn get_rest(State(edge): State<Edge>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let call = match Call::read(&head, body).await {
        Ok(call) => Arc::new(call),
        Err((format, error)) => return format.failure(&error),
    };
    let answered = answer(&edge, &head, &call).await;
    answered.unwrap_or_else(|error| call.format.failure(&slow_down(error, &edge, &head)))
}

/// Any other method: an envelope all the same.
async fn refuse_method(request: Request) -> Response {
    let (head, _) = request.into_parts();
    // What cannot be understood is told first.
    match Call::read(&head, Body::empty()).await {
        Ok(call) => call.format.failure(&SubsonicError::MethodNotAllowed),
        Err((format, error)) => format.failure(&error),
    }
}

/// The guest's wrong credentials become "too many" when they come too often from one address. A listener's were counted
/// where they were looked at.
fn slow_down(error: SubsonicError, edge: &Edge, head: &Parts) -> SubsonicError {
    if edge.config.access.is_for_listeners() || !matches!(error, SubsonicError::WrongCredentials) {
        return error;
    }
    let client = client_address(&head.extensions, &head.headers, &edge.config.trusted_proxies);
    let wait = client.and_then(|client| edge.login_failures.admit(client, Timestamp::now().as_second()).err());
    wait.map_or(error, |retry_after_secs| SubsonicError::TooManyFailures { retry_after_secs })
}

/// Answers a call that was understood.
async fn answer(edge: &Edge, head: &Parts, call: &Arc<Call>) -> Result<Response, SubsonicError> {
    let operation = Operation::named(&call.operation, &call.params);
    let entry = operation.map_or(Entry::Listeners, Operation::entry);
    let listener = access::let_in(edge, head, &call.params, entry)?;
    let operation = operation.ok_or(SubsonicError::NotFound("operation"))?;
    if matches!(operation, Operation::Stable(_) | Operation::Random(_)) {
        call.params.check_music_folder()?;
    }
    let caller = || playback::Asked { client: call.params.find("c"), head, listener: listener.as_deref() };
    match operation {
        Operation::Fixed(fixed) => {
            fresh(call, call.format.success(call.left_out, |printer| fixed.print(&call.params, printer)))
        }
        Operation::Extensions => {
            let has_keys = edge.config.access.is_for_listeners();
            let print = |printer: &mut Printer| {
                fixed::print_extensions(has_keys, printer);
                Ok(())
            };
            fresh(call, call.format.success(call.left_out, print))
        }
        Operation::TokenInfo => {
            let print = |printer: &mut Printer| fixed::print_key(listener.as_deref(), printer);
            fresh(call, call.format.success(call.left_out, print))
        }
        Operation::Personal(answer) if listener.is_some() => {
            fresh(call, render(edge, &view(edge)?, call, answer, listener).await)
        }
        Operation::Stable(answer) | Operation::Personal(answer) => {
            Ok(cached(edge, &view(edge)?, &head.headers, call, answer).await)
        }
        Operation::Random(answer) => fresh(call, render(edge, &view(edge)?, call, answer, None).await),
        Operation::Stream => media::stream(edge, &view(edge)?, call, caller()).await,
        Operation::Download => media::download(edge, &view(edge)?, call, caller()).await,
        Operation::CoverArt => media::cover_art(edge, &view(edge)?, call, &head.headers).await,
    }
}

/// The answer by the listener's own copy, the cache, or the catalog.
async fn cached(edge: &Edge, view: &View, headers: &HeaderMap, call: &Arc<Call>, answer: Answer) -> Response {
    let scope = Scope { has_language: false, is_private: call.has_credentials() };
    let rendered = || async {
        match render(edge, view, call, answer, None).await {
            Ok(body) => call.format.response(body),
            Err(error) => call.format.failure(&error),
        }
    };
    caching::answer(edge, headers, &call.question(view.generation()), scope, rendered).await
}

/// Reads and prints on a query thread.
async fn render(
    edge: &Edge,
    view: &View,
    call: &Arc<Call>,
    answer: Answer,
    listener: Option<Arc<Listener>>,
) -> Result<Buffer, SubsonicError> {
    let edition = Edition::of(&view.generation().manifest);
    let (call, edge, generation) = (Arc::clone(call), edge.clone(), Arc::clone(view.generation()));
    let seed = rand::random();
    view.run(move |reader| {
        let asked = Asked {
            params: &call.params,
            edition,
            public_base: generation.manifest.public_base_url.as_deref(),
            printed: SnapshotLists::of(&edge, &generation),
            user: listener.as_ref().map_or(&edge.config.access.guest.user, |listener| &listener.name),
            seed,
        };
        call.format.success(call.left_out, |printer| answer(&asked, reader, printer))
    })
    .await
}

/// The snapshot that is current now, for the whole call.
fn view(edge: &Edge) -> Result<View, ApiError> {
    let generation = edge.snapshots.load().ok_or(ApiError::NoSnapshot)?;
    Ok(View::new(generation, edge.queries.clone()))
}

/// An answer that nobody keeps.
fn fresh(call: &Call, body: Result<Buffer, SubsonicError>) -> Result<Response, SubsonicError> {
    let mut response = call.format.response(body?);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
