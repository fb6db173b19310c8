//! Publishing from real catalogs to a store that records, to one that misbehaves, and to a folder.

mod access;
pub(in crate::snapshot) mod catalog;
mod conditions;
mod covers;
mod deltas;
mod faults;
mod folder;
mod signing;
mod steps;
mod unchanged;
