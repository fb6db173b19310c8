//! R5: what was checked is kept and served, and what was served before goes.

use std::io;
use std::sync::{Arc, Mutex};

use snapshot_format::Manifest;

use super::access::Opened;
use super::cache::{CachedDatabase, Live, State};
use super::current::{Generation, Reader};
use super::error::RefreshError;
use super::offer::Offer;
use super::readers::{self, CachedReaders};
use super::refresh::Refresher;
use crate::background;

impl Refresher {
    /// R5: the file has its name; now what is trusted is on the disk before anyone is served.
    pub(super) async fn install(
        &mut self,
        database: Arc<CachedDatabase>,
        offer: Offer,
        opened: Option<Opened>,
    ) -> Result<(), RefreshError> {
        let mut state = self.state.clone();
        state.trusted.remember(&offer);
        let manifest = offer.manifest;
        state.live = Some(Live { file: database.name.clone(), manifest: manifest.clone() });
        match self.store(state).await {
            Ok(state) => self.state = state,
            Err(error) => {
                self.retire_unless_served(&database);
                return Err(RefreshError::Cache(error));
            }
        }
        let ready = self.open_ahead(&database).await;
        self.swap(database, manifest, opened, ready);
        Ok(())
    }

    /// Gives back what is on the disk now.
    async fn store(&self, state: State) -> io::Result<State> {
        let cache = Arc::clone(&self.parts.cache);
        background::run("state", move || cache.store(&state).map(|()| state)).await.flatten()
    }

    /// Readers for the query threads.
    async fn open_ahead(&self, database: &Arc<CachedDatabase>) -> Vec<Reader> {
        let (open, threads) = (self.parts.open_reader, self.parts.queries.threads());
        let database = Arc::clone(database);
        background::run("open", move || readers::open_ahead(open, &database.path, threads)).await.unwrap_or_default()
    }

    pub(super) fn swap(
        &mut self,
        database: Arc<CachedDatabase>,
        manifest: Manifest,
        opened: Option<Opened>,
        ready: Vec<Reader>,
    ) {
        if opened.is_none() && manifest.access.is_some() {
            tracing::warn!(
                "the snapshot is for listeners alone, but access.mode is \"public\": anybody may listen here"
            );
        }
        let listeners = opened.as_ref().map(|opened| Arc::clone(&opened.listeners));
        let readers = CachedReaders {
            database: Arc::clone(&database),
            open: self.parts.open_reader,
            queries: self.parts.queries.clone(),
            ready: Mutex::new(ready),
        };
        self.parts.snapshots.replace(Generation::new(manifest, Box::new(readers)).for_listeners(listeners));
        let now = opened.as_ref().map(|opened| opened.sha256.clone());
        if let Some(void) =
            std::mem::replace(&mut self.opened, opened).filter(|before| Some(&before.sha256) != now.as_ref())
        {
            self.parts.cache.forget_access(&void.sha256);
        }
        let is_kept = self.served.as_ref().is_some_and(|before| Arc::ptr_eq(before, &database));
        if let Some(before) = self.served.replace(database)
            && !is_kept
        {
            before.retire();
        }
    }

    fn retire_unless_served(&self, database: &Arc<CachedDatabase>) {
        if !self.served.as_ref().is_some_and(|served| Arc::ptr_eq(served, database)) {
            database.retire();
        }
    }
}
