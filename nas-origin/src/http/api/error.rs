//! Why a call of the API was not done, and the one table from reasons to statuses. No body names a path or a secret; what
//! the owner has to look into goes to the log.

use std::borrow::Cow;
use std::io;

use axum::body::Body;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::rejection::{BytesRejection, JsonRejection, QueryRejection};
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use catalog_core::browse::PagingError;
use tokio::sync::TryAcquireError;
use tokio::task::JoinError;

use super::{edit_error, history_error};
use crate::accounts::credentials::CredentialError;
use crate::accounts::{AccountError, LoginError, TokenError};
use crate::http::error::{job_error, json_error};
use crate::library::LibraryError;
use crate::library::covers::CoverFailure;
use crate::library::editing::EditFailure;
use crate::library::lists::ListFailure;
use crate::media::pictures::PictureError;
use crate::snapshot::history::HistoryError;
use crate::sources::upload::UploadError;

/// When to come again after what is busy, in seconds.
const BUSY_SECS: i64 = 5;

/// Why a call was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// It came in the clear from outside.
    #[error("the call came over plain HTTP from outside")]
    PlainHttp,
    /// Nobody says who calls.
    #[error("the call has no access token")]
    NoToken,
    /// A user calls what is an admin's.
    #[error("the account is no admin's")]
    NotAdmin,
    /// It names nothing.
    #[error("there is nothing of that name")]
    NotFound,
    /// Nobody was let in.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// A body that can't be understood.
    #[error(transparent)]
    Body(#[from] JsonRejection),
    /// A query that can't be understood.
    #[error(transparent)]
    Query(#[from] QueryRejection),
    /// An account is as it was.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A listener's credential is as it was.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The same job waits or runs already.
    #[error("the same job waits or runs already, as number {job_id}")]
    JobIsOpen {
        /// That job.
        job_id: i64,
    },
    /// It can't be stopped any more.
    #[error("the job has ended")]
    JobEnded,
    /// Too many follow jobs.
    #[error("too many follow jobs")]
    TooManyWatchers(#[source] TryAcquireError),
    /// Nobody says which state is to be changed.
    #[error("the call has no If-Match")]
    NoIfMatch,
    /// Somebody else changed it in the meantime.
    #[error("it is not as If-Match says any more")]
    Changed,
    /// A field has what it can't have.
    #[error("{0} has a value that no field can have")]
    Field(String),
    /// Nothing was edited.
    #[error(transparent)]
    Edit(#[from] EditFailure),
    /// A list is as it was.
    #[error(transparent)]
    List(#[from] ListFailure),
    /// A form that can't be received.
    #[error(transparent)]
    Form(#[from] MultipartError),
    /// What was sent is no form.
    #[error(transparent)]
    NoForm(#[from] MultipartRejection),
    /// The form has no file.
    #[error("the form has no file")]
    NoFile,
    /// Too many send files.
    #[error("too many files are coming in")]
    TooManyUploads(#[source] TryAcquireError),
    /// A file is not taken in.
    #[error(transparent)]
    Upload(#[from] UploadError),
    /// A cover is as it was.
    #[error(transparent)]
    Cover(#[from] CoverFailure),
    /// A body that can't be received.
    #[error(transparent)]
    Bytes(#[from] BytesRejection),
    /// What was sent is no picture that can be shown.
    #[error(transparent)]
    NoPicture(#[from] PictureError),
    /// A picture that should be there can't be read.
    #[error("a picture cannot be read")]
    Picture(#[source] io::Error),
    /// A page that can't be given.
    #[error(transparent)]
    Paging(#[from] PagingError),
    /// What is published is as it was.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The catalog can't be read or written.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The thread that did the work broke.
    #[error("the work broke off")]
    BrokenOff(#[from] JoinError),
}

/// An error as the outside sees it.
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: Cow<'static, str>,
    /// When coming again helps.
    pub(super) retry_after_secs: Option<i64>,
    /// The job that is at it already.
    job_id: Option<i64>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, message: message.into(), retry_after_secs: None, job_id: None }
    }

    /// Trouble that the caller can do nothing about.
    pub(super) fn internal() -> Self {
        let message = "The origin failed; its log says why.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal_error", message)
    }

    /// Coming again a little later is all there is to do.
    pub(super) fn busy(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { retry_after_secs: Some(BUSY_SECS), ..Self::new(StatusCode::CONFLICT, code, message) }
    }
}

impl ApiError {
    fn refusal(&self) -> Refusal {
        match self {
            Self::PlainHttp => Refusal::new(
                StatusCode::FORBIDDEN,
                "plain_http_refused",
                "Calls from outside have to come over HTTPS, behind a proxy in trusted_proxies; or set allow_plain_http.",
            ),
            Self::NoToken => Refusal::new(StatusCode::UNAUTHORIZED, "unauthorized", "Log in first."),
            Self::NotAdmin => Refusal::new(StatusCode::FORBIDDEN, "forbidden", "This takes an admin's account."),
            Self::NotFound => Refusal::new(StatusCode::NOT_FOUND, "not_found", "There is nothing of that name."),
            Self::Login(error) => of_login(error),
            Self::Body(error) => Refusal::new(error.status(), "bad_request", error.body_text()),
            Self::Query(error) => Refusal::new(error.status(), "bad_request", error.body_text()),
            Self::Account(error) => of_account(error),
            Self::Credential(error) => of_credential(error),
            Self::JobIsOpen { job_id } => Refusal {
                job_id: Some(*job_id),
                ..Refusal::new(StatusCode::CONFLICT, "already_running", format!("Job {job_id} is at it."))
            },
            Self::JobEnded => Refusal::new(StatusCode::CONFLICT, "job_ended", "The job has ended already."),
            Self::TooManyWatchers(_) => Refusal {
                retry_after_secs: Some(BUSY_SECS),
                ..Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too_many_watchers", "Too many follow jobs already.")
            },
            Self::NoIfMatch => Refusal::new(
                StatusCode::PRECONDITION_REQUIRED,
                "precondition_required",
                "Send the ETag of what you have read as If-Match.",
            ),
            Self::Changed => Refusal::new(
                StatusCode::PRECONDITION_FAILED,
                "precondition_failed",
                "It was changed in the meantime; read it again.",
            ),
            Self::Field(_) => Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_request", self.to_string()),
            Self::Edit(error) => edit_error::of_edit(error),
            Self::List(error) => edit_error::of_list(error),
            Self::Form(error) => Refusal::new(error.status(), "bad_request", error.body_text()),
            Self::NoForm(error) => Refusal::new(error.status(), "bad_request", error.body_text()),
            Self::NoFile => Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_request", "The form has no file."),
            Self::TooManyUploads(_) => Refusal {
                retry_after_secs: Some(BUSY_SECS),
                ..Refusal::new(
                    StatusCode::TOO_MANY_REQUESTS,
                    "too_many_uploads",
                    "Too many files are coming in already.",
                )
            },
            Self::Upload(error) => edit_error::of_upload(error),
            Self::Cover(error) => edit_error::of_cover(error),
            Self::Bytes(error) => Refusal::new(error.status(), "bad_request", error.body_text()),
            Self::NoPicture(error) => edit_error::of_picture(error),
            Self::Paging(error) => Refusal::new(StatusCode::BAD_REQUEST, "bad_request", error.to_string()),
            Self::History(error) => history_error::of_history(error),
            Self::Picture(_) | Self::Library(_) | Self::BrokenOff(_) => Refusal::internal(),
        }
    }
}

fn of_login(error: &LoginError) -> Refusal {
    let unauthorized = |code, message: &'static str| Refusal::new(StatusCode::UNAUTHORIZED, code, message);
    match error {
        LoginError::WrongCredentials => unauthorized("wrong_credentials", "The name or the password is wrong."),
        LoginError::TooMany { retry_after_secs } => Refusal {
            retry_after_secs: Some(*retry_after_secs),
            ..Refusal::new(StatusCode::TOO_MANY_REQUESTS, "too_many_logins", "Too many logins failed; wait a minute.")
        },
        LoginError::Busy => Refusal {
            retry_after_secs: Some(BUSY_SECS),
            ..Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "Too many logins at once; come again.")
        },
        LoginError::Token(TokenError::Invalid(_)) => unauthorized("unauthorized", "The access token is not valid."),
        LoginError::Token(TokenError::Expired) => unauthorized("token_expired", "The access token has expired."),
        LoginError::Hash(_) | LoginError::Library(_) | LoginError::BrokenOff(_) => Refusal::internal(),
    }
}

fn of_account(error: &AccountError) -> Refusal {
    let refused = |status, code| Refusal::new(status, code, error.to_string());
    match error {
        AccountError::Name(_) | AccountError::Password(_) => refused(StatusCode::BAD_REQUEST, "bad_request"),
        AccountError::Taken { .. } => refused(StatusCode::CONFLICT, "name_taken"),
        AccountError::Unknown { .. } => refused(StatusCode::NOT_FOUND, "not_found"),
        AccountError::LastAdmin { .. } => refused(StatusCode::CONFLICT, "last_admin"),
        AccountError::Hash(_) | AccountError::Library(_) => Refusal::internal(),
    }
}

fn of_credential(error: &CredentialError) -> Refusal {
    let refused = |status, code| Refusal::new(status, code, error.to_string());
    match error {
        CredentialError::Label => refused(StatusCode::BAD_REQUEST, "bad_request"),
        CredentialError::Taken => refused(StatusCode::CONFLICT, "name_taken"),
        CredentialError::TooMany => refused(StatusCode::CONFLICT, "too_many_credentials"),
        CredentialError::Unknown => refused(StatusCode::NOT_FOUND, "not_found"),
        CredentialError::Seal(_) | CredentialError::Library(_) => Refusal::internal(),
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response<Body> {
        let Refusal { status, code, message, retry_after_secs, job_id } = self.refusal();
        if status.is_server_error() {
            tracing::error!("a call failed: {:#}", anyhow::Error::from(self));
        }
        let mut response = match job_id {
            Some(job_id) => job_error(status, code, &message, job_id),
            None => json_error(status, code, &message),
        };
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(secs) = retry_after_secs {
            response.headers_mut().insert(RETRY_AFTER, secs.max(1).into());
        }
        response
    }
}
