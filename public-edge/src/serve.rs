//! The daemon: the loop that refreshes and the port that serves.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use patient_listener::Patience;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::http;
use crate::metrics;
use crate::queries::{Queries, open_reader};
use crate::snapshot::store::Stores;
use crate::snapshot::{CacheDir, Parts, Refresher, follow};
use crate::state::Edge;

/// Answers under way at the end have this long: none is as large as a file at the NAS.
const DRAIN: Duration = Duration::from_secs(30);

/// A daemon that serves.
#[derive(Debug)]
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// Ends after the daemon was cancelled and the answers under way are sent.
    pub finished: JoinHandle<()>,
}

/// Starts the daemon and returns once it can be reached; the snapshot that was served last is served again. It runs
/// until `cancel`.
///
/// # Errors
/// The port is taken, the cache folder can't be used or a store's options are wrong.
pub async fn start(config: Config, cancel: CancellationToken) -> anyhow::Result<Running> {
    let listener = bind(config.listen).await?;
    let address = listener.local_addr()?;
    let (edge, mut refresher) = open(config)?;
    refresher.serve_last_good().await;
    let tasks = TaskTracker::new();
    let patience = Patience { drain: DRAIN, ..Patience::default() };
    let poll_interval = edge.config.snapshot.poll_interval;
    tasks.spawn(follow(refresher, Arc::clone(&edge.refresh), poll_interval, cancel.clone()));
    tasks.spawn(metrics::keep_small(cancel.clone()));
    tasks.spawn(patient_listener::serve(listener, http::router(edge), patience, cancel));
    tasks.close();
    let finished = tokio::spawn(async move { tasks.wait().await });
    Ok(Running { address, finished })
}

/// The edge and what keeps its snapshot fresh, before anything is fetched or served.
///
/// # Errors
/// The cache folder can't be used or a store's options are wrong.
pub fn open(config: Config) -> anyhow::Result<(Edge, Refresher)> {
    let cache = Arc::new(CacheDir::open(&config.snapshot.cache_dir)?);
    let queries = Queries::start_on_all_cores().context("starting the query threads failed")?;
    let stores = Stores::open(&config.snapshot)?;
    let edge = Edge::new(config, stores, queries);
    let refresher = Refresher::new(Parts {
        stores: Arc::clone(&edge.stores),
        cache,
        snapshots: Arc::clone(&edge.snapshots),
        queries: edge.queries.clone(),
        open_reader,
        public_keys: edge.config.snapshot.public_keys.clone(),
        max_database_bytes: edge.config.snapshot.max_database_bytes,
        access_key: edge.config.access.key().cloned(),
    })?;
    Ok((edge, refresher))
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("can't listen on {address}: `listen` must be an address of this machine with a free port")
    })
}
