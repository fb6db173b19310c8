//! `nas-origin export-snapshot`: a catalog, of this system or of the earlier one, to a folder that edges serve from.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::print_json;
use crate::error::Failure;
use crate::snapshot::export::{ExportError, export};

#[derive(Args)]
pub(super) struct ExportSnapshotCommand {
    /// The catalogsync.db or catalog.db to export; it is only read.
    #[arg(long, value_name = "DB")]
    db: PathBuf,
    /// The folder for the read database and its manifest.
    #[arg(long, value_name = "DIR")]
    target_dir: PathBuf,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: &ExportSnapshotCommand) -> anyhow::Result<ExitCode> {
    let report = export(&command.db, &command.target_dir).map_err(failure)?;
    if command.json {
        print_json(&report)?;
        return Ok(ExitCode::SUCCESS);
    }
    for (reason, count) in &report.skipped {
        tracing::warn!("left out: {reason} ({count})");
    }
    let word = if report.changed { "exported" } else { "unchanged" };
    writeln!(std::io::stdout(), "{word} {}", report.snapshot_id)?;
    Ok(ExitCode::SUCCESS)
}

fn failure(error: ExportError) -> anyhow::Error {
    match error {
        ExportError::Busy(_) => Failure::Busy(error.into()).into(),
        _ if error.is_usage() => Failure::Usage(with_causes(&error)).into(),
        _ => error.into(),
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
