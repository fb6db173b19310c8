//! The private plane: imports music, owns the catalog, publishes snapshots, streams files to token holders.

pub mod accounts;
pub mod cli;
pub mod config;
pub mod doctor;
pub mod enrichment;
pub mod error;
pub mod http;
pub mod jobs;
pub mod library;
mod lock_file;
pub mod media;
pub mod metrics;
pub mod serve;
pub mod snapshot;
pub mod sources;
pub mod state;
pub mod stream;
