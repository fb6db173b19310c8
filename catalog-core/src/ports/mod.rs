//! What the use cases need from outside, a small trait for each flow.

mod catalog_reader;
mod import;

pub use catalog_reader::{
    AlbumOrder, AlbumsOf, CatalogCounts, CatalogReader, Hit, MOST_TOP_TRACKS, NameKey, PictureOf, ReadError,
    ReadResult, SearchKind,
};
pub use import::{LibraryStore, MediaSource, SourceError, StoreError};
