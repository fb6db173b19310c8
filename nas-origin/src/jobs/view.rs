//! A job as JSON shows it: the same for the command and the API.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::library::jobs::{Job, JobState};

/// A job.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct JobView {
    job_id: i64,
    kind: &'static str,
    subject: String,
    asked_by: String,
    is_full: bool,
    is_forced: bool,
    state: JobState,
    attempts: u32,
    queued_at: Option<Timestamp>,
    /// When a waiting job is begun at the earliest.
    due_at: Option<Timestamp>,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
    is_cancelled: bool,
    step: Option<String>,
    done: i64,
    total: i64,
    counts: Option<Value>,
    outcome: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failures: Option<Vec<FailureView>>,
}

/// A file that a job could not take in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FailureView {
    file: String,
    reason: String,
}

impl JobView {
    /// A job without its failures.
    pub fn of(job: Job) -> Self {
        let time = |seconds: i64| Timestamp::from_second(seconds).ok();
        Self {
            job_id: job.job_id,
            kind: job.kind.name(),
            subject: job.subject,
            asked_by: job.asked_by,
            is_full: job.is_full,
            is_forced: job.is_forced,
            state: job.state,
            attempts: job.attempts,
            queued_at: time(job.queued_at),
            due_at: time(job.due_at).filter(|_| job.state == JobState::Queued),
            started_at: job.started_at.and_then(time),
            finished_at: job.finished_at.and_then(time),
            is_cancelled: job.is_cancelled,
            step: job.step,
            done: job.done,
            total: job.total,
            counts: job.counts.and_then(|counts| serde_json::from_str(&counts).ok()),
            outcome: job.outcome,
            failures: None,
        }
    }

    /// The job with the files that it could not take in.
    #[must_use]
    pub fn with_failures(self, failures: Vec<(String, String)>) -> Self {
        let failures = failures.into_iter().map(|(file, reason)| FailureView { file, reason });
        Self { failures: Some(failures.collect()), ..self }
    }

    /// Every text but names passed through `told`.
    #[must_use]
    pub fn map_texts(mut self, told: impl Fn(&str) -> String) -> Self {
        self.subject = told(&self.subject);
        self.outcome = self.outcome.as_deref().map(&told);
        for failure in self.failures.iter_mut().flatten() {
            failure.reason = told(&failure.reason);
        }
        self
    }

    /// Its number.
    pub fn job_id(&self) -> i64 {
        self.job_id
    }
}
