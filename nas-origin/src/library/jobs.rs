//! Jobs on record: each import, publish and enrichment, waiting, running or ended, who asked for it, and what came of it.

mod queue;
mod row;

use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::LibraryError;

pub use queue::{
    Cancelled, Enqueued, Leased, cancel, enqueue, find_running, is_due, lease, list_open_subjects, next_due, put_back,
    resume, retry, tell_waiting,
};
pub use row::{Job, JobState};

const BEGIN: &str = "INSERT INTO jobs
    (kind, subject, asked_by, is_full, is_forced, state, attempts, queued_at, due_at, started_at, heartbeat_at)
    VALUES (:kind, :subject, :asked_by, :is_full, :is_forced, 'running', 1, :now, :now, :now, :now)";
const BEAT: &str = "UPDATE jobs SET heartbeat_at = :now, step = :step, done = :done, total = :total
    WHERE job_id = :job_id AND state = 'running'";
const IS_CANCELLED: &str = "SELECT is_cancelled FROM jobs WHERE job_id = :job_id";
const END: &str = "UPDATE jobs SET state = :state, finished_at = :now, step = NULL, done = :done, total = :total,
    counts = :counts, outcome = :outcome WHERE job_id = :job_id AND state = 'running'";
const ADD_FAILURE: &str = "INSERT OR REPLACE INTO job_failures VALUES (:job_id, :position, :file, :reason)";
const FAILURES: &str = "SELECT file, reason FROM job_failures WHERE job_id = :job_id ORDER BY position LIMIT :limit";
const TRIM: &str = "DELETE FROM jobs WHERE job_id <= :job_id - :kept AND state NOT IN ('queued', 'running')";
const LIST: &str = "SELECT * FROM jobs WHERE job_id < :before ORDER BY job_id DESC LIMIT :limit";
const FIND: &str = "SELECT * FROM jobs WHERE job_id = :job_id";

/// How many jobs are on record; older ones are forgotten.
const KEPT: i64 = 1000;
/// How many of a job's failures are on record.
pub const KEPT_FAILURES: u32 = 200;

/// A running job beats more often than this, in seconds; one that doesn't was killed.
pub const LONGEST_SILENCE_SECS: i64 = 90;

/// What is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobKind {
    /// A source is imported.
    Import,
    /// The catalog is published.
    Publish,
    /// Open databases of music are asked what tags leave blank.
    Enrich,
}

/// Who asked for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AskedBy {
    /// A command: a person, cron or a timer.
    Command,
    /// The daemon.
    Daemon,
    /// A call of the owner's API.
    Api,
}

/// A job that begins or waits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewJob<'a> {
    /// What is done.
    pub kind: JobKind,
    /// The source's or the store's name; `catalog` for an enrichment.
    pub subject: &'a str,
    /// Who asked for it.
    pub asked_by: AskedBy,
    /// An import that reads every file again.
    pub is_full: bool,
    /// In spite of a guard.
    pub is_forced: bool,
}

/// How far a running job is.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Progress {
    /// What a publish is at.
    pub step: Option<&'static str>,
    /// Files, covers or tracks that are done.
    pub done: u64,
    /// Of so many; 0 until that is known.
    pub total: u64,
}

/// How a job ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ending<'a> {
    /// `Done`, `Failed` or `Cancelled`.
    pub state: JobState,
    /// What it came to, as JSON.
    pub counts: Option<&'a str>,
    /// What it came to, in words.
    pub outcome: &'a str,
    /// How far it came.
    pub progress: Progress,
    /// The files that it could not take in, and why.
    pub failures: &'a [(String, String)],
}

/// Puts a job on record that begins now.
///
/// # Errors
/// When the catalog cannot be written.
pub fn begin(transaction: &Transaction<'_>, job: NewJob<'_>, now: i64) -> Result<i64, LibraryError> {
    let NewJob { kind, subject, asked_by, is_full, is_forced } = job;
    let job_id = transaction.prepare_cached(BEGIN)?.insert(named_params! {
        ":kind": kind.name(), ":subject": subject, ":asked_by": asked_by.name(), ":is_full": is_full,
        ":is_forced": is_forced, ":now": now,
    })?;
    trim(transaction, job_id)?;
    Ok(job_id)
}

