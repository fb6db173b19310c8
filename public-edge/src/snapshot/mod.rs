//! Refresh: from a store's manifest to a catalog that requests can read (SNAPSHOT.md section 5).
//!
//! `follow` waits and asks; `refresh` reads like the steps: R1 `fetch`, R2 `offer` and `trust`, R3 `access`, `delta`,
//! `download` and `unpack` (with `digest`), R4 `verify` with `header`, `open`, `schema` and `deadline`, R5 `swap` with `cache` and
//! `current`. What takes long or blocks is done in the `background`.

mod access;
mod arriving;
mod cache;
pub mod current;
mod deadline;
mod delta;
mod digest;
mod download;
mod error;
mod fetch;
mod follow;
mod header;
mod offer;
pub mod open;
mod readers;
mod refresh;
mod schedule;
mod schema;
mod seen;
mod status;
pub mod store;
mod swap;
mod trust;
mod unpack;
mod verify;

pub use access::{ListenersError, look_up as look_up_listeners};
pub(crate) use cache::free_bytes;
pub use cache::{CacheDir, CacheError};
pub use download::DownloadError;
pub use error::{RefreshError, Remedy};
pub use follow::follow;
pub use header::HeaderError;
pub use readers::OpenReader;
pub use refresh::{Outcome, Parts, Refresher};
pub use schema::SchemaError;
pub use status::{LastRefresh, RefreshStatus};
pub use trust::TrustError;
pub use unpack::UnpackError;
pub use verify::VerifyError;
