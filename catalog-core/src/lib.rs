//! What a music catalog is and how it behaves, without any I/O: values, ports and use cases.
//!
//! Everything here is synchronous and depends on no other crate of the workspace. Adapters (SQLite, HTTP, object
//! stores, tag readers) live in the planes and implement the traits in [`ports`].

#![warn(missing_docs)]

pub mod browse;
pub mod editing;
pub mod enrichment;
pub mod finding;
pub mod import;
pub mod lyrics;
pub mod media_type;
pub mod model;
pub mod playback;
pub mod ports;
pub mod publish;
pub mod retention;
pub mod search_text;
pub mod similar_artists;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
