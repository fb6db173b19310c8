//! What can go wrong in a native request, and the one table that turns it into a status.

use std::any::Any;

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use catalog_core::browse::PagingError;
use catalog_core::ports::ReadError;
use serde_json::json;

use crate::http::playback::SourceError;
use crate::snapshot::store::ObjectError;

/// What browsers ask for with a name and a password (RFC 7617).
const BASIC: HeaderValue = HeaderValue::from_static("Basic realm=\"Music Cloud\", charset=\"UTF-8\"");

/// Why a native request has no answer. The Subsonic table is `http::subsonic`'s own.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// Nothing was fetched yet.
    #[error("no snapshot has been fetched yet")]
    NoSnapshot,
    /// Credentials are wanted, or those that came are none of a listener's.
    #[error("log in with a listener's name and app-password")]
    Unauthorised,
    /// Too many failed logins from one address.
    #[error("too many failed logins, try again later")]
    TooManyFailures {
        /// How long the address has to wait.
        retry_after_secs: i64,
    },
    /// Credentials would be read on their way.
    #[error("this server is asked over HTTPS: credentials must not come in the clear")]
    PlainHttp,
    /// More queries than threads can take.
    #[error("too many requests are waiting")]
    Busy,
    /// No such thing.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// A track whose files cannot be reached from here.
    #[error("no file of this track can be reached now: it may be on the NAS alone")]
    NotAvailable,
    /// A store that does not answer.
    #[error("the store could not be read")]
    Store(#[from] ObjectError),
    /// A file that cannot be passed on to the listener.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A parameter that cannot be understood.
    #[error("{0}")]
    BadParameter(String),
    /// A page that cannot be given.
    #[error(transparent)]
    Paging(#[from] PagingError),
    /// A route that cannot be used so.
    #[error("this route answers GET and HEAD")]
    MethodNotAllowed,
    /// The catalog cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl ApiError {
    /// When to come again, and how to log in.
    pub(crate) fn head(&self, status: StatusCode, headers: &mut HeaderMap) {
        if let Self::TooManyFailures { retry_after_secs } = self {
            headers.insert(header::RETRY_AFTER, (*retry_after_secs).into());
        } else if matches!(status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        } else if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, BASIC);
        }
    }

    /// Status and code; 5xx bodies say nothing of the cause, which goes to the log once.
    fn status(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NoSnapshot => (StatusCode::SERVICE_UNAVAILABLE, "no_snapshot"),
            Self::Unauthorised => (StatusCode::UNAUTHORIZED, "unauthorised"),
            Self::TooManyFailures { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many_failures"),
            Self::PlainHttp => (StatusCode::FORBIDDEN, "plain_http"),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
            Self::NotFound(_) | Self::Store(ObjectError::NotFound { .. }) => (StatusCode::NOT_FOUND, "not_found"),
            Self::NotAvailable | Self::Source(SourceError::Missing(_)) => (StatusCode::NOT_FOUND, "not_available"),
            Self::Source(SourceError::TooManyStreams | SourceError::TooManyOfListener) => {
                (StatusCode::TOO_MANY_REQUESTS, "too_many_streams")
            }
            Self::Source(SourceError::Busy(_)) => (StatusCode::SERVICE_UNAVAILABLE, "source_busy"),
            Self::Source(
                SourceError::Refused(_) | SourceError::Encoded | SourceError::Unreachable(_) | SourceError::NoClient,
            ) => (StatusCode::BAD_GATEWAY, "source_unreachable"),
            Self::Store(ObjectError::TooLarge { .. } | ObjectError::Unreachable { .. }) => {
                (StatusCode::BAD_GATEWAY, "store_unreachable")
            }
            Self::BadParameter(_) | Self::Paging(_) => (StatusCode::BAD_REQUEST, "bad_parameter"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::Read(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = self.status();
        let message = match &self {
            Self::Read(error) => {
                tracing::error!(error = error as &dyn std::error::Error, "a query failed");
                "the catalog could not be read".to_owned()
            }
            Self::Store(error) => {
                tracing::warn!(error = error as &dyn std::error::Error, "an object could not be read");
                self.to_string()
            }
            Self::Source(error) => {
                tracing::warn!(error = error as &dyn std::error::Error, "a file could not be passed on");
                self.to_string()
            }
            Self::NoSnapshot
            | Self::Unauthorised
            | Self::TooManyFailures { .. }
            | Self::PlainHttp
            | Self::Busy
            | Self::NotFound(_)
            | Self::NotAvailable
            | Self::BadParameter(_)
            | Self::Paging(_)
            | Self::MethodNotAllowed => self.to_string(),
        };
        let mut response = (status, Json(json!({"error": {"code": code, "message": message}}))).into_response();
        // A 404 may be kept by default, and what isn't there now may come with the next snapshot.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        self.head(status, response.headers_mut());
        response
    }
}

/// The answer to a request whose handler panicked; what it panicked with is the log's.
pub fn panicked(_with: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    let body = json!({"error": {"code": "internal", "message": "the request could not be answered"}});
    (StatusCode::INTERNAL_SERVER_ERROR, Json(body)).into_response()
}
