//! What the daemon's parts share.

use std::path::Path;
use std::sync::{Arc, Mutex};

use serde::Serialize;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;

use crate::accounts::{EdgeAccess, EdgeAccessError, Gate, SealError, Vault};
use crate::config::{Config, KeptSecretError, SourceKind};
use crate::library::{Library, LibraryError};
use crate::snapshot::store::StoreError;
use crate::stream::Streams;

/// Each of them asks the catalog every second.
const MAX_WATCHERS: usize = 16;

/// Each of them may have a whole `import.max_upload` on the disk.
const MAX_UPLOADS: usize = 4;

/// The running origin. Cheap to clone.
#[derive(Clone)]
pub struct Origin {
    /// What was configured.
    pub config: Arc<Config>,
    /// The open catalog.
    pub library: Arc<Library>,
    /// The way from a token to bytes.
    pub streams: Streams,
    /// Lets people in.
    pub gate: Arc<Gate>,
    /// Seals what listeners' programs log in with.
    pub vault: Arc<Vault>,
    /// Seals it for edges, where these let only listeners in.
    edge_access: Option<Arc<EdgeAccess>>,
    /// Rings when a job was put into the queue.
    pub bell: Arc<Notify>,
    /// Those who may follow jobs at once.
    pub watchers: Arc<Semaphore>,
    /// Those who may send files at once.
    pub uploads: Arc<Semaphore>,
    /// Held while a picture that somebody sent is decoded: one at a time.
    pub easel: Arc<Mutex<()>>,
    /// Cancelled when the daemon is to end.
    pub ending: CancellationToken,
}

/// Why the origin can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The catalog.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// A secret that the data folder keeps.
    #[error(transparent)]
    Secret(#[from] KeptSecretError),
    /// The settings of a bucket that is a source.
    #[error("a bucket among the sources cannot be opened")]
    Bucket(#[from] StoreError),
    /// The key for credentials.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The key for edges.
    #[error(transparent)]
    EdgeAccess(#[from] EdgeAccessError),
}

/// What keeps the origin from its work.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Obstacle {
    /// `catalog` or `source NAME`.
    pub part: String,
    /// What is wrong with it; it names no path.
    pub reason: String,
}

impl Origin {
    /// Opens the catalog and the secrets that are kept beside it. Blocks.
    ///
    /// # Errors
    /// When they can't be used.
    pub fn open(config: Config, ending: CancellationToken) -> Result<Self, OpenError> {
        let library = Arc::new(Library::open(&config.data_dir)?);
        let streams = Streams::open(Arc::clone(&library), &config.private_origin)?.with_buckets(&config.sources)?;
        let gate = Arc::new(Gate::open(&config)?);
        let vault = Arc::new(Vault::new(&config.subsonic_secret_key()?)?);
        let edge_access = EdgeAccess::of(&config)?.map(Arc::new);
        let (config, watchers) = (Arc::new(config), Arc::new(Semaphore::new(MAX_WATCHERS)));
        let uploads = Arc::new(Semaphore::new(MAX_UPLOADS));
        let (bell, easel) = (Arc::default(), Arc::default());
        Ok(Self { config, library, streams, gate, vault, edge_access, bell, watchers, uploads, easel, ending })
    }

    /// What seals credentials for edges; nothing where anybody may listen.
    pub fn edge_access(&self) -> Option<&EdgeAccess> {
        self.edge_access.as_deref()
    }

    /// Credentials may have changed: the daemon is to look whether edges have to be told.
    pub fn credentials_changed(&self) {
        if self.edge_access.is_some() {
            self.bell.notify_one();
        }
    }

    /// Runs what blocks on a thread that may.
    ///
    /// # Errors
    /// When it panicked.
    pub async fn run_blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, JoinError> {
        let origin = self.clone();
        tokio::task::spawn_blocking(move || work(&origin)).await
    }

    /// Everything that keeps the origin from its work now; nothing when it is ready.
    pub async fn find_obstacles(&self) -> Vec<Obstacle> {
        let found = self.run_blocking(Self::look_for_obstacles).await;
        found.unwrap_or_else(|_| vec![Obstacle { part: "catalog".into(), reason: "the check broke off".into() }])
    }

    fn look_for_obstacles(&self) -> Vec<Obstacle> {
        let catalog = self.library.read(|catalog| {
            catalog.query_row("SELECT count(*) FROM sources", [], |_| Ok(())).map_err(LibraryError::from)
        });
        let catalog = catalog.err().map(|error| Obstacle { part: "catalog".into(), reason: error.to_string() });
        let sources = self.config.sources.iter().filter(|(_, source)| source.kind == SourceKind::Local).filter_map(
            |(name, source)| {
                let reason = unavailable(&source.path)?;
                Some(Obstacle { part: format!("source {name}"), reason })
            },
        );
        catalog.into_iter().chain(sources).collect()
    }
}

/// Why a source's folder can't be read.
fn unavailable(path: &Path) -> Option<String> {
    std::fs::read_dir(path).err().map(|error| format!("its folder can't be read: {}", error.kind()))
}
