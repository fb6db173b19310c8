//! Subsonic 1.16.1 and OpenSubsonic.

use axum::Router;

use crate::state::Edge;

/// The routes of this part.
pub fn router() -> Router<Edge> {
    Router::new()
}
