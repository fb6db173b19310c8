//! Ids and pages out of a request, checked before anything is asked.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use catalog_core::browse::{Cursor, PageAfter};
use catalog_core::model::{AlbumId, AnyId, ArtistId, GenreId, PlaylistId, TrackId};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// An id that can stand in a path.
pub(in crate::http) trait PathId: FromStr {
    /// What it names, in messages.
    const KIND: &'static str;
}

impl PathId for AlbumId {
    const KIND: &'static str = "album";
}

/// What has a picture.
impl PathId for AnyId {
    const KIND: &'static str = "cover";
}

impl PathId for ArtistId {
    const KIND: &'static str = "artist";
}

impl PathId for GenreId {
    const KIND: &'static str = "genre";
}

impl PathId for PlaylistId {
    const KIND: &'static str = "playlist";
}

impl PathId for TrackId {
    const KIND: &'static str = "track";
}

/// The `{id}` of a path. What cannot be an id names nothing: not found.
pub(in crate::http) struct Id<T>(pub(in crate::http) T);

impl<T: PathId, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        let id = text.ok().and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or(ApiError::NotFound(T::KIND))
    }
}

/// The query of a URL, with a native error when it cannot be understood.
pub(in crate::http) struct Parameters<T>(pub(in crate::http) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(parameters)) => Ok(Self(parameters)),
            Err(rejection) => Err(ApiError::BadParameter(rejection.body_text())),
        }
    }
}

/// `?limit=&cursor=`.
#[derive(Deserialize)]
pub(super) struct Paging {
    limit: Option<String>,
    cursor: Option<String>,
}

impl Paging {
    /// The page of a list that is asked for.
    pub(super) fn of<C: Cursor>(&self, list: &str) -> Result<PageAfter<C>, ApiError> {
        Ok(PageAfter::asked(list, self.limit.as_deref(), self.cursor.as_deref())?)
    }
}
