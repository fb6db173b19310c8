//! Readers on a database of the cache folder, which stays there as long as anyone may open one.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use catalog_core::ports::{AlbumOrder, CatalogReader, ReadResult, SearchKind};

use super::cache::CachedDatabase;
use super::current::{Anchor, Reader, ReaderSource};
use crate::queries::Queries;

/// Opens a reader on a database file.
pub type OpenReader = fn(&Path) -> ReadResult<Reader>;

/// The readers of one generation. When it ends, the query threads are told to close theirs.
pub(super) struct CachedReaders {
    /// Readers that were opened ahead. They close before their file goes.
    pub(super) ready: Mutex<Vec<Reader>>,
    pub(super) database: Arc<CachedDatabase>,
    pub(super) open: OpenReader,
    pub(super) queries: Queries,
}

impl ReaderSource for CachedReaders {
    fn open(&self) -> ReadResult<Reader> {
        let ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner).pop();
        ready.map_or_else(|| (self.open)(&self.database.path), Ok)
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

/// Opens a reader for each of some threads, so that no request waits for it. What can't be opened is left to the requests,
/// which will say so.
pub(super) fn open_ahead(open: OpenReader, path: &Path, threads: usize) -> Vec<Reader> {
    let open_one = || {
        let reader = open(path)?;
        visit(reader.as_ref()).map(|()| reader)
    };
    let opened: ReadResult<Vec<Reader>> = (0..threads).map(|_| open_one()).collect();
    opened.unwrap_or_else(|error| {
        tracing::warn!(error = &error as &dyn std::error::Error, "the new snapshot could not be read ahead");
        Vec::new()
    })
}

/// What listeners ask first: the connection reads its schema and prepares the statements.
fn visit(reader: &dyn CatalogReader) -> ReadResult<()> {
    for album in reader.list_albums_at(AlbumOrder::Newest, 0, 1)? {
        reader.find_album_with_tracks(album.id)?;
    }
    for kind in [SearchKind::Artist, SearchKind::Album, SearchKind::Track] {
        reader.search(kind, "a", 0, 1)?;
    }
    Ok(())
}
