//! `nas-origin jobs`: what was imported and published, when, for whom, and what came of it.

use std::io::Write;
use std::process::ExitCode;

use clap::Subcommand;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::print_json;
use crate::config::Config;
use crate::error::Failure;
use crate::library::Library;
use crate::library::jobs::{self, Job};

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
    /// One job.
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
    let now = Timestamp::now().as_second();
    match command {
        JobsCommand::List { limit, json } => {
            let jobs = library.read(|connection| jobs::list(connection, *limit, now))?;
            if *json {
                print_json(&json!({ "jobs": jobs.iter().map(in_json).collect::<Vec<_>>() }))?;
            } else {
                jobs.iter().try_for_each(|job| writeln!(std::io::stdout(), "{}", line(job)))?;
            }
        }
        JobsCommand::Show { id, json } => {
            let job = library.read(|connection| jobs::find(connection, *id, now))?;
            let job = job.ok_or_else(|| Failure::Usage(format!("there is no job {id}; see `nas-origin jobs list`")))?;
            if *json {
                print_json(&in_json(&job))?;
            } else {
                writeln!(std::io::stdout(), "{}", line(&job))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn line(job: &Job) -> String {
    let Job { job_id, kind, subject, asked_by, state, .. } = job;
    let outcome = job.outcome.as_deref().unwrap_or("-");
    let seconds = job.finished_at.map_or_else(|| "-".to_owned(), |end| format!("{} s", end - job.started_at));
    format!(
        "{job_id:>5}  {}  {kind:<7}  {state:<11}  {seconds:>6}  {asked_by:<7}  {subject}: {outcome}",
        time(job.started_at)
    )
}

fn in_json(job: &Job) -> Value {
    json!({
        "job_id": job.job_id, "kind": job.kind, "subject": job.subject, "asked_by": job.asked_by, "state": job.state,
        "started_at": time(job.started_at), "finished_at": job.finished_at.map(time), "outcome": job.outcome,
    })
}

fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| "-".to_owned(), |moment| moment.to_string())
}
