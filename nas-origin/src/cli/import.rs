//! `nas-origin import`: what a music folder holds, into the catalog.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use catalog_core::finding::in_words;
use catalog_core::import::{FileFailure, ImportReport};
use clap::Args;
use serde::Serialize;

use super::import_progress::Progress;
use super::print_json;
use super::signals::stop_on_signal;
use crate::config::{Config, SourceConfig, SourceKind};
use crate::error::Failure;
use crate::jobs::{AskedBy, run_import};
use crate::library::{Library, sources};
use crate::snapshot::settle_ids::settle_ids;
use crate::sources::import::{ImportFailure, ImportJob};
use crate::sources::naming::name_for;

#[derive(Args)]
pub(super) struct ImportCommand {
    /// A music folder; it needs no configuration.
    #[arg(value_name = "PATH", conflicts_with = "source")]
    path: Option<PathBuf>,
    /// One of the configured sources; all of them without this and without PATH.
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Reads every file again, also those that look unchanged.
    #[arg(long)]
    full: bool,
    /// Accepts that a folder lost all its music, or more than half of it.
    #[arg(long)]
    force: bool,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

/// `--json`: the names are the contract's.
#[derive(Default, Serialize)]
struct ImportView {
    added: u64,
    updated: u64,
    unchanged: u64,
    moved: u64,
    missing: u64,
    failed: u64,
    failures: Vec<FailureView>,
    elapsed_seconds: f64,
}

#[derive(Serialize)]
struct FailureView {
    file: String,
    reason: String,
}

pub(super) fn run(config: &Config, command: &ImportCommand) -> anyhow::Result<ExitCode> {
    let began = Instant::now();
    let stopped = stop_on_signal()?;
    let library = Library::open(&config.data_dir)?;
    settle_ids(&library, &config.publish)?;
    let mut view = ImportView::default();
    for job in jobs(config, command, &library)? {
        let progress = Progress::new(Arc::clone(&stopped), "files read");
        let report = run_import(&library, &job, &progress, AskedBy::Command);
        progress.finish();
        let report = report.map_err(failure)?;
        tell_playlists(&report);
        anyhow::ensure!(!report.is_cancelled, "stopped; what was imported until then stays");
        view.add(report);
    }
    view.elapsed_seconds = began.elapsed().as_secs_f64();
    if command.json {
        print_json(&view)?;
    } else {
        view.print()?;
    }
    Ok(ExitCode::SUCCESS)
}

fn jobs(config: &Config, command: &ImportCommand, library: &Library) -> anyhow::Result<Vec<ImportJob>> {
    let job = |name: &str, source: &SourceConfig| ImportJob {
        is_full: command.full,
        accepts_loss: command.force,
        ..ImportJob::new(name, source, &config.import)
    };
    if let Some(path) = &command.path {
        let (name, source) = source_at(config, library, path)?;
        return Ok(vec![job(&name, &source)]);
    }
    let is_wanted = |name: &str| command.source.as_deref().is_none_or(|asked| asked == name);
    let wanted = config.sources.iter().filter(|(name, _)| is_wanted(name));
    let jobs: Vec<ImportJob> = wanted.map(|(name, source)| job(name, source)).collect();
    if jobs.is_empty() { Err(no_source(command.source.as_deref()).into()) } else { Ok(jobs) }
}

fn no_source(asked: Option<&str>) -> Failure {
    Failure::Usage(match asked {
        Some(name) => format!("there is no source {name}; the configuration names them as [sources.NAME]"),
        None => {
            "there is no source: name a folder, as in `nas-origin import /music`, or set sources.local.path in the \
                 configuration"
                .to_owned()
        }
    })
}

/// The source whose folder `path` is: a configured one, one that was imported by its path before, or a new one.
fn source_at(config: &Config, library: &Library, path: &Path) -> anyhow::Result<(String, SourceConfig)> {
    let resolved = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder_of = |source: &SourceConfig| resolved(&source.path).to_string_lossy().into_owned();
    let folders = config.sources.iter().filter(|(_, source)| source.kind == SourceKind::Local);
    let mut known: Vec<_> = folders.map(|(name, source)| (name.clone(), folder_of(source))).collect();
    let imported = library.read(sources::list_folders)?;
    known.extend(imported.into_iter().filter(|(name, _)| !config.sources.contains_key(name)));
    let name = name_for(&resolved(path), &known).map_err(|overlap| Failure::Usage(overlap.to_string()))?;
    let source = config.sources.get(&name).cloned().unwrap_or_else(|| SourceConfig::local(path.to_owned()));
    Ok((name, source))
}

fn failure(failure: ImportFailure) -> anyhow::Error {
    match failure {
        ImportFailure::Busy => Failure::Busy(failure.into()).into(),
        ImportFailure::FolderName { .. } | ImportFailure::Bucket { .. } => Failure::Usage(in_words(&failure)).into(),
        ImportFailure::Lock { .. }
        | ImportFailure::Managed { .. }
        | ImportFailure::Restored
        | ImportFailure::Library(_)
        | ImportFailure::Import(_) => failure.into(),
    }
}

fn tell_playlists(report: &ImportReport) {
    if report.playlists > 0 {
        let (playlists, skipped) = (report.playlists, report.skipped_entries);
        tracing::info!("{playlists} playlists changed; {skipped} of their entries are not in the library");
    }
}

impl ImportView {
    fn add(&mut self, report: ImportReport) {
        self.added += report.added;
        self.updated += report.updated;
        self.unchanged += report.unchanged;
        self.moved += report.moved;
        self.missing += report.missing;
        self.failed += report.failures.len() as u64;
        let shown = |failure: FileFailure| FailureView { file: failure.path, reason: failure.reason };
        self.failures.extend(report.failures.into_iter().map(shown));
    }

    fn print(&self) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        for failure in &self.failures {
            writeln!(out, "failed {:?}: {}", failure.file, failure.reason)?;
        }
        writeln!(
            out,
            "{} added, {} updated, {} unchanged, {} moved, {} missing, {} failed in {:.1} s",
            self.added, self.updated, self.unchanged, self.moved, self.missing, self.failed, self.elapsed_seconds
        )
    }
}
