//! `quickstart`: see `quickstart --help`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use quickstart::run::{Options, Quickstart};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// Serves a folder of music: imports it, publishes it, and opens it to a browser and to Subsonic clients.
#[derive(Parser)]
#[command(name = "quickstart", version)]
struct Cli {
    /// The folder of music; without one, a small demo library is made.
    music_dir: Option<PathBuf>,
    /// The port of the public edge; the origin takes the next one.
    #[arg(long, default_value_t = 4533, value_parser = clap::value_parser!(u16).range(1..65535))]
    port: u16,
    /// Where the catalog, the published objects and the configuration files are kept.
    #[arg(long, default_value = "./music-cloud-data")]
    data_dir: PathBuf,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new().context("starting threads failed")?;
    let ended = runtime.block_on(serve(Options { music: cli.music_dir, port: cli.port, data_dir: cli.data_dir }));
    // An import under way loses nothing: its batches are transactions.
    runtime.shutdown_background();
    ended
}

async fn serve(options: Options) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("waiting for SIGTERM failed")?;
    let cancel = CancellationToken::new();
    let running = Quickstart::start(options, cancel.clone()).await?;
    let mut interrupt = std::pin::pin!(tokio::signal::ctrl_c());
    tokio::select! {
        ready = running.ready() => {
            ready?;
            writeln!(std::io::stdout(), "ready {}", running.url).context("stdout is closed")?;
        }
        _ = &mut interrupt => return Ok(()),
        _ = terminate.recv() => return Ok(()),
    }
    tokio::select! {
        _ = interrupt => Ok(()),
        _ = terminate.recv() => {
            cancel.cancel();
            running.finished().await
        }
    }
}
