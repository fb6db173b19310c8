//! `nas-origin serve`: the daemon, until a signal ends it.

use std::process::ExitCode;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::serve::{self, Running};

pub(super) fn run(config: Config) -> anyhow::Result<ExitCode> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("starting threads failed")?;
    let ended = runtime.block_on(serve_until_signalled(config));
    // Ctrl-C waits for nobody: what is being written is a transaction, or an object nobody knows of yet.
    runtime.shutdown_background();
    ended.map(|()| ExitCode::SUCCESS)
}

async fn serve_until_signalled(config: Config) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("waiting for SIGTERM failed")?;
    let cancel = CancellationToken::new();
    let Running { address, private_address, mut finished } = serve::start(config, cancel.clone()).await?;
    eprintln!("listening on http://{address}");
    if let Some(private_address) = private_address {
        eprintln!("token holders are served on http://{private_address}");
    }
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => return interrupted.context("waiting for Ctrl-C failed"),
        _ = terminate.recv() => cancel.cancel(),
        ended = &mut finished => return ended.context("the daemon broke off"),
    }
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.context("waiting for Ctrl-C failed"),
        ended = finished => ended.context("the daemon broke off"),
    }
}
