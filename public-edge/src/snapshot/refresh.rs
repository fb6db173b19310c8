//! One refresh, from the store's manifest to the swap: R1 to R5 in one place.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use snapshot_format::Manifest;
use snapshot_format::access::AccessKey;
use snapshot_format::signature::PublicKey;
use tempfile::NamedTempFile;

use super::access::{self, Opened};
use super::cache::{CacheDir, CachedDatabase, State};
use super::current::CurrentSnapshot;
use super::delta::{self, Base};
use super::download::fetch_database;
use super::error::RefreshError;
use super::fetch::{self, Fetched};
use super::offer::{self, Offer, Voucher};
use super::readers::OpenReader;
use super::seen::Seen;
use super::store::{Store, Stores};
use super::trust::Step;
use super::verify::{self, Trust, VerifyError};
use crate::background;
use crate::queries::Queries;

/// What a refresh changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Nothing: the store's manifest is the one that is served.
    Unchanged,
    /// The manifest; its database was being served.
    Renewed,
    /// The database.
    Replaced,
}

/// Where snapshots come from and go to.
pub struct Parts {
    /// The stores to ask.
    pub stores: Arc<Stores>,
    /// The folder to keep databases in.
    pub cache: Arc<CacheDir>,
    /// What requests begin with.
    pub snapshots: Arc<CurrentSnapshot>,
    /// The threads that close what is retired.
    pub queries: Queries,
    /// How a database is read.
    pub open_reader: OpenReader,
    /// Who may sign snapshots; with none, signatures are not asked for.
    pub public_keys: Vec<PublicKey>,
    /// Larger databases are refused, in bytes.
    pub max_database_bytes: u64,
    /// Opens listeners' credentials; without one anybody may listen.
    pub access_key: Option<AccessKey>,
}

/// Keeps the served snapshot fresh. There is one for each cache folder.
pub struct Refresher {
    pub(super) parts: Parts,
    pub(super) state: State,
    pub(super) served: Option<Arc<CachedDatabase>>,
    /// Who may listen to what is served.
    pub(super) opened: Option<Opened>,
    seen: Vec<Seen>,
}

impl Refresher {
    /// Remembers what was served before, and removes what a crash left.
    ///
    /// # Errors
    /// A cache folder that can't be written.
    pub fn new(parts: Parts) -> Result<Self, RefreshError> {
        let state = parts.cache.load();
        parts.cache.tidy(state.live.as_ref()).map_err(RefreshError::Cache)?;
        let seen = parts.stores.iter().map(|_| Seen::default()).collect();
        Ok(Self { parts, state, served: None, opened: None, seen })
    }

    /// Forgets the sequences that were trusted.
    ///
    /// # Errors
    /// A cache folder that can't be written.
    pub fn reset_trust(&mut self) -> Result<(), RefreshError> {
        self.state.trusted.reset();
        self.parts.cache.store(&self.state).map_err(RefreshError::Cache)
    }

