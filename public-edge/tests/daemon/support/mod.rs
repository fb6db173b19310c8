//! What the refresh tests share: small snapshots, a store to serve them from with every fault, an edge to take them.

mod edge;
mod snapshots;
mod web_store;

pub(crate) use edge::{TestEdge, open_databases, settle, track_name};
pub(crate) use snapshots::{Publisher, database};
pub(crate) use web_store::{Fault, WebStore};
