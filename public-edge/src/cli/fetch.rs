//! `public-edge fetch`: one refresh into the cache folder, so that the next start needs no network.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use serde_json::json;

use crate::config::Config;
use crate::serve;
use crate::snapshot::Outcome;
use crate::state::Edge;

#[derive(Args)]
pub(super) struct FetchCommand {
    /// Forgets which sequences were trusted, so that an older snapshot or another export is taken.
    #[arg(long)]
    reset_trust: bool,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(config: Config, command: &FetchCommand) -> anyhow::Result<ExitCode> {
    let (edge, mut refresher) = serve::open(config)?;
    if command.reset_trust {
        refresher.reset_trust()?;
    }
    refresher.serve_last_good().await;
    let outcome = refresher.refresh().await.with_context(|| nothing_from(&edge))?;
    let served = edge.snapshots.load().context("the stores have no snapshot")?;
    let manifest = &served.manifest;
    let report = if command.json {
        let (id, sequence) = (&manifest.snapshot_id, manifest.sequence);
        let changed = outcome != Outcome::Unchanged;
        json!({"snapshot_id": id, "sequence": sequence, "changed": changed, "database_bytes": manifest.database.size_bytes})
            .to_string()
    } else {
        let verb = match outcome {
            Outcome::Unchanged => "unchanged",
            Outcome::Renewed => "renewed",
            Outcome::Replaced => "fetched",
        };
        format!("{verb} {} (sequence {})", manifest.snapshot_id, manifest.sequence)
    };
    super::print(&report)?;
    Ok(ExitCode::SUCCESS)
}

fn nothing_from(edge: &Edge) -> String {
    let stores: Vec<_> = edge.stores.iter().map(|store| store.name.as_str()).collect();
    let stores = stores.join(", ");
    format!(
        "nothing was fetched from `snapshot.store` ({stores}), and what was there stays; `public-edge check` says more"
    )
}