    /// Serves the snapshot that was served last, if its file is still good and its manifest is signed as the owner asks by
    /// now. No store is asked.
    pub async fn serve_last_good(&mut self) -> bool {
        let Some(live) = self.state.live.take() else { return false };
        if let Err(error) = offer::vouch(&live.manifest, &self.parts.public_keys) {
            tracing::warn!(error = &error as &dyn std::error::Error, "the last snapshot is not served again");
            return false;
        }
        let opened = match self.recall_listeners(&live.manifest) {
            Ok(opened) => opened,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the last snapshot is not served again");
                return false;
            }
        };
        let Some(database) = self.parts.cache.find(&live) else { return false };
        match verify_again(&database.path, &live.manifest).await {
            Ok(()) => {
                self.state.live = Some(live.clone());
                self.swap(Arc::new(database), live.manifest, opened, Vec::new());
                true
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the last snapshot's file is no good any more"
                );
                database.retire();
                false
            }
        }
    }

    /// Asks the stores in their order until one has an answer.
    ///
    /// # Errors
    /// The first store's error when all fail; what is served stays.
    pub async fn refresh(&mut self) -> Result<Outcome, RefreshError> {
        let stores = Arc::clone(&self.parts.stores);
        let mut failure = None;
        for (index, store) in stores.iter().enumerate() {
            match self.refresh_from(store, index).await {
                Ok(outcome) => return Ok(outcome),
                Err(error) => {
                    tracing::debug!(
                        store = store.name,
                        error = &error as &dyn std::error::Error,
                        "a store brought nothing"
                    );
                    failure.get_or_insert(error);
                }
            }
        }
        failure.map_or(Ok(Outcome::Unchanged), Err)
    }

    /// R1, and the memory of what it brought.
    async fn refresh_from(&mut self, store: &Store, index: usize) -> Result<Outcome, RefreshError> {
        let Fetched::Manifest { mut bytes, mut e_tag } = fetch::manifest(store, self.seen[index].e_tag()).await? else {
            return self.seen[index].verdict();
        };
        if self.seen[index].has_refused(&bytes) {
            return self.seen[index].verdict();
        }
        let mut outcome = self.follow(store, &bytes).await;
        if outcome.as_ref().is_err_and(RefreshError::is_missing_object)
            && let Fetched::Manifest { bytes: newer, e_tag: newer_tag } = fetch::manifest(store, None).await?
            && newer != bytes
        {
            outcome = self.follow(store, &newer).await;
            (bytes, e_tag) = (newer, newer_tag);
        }
        self.seen[index].remember(&bytes, e_tag, &outcome);
        outcome
    }

    /// R2: what the manifest says, and whether it is to be followed.
    async fn follow(&mut self, store: &Store, bytes: &Bytes) -> Result<Outcome, RefreshError> {
        let offer = offer::read(bytes, &self.parts.public_keys)?;
        let served = self.state.live.as_ref().map(|live| &live.manifest);
        match (self.state.trusted.judge(&offer, served)?, &self.served) {
            (Step::Nothing, _) => Ok(Outcome::Unchanged),
            (Step::TakeManifest, Some(database)) => {
                let database = Arc::clone(database);
                let opened = self.bring_listeners(store, &offer.manifest).await?;
                self.install(database, offer, opened).await?;
                Ok(Outcome::Renewed)
            }
            (Step::TakeManifest, None) | (Step::TakeDatabase, _) => {
                // First: they are small, and without them the database isn't worth its bytes.
                let opened = self.bring_listeners(store, &offer.manifest).await?;
                let database = self.bring(store, &offer).await?;
                self.install(Arc::new(database), offer, opened).await?;
                Ok(Outcome::Replaced)
            }
        }
    }

    /// R3 and R4: who may listen, where not anybody may. Credentials that are in memory are not fetched again.
    async fn bring_listeners(&self, store: &Store, manifest: &Manifest) -> Result<Option<Opened>, RefreshError> {
        let Some(key) = &self.parts.access_key else { return Ok(None) };
        let named = access::named(manifest)?;
        if let Some(opened) = self.opened.as_ref().filter(|opened| opened.sha256 == named.sha256) {
            return Ok(Some(opened.clone()));
        }
        let sealed = access::fetch(store, named).await?;
        let opened = access::open(&sealed, named, key)?;
        self.parts.cache.keep_access(&sealed, &opened.sha256).map_err(RefreshError::Cache)?;
        Ok(Some(opened))
    }

    /// Who may listen to what was served last.
    fn recall_listeners(&self, manifest: &Manifest) -> Result<Option<Opened>, RefreshError> {
        let Some(key) = &self.parts.access_key else { return Ok(None) };
        let named = access::named(manifest)?;
        let sealed = self.parts.cache.find_access(&named.sha256).map_err(RefreshError::Cache)?;
        Ok(Some(access::open(&sealed, named, key)?))
    }

    /// R3 and R4: a database that may be served.
    async fn bring(&self, store: &Store, offer: &Offer) -> Result<CachedDatabase, RefreshError> {
        let manifest = &offer.manifest;
        self.check_room(manifest.database.size_bytes)?;
        let file = match self.patch_served(store, manifest).await {
            Some(file) => file,
            None => self.fetch_whole(store, manifest).await?,
        };
        let file = verify_fresh(file, offer).await?;
        let (cache, sha256) = (Arc::clone(&self.parts.cache), manifest.database.sha256.clone());
        background::run("keep", move || cache.keep(file, &sha256)).await.flatten().map_err(RefreshError::Cache)
    }

    /// R3 by a patch of the served database.
    async fn patch_served(&self, store: &Store, manifest: &Manifest) -> Option<NamedTempFile> {
        let (served, live) = (self.served.as_ref()?, self.state.live.as_ref()?);
        let base = Base { path: &served.path, sha256: &live.manifest.database.sha256 };
        delta::bring(store, &self.parts.cache, manifest, base).await
    }

    /// R3 without one.
    async fn fetch_whole(&self, store: &Store, manifest: &Manifest) -> Result<NamedTempFile, RefreshError> {
        let file = self.parts.cache.create_download().map_err(RefreshError::Cache)?;
        let digest = fetch_database(store, &manifest.database, file.path().to_owned()).await?;
        verify::check_digest(digest, manifest)?;
        Ok(file)
    }

    fn check_room(&self, size_bytes: u64) -> Result<(), RefreshError> {
        let max_bytes = self.parts.max_database_bytes;
        if size_bytes > max_bytes {
            return Err(RefreshError::TooLarge { size_bytes, max_bytes });
        }
        match self.parts.cache.free_bytes().map_err(RefreshError::Cache)? {
            free_bytes if free_bytes < size_bytes => Err(RefreshError::NoSpace { size_bytes, free_bytes }),
            _ => Ok(()),
        }
    }
}

async fn verify_again(path: &Path, manifest: &Manifest) -> Result<(), VerifyError> {
    let (path, manifest) = (path.to_owned(), manifest.clone());
    blocking(move || verify::verify_file(&path, &manifest)).await
}

async fn verify_fresh(file: NamedTempFile, offer: &Offer) -> Result<NamedTempFile, VerifyError> {
    let manifest = offer.manifest.clone();
    let trust = match offer.voucher {
        Voucher::Key => Trust::Vouched,
        Voucher::Nobody => Trust::Fresh,
    };
    blocking(move || verify::verify_content(file.path(), &manifest, trust).map(|()| file)).await
}

async fn blocking<T: Send + 'static>(
    check: impl FnOnce() -> Result<T, VerifyError> + Send + 'static,
) -> Result<T, VerifyError> {
    background::run("verify", check).await.map_err(VerifyError::File)?
}
