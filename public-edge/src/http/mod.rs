//! Everything that listeners can ask over HTTP.

pub mod api;
mod buffers;
pub mod caching;
pub mod client_address;
mod client_name;
mod cors;
mod counting;
pub mod covers;
mod door;
mod health;
pub mod playback;
mod rim;
pub mod subsonic;
pub mod web;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::http::HeaderMap;
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use self::counting::{Counting, get_metrics};
use self::rim::Rim;
use crate::error::ApiError;
use crate::state::Edge;

/// All routes.
pub fn router(edge: Edge) -> Router {
    let browse = |language: caching::LanguageOf| from_fn_with_state((edge.clone(), language), caching::browse);
    let metrics = Router::new().route("/metrics", get(get_metrics));
    let native = api::router()
        .layer(browse(no_language))
        .merge(playback_routes())
        .merge(metrics.method_not_allowed_fallback(async || ApiError::MethodNotAllowed));
    let pages = web::router().layer(browse(web::language_of)).merge(web::fixtures());
    let is_for_listeners = edge.config.access.is_for_listeners();
    let guarded = |routes: Router<Edge>, refuse: door::Refuse| {
        let guard = from_fn_with_state((edge.clone(), refuse), door::guard);
        if is_for_listeners { routes.layer(guard) } else { routes }
    };
    let all = Router::new()
        .merge(guarded(native, refuse_natively))
        .merge(guarded(pages, web::refuse).layer(from_fn(web::harden)))
        .merge(subsonic::router())
        .merge(health::router().method_not_allowed_fallback(async || ApiError::MethodNotAllowed))
        .layer((Counting, Rim));
    let all = if is_for_listeners { all.layer(map_response(door::answer_privately)) } else { all };
    all.with_state(edge)
}

fn refuse_natively(_headers: &HeaderMap, error: ApiError) -> Response {
    error.into_response()
}

fn playback_routes() -> Router<Edge> {
    Router::new()
        .route("/api/v1/tracks/{id}/play", get(playback::get_play))
        .route("/api/v1/covers/{id}", get(covers::get_cover))
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
}

/// The language of what has none.
fn no_language(_headers: &HeaderMap) -> Option<&'static str> {
    None
}
