//! What every handler can reach.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::error::ApiError;
use crate::queries::{Queries, View};
use crate::snapshot::current::CurrentSnapshot;

/// The edge's parts; cheap to clone.
#[derive(Clone)]
pub struct Edge {
    /// The snapshot being served.
    pub snapshots: Arc<CurrentSnapshot>,
    /// The threads that queries run on.
    pub queries: Queries,
}

/// A request takes the snapshot that is current when it arrives and keeps it to its end; without one it is a 503.
impl FromRequestParts<Edge> for View {
    type Rejection = ApiError;

    async fn from_request_parts(_parts: &mut Parts, edge: &Edge) -> Result<Self, ApiError> {
        let generation = edge.snapshots.load().ok_or(ApiError::NoSnapshot)?;
        Ok(Self::new(generation, edge.queries.clone()))
    }
}
