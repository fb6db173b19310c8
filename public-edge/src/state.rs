//! What every handler can reach.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::config::Config;
use crate::error::ApiError;
use crate::http::caching::BodyCache;
use crate::http::playback::Proxy;
use crate::http::subsonic::LoginFailures;
use crate::queries::{Queries, View};
use crate::snapshot::RefreshStatus;
use crate::snapshot::current::{CurrentSnapshot, Generation};
use crate::snapshot::store::Stores;

/// The edge's parts; cheap to clone.
#[derive(Clone)]
pub struct Edge {
    /// What the owner chose.
    pub config: Arc<Config>,
    /// The snapshot being served.
    pub snapshots: Arc<CurrentSnapshot>,
    /// How the last refreshes went.
    pub refresh: Arc<RefreshStatus>,
    /// The threads that queries run on.
    pub queries: Queries,
    /// Where objects that aren't in the database are read from: covers.
    pub stores: Arc<Stores>,
    /// Answers that were rendered, and covers that were read.
    pub bodies: Arc<BodyCache>,
    /// Fetches files for listeners that can't be sent to them.
    pub proxy: Arc<Proxy>,
    /// Wrong passwords that Subsonic clients sent.
    pub login_failures: Arc<LoginFailures>,
    /// The settings that answers show, as one text: part of every ETag.
    pub settings_mark: Arc<str>,
}

impl Edge {
    /// An edge without a snapshot yet.
    pub fn new(config: Config, stores: Stores, queries: Queries) -> Self {
        let max_bytes = usize::try_from(config.cache.max_bytes).unwrap_or(usize::MAX);
        let settings_mark = format!("{:?}\n{:?}\n", config.access.guest, config.playback.origin_url);
        Self {
            settings_mark: settings_mark.into(),
            config: Arc::new(config),
            snapshots: Arc::default(),
            refresh: Arc::default(),
            queries,
            stores: Arc::new(stores),
            proxy: Arc::default(),
            login_failures: Arc::default(),
            bodies: Arc::new(BodyCache::new(max_bytes)),
        }
    }
}

/// A request takes the snapshot that is current when it arrives and keeps it to its end; without one it is a 503.
impl FromRequestParts<Edge> for View {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, ApiError> {
        // The caching layer has made the ETag from a generation already: body and tag must not part.
        let begun_with = parts.extensions.get::<Arc<Generation>>().cloned();
        let generation = begun_with.or_else(|| edge.snapshots.load()).ok_or(ApiError::NoSnapshot)?;
        Ok(Self::new(generation, edge.queries.clone()))
    }
}
