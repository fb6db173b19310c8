//! `nas-origin jobs`: what is and was imported and published, when, for whom, and what came of it.

use std::io::Write;
use std::process::ExitCode;

use clap::Subcommand;
use jiff::Timestamp;
use serde_json::json;

use super::{print_json, time};
use crate::config::Config;
use crate::error::Failure;
use crate::jobs::JobView;
use crate::library::Library;
use crate::library::jobs::{self, Cancelled, Job};

#[derive(Subcommand)]
pub(super) enum JobsCommand {
    /// The latest jobs, the newest first.
    List {
        /// How many.
        #[arg(long, default_value_t = 20)]
        limit: u32,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Stops a job: at once when it waits, between two files or steps when it runs.
    Cancel {
        /// Its number.
        id: i64,
    },
    /// One job, with the files that it could not take in.
    Show {
        /// Its number.
        id: i64,
        /// Prints one JSON object.
        #[arg(long)]
        json: bool,
    },
}

pub(super) fn run(config: &Config, command: &JobsCommand) -> anyhow::Result<ExitCode> {
    let library = Library::open(&config.data_dir)?;
    match command {
        JobsCommand::List { limit, json } => list(&library, *limit, *json)?,
        JobsCommand::Show { id, json } => show(&library, *id, *json)?,
        JobsCommand::Cancel { id } => cancel(&library, *id)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(library: &Library, limit: u32, json: bool) -> anyhow::Result<()> {
    let now = Timestamp::now().as_second();
    let jobs = library.read(|connection| jobs::list(connection, i64::MAX, limit, now))?;
    if json {
        let jobs: Vec<JobView> = jobs.into_iter().map(JobView::of).collect();
        return print_json(&json!({ "jobs": jobs }));
    }
    jobs.iter().try_for_each(|job| writeln!(std::io::stdout(), "{}", line(job)))?;
    Ok(())
}

fn show(library: &Library, id: i64, json: bool) -> anyhow::Result<()> {
    let now = Timestamp::now().as_second();
    let job = library.read(|connection| jobs::find(connection, id, now))?.ok_or_else(|| unknown(id))?;
    let failures = library.read(|connection| jobs::list_failures(connection, id))?;
    if json {
        return print_json(&JobView::of(job).with_failures(failures));
    }
    let mut out = std::io::stdout();
    writeln!(out, "{}", line(&job))?;
    for (file, reason) in failures {
        writeln!(out, "failed {file:?}: {reason}")?;
    }
    Ok(())
}

fn cancel(library: &Library, id: i64) -> anyhow::Result<()> {
    let now = Timestamp::now().as_second();
    let line = match library.write(|tx| jobs::cancel(tx, id, now))? {
        Cancelled::AtOnce => format!("cancelled {id}"),
        Cancelled::Asked => format!("{id} stops as soon as it can"),
        Cancelled::TooLate => return Err(Failure::Usage(format!("job {id} has ended already")).into()),
        Cancelled::Unknown => return Err(unknown(id).into()),
    };
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

fn unknown(id: i64) -> Failure {
    Failure::Usage(format!("there is no job {id}; see `nas-origin jobs list`"))
}

fn line(job: &Job) -> String {
    let Job { job_id, subject, asked_by, state, .. } = job;
    let outcome = job.outcome.clone().unwrap_or_else(|| progress(job));
    let began_at = job.started_at.unwrap_or(job.queued_at);
    let seconds = job.finished_at.map_or_else(|| "-".to_owned(), |end| format!("{} s", end - began_at));
    let (kind, state) = (job.kind.name(), state.name());
    format!(
        "{job_id:>5}  {}  {kind:<7}  {state:<11}  {seconds:>6}  {asked_by:<7}  {subject}: {outcome}",
        time(began_at)
    )
}

/// How far a job is that has not ended.
fn progress(job: &Job) -> String {
    let step = job.step.as_deref().unwrap_or("-");
    if job.total == 0 { step.to_owned() } else { format!("{step} {} of {}", job.done, job.total) }
}