fn trim(transaction: &Transaction<'_>, job_id: i64) -> Result<(), LibraryError> {
    transaction.prepare_cached(TRIM)?.execute(named_params! { ":job_id": job_id, ":kept": KEPT })?;
    Ok(())
}

/// Says that a job lives, and how far it is.
///
/// # Errors
/// When the catalog cannot be written.
pub fn beat(transaction: &Transaction<'_>, job_id: i64, progress: Progress, now: i64) -> Result<(), LibraryError> {
    let Progress { step, done, total } = progress;
    transaction.prepare_cached(BEAT)?.execute(named_params! {
        ":job_id": job_id, ":step": step, ":done": done.cast_signed(), ":total": total.cast_signed(), ":now": now,
    })?;
    Ok(())
}

/// Whether somebody asked a job to stop.
///
/// # Errors
/// When the catalog cannot be read.
pub fn is_cancelled(connection: &Connection, job_id: i64) -> Result<bool, LibraryError> {
    let mut statement = connection.prepare_cached(IS_CANCELLED)?;
    let asked = statement.query_row(named_params! { ":job_id": job_id }, |row| row.get("is_cancelled")).optional()?;
    Ok(asked.unwrap_or(false))
}

/// Says what came of a job.
///
/// # Errors
/// When the catalog cannot be written.
pub fn end(transaction: &Transaction<'_>, job_id: i64, ending: &Ending<'_>, now: i64) -> Result<(), LibraryError> {
    let Ending { state, counts, outcome, progress, failures } = ending;
    transaction.prepare_cached(END)?.execute(named_params! {
        ":job_id": job_id, ":state": state.name(), ":counts": counts, ":outcome": outcome, ":now": now,
        ":done": progress.done.cast_signed(), ":total": progress.total.cast_signed(),
    })?;
    for (position, (file, reason)) in (0..KEPT_FAILURES).zip(*failures) {
        transaction.prepare_cached(ADD_FAILURE)?.execute(named_params! {
            ":job_id": job_id, ":position": position, ":file": file, ":reason": reason,
        })?;
    }
    Ok(())
}

/// Jobs before `before`, `limit` at most, the newest first.
///
/// # Errors
/// When the catalog cannot be read.
pub fn list(connection: &Connection, before: i64, limit: u32, now: i64) -> Result<Vec<Job>, LibraryError> {
    let mut statement = connection.prepare_cached(LIST)?;
    let values = named_params! { ":before": before, ":limit": limit };
    let jobs = statement.query_map(values, |row| row::job_of(row, now))?;
    Ok(jobs.collect::<Result<_, _>>()?)
}

/// One job.
///
/// # Errors
/// When the catalog cannot be read.
pub fn find(connection: &Connection, job_id: i64, now: i64) -> Result<Option<Job>, LibraryError> {
    let mut statement = connection.prepare_cached(FIND)?;
    Ok(statement.query_row(named_params! { ":job_id": job_id }, |row| row::job_of(row, now)).optional()?)
}

/// The files that a job could not take in, and why: the first [`KEPT_FAILURES`].
///
/// # Errors
/// When the catalog cannot be read.
pub fn list_failures(connection: &Connection, job_id: i64) -> Result<Vec<(String, String)>, LibraryError> {
    let mut statement = connection.prepare_cached(FAILURES)?;
    let values = named_params! { ":job_id": job_id, ":limit": KEPT_FAILURES };
    let failures = statement.query_map(values, |row| Ok((row.get("file")?, row.get("reason")?)))?;
    Ok(failures.collect::<Result<_, _>>()?)
}

impl JobKind {
    /// As it is written everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Publish => "publish",
            Self::Enrich => "enrich",
        }
    }
}

impl AskedBy {
    /// As it is written everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Daemon => "daemon",
            Self::Api => "api",
        }
    }
}
