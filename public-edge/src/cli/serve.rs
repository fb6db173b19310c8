//! `public-edge serve`: the daemon, until a signal ends it.

use std::process::ExitCode;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::serve::{self, Running};

/// Ctrl-C ends it at once; SIGTERM lets answers under way be sent, and Ctrl-C after it doesn't.
pub(super) async fn run(config: Config) -> anyhow::Result<ExitCode> {
    // Both are waited for from the start: a signal that comes while it starts must not be lost.
    let mut terminate = signal(SignalKind::terminate()).context("waiting for SIGTERM failed")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("waiting for Ctrl-C failed")?;
    let cancel = CancellationToken::new();
    let Running { address, mut finished } = serve::start(config, cancel.clone()).await?;
    eprintln!("listening on http://{address}");
    tokio::select! {
        _ = interrupt.recv() => return Ok(ExitCode::SUCCESS),
        _ = terminate.recv() => cancel.cancel(),
        ended = &mut finished => ended.context("the daemon broke off")?,
    }
    tokio::select! {
        _ = interrupt.recv() => {}
        ended = finished => ended.context("the daemon broke off")?,
    }
    Ok(ExitCode::SUCCESS)
}
