//! What a listener sees when a page cannot be shown, and the one table that says so.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::frame::{Frame, Section};
use super::language::Language;
use super::page::Page;
use super::texts::{Failure, Failures};
use crate::error::ApiError;

/// Why a page cannot be shown, in the listener's language.
#[derive(Debug)]
pub(super) struct PageError {
    language: Language,
    cause: ApiError,
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage {
    frame: Frame,
    failure: &'static Failure,
}

impl PageError {
    /// A failure for a listener.
    pub(super) fn new(language: Language, cause: ApiError) -> Self {
        Self { language, cause }
    }

    /// Status and words. The cause of what broke goes to the log, not to the page.
    fn words(&self) -> (StatusCode, &'static Failure) {
        let texts: &'static Failures = &self.language.texts().failure;
        match &self.cause {
            ApiError::Unauthorised => (StatusCode::UNAUTHORIZED, &texts.unauthorised),
            ApiError::TooManyFailures { .. } => (StatusCode::TOO_MANY_REQUESTS, &texts.too_many_logins),
            ApiError::PlainHttp => (StatusCode::FORBIDDEN, &texts.plain_http),
            ApiError::NoSnapshot => (StatusCode::SERVICE_UNAVAILABLE, &texts.no_snapshot),
            ApiError::Busy => (StatusCode::SERVICE_UNAVAILABLE, &texts.busy),
            ApiError::NotFound(_) => (StatusCode::NOT_FOUND, &texts.not_found),
            ApiError::BadParameter(_) | ApiError::Paging(_) => (StatusCode::BAD_REQUEST, &texts.bad_link),
            ApiError::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, &texts.bad_method),
            // No page asks for a file or an object.
            ApiError::NotAvailable | ApiError::Store(_) | ApiError::Source(_) | ApiError::Read(_) => {
                (StatusCode::INTERNAL_SERVER_ERROR, &texts.broken)
            }
        }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        if let ApiError::Read(error) = &self.cause {
            tracing::error!(error = error as &dyn std::error::Error, "a page's query failed");
        }
        let (status, failure) = self.words();
        let frame = Frame::new(self.language, Section::Elsewhere, failure.heading);
        let mut response = (status, Page(FailurePage { frame, failure })).into_response();
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        self.cause.head(status, response.headers_mut());
        response
    }
}
