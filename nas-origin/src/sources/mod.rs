//! Where music comes from.

pub mod bucket;
pub mod catalogsync;
mod full_disk;
pub mod health;
pub mod import;
mod in_order;
pub mod local;
pub mod naming;
pub mod registry;
pub mod upload;
