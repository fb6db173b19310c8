//! How a command that failed ends: the one table from failures to exit codes (DESIGN section 12).

use std::process::ExitCode;

use crate::config::ConfigError;

/// A failure whose exit code is not 1. Everything else that a command returns is 1: it was tried and failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The configuration is refused.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The command was asked for something it can't do.
    #[error("{0}")]
    Usage(String),
    /// Another run is at it; trying later helps.
    #[error(transparent)]
    Busy(Box<dyn std::error::Error + Send + Sync>),
}

/// The exit code of a command that failed with `error`.
pub fn exit_code(error: &anyhow::Error) -> ExitCode {
    ExitCode::from(match error.downcast_ref::<Failure>() {
        Some(Failure::Config(_) | Failure::Usage(_)) => 2,
        Some(Failure::Busy(_)) => 75,
        None => 1,
    })
}
