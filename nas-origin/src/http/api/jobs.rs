//! `/api/v1/jobs`: what waits, runs and was done; how it goes on; and an end to it.

use std::convert::Infallible;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures::Stream;
use jiff::Timestamp;
use serde::Deserialize;

use super::ApiError;
use super::extract::{Named, Parameters};
use super::job_events;
use super::pages::{Asked, PageView, Paging};
use super::paths::without_paths;
use crate::jobs::JobView;
use crate::library::LibraryError;
use crate::library::jobs::{self, Cancelled, Job};
use crate::state::Origin;

/// `?job_id=`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Watching {
    job_id: Option<i64>,
}

/// `GET /api/v1/jobs`: the newest first.
pub(super) async fn get_jobs(
    State(origin): State<Origin>,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<JobView>>, ApiError> {
    let asked = paging.of("jobs")?;
    Ok(Json(origin.run_blocking(move |origin| page(origin, &asked)).await??))
}

fn page(origin: &Origin, asked: &Asked) -> Result<PageView<JobView>, LibraryError> {
    let before = if asked.after_id == 0 { i64::MAX } else { asked.after_id };
    let now = Timestamp::now().as_second();
    let jobs = origin.library.read(|connection| jobs::list(connection, before, asked.to_read(), now))?;
    Ok(asked.cut(jobs.into_iter().map(|job| (String::new(), job.job_id, view(origin, job))).collect()))
}

/// `GET /api/v1/jobs/{id}`: with the files that it could not take in.
pub(super) async fn get_job(State(origin): State<Origin>, Named(id): Named) -> Result<Json<JobView>, ApiError> {
    let id = number(&id)?;
    Ok(Json(origin.run_blocking(move |origin| find(origin, id)).await??))
}

fn find(origin: &Origin, job_id: i64) -> Result<JobView, ApiError> {
    let now = Timestamp::now().as_second();
    let job = origin.library.read(|connection| jobs::find(connection, job_id, now))?.ok_or(ApiError::NotFound)?;
    let failures = origin.library.read(|connection| jobs::list_failures(connection, job_id))?;
    let told = |text: &str| without_paths(&origin.config, text);
    Ok(JobView::of(job).with_failures(failures).map_texts(told))
}

/// `DELETE /api/v1/jobs/{id}`: asks it to stop. 200 when it never begins, 202 when it stops soon.
pub(super) async fn delete_job(
    State(origin): State<Origin>,
    Named(id): Named,
) -> Result<(StatusCode, Json<JobView>), ApiError> {
    let id = number(&id)?;
    origin.run_blocking(move |origin| cancel(origin, id)).await?
}

fn cancel(origin: &Origin, job_id: i64) -> Result<(StatusCode, Json<JobView>), ApiError> {
    let now = Timestamp::now().as_second();
    let status = match origin.library.write(|tx| jobs::cancel(tx, job_id, now))? {
        Cancelled::AtOnce => StatusCode::OK,
        Cancelled::Asked => StatusCode::ACCEPTED,
        Cancelled::TooLate => return Err(ApiError::JobEnded),
        Cancelled::Unknown => return Err(ApiError::NotFound),
    };
    Ok((status, Json(find(origin, job_id)?)))
}

/// `GET /api/v1/jobs/events`: each change of a job as a server-sent event `job`.
pub(super) async fn get_events(
    State(origin): State<Origin>,
    Parameters(Watching { job_id }): Parameters<Watching>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    Ok(Sse::new(job_events::follow(origin, job_id)?).keep_alive(KeepAlive::default()))
}

/// A job as the outside sees it.
pub(super) fn view(origin: &Origin, job: Job) -> JobView {
    JobView::of(job).map_texts(|text| without_paths(&origin.config, text))
}

/// What is no number names no job.
fn number(text: &str) -> Result<i64, ApiError> {
    text.parse().ok().ok_or(ApiError::NotFound)
}
