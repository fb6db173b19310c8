//! What every handler can reach.

use std::ops::Deref;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use patient_listener::attempts::LoginAttempts;

use crate::config::Config;
use crate::error::ApiError;
use crate::http::caching::{BodyCache, Flights};
use crate::http::playback::Proxy;
use crate::http::subsonic::PrintedLists;
use crate::queries::{Queries, View};
use crate::snapshot::RefreshStatus;
use crate::snapshot::current::{CurrentSnapshot, Generation};
use crate::snapshot::store::Stores;

/// The edge. Every request clones it several times over, so there is one count for all its parts: each count that the
/// cores share costs them a trip.
#[derive(Clone)]
pub struct Edge {
    parts: Arc<EdgeParts>,
}

/// What an edge is made of.
pub struct EdgeParts {
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
    pub bodies: BodyCache,
    /// Answers that are being rendered.
    pub flights: Flights,
    /// Lists of albums that were printed whole.
    pub printed_lists: PrintedLists,
    /// Fetches files for listeners that can't be sent to them.
    pub proxy: Proxy,
    /// Wrong passwords that Subsonic clients sent.
    pub login_failures: LoginAttempts,
    /// The settings that answers show, as one text: part of every ETag.
    pub settings_mark: String,
}

impl Edge {
    /// An edge without a snapshot yet.
    pub fn new(config: Config, stores: Stores, queries: Queries) -> Self {
        let max_bytes = usize::try_from(config.cache.max_bytes).unwrap_or(usize::MAX);
        let settings_mark = format!("{:?}\n{:?}\n", config.access.shown_guest(), config.playback.origin_url);
        let printed_lists = PrintedLists::new(config.snapshot.cache_dir.clone());
        let parts = EdgeParts {
            settings_mark,
            config: Arc::new(config),
            snapshots: Arc::default(),
            refresh: Arc::default(),
            queries,
            stores: Arc::new(stores),
            proxy: Proxy::default(),
            login_failures: LoginAttempts::default(),
            bodies: BodyCache::new(max_bytes),
            flights: Flights::default(),
            printed_lists,
        };
        Self { parts: Arc::new(parts) }
    }

    /// The edge with another proxy, before anyone shares it.
    #[cfg(test)]
    pub(crate) fn with_proxy(mut self, proxy: Proxy) -> Self {
        Arc::get_mut(&mut self.parts).expect("nobody shares it yet").proxy = proxy;
        self
    }
}

impl Deref for Edge {
    type Target = EdgeParts;

    fn deref(&self) -> &EdgeParts {
        &self.parts
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
