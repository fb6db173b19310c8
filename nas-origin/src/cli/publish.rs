//! `nas-origin publish`: the catalog as it is now, to the configured store.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;

use super::print_json;
use super::publish_progress::Progress;
use crate::accounts::EdgeAccess;
use crate::config::Config;
use crate::error::Failure;
use crate::jobs::{AskedBy, run_publish};
use crate::library::Library;
use crate::snapshot::publish::{PublishError, PublishJob};

#[derive(Args)]
pub(super) struct PublishCommand {
    /// Publishes even when a count fell by more than a fifth.
    #[arg(long)]
    force: bool,
    /// Replaces the snapshot of another catalog, or a manifest that is damaged.
    #[arg(long)]
    takeover: bool,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(config: &Config, command: &PublishCommand) -> anyhow::Result<ExitCode> {
    let library = Library::open(&config.data_dir)?;
    let access = EdgeAccess::of(config)?;
    let progress = Progress::new();
    let job = PublishJob {
        library: &library,
        config: &config.publish,
        force: command.force,
        takeover: command.takeover,
        access: access.as_ref(),
        progress: &progress,
    };
    let report = run_publish(&job, AskedBy::Command);
    progress.finish();
    let report = report.map_err(failure)?;
    if command.json {
        print_json(&report)?;
    } else {
        let word = match (report.pinned, report.changed) {
            (true, _) => "pinned to",
            (false, true) => "published",
            (false, false) => "unchanged",
        };
        writeln!(std::io::stdout(), "{word} {}", report.snapshot_id)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn failure(error: PublishError) -> anyhow::Error {
    if error.is_temporary() {
        Failure::Busy(error.into()).into()
    } else if error.is_configuration() {
        Failure::Usage(error.to_string()).into()
    } else {
        error.into()
    }
}
