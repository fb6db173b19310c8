//! A job as it stands in its row.

use rusqlite::Row;

use super::{JobKind, LONGEST_SILENCE_SECS};

/// Where a job is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It waits for its turn.
    Queued,
    /// A process is at it.
    Running,
    /// It was done.
    Done,
    /// It was tried and failed.
    Failed,
    /// It was stopped, or never begun, since somebody said so.
    Cancelled,
    /// Its process was killed: no row says so, its silence does.
    Interrupted,
}

/// A job on record. Times are Unix seconds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Job {
    /// Its number.
    pub job_id: i64,
    /// What is done.
    pub kind: JobKind,
    /// The source's or the store's name.
    pub subject: String,
    /// `command`, `daemon` or `api`.
    pub asked_by: String,
    /// An import that reads every file again.
    pub is_full: bool,
    /// In spite of a guard.
    pub is_forced: bool,
    /// Where it is.
    pub state: JobState,
    /// How often it was begun.
    pub attempts: u32,
    /// When it was asked for.
    pub queued_at: i64,
    /// It isn't begun before.
    pub due_at: i64,
    /// When it was begun last.
    pub started_at: Option<i64>,
    /// When it ended; the last sign of life when it was killed.
    pub finished_at: Option<i64>,
    /// Whether somebody asked it to stop.
    pub is_cancelled: bool,
    /// What a publish is at.
    pub step: Option<String>,
    /// Files or covers that are done.
    pub done: i64,
    /// Of so many; 0 until that is known.
    pub total: i64,
    /// What it came to, as JSON.
    pub counts: Option<String>,
    /// What it came to, in words.
    pub outcome: Option<String>,
}

impl JobState {
    /// As it is written everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }

    /// Whether something still comes of it.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }

    fn named(name: &str) -> Self {
        let all = [Self::Queued, Self::Running, Self::Done, Self::Cancelled];
        all.into_iter().find(|state| state.name() == name).unwrap_or(Self::Failed)
    }
}

pub(super) fn job_of(row: &Row<'_>, now: i64) -> rusqlite::Result<Job> {
    let heartbeat_at: Option<i64> = row.get("heartbeat_at")?;
    let mut job = Job {
        job_id: row.get("job_id")?,
        kind: kind_of(row)?,
        subject: row.get("subject")?,
        asked_by: row.get("asked_by")?,
        is_full: row.get("is_full")?,
        is_forced: row.get("is_forced")?,
        state: JobState::named(&row.get::<_, String>("state")?),
        attempts: row.get("attempts")?,
        queued_at: row.get("queued_at")?,
        due_at: row.get("due_at")?,
        started_at: row.get("started_at")?,
        finished_at: row.get("finished_at")?,
        is_cancelled: row.get("is_cancelled")?,
        step: row.get("step")?,
        done: row.get("done")?,
        total: row.get("total")?,
        counts: row.get("counts")?,
        outcome: row.get("outcome")?,
    };
    let is_silent = heartbeat_at.is_none_or(|beat| now.saturating_sub(beat) > LONGEST_SILENCE_SECS);
    if job.state == JobState::Running && is_silent {
        job.state = JobState::Interrupted;
        job.finished_at = heartbeat_at;
    }
    Ok(job)
}

pub(super) fn kind_of(row: &Row<'_>) -> rusqlite::Result<JobKind> {
    let name: String = row.get("kind")?;
    let others = [JobKind::Import, JobKind::Enrich];
    Ok(others.into_iter().find(|kind| kind.name() == name).unwrap_or(JobKind::Publish))
}
