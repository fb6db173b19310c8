//! Fakes and contract suites: a catalog in memory, a reader over it, and what every reader has to do.

mod contract;
mod draft;
mod fake_reader;
mod memory;
mod orders;
mod sample;

pub use contract::{answers_like_the_plain_reader, reader_contract};
pub use draft::{AlbumDraft, CatalogDraft, PlaylistDraft, TrackDraft};
pub use fake_reader::FakeReader;
pub use memory::MemoryCatalog;
pub use sample::{sample_catalog, sample_draft};
