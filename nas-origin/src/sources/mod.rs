//! Where music comes from.

pub mod import;
pub mod local;
pub mod naming;
pub mod registry;
