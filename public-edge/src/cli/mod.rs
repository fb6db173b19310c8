//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;

/// Exit code for a wrong command line or configuration.
const USAGE: u8 = 2;

/// Takes snapshots of a music catalog and serves browsing and playback redirects to listeners.
#[derive(Parser, Debug)]
#[command(name = "public-edge", version)]
pub struct Cli {
    /// The configuration; public-edge.toml in the current folder when it is there
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Serve listeners and keep the snapshot fresh
    Serve,
    /// Take the newest snapshot once
    Fetch {
        /// Forget the sequences that were trusted, so that an older snapshot is taken again
        #[arg(long)]
        reset_trust: bool,
    },
    /// Say whether configuration, store, manifest, NAS and cache are in order
    Check,
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version come this way too; where they can't be printed nobody reads them.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(USAGE));
        }
    };
    match Config::load(cli.config.as_deref()) {
        Ok(_config) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::from(USAGE)
        }
    }
}
