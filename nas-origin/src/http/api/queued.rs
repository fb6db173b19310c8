//! Asking the daemon for a job, and the answer: 202 with its number.

use axum::Json;
use axum::body::Body;
use axum::http::header::LOCATION;
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde_json::json;

use super::ApiError;
use crate::library::jobs::{Enqueued, NewJob, enqueue as put};
use crate::state::Origin;

/// A job that waits for its turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Queued {
    job_id: i64,
}

/// Puts a job into the queue and wakes the daemon. Blocks.
///
/// # Errors
/// The same job waits or runs already.
pub(super) fn enqueue(origin: &Origin, job: NewJob<'_>) -> Result<Queued, ApiError> {
    match origin.library.write(|tx| put(tx, job, Timestamp::now().as_second()))? {
        Enqueued::Waits(job_id) => {
            origin.bell.notify_one();
            Ok(Queued { job_id })
        }
        Enqueued::IsOpen(job_id) => Err(ApiError::JobIsOpen { job_id }),
    }
}

impl IntoResponse for Queued {
    fn into_response(self) -> Response<Body> {
        let Self { job_id } = self;
        let place = [(LOCATION, format!("/api/v1/jobs/{job_id}"))];
        (StatusCode::ACCEPTED, place, Json(json!({ "job_id": job_id }))).into_response()
    }
}
