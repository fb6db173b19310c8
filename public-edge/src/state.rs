//! What every handler can reach.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::config::Config;
use crate::error::ApiError;
use crate::queries::{Queries, View};
use crate::snapshot::current::CurrentSnapshot;
use crate::snapshot::store::Stores;

/// The edge's parts; cheap to clone.
#[derive(Clone)]
pub struct Edge {
    /// What the owner chose.
    pub config: Arc<Config>,
    /// The snapshot being served.
    pub snapshots: Arc<CurrentSnapshot>,
    /// The threads that queries run on.
    pub queries: Queries,
    /// Where objects that aren't in the database are read from: covers.
    pub stores: Arc<Stores>,
}

/// A request takes the snapshot that is current when it arrives and keeps it to its end; without one it is a 503.
impl FromRequestParts<Edge> for View {
    type Rejection = ApiError;

    async fn from_request_parts(_parts: &mut Parts, edge: &Edge) -> Result<Self, ApiError> {
        let generation = edge.snapshots.load().ok_or(ApiError::NoSnapshot)?;
        Ok(Self::new(generation, edge.queries.clone()))
    }
}
