//! Why a stream is not sent, and the one table from reasons to statuses. No body names a path or a token.

use std::io;

use axum::body::Body;
use axum::http::header::{CONTENT_RANGE, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use snapshot_format::token::TokenError;
use tokio::sync::TryAcquireError;

use crate::http::error::json_error;
use crate::library::LibraryError;

/// When a client over the limit may come again, in seconds.
const BUSY_SECS: u16 = 10;

/// Why a stream is not sent.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// No key is configured.
    #[error("no key is configured that could sign a token")]
    NoKeys,
    /// The token is not one of ours.
    #[error(transparent)]
    Refused(TokenError),
    /// The token was one of ours.
    #[error("the token has expired")]
    Expired,
    /// There is no such active file beneath its root.
    #[error("the catalog has no such active file, or it is not beneath its root")]
    Absent,
    /// `If-Match` or `If-Unmodified-Since` doesn't hold.
    #[error("a precondition of the request doesn't hold")]
    PreconditionFailed,
    /// The range lies beyond the file.
    #[error("the range lies beyond the file's {size_bytes} bytes")]
    NoSuchRange {
        /// The file's size.
        size_bytes: u64,
    },
    /// As many streams as `max_streams` are being sent.
    #[error("max_streams are being sent")]
    Busy(#[source] TryAcquireError),
    /// One listener is sent as many files as one may be.
    #[error("the listener is being sent too many files at once")]
    TooManyOfListener,
    /// All that the listener whom the token names logged in with was taken back.
    #[error("the listener's credentials were taken back")]
    Revoked,
    /// The bucket's credentials don't sign.
    #[error("the bucket gave no URL for the file")]
    Unsigned(#[source] object_store::Error),
    /// The bucket's URL is none that a header can hold.
    #[error("the bucket's URL can't be sent")]
    UnsendableUrl(#[source] axum::http::header::InvalidHeaderValue),
    /// The root is gone, or the file can't be read.
    #[error("the file can't be read")]
    Unreadable(#[source] io::Error),
    /// The catalog can't be read.
    #[error("the catalog can't be read")]
    Catalog(#[from] LibraryError),
    /// The thread that read the file broke.
    #[error("reading broke off")]
    BrokenOff(#[from] tokio::task::JoinError),
}

impl StreamError {
    /// Status, code and message as the outside sees them.
    fn table(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NoKeys => (StatusCode::SERVICE_UNAVAILABLE, "not_configured", "This origin serves no streams."),
            Self::Refused(_) | Self::Revoked => (StatusCode::FORBIDDEN, "forbidden", "The token is not valid."),
            Self::Expired => (StatusCode::GONE, "expired", "The token has expired."),
            Self::Absent => (StatusCode::NOT_FOUND, "not_found", "There is no such file."),
            Self::PreconditionFailed => {
                (StatusCode::PRECONDITION_FAILED, "precondition_failed", "The file is not the one that was named.")
            }
            Self::NoSuchRange { .. } => {
                (StatusCode::RANGE_NOT_SATISFIABLE, "range_not_satisfiable", "The range lies beyond the file.")
            }
            Self::Busy(_) | Self::TooManyOfListener => {
                (StatusCode::TOO_MANY_REQUESTS, "too_many_streams", "Too many streams are being sent.")
            }
            Self::Unreadable(_)
            | Self::Unsigned(_)
            | Self::UnsendableUrl(_)
            | Self::Catalog(_)
            | Self::BrokenOff(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "The file can't be read at the moment.")
            }
        }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.table().0
    }

    /// Whether the owner has to look at it.
    pub fn is_trouble(&self) -> bool {
        matches!(
            self,
            Self::Unreadable(_) | Self::Unsigned(_) | Self::UnsendableUrl(_) | Self::Catalog(_) | Self::BrokenOff(_)
        )
    }
}

impl IntoResponse for StreamError {
    fn into_response(self) -> Response<Body> {
        let (status, code, message) = self.table();
        let mut response = json_error(status, code, message);
        match self {
            Self::NoSuchRange { size_bytes } => {
                if let Ok(value) = HeaderValue::try_from(format!("bytes */{size_bytes}")) {
                    response.headers_mut().insert(CONTENT_RANGE, value);
                }
            }
            Self::Busy(_)
            | Self::TooManyOfListener
            | Self::Unreadable(_)
            | Self::Unsigned(_)
            | Self::UnsendableUrl(_)
            | Self::Catalog(_)
            | Self::BrokenOff(_) => {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(BUSY_SECS));
            }
            Self::NoKeys
            | Self::Refused(_)
            | Self::Revoked
            | Self::Expired
            | Self::Absent
            | Self::PreconditionFailed => {}
        }
        response
    }
}
