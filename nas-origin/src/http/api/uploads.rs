//! `POST /api/v1/uploads`: a file of music, streamed to the disk, read, and taken in by a job.

use axum::extract::multipart::Field;
use axum::extract::{FromRequest, Multipart, Request, State};
use tempfile::TempPath;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use super::ApiError;
use super::queued::{Queued, enqueue};
use crate::library::jobs::{AskedBy, JobKind, NewJob};
use crate::sources::upload::{Inbox, UploadError, check_upload};
use crate::state::Origin;

/// A form with a file.
pub(super) struct Form(Multipart);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        Ok(Self(Multipart::from_request(request, state).await?))
    }
}

/// The first file of the form; what else is in it is passed over.
pub(super) async fn post_upload(State(origin): State<Origin>, Form(mut form): Form) -> Result<Queued, ApiError> {
    let _place = origin.uploads.try_acquire().map_err(ApiError::TooManyUploads)?;
    while let Some(field) = form.next_field().await? {
        let Some(name) = field.file_name().map(str::to_owned) else { continue };
        let file = receive(&origin, field).await?;
        return origin.run_blocking(move |origin| take(origin, &name, file)).await?;
    }
    Err(ApiError::NoFile)
}

/// Writes what comes to a file that goes with its handle, until it is too large.
async fn receive(origin: &Origin, mut field: Field<'_>) -> Result<TempPath, ApiError> {
    let max_bytes = origin.config.import.max_upload;
    let begin = |origin: &Origin| Inbox::new(origin.library.data_dir()).receive();
    let (file, path) = origin.run_blocking(begin).await?.map_err(UploadError::Store)?;
    let (mut file, mut received) = (File::from_std(file), 0_u64);
    while let Some(chunk) = field.chunk().await? {
        received = received.saturating_add(chunk.len() as u64);
        if received > max_bytes {
            return Err(UploadError::TooLarge { max_bytes }.into());
        }
        file.write_all(&chunk).await.map_err(UploadError::Store)?;
    }
    file.sync_all().await.map_err(UploadError::Store)?;
    Ok(path)
}

/// What is music waits for its job. Blocks.
fn take(origin: &Origin, name: &str, file: TempPath) -> Result<Queued, ApiError> {
    let inbox = Inbox::new(origin.library.data_dir());
    let name = check_upload(origin.library.data_dir(), name, &file, &origin.config.import.separators())?;
    let waiting = inbox.keep(file, &name).map_err(UploadError::Store)?;
    let subject = waiting.subject();
    let job =
        NewJob { kind: JobKind::Import, subject: &subject, asked_by: AskedBy::Api, is_full: false, is_forced: false };
    enqueue(origin, job).inspect_err(|_| inbox.remove(&waiting))
}
