//! What can go wrong in a Subsonic call, and the one table that turns it into a code.

use std::str::Utf8Error;

use axum::http::StatusCode;
use catalog_core::ports::ReadError;

use crate::error::ApiError;
use crate::http::playback::SourceError;
use crate::snapshot::store::ObjectError;

/// After how long a call may come again that found no snapshot, too many others or a busy place.
const BUSY_SECS: i64 = 5;

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum SubsonicError {
    /// A parameter that the operation cannot do without.
    #[error("the parameter {0} is missing")]
    MissingParameter(&'static str),
    /// `f=jsonp` without a callback that may stand in a script.
    #[error("f=jsonp needs a callback that is an identifier or a path of them")]
    BadCallback,
    /// A parameter that cannot be understood.
    #[error("the parameter {name} is not {expected}")]
    BadParameter {
        /// Its name.
        name: &'static str,
        /// What it should be.
        expected: &'static str,
    },
    /// Bytes that are no text.
    #[error("a parameter is not valid UTF-8")]
    MalformedText(#[from] Utf8Error),
    /// A form that is larger than any client sends, or that broke off.
    #[error("the form is larger than 64 KiB or broke off")]
    UnreadableForm(#[source] axum::Error),
    /// A client of another time.
    #[error("the client speaks an older version of the protocol: update it")]
    ClientTooOld,
    /// A client of another time.
    #[error("the client speaks a newer version of the protocol: update the server")]
    ServerTooOld,
    /// Not the guest, or nobody who may listen.
    #[error("wrong username or password")]
    WrongCredentials,
    /// Too many wrong passwords from one address.
    #[error("too many failed logins, try again later")]
    TooManyFailures {
        /// How long the address has to wait.
        retry_after_secs: i64,
    },
    /// Calls bear their credentials as parameters.
    #[error("calls log in by parameters, not by the header Authorization")]
    UnsupportedMechanism,
    /// Two ways to log in at once.
    #[error("the call uses more than one way to log in")]
    ConflictingCredentials,
    /// No key that was given out.
    #[error("not a valid API key")]
    BadApiKey,
    /// The catalog is only written by its owner.
    #[error("this server is read-only")]
    NotAllowed,
    /// A method that no call is made by.
    #[error("calls are made by GET or POST")]
    MethodNotAllowed,
    /// No such thing.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// What the parts that are shared with the native API answer.
    #[error(transparent)]
    Shared(#[from] ApiError),
    /// The catalog cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl SubsonicError {
    /// The code in the envelope and the HTTP status: 200 but for what a proxy in between should know of.
    fn outcome(&self) -> (u32, StatusCode) {
        match self {
            Self::MissingParameter(_) | Self::BadCallback => (10, StatusCode::OK),
            Self::ClientTooOld => (20, StatusCode::OK),
            Self::ServerTooOld => (30, StatusCode::OK),
            Self::WrongCredentials | Self::Shared(ApiError::Unauthorised) => (40, StatusCode::OK),
            Self::UnsupportedMechanism => (42, StatusCode::OK),
            Self::ConflictingCredentials => (43, StatusCode::OK),
            Self::BadApiKey => (44, StatusCode::OK),
            Self::NotAllowed => (50, StatusCode::OK),
            Self::NotFound(_)
            | Self::Shared(
                ApiError::NotFound(_)
                | ApiError::NotAvailable
                | ApiError::Store(ObjectError::NotFound { .. })
                | ApiError::Source(
                    SourceError::Missing(_)
                    | SourceError::Refused(_)
                    | SourceError::Encoded
                    | SourceError::Unreachable(_)
                    | SourceError::NoClient,
                ),
            ) => (70, StatusCode::OK),
            Self::Shared(ApiError::NoSnapshot | ApiError::Busy | ApiError::Source(SourceError::Busy(_))) => {
                (0, StatusCode::SERVICE_UNAVAILABLE)
            }
            Self::TooManyFailures { .. }
            | Self::Shared(
                ApiError::TooManyFailures { .. }
                | ApiError::Source(SourceError::TooManyStreams | SourceError::TooManyOfListener),
            ) => (0, StatusCode::TOO_MANY_REQUESTS),
            Self::Shared(ApiError::PlainHttp) => (0, StatusCode::FORBIDDEN),
            Self::MethodNotAllowed => (0, StatusCode::METHOD_NOT_ALLOWED),
            Self::BadParameter { .. }
            | Self::MalformedText(_)
            | Self::UnreadableForm(_)
            | Self::Shared(
                ApiError::Store(ObjectError::TooLarge { .. } | ObjectError::Unreachable { .. })
                | ApiError::BadParameter(_)
                | ApiError::Paging(_)
                | ApiError::MethodNotAllowed
                | ApiError::Read(_),
            )
            | Self::Read(_) => (0, StatusCode::OK),
        }
    }

    /// The error's code in the envelope.
    pub(super) fn code(&self) -> u32 {
        self.outcome().0
    }

    /// The HTTP status.
    pub(super) fn status(&self) -> StatusCode {
        self.outcome().1
    }

    /// Seconds after which a call that was refused for now may come again.
    pub(super) fn retry_after_secs(&self) -> Option<i64> {
        match (self, self.status()) {
            (
                Self::TooManyFailures { retry_after_secs }
                | Self::Shared(ApiError::TooManyFailures { retry_after_secs }),
                _,
            ) => Some(*retry_after_secs),
            (_, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) => Some(BUSY_SECS),
            _ => None,
        }
    }

    /// What the listener is told; the cause of a failure of ours goes to the log instead.
    pub(super) fn message(&self) -> String {
        match self {
            Self::Read(error) | Self::Shared(ApiError::Read(error)) => {
                tracing::error!(error = error as &dyn std::error::Error, "a query failed");
                "the catalog could not be read".to_owned()
            }
            Self::Shared(ApiError::Store(error)) => {
                tracing::warn!(error = error as &dyn std::error::Error, "an object could not be read");
                "the store could not be read".to_owned()
            }
            Self::Shared(ApiError::Source(error)) => {
                tracing::warn!(error = error as &dyn std::error::Error, "a file could not be passed on");
                error.to_string()
            }
            other => other.to_string(),
        }
    }
}
