//! Jobs that wait: put in once, leased one after the other, put back after a failure or when their process was killed.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};

use super::row::kind_of;
use super::{JobKind, LONGEST_SILENCE_SECS, LibraryError, NewJob, trim};

const ENQUEUE: &str = "INSERT INTO jobs (kind, subject, asked_by, is_full, is_forced, state, queued_at, due_at)
    VALUES (:kind, :subject, :asked_by, :is_full, :is_forced, 'queued', :now, :now)";
const FIND_OPEN: &str = "SELECT job_id FROM jobs WHERE kind = :kind AND subject = :subject
    AND (state = 'queued' OR (state = 'running' AND heartbeat_at >= :alive_since)) ORDER BY job_id LIMIT 1";
const OPEN_SUBJECTS: &str = "SELECT subject FROM jobs WHERE state IN ('queued', 'running')";
const NEXT: &str = "SELECT * FROM jobs WHERE state = 'queued' AND due_at <= :now
    AND kind IS NOT :except ORDER BY due_at, job_id LIMIT 1";
const IS_DUE: &str = "SELECT EXISTS (SELECT 1 FROM jobs WHERE state = 'queued' AND due_at <= :now AND kind = :kind)";
const NEXT_DUE: &str = "SELECT due_at FROM jobs WHERE state = 'queued' ORDER BY due_at LIMIT 1";
const LEASE: &str =
    "UPDATE jobs SET state = 'running', attempts = attempts + 1, started_at = :now, heartbeat_at = :now,
    step = NULL, done = 0, total = 0 WHERE job_id = :job_id";
const RETRY: &str = "UPDATE jobs SET state = 'queued', due_at = :due_at, step = NULL, outcome = :outcome
    WHERE job_id = :job_id AND state = 'running'";
const TELL_WAITING: &str = "UPDATE jobs SET outcome = :outcome
    WHERE state = 'queued' AND due_at <= :now AND kind = :kind AND outcome IS NOT :outcome";
const PUT_BACK: &str = "UPDATE jobs SET state = 'queued', due_at = :due_at, step = NULL, outcome = :outcome,
    attempts = attempts - 1 WHERE job_id = :job_id AND state = 'running'";
/// What a killed daemon was at; a command is run again by whoever ran it.
const RESUME: &str = "UPDATE jobs SET state = CASE WHEN is_cancelled THEN 'cancelled' ELSE 'queued' END,
    due_at = :now, step = NULL, outcome = 'its process was killed'
    WHERE state = 'running' AND asked_by IN ('daemon', 'api') AND heartbeat_at < :silent_since";
const CANCEL_QUEUED: &str = "UPDATE jobs SET state = 'cancelled', is_cancelled = 1, finished_at = :now,
    outcome = 'cancelled before it began' WHERE job_id = :job_id AND state = 'queued'";
const CANCEL_RUNNING: &str = "UPDATE jobs SET is_cancelled = 1
    WHERE job_id = :job_id AND state = 'running' AND heartbeat_at >= :alive_since";
const EXISTS: &str = "SELECT EXISTS (SELECT 1 FROM jobs WHERE job_id = :job_id)";

/// What asking for a job came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Enqueued {
    /// It waits under this number.
    Waits(i64),
    /// The same is waiting or running already, under this number.
    IsOpen(i64),
}

/// A job that was begun for its process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leased {
    /// Its number.
    pub job_id: i64,
    /// What is to be done.
    pub kind: JobKind,
    /// The source's or the store's name.
    pub subject: String,
    /// An import that reads every file again.
    pub is_full: bool,
    /// In spite of a guard.
    pub is_forced: bool,
    /// How often it was begun, this time among them.
    pub attempts: u32,
}

/// What asking a job to stop came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cancelled {
    /// It waited, and never begins.
    AtOnce,
    /// Its process hears of it within seconds.
    Asked,
    /// It has ended already.
    TooLate,
    /// There is no such job.
    Unknown,
}

/// What the jobs that have not ended are about.
///
/// # Errors
/// When the catalog cannot be read.
pub fn list_open_subjects(connection: &Connection) -> Result<HashSet<String>, LibraryError> {
    let mut statement = connection.prepare_cached(OPEN_SUBJECTS)?;
    let subjects = statement.query_map([], |row| row.get("subject"))?;
    Ok(subjects.collect::<rusqlite::Result<_>>()?)
}

/// Asks for a job, unless the same is waiting or running.
///
/// # Errors
/// When the catalog cannot be written.
pub fn enqueue(transaction: &Transaction<'_>, job: NewJob<'_>, now: i64) -> Result<Enqueued, LibraryError> {
    let NewJob { kind, subject, asked_by, is_full, is_forced } = job;
    if let Some(job_id) = find_running(transaction, kind, subject, now)? {
        return Ok(Enqueued::IsOpen(job_id));
    }
    let job_id = transaction.prepare_cached(ENQUEUE)?.insert(named_params! {
        ":kind": kind.name(), ":subject": subject, ":asked_by": asked_by.name(), ":is_full": is_full,
        ":is_forced": is_forced, ":now": now,
    })?;
    trim(transaction, job_id)?;
    Ok(Enqueued::Waits(job_id))
}

