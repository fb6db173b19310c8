//! Fakes and contract suites: a catalog in memory and a reader over it, a folder of music and a library that takes it
//! in, and what every reader and every library has to do.

mod contract;
mod draft;
mod fake_folder;
mod fake_library;
mod fake_reader;
mod library_contract;
mod memory;
mod orders;
mod sample;
mod similar;

pub use contract::{answers_like_the_plain_reader, reader_contract};
pub use draft::{AlbumDraft, CatalogDraft, PlaylistDraft, TrackDraft};
pub use fake_folder::{FakeContent, FakeFile, FakeFolder, fake_picture, fake_track};
pub use fake_library::FakeLibrary;
pub use fake_reader::FakeReader;
pub use library_contract::{LibraryUnderTest, imports_like_the_plain_library, library_contract};
pub use memory::MemoryCatalog;
pub use sample::{sample_catalog, sample_draft};
