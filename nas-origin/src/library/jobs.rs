//! The record of what the origin did: each import and publish, who asked for it, and what came of it.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};

use super::LibraryError;

const BEGIN: &str = "INSERT INTO jobs (kind, subject, asked_by, state, started_at, heartbeat_at)
    VALUES (:kind, :subject, :asked_by, 'running', :now, :now)";
const BEAT: &str = "UPDATE jobs SET heartbeat_at = :now WHERE job_id = :job_id AND state = 'running'";
const END: &str = "UPDATE jobs SET state = :state, finished_at = :now, outcome = :outcome WHERE job_id = :job_id";
const TRIM: &str = "DELETE FROM jobs WHERE job_id <= :job_id - :kept";
const LIST: &str = "SELECT * FROM jobs ORDER BY job_id DESC LIMIT :limit";
const FIND: &str = "SELECT * FROM jobs WHERE job_id = :job_id";

/// How many jobs are on record; older ones are forgotten.
const KEPT: i64 = 1000;

/// A running job beats more often than this, in seconds; one that doesn't was killed.
pub const LONGEST_SILENCE_SECS: i64 = 90;

/// What is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobKind {
    /// A source is imported.
    Import,
    /// The catalog is published.
    Publish,
}

/// Who asked for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AskedBy {
    /// A command: a person, cron or a timer.
    Command,
    /// The daemon.
    Daemon,
}

/// A job that begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NewJob<'a> {
    /// What is done.
    pub kind: JobKind,
    /// The source's or the store's name.
    pub subject: &'a str,
    /// Who asked for it.
    pub asked_by: AskedBy,
}

/// A job on record. Times are Unix seconds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    /// Its number.
    pub job_id: i64,
    /// `import` or `publish`.
    pub kind: String,
    /// The source's or the store's name.
    pub subject: String,
    /// `command` or `daemon`.
    pub asked_by: String,
    /// `running`, `done` or `failed`; `interrupted` when it was killed.
    pub state: String,
    /// When it began.
    pub started_at: i64,
    /// When it ended; the last sign of life when it was killed.
    pub finished_at: Option<i64>,
    /// What came of it, in words.
    pub outcome: Option<String>,
}

/// Puts a job on record.
///
/// # Errors
/// When the catalog cannot be written.
pub fn begin(transaction: &Transaction<'_>, job: NewJob<'_>, now: i64) -> Result<i64, LibraryError> {
    let job_id = transaction.prepare_cached(BEGIN)?.insert(named_params! {
        ":kind": job.kind.name(), ":subject": job.subject, ":asked_by": job.asked_by.name(), ":now": now,
    })?;
    transaction.prepare_cached(TRIM)?.execute(named_params! { ":job_id": job_id, ":kept": KEPT })?;
    Ok(job_id)
}

/// Says that a job lives.
///
/// # Errors
/// When the catalog cannot be written.
pub fn beat(transaction: &Transaction<'_>, job_id: i64, now: i64) -> Result<(), LibraryError> {
    transaction.prepare_cached(BEAT)?.execute(named_params! { ":job_id": job_id, ":now": now })?;
    Ok(())
}

/// Says what came of a job.
///
/// # Errors
/// When the catalog cannot be written.
pub fn end(
    transaction: &Transaction<'_>,
    job_id: i64,
    outcome: Result<&str, &str>,
    now: i64,
) -> Result<(), LibraryError> {
    let (state, words) = match outcome {
        Ok(words) => ("done", words),
        Err(words) => ("failed", words),
    };
    let values = named_params! { ":job_id": job_id, ":state": state, ":outcome": words, ":now": now };
    transaction.prepare_cached(END)?.execute(values)?;
    Ok(())
}

/// The latest jobs, the newest first.
///
/// # Errors
/// When the catalog cannot be read.
pub fn list(connection: &Connection, limit: u32, now: i64) -> Result<Vec<Job>, LibraryError> {
    let mut statement = connection.prepare_cached(LIST)?;
    let jobs = statement.query_map(named_params! { ":limit": limit }, |row| job_of(row, now))?;
    Ok(jobs.collect::<Result<_, _>>()?)
}

/// One job.
///
/// # Errors
/// When the catalog cannot be read.
pub fn find(connection: &Connection, job_id: i64, now: i64) -> Result<Option<Job>, LibraryError> {
    let mut statement = connection.prepare_cached(FIND)?;
    Ok(statement.query_row(named_params! { ":job_id": job_id }, |row| job_of(row, now)).optional()?)
}

fn job_of(row: &Row<'_>, now: i64) -> rusqlite::Result<Job> {
    let heartbeat_at: i64 = row.get("heartbeat_at")?;
    let mut job = Job {
        job_id: row.get("job_id")?,
        kind: row.get("kind")?,
        subject: row.get("subject")?,
        asked_by: row.get("asked_by")?,
        state: row.get("state")?,
        started_at: row.get("started_at")?,
        finished_at: row.get("finished_at")?,
        outcome: row.get("outcome")?,
    };
    if job.state == "running" && now.saturating_sub(heartbeat_at) > LONGEST_SILENCE_SECS {
        job.state = "interrupted".into();
        job.finished_at = Some(heartbeat_at);
    }
    Ok(job)
}

impl JobKind {
    fn name(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Publish => "publish",
        }
    }
}

impl AskedBy {
    fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Daemon => "daemon",
        }
    }
}
