//! `nas-origin enrich`: open databases of music are asked what tags leave blank.

use std::io::Write;
use std::process::ExitCode;

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::import_progress::Progress;
use super::print_json;
use super::signals::stop_on_signal;
use crate::config::Config;
use crate::enrichment::{Ended, EnrichFailure, EnrichJob, EnrichReport, Questions, WallClock, count_questions};
use crate::error::Failure;
use crate::jobs::{AskedBy, run_enrich};
use crate::library::Library;

#[derive(Args)]
pub(super) struct EnrichCommand {
    /// Tells about how many tracks and albums it would ask, and asks nobody.
    #[arg(long)]
    dry_run: bool,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(config: &Config, command: &EnrichCommand) -> anyhow::Result<ExitCode> {
    if !config.enrichment.is_on() {
        return Err(failure(EnrichFailure::Off));
    }
    let library = Library::open(&config.data_dir)?;
    let now = Timestamp::now().as_second();
    if command.dry_run {
        tell_plan(&library, config, now, command.json)?;
        return Ok(ExitCode::SUCCESS);
    }
    let progress = Progress::new(stop_on_signal()?, "tracks and albums asked about");
    let clock = WallClock::start();
    let job = EnrichJob { library: &library, config: &config.enrichment, clock: &clock, slice: None, now };
    let report = run_enrich(&job, &progress, AskedBy::Command);
    progress.finish();
    tell(&report.map_err(failure)?, command.json)
}

fn tell_plan(library: &Library, config: &Config, now: i64, json: bool) -> anyhow::Result<()> {
    let Questions { tracks, sounds, releases, covers } = count_questions(library, &config.enrichment, now)?;
    if json {
        return print_json(
            &json!({ "tracks": tracks, "sounds": sounds, "releases": releases, "albums_without_cover": covers }),
        );
    }
    let mut out = std::io::stdout();
    writeln!(
        out,
        "{tracks} tracks, the sound of up to {sounds}, {releases} releases and the covers of {covers} albums would be asked about"
    )?;
    Ok(())
}

fn tell(report: &EnrichReport, json: bool) -> anyhow::Result<ExitCode> {
    if json {
        print_json(report)?;
    } else {
        let mut out = std::io::stdout().lock();
        for (what, reason) in &report.failures {
            writeln!(out, "failed {what:?}: {reason}")?;
        }
        writeln!(out, "{}", report.outcome())?;
    }
    anyhow::ensure!(report.ended != Ended::Cancelled, "stopped; what was found until then stays");
    anyhow::ensure!(report.absent.is_empty(), "{}; what was found until then stays", report.absent.join("; "));
    Ok(ExitCode::SUCCESS)
}

fn failure(failure: EnrichFailure) -> anyhow::Error {
    match failure {
        EnrichFailure::Off => Failure::Usage(failure.to_string()).into(),
        EnrichFailure::Busy => Failure::Busy(failure.into()).into(),
        EnrichFailure::Lock { .. } | EnrichFailure::Client(_) | EnrichFailure::Library(_) => failure.into(),
    }
}
