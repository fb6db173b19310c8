//! `nas-origin snapshots`: what was published, and what becomes of it.

mod table;

use std::io::Write;
use std::process::ExitCode;

use bytesize::ByteSize;
use clap::Subcommand;

use super::print_json;
use super::publish_progress::Progress;
use crate::accounts::EdgeAccess;
use crate::config::Config;
use crate::error::Failure;
use crate::library::Library;
use crate::snapshot::gc::{GcJob, GcReport, gc};
use crate::snapshot::history::{self, HistoryError};
use crate::snapshot::publish::PublishJob;
use crate::snapshot::rollback;
use crate::snapshot::verify::{Problem, verify};

#[derive(Subcommand)]
pub(super) enum SnapshotsCommand {
    /// Shows what can be rolled back to, newest first.
    List {
        /// How many are shown.
        #[arg(long, value_name = "COUNT", default_value_t = 20)]
        limit: usize,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Fetches a snapshot and checks it: signature, database, covers, deltas. Exits 1 when something is wrong.
    Verify {
        /// As for `rollback`; the live one by default.
        id: Option<String>,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Makes an old snapshot live again and pins it: `publish` changes nothing until `unpin`.
    Rollback {
        /// A snapshot's id, its sequence, or the beginning of its database's digest.
        id: String,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Pins the live snapshot, or rolls back to another one: `publish` changes nothing until `unpin`.
    Pin {
        /// As for `rollback`; the live one by default.
        id: Option<String>,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Lets `publish` go on from the catalog.
    Unpin {
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Removes from the store what no kept snapshot names and is older than `publish.gc_grace`.
    Gc {
        /// Only says what would be removed.
        #[arg(long)]
        dry_run: bool,
        /// Removes it even when that is more than half of the bytes, when the live snapshot's objects aren't listed, or
        /// when an old snapshot can't be read.
        #[arg(long)]
        force: bool,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(config: &Config, command: &SnapshotsCommand) -> anyhow::Result<ExitCode> {
    let library = Library::open(&config.data_dir)?;
    let access = EdgeAccess::of(config)?;
    let progress = Progress::new();
    let job = PublishJob {
        library: &library,
        config: &config.publish,
        force: false,
        takeover: false,
        access: access.as_ref(),
        progress: &progress,
    };
    let done = match command {
        SnapshotsCommand::List { limit, json } => list(&job, *limit, *json),
        SnapshotsCommand::Verify { id, json } => check(&job, id.as_deref(), *json),
        SnapshotsCommand::Rollback { id, json } => pin(&job, Some(id), *json),
        SnapshotsCommand::Pin { id, json } => pin(&job, id.as_deref(), *json),
        SnapshotsCommand::Unpin { json } => unpin(&job, *json),
        SnapshotsCommand::Gc { dry_run, force, json } => {
            sweep(&GcJob { publish: PublishJob { force: *force, ..job }, dry_run: *dry_run }, *json)
        }
    };
    progress.finish();
    done
}

fn list(job: &PublishJob<'_>, limit: usize, json: bool) -> anyhow::Result<ExitCode> {
    let list = history::list(job.library, job.config, limit).map_err(failure)?;
    if json {
        print_json(&list)?;
    } else {
        write!(std::io::stdout(), "{}", table::show(&list))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn check(job: &PublishJob<'_>, id: Option<&str>, json: bool) -> anyhow::Result<ExitCode> {
    let report = verify(job, id).map_err(failure)?;
    if json {
        print_json(&report)?;
    } else {
        let mut out = std::io::stdout();
        for Problem { object, problem, advice } in &report.problems {
            writeln!(out, "{object}: {problem}\n    {advice}")?;
        }
        let word = if report.ok { "whole" } else { "damaged" };
        let objects = report.objects_checked;
        writeln!(
            out,
            "{word}: {} (sequence {}), with {objects} covers and audio files",
            report.snapshot_id, report.sequence
        )?;
    }
    Ok(if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn pin(job: &PublishJob<'_>, id: Option<&str>, json: bool) -> anyhow::Result<ExitCode> {
    let report = rollback::pin(job, id).map_err(failure)?;
    if json {
        print_json(&report)?;
    } else {
        let word = if report.changed { "rolled back and pinned to" } else { "pinned to" };
        writeln!(std::io::stdout(), "{word} {}", report.snapshot_id)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn unpin(job: &PublishJob<'_>, json: bool) -> anyhow::Result<ExitCode> {
    let report = rollback::unpin(job).map_err(failure)?;
    if json {
        print_json(&report)?;
    } else {
        let line = match &report.unpinned {
            Some(snapshot_id) => {
                format!("unpinned {snapshot_id}; `nas-origin publish` publishes the catalog as it is now")
            }
            None => "nothing was pinned".to_owned(),
        };
        writeln!(std::io::stdout(), "{line}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn sweep(job: &GcJob<'_>, json: bool) -> anyhow::Result<ExitCode> {
    let report = gc(job).map_err(failure)?;
    if json {
        print_json(&report)?;
        return Ok(ExitCode::SUCCESS);
    }
    let GcReport { removed_objects, objects, kept_snapshots, young_objects, .. } = report;
    let (removed, all) = (ByteSize(report.removed_bytes), ByteSize(report.bytes));
    let word = if job.dry_run { "would remove" } else { "removed" };
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{word} {removed_objects} of {objects} objects, {removed} of {all}; kept databases: {kept_snapshots}"
    )?;
    if young_objects > 0 {
        writeln!(out, "{young_objects} objects that nothing names are still too young")?;
    }
    if let Some(objection) = report.objection.filter(|_| job.dry_run) {
        writeln!(out, "it would stop, though, without --force: {objection}")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn failure(error: HistoryError) -> anyhow::Error {
    if error.is_temporary() {
        Failure::Busy(error.into()).into()
    } else if error.is_configuration() {
        Failure::Usage(error.to_string()).into()
    } else {
        error.into()
    }
}
