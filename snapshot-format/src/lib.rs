//! The contract between the two planes, and nothing else: what a publisher writes and an edge reads.
//!
//! Bytes in, bytes out. There is no HTTP, no runtime, no configuration and no file access here, so that both planes
//! and any other tool can depend on it. SNAPSHOT.md and TOKEN.md in the design are the source of every rule;
//! `docs/snapshot-format.md` and `docs/origin-token.md` tell them to a reader of this project.

#![warn(missing_docs)]

pub mod access;
pub mod album_list;
pub mod cover_sizes;
pub mod digest;
pub mod keys;
pub mod limits;
pub mod manifest;
pub mod patch;
pub mod read_schema;
pub mod row_json;
pub mod search_rowid;
pub mod signature;
pub mod token;

pub use digest::Sha256Hex;
pub use manifest::Manifest;
