//! The command line: one file for each command, and the exit codes they share (DESIGN section 12).

mod check;
mod fetch;
mod serve;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use tokio::runtime::Runtime;
use tracing_subscriber::EnvFilter;

use crate::config::{Config, ConfigError};
use crate::snapshot::CacheError;
use crate::snapshot::store::StoreError;

/// A wrong command line or configuration.
const USAGE: u8 = 2;
/// Another process holds what is needed; trying later helps.
const TRY_LATER: u8 = 75;

/// Takes snapshots of a music catalog and serves browsing and playback redirects to listeners.
#[derive(Parser)]
#[command(name = "public-edge", version, propagate_version = true)]
struct Cli {
    /// The configuration file [default: public-edge.toml, when there is one].
    #[arg(long, global = true, value_name = "FILE", env = "PUBLIC_EDGE_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves listeners and keeps the snapshot fresh.
    Serve,
    /// Takes the newest snapshot into the cache folder, once.
    Fetch(fetch::FetchCommand),
    /// Says whether cache folder, stores, manifest and NAS are in order.
    Check(check::CheckCommand),
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { USAGE } else { 0 };
            return error.print().map_or(ExitCode::FAILURE, |()| ExitCode::from(code));
        }
    };
    log_to_stderr();
    run_command(&cli).unwrap_or_else(|error| {
        tracing::error!("{error:#}");
        exit_code(&error)
    })
}

fn run_command(cli: &Cli) -> anyhow::Result<ExitCode> {
    let config = Config::load(cli.config.as_deref())?;
    let runtime = Runtime::new().context("starting threads failed")?;
    let ended = match &cli.command {
        Command::Serve => runtime.block_on(serve::run(config)),
        Command::Fetch(command) => runtime.block_on(fetch::run(config, command)),
        Command::Check(command) => runtime.block_on(check::run(&config, command)),
    };
    // Whoever pressed Ctrl-C waits for nobody: what is being downloaded has no name yet.
    runtime.shutdown_background();
    ended
}

fn exit_code(error: &anyhow::Error) -> ExitCode {
    let is_usage = error.is::<ConfigError>() || error.is::<StoreError>();
    let is_busy = matches!(error.downcast_ref(), Some(CacheError::InUse { .. }));
    ExitCode::from(match (is_usage, is_busy) {
        (true, _) => USAGE,
        (_, true) => TRY_LATER,
        (false, false) => 1,
    })
}

/// Warnings and what was done, on stderr; `RUST_LOG` asks for more or less.
fn log_to_stderr() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
}

/// Prints lines on stdout.
fn print(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{text}")
}
