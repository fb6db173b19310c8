//! An edge of the test's own: a refresher, the query threads and a cache folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use catalog_core::model::TrackId;
use catalog_core::ports::CatalogReader;
use public_edge::config::Config;
use public_edge::error::ApiError;
use public_edge::queries::{Queries, View, open_reader};
use public_edge::snapshot::current::CurrentSnapshot;
use public_edge::snapshot::store::Stores;
use public_edge::snapshot::{CacheDir, Outcome, Parts, RefreshError, Refresher};
use snapshot_format::signature::SigningKey;

pub(crate) struct TestEdge {
    pub(crate) refresher: Refresher,
    pub(crate) snapshots: Arc<CurrentSnapshot>,
    pub(crate) queries: Queries,
}

impl TestEdge {
    /// An edge that takes from these stores into this cache folder.
    pub(crate) fn open(stores: &[&str], cache: &Path) -> Self {
        Self::open_with(stores, cache, "", 1)
    }

    /// An edge that takes what one of these keys signed.
    pub(crate) fn trusting(keys: &[&SigningKey], stores: &[&str], cache: &Path) -> Self {
        let keys: Vec<String> = keys.iter().map(|key| key.public_key().to_string()).collect();
        Self::open_with(stores, cache, &format!("snapshot.public_keys = {keys:?}"), 1)
    }

    /// An edge with more settings, in TOML.
    pub(crate) fn open_with(stores: &[&str], cache: &Path, more: &str, threads: usize) -> Self {
        let toml = format!("snapshot.store = {stores:?}\n{more}");
        let config = Config::from_toml(&toml).expect("a configuration");
        let (snapshots, queries) = (Arc::<CurrentSnapshot>::default(), Queries::start(threads).expect("threads"));
        let refresher = Refresher::new(Parts {
            stores: Arc::new(Stores::open(&config.snapshot).expect("stores")),
            cache: Arc::new(CacheDir::open(cache).expect("the cache folder")),
            snapshots: Arc::clone(&snapshots),
            queries: queries.clone(),
            open_reader,
            public_keys: config.snapshot.public_keys,
            max_database_bytes: config.snapshot.max_database_bytes,
            access_key: config.access.key().cloned(),
        });
        Self { refresher: refresher.expect("a refresher"), snapshots, queries }
    }

    pub(crate) async fn refresh(&mut self) -> Result<Outcome, RefreshError> {
        self.refresher.refresh().await
    }

    /// What is wrong, in words.
    pub(crate) async fn refusal(&mut self) -> String {
        self.refresh().await.expect_err("must be refused").to_string()
    }

    pub(crate) fn view(&self) -> View {
        View::new(self.snapshots.load().expect("a snapshot"), self.queries.clone())
    }

    /// The name of the snapshot's one track, by a query as a listener's.
    pub(crate) async fn track_name(&self) -> String {
        track_name(&self.view()).await.expect("an answer")
    }
}

pub(crate) async fn track_name(view: &View) -> Result<String, ApiError> {
    let track = TrackId::new(1).expect("an id");
    let found = view.run(move |reader: &dyn CatalogReader| Ok::<_, ApiError>(reader.find_track(track)?)).await?;
    found.map(|track| track.title).ok_or(ApiError::NotFound("track"))
}

/// Databases of a cache folder that this process has open, removed ones too.
pub(crate) fn open_databases(cache: &Path) -> Vec<PathBuf> {
    let descriptors = std::fs::read_dir("/proc/self/fd").expect("the descriptors").filter_map(Result::ok);
    let files = descriptors.filter_map(|descriptor| std::fs::read_link(descriptor.path()).ok());
    files.filter(|file| file.starts_with(cache) && file.to_string_lossy().contains("/snapshot-")).collect()
}

/// The query threads close what is retired on their own; this asks until they have.
pub(crate) async fn settle(is_done: impl Fn() -> bool) {
    let tries = async {
        while !is_done() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let settled = tokio::time::timeout(Duration::from_mins(1), tries).await;
    assert!(settled.is_ok(), "it never came to pass");
}
