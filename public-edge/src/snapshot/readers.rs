//! Readers on a database of the cache folder, which stays there as long as anyone may open one.

use std::path::Path;
use std::sync::Arc;

use catalog_core::ports::{CatalogReader, ReadResult};

use super::cache::CachedDatabase;
use super::current::{Anchor, ReaderSource};
use crate::queries::Queries;

/// Opens a reader on a database file.
pub type OpenReader = fn(&Path) -> ReadResult<Box<dyn CatalogReader>>;

/// The readers of one generation. When it ends, the query threads are told to close theirs.
pub(super) struct CachedReaders {
    pub(super) database: Arc<CachedDatabase>,
    pub(super) open: OpenReader,
    pub(super) queries: Queries,
}

impl ReaderSource for CachedReaders {
    fn open(&self) -> ReadResult<Box<dyn CatalogReader>> {
        (self.open)(&self.database.path)
    }

    fn anchor(&self) -> Option<Anchor> {
        Some(Arc::<CachedDatabase>::clone(&self.database))
    }
}

impl Drop for CachedReaders {
    fn drop(&mut self) {
        self.queries.close_retired();
    }
}
