//! Optimistic concurrency (RFC 9110, section 13): who changes a thing says which state of it they have read.

use axum::Json;
use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::{ETAG, IF_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response};
use axum::response::IntoResponse;
use serde::Serialize;

use super::ApiError;
use crate::library::browse::etag_of;

/// The states that a call is meant for.
#[derive(Clone, Debug)]
pub(super) struct IfMatch(String);

impl IfMatch {
    /// Whether a thing is in one of these states. A weak tag is none.
    ///
    /// # Errors
    /// [`ApiError::Changed`] when it isn't.
    pub(super) fn check(&self, view: &impl Serialize) -> Result<(), ApiError> {
        let etag = etag_of(view);
        let is_meant = self.0.trim() == "*" || self.0.split(',').any(|tag| tag.trim() == etag);
        if is_meant { Ok(()) } else { Err(ApiError::Changed) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let lines = parts.headers.get_all(IF_MATCH).iter().filter_map(|line| line.to_str().ok());
        let tags = lines.collect::<Vec<_>>().join(",");
        if tags.is_empty() { Err(ApiError::NoIfMatch) } else { Ok(Self(tags)) }
    }
}

/// An answer with its state.
pub(super) struct Tagged<T>(pub(super) T);

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response<Body> {
        let etag = HeaderValue::from_str(&etag_of(&self.0));
        let mut response = Json(self.0).into_response();
        if let Ok(etag) = etag {
            response.headers_mut().insert(ETAG, etag);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_several_states_is_enough_and_a_weak_one_is_none() {
        let etag = etag_of(&"state");
        let is_meant = |tags: String| IfMatch(tags).check(&"state").is_ok();
        assert!(is_meant("*".to_owned()) && is_meant(etag.clone()) && is_meant(format!("\"other\" , {etag}")));
        assert!(!is_meant(format!("W/{etag}")) && !is_meant("\"other\"".to_owned()));
    }
}
