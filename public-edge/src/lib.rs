//! The public plane: takes snapshots, serves browsing, redirects playback. Stateless but for its own cache.

mod background;
pub mod check;
pub mod cli;
pub mod config;
pub mod error;
pub mod http;
pub mod listeners;
pub mod metrics;
pub mod queries;
pub mod serve;
pub mod snapshot;
pub mod state;
#[cfg(test)]
mod testing;
