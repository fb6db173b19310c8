//! Everything that listeners can ask over HTTP.

pub mod api;
pub mod subsonic;
pub mod web;

use axum::Router;

use crate::state::Edge;

/// All routes.
pub fn router(edge: Edge) -> Router {
    Router::new().merge(api::router()).merge(subsonic::router()).merge(web::router()).with_state(edge)
}
