//! Refresh: from a store's manifest to a catalog that requests can read (SNAPSHOT.md section 5).

pub mod current;
pub mod open;
pub mod store;
