//! Everything that listeners can ask over HTTP.

pub mod api;
mod buffers;
pub mod caching;
pub mod client_address;
mod client_name;
mod cors;
mod counting;
pub mod covers;
mod health;
pub mod playback;
mod rim;
pub mod subsonic;
pub mod web;

#[cfg(test)]
mod tests;

use axum::Router;
use axum::http::HeaderMap;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;

use self::counting::{Counting, get_metrics};
use self::rim::Rim;
use crate::error::ApiError;
use crate::state::Edge;

/// All routes.
pub fn router(edge: Edge) -> Router {
    let browse = |language: caching::LanguageOf| from_fn_with_state((edge.clone(), language), caching::browse);
    Router::new()
        .merge(api::router().layer(browse(no_language)))
        .merge(web::router().layer(browse(web::language_of)).merge(web::fixtures()).layer(from_fn(web::harden)))
        .merge(subsonic::router())
        .merge(playback_routes())
        .merge(
            health::router()
                .route("/metrics", get(get_metrics))
                .method_not_allowed_fallback(async || ApiError::MethodNotAllowed),
        )
        .layer((Counting, Rim))
        .with_state(edge)
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
