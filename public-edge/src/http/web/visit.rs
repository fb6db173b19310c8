//! A listener's request for a page: in which language, with which parameters, on which snapshot.

use std::convert::Infallible;
use std::str::FromStr;

use askama::Template;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use catalog_core::ports::CatalogReader;

use super::language::Language;
use super::page::Page;
use super::page_error::PageError;
use crate::error::ApiError;
use crate::queries::View;
use crate::state::Edge;

/// A request for a page.
pub(super) struct Visit {
    /// The page's language.
    pub language: Language,
    /// The snapshot that is looked at.
    pub view: View,
    query: String,
}

impl FromRequestParts<Edge> for Visit {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, edge: &Edge) -> Result<Self, PageError> {
        let language = Language::of(&parts.headers);
        let view = View::from_request_parts(parts, edge).await;
        let view = view.map_err(|cause| PageError::new(language, cause))?;
        Ok(Self { language, view, query: parts.uri.query().unwrap_or_default().to_owned() })
    }
}

/// A listener without a snapshot: only the language matters.
pub(super) struct Stranger(pub Language);

impl<S: Sync> FromRequestParts<S> for Stranger {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self(Language::of(&parts.headers)))
    }
}

/// The `{id}` of a path; a malformed one, bytes that are no text too, names nothing.
pub(super) struct Id<T>(pub T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, PageError> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        let id = text.ok().and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or_else(|| PageError::new(Language::of(&parts.headers), ApiError::NotFound("page")))
    }
}

impl Visit {
    /// A parameter of the query, if it says anything.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let mut parameters = url::form_urlencoded::parse(self.query.as_bytes());
        parameters.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).filter(|value| !value.is_empty())
    }

    /// Loads a page on a query thread.
    pub(super) async fn show<T, F>(&self, load: F) -> Result<Page<T>, PageError>
    where
        T: Template + Send + 'static,
        F: FnOnce(&dyn CatalogReader) -> Result<T, ApiError> + Send + 'static,
    {
        let page = self.view.run(load).await;
        page.map(Page).map_err(|cause| PageError::new(self.language, cause))
    }
}
