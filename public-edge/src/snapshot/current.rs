//! The snapshot being served, and the swap (R5).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwapOption;
use catalog_core::ports::{CatalogReader, ReadResult};
use snapshot_format::Manifest;

use crate::listeners::Listeners;

/// A reader for one thread at a time.
pub type Reader = Box<dyn CatalogReader + Send>;

/// Opens readers on one catalog; every query thread asks it once and keeps what it gets.
pub trait ReaderSource: Send + Sync {
    /// A reader that belongs to the calling thread.
    fn open(&self) -> ReadResult<Reader>;

    /// What has to be dropped after a reader, where there is something: a file that is removed while it is open goes with
    /// the thread that closes it last, which takes that thread a tenth of a second.
    fn anchor(&self) -> Option<Anchor> {
        None
    }
}

/// What outlives readers.
pub type Anchor = Arc<dyn Send + Sync>;

/// One snapshot while it is served. Its file goes when the last request that took it ends.
pub struct Generation {
    /// Unlike any other generation of this process.
    pub number: u64,
    /// What the publisher said.
    pub manifest: Manifest,
    /// Opens readers on its database.
    pub readers: Box<dyn ReaderSource>,
    /// Who may listen; nothing where anybody may.
    pub listeners: Option<Arc<Listeners>>,
}

impl Generation {
    /// A generation of a verified snapshot.
    pub fn new(manifest: Manifest, readers: Box<dyn ReaderSource>) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self { number: NEXT.fetch_add(1, Ordering::Relaxed), manifest, readers, listeners: None }
    }

    /// The generation for listeners alone, where there are some.
    #[must_use]
    pub fn for_listeners(self, listeners: Option<Arc<Listeners>>) -> Self {
        Self { listeners, ..self }
    }
}

/// The pointer that a swap moves; loading it never waits.
#[derive(Default)]
pub struct CurrentSnapshot {
    live: ArcSwapOption<Generation>,
}

impl CurrentSnapshot {
    /// The generation to begin a request with.
    pub fn load(&self) -> Option<Arc<Generation>> {
        self.live.load_full()
    }

    /// Makes a generation live. Requests under way keep the one they began with.
    pub fn replace(&self, generation: Generation) {
        self.live.store(Some(Arc::new(generation)));
    }
}