/// The job of this kind and subject that waits or runs.
///
/// # Errors
/// When the catalog cannot be read.
pub fn find_running(
    connection: &Connection,
    kind: JobKind,
    subject: &str,
    now: i64,
) -> Result<Option<i64>, LibraryError> {
    let values = named_params! {
        ":kind": kind.name(), ":subject": subject, ":alive_since": now - LONGEST_SILENCE_SECS,
    };
    let mut statement = connection.prepare_cached(FIND_OPEN)?;
    Ok(statement.query_row(values, |row| row.get("job_id")).optional()?)
}

/// Whether a job of this kind is due.
///
/// # Errors
/// When the catalog cannot be read.
pub fn is_due(connection: &Connection, kind: JobKind, now: i64) -> Result<bool, LibraryError> {
    let values = named_params! { ":kind": kind.name(), ":now": now };
    Ok(connection.prepare_cached(IS_DUE)?.query_row(values, |row| row.get(0))?)
}

/// Says of jobs of a kind that are due why they are not begun.
///
/// # Errors
/// When the catalog cannot be written.
pub fn tell_waiting(tx: &Transaction<'_>, kind: JobKind, outcome: &str, now: i64) -> Result<(), LibraryError> {
    let values = named_params! { ":kind": kind.name(), ":outcome": outcome, ":now": now };
    tx.prepare_cached(TELL_WAITING)?.execute(values)?;
    Ok(())
}

/// Begins the job that is due and has waited longest, of those that are not of a kind that can't be begun now.
///
/// # Errors
/// When the catalog cannot be written.
pub fn lease(transaction: &Transaction<'_>, except: Option<JobKind>, now: i64) -> Result<Option<Leased>, LibraryError> {
    let values = named_params! { ":now": now, ":except": except.map(JobKind::name) };
    let next = transaction.prepare_cached(NEXT)?.query_row(values, leased_of).optional()?;
    if let Some(next) = &next {
        let values = named_params! { ":job_id": next.job_id, ":now": now };
        transaction.prepare_cached(LEASE)?.execute(values)?;
    }
    Ok(next)
}

fn leased_of(row: &Row<'_>) -> rusqlite::Result<Leased> {
    Ok(Leased {
        job_id: row.get("job_id")?,
        kind: kind_of(row)?,
        subject: row.get("subject")?,
        is_full: row.get("is_full")?,
        is_forced: row.get("is_forced")?,
        attempts: row.get::<_, u32>("attempts")? + 1,
    })
}

/// When the next waiting job is due, Unix seconds.
///
/// # Errors
/// When the catalog cannot be read.
pub fn next_due(connection: &Connection) -> Result<Option<i64>, LibraryError> {
    Ok(connection.prepare_cached(NEXT_DUE)?.query_row([], |row| row.get("due_at")).optional()?)
}

/// Puts a job back that failed, to be begun again at `due_at`.
///
/// # Errors
/// When the catalog cannot be written.
pub fn retry(transaction: &Transaction<'_>, job_id: i64, outcome: &str, due_at: i64) -> Result<(), LibraryError> {
    let values = named_params! { ":job_id": job_id, ":outcome": outcome, ":due_at": due_at };
    transaction.prepare_cached(RETRY)?.execute(values)?;
    Ok(())
}

/// Puts a job back that was not begun after all, to be begun at `due_at`.
///
/// # Errors
/// When the catalog cannot be written.
pub fn put_back(transaction: &Transaction<'_>, job_id: i64, outcome: &str, due_at: i64) -> Result<(), LibraryError> {
    let values = named_params! { ":job_id": job_id, ":outcome": outcome, ":due_at": due_at };
    transaction.prepare_cached(PUT_BACK)?.execute(values)?;
    Ok(())
}

/// Puts back what a daemon was at that was killed: all of it for the one that holds the daemon's lock, else what is silent.
/// How many jobs that were.
///
/// # Errors
/// When the catalog cannot be written.
pub fn resume(transaction: &Transaction<'_>, is_only_daemon: bool, now: i64) -> Result<usize, LibraryError> {
    let silent_since = if is_only_daemon { i64::MAX } else { now - LONGEST_SILENCE_SECS };
    let values = named_params! { ":now": now, ":silent_since": silent_since };
    Ok(transaction.prepare_cached(RESUME)?.execute(values)?)
}

/// Asks a job to stop.
///
/// # Errors
/// When the catalog cannot be written.
pub fn cancel(transaction: &Transaction<'_>, job_id: i64, now: i64) -> Result<Cancelled, LibraryError> {
    let queued =
        transaction.prepare_cached(CANCEL_QUEUED)?.execute(named_params! { ":job_id": job_id, ":now": now })?;
    if queued > 0 {
        return Ok(Cancelled::AtOnce);
    }
    let values = named_params! { ":job_id": job_id, ":alive_since": now - LONGEST_SILENCE_SECS };
    if transaction.prepare_cached(CANCEL_RUNNING)?.execute(values)? > 0 {
        return Ok(Cancelled::Asked);
    }
    let is_known =
        transaction.prepare_cached(EXISTS)?.query_row(named_params! { ":job_id": job_id }, |row| row.get(0))?;
    Ok(if is_known { Cancelled::TooLate } else { Cancelled::Unknown })
}
