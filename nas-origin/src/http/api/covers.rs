//! `/api/v1/{tracks,albums,playlists}/{id}/cover`: the picture itself, as it was found or given.

use std::fs;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request, State};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_MATCH, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, Response, StatusCode};
use axum::response::IntoResponse;
use catalog_core::model::{AlbumId, PlaylistId, TrackId};
use jiff::Timestamp;

use super::ApiError;
use super::extract::Named;
use crate::library::covers::{Covered, KnownPicture, set_cover};
use crate::media::pictures::{PictureError, PictureStore, picture_path};
use crate::state::Origin;

/// A kind of thing that has covers.
pub(super) trait HasCover: Send + 'static {
    /// The thing of an id.
    fn covered(id: &str) -> Option<Covered>;
}

impl HasCover for TrackId {
    fn covered(id: &str) -> Option<Covered> {
        id.parse().ok().map(|id: Self| Covered::Track(id.number()))
    }
}

impl HasCover for AlbumId {
    fn covered(id: &str) -> Option<Covered> {
        id.parse().ok().map(|id: Self| Covered::Album(id.number()))
    }
}

impl HasCover for PlaylistId {
    fn covered(id: &str) -> Option<Covered> {
        id.parse().ok().map(|id: Self| Covered::Playlist(id.number()))
    }
}

/// A picture that was sent; what it is, is in its bytes.
pub(super) struct PictureBody(Bytes);

impl<S: Send + Sync> FromRequest<S> for PictureBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        Ok(Self(Bytes::from_request(request, state).await?))
    }
}

/// `GET …/cover`.
pub(super) async fn get_cover<T: HasCover>(
    State(origin): State<Origin>,
    Named(id): Named,
) -> Result<Response<Body>, ApiError> {
    let what = T::covered(&id).ok_or(ApiError::NotFound)?;
    let read = move |origin: &Origin| {
        let found = origin.library.read(|connection| what.find_picture(connection))?.ok_or(ApiError::NotFound)?;
        let bytes = fs::read(picture_path(origin.library.data_dir(), &found.sha256));
        Ok::<_, ApiError>((found, bytes.map_err(ApiError::Picture)?))
    };
    let (picture, bytes) = origin.run_blocking(read).await??;
    let headers = [(CONTENT_TYPE, media_type(&picture)), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    Ok((headers, [(ETAG, etag(&picture))], bytes).into_response())
}

/// `PUT …/cover`: the body is the picture.
pub(super) async fn put_cover<T: HasCover>(
    State(origin): State<Origin>,
    Named(id): Named,
    headers: HeaderMap,
    PictureBody(bytes): PictureBody,
) -> Result<StatusCode, ApiError> {
    let what = T::covered(&id).ok_or(ApiError::NotFound)?;
    origin.run_blocking(move |origin| change(origin, what, &headers, Some(&bytes))).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE …/cover`: what lies in the files or beside them is shown again.
pub(super) async fn delete_cover<T: HasCover>(
    State(origin): State<Origin>,
    Named(id): Named,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let what = T::covered(&id).ok_or(ApiError::NotFound)?;
    origin.run_blocking(move |origin| change(origin, what, &headers, None)).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// The bytes are kept before a row names them. Blocks.
fn change(origin: &Origin, what: Covered, headers: &HeaderMap, bytes: Option<&[u8]>) -> Result<(), ApiError> {
    if !origin.library.read(|connection| what.is_there(connection))? {
        return Err(ApiError::NotFound);
    }
    let pictures = PictureStore::new(origin.library.data_dir());
    let picture = bytes.map(|bytes| keep(origin, &pictures, bytes)).transpose()?;
    origin.library.write(|tx| {
        check(headers, what.find_picture(tx)?.as_ref())?;
        Ok(set_cover(tx, what, picture.as_ref(), Timestamp::now().as_second())?)
    })
}

/// One picture is decoded at a time: it may take 256 MiB.
fn keep(origin: &Origin, pictures: &PictureStore, bytes: &[u8]) -> Result<catalog_core::import::Picture, PictureError> {
    let _turn = origin.easel.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    pictures.keep_decodable(bytes)
}

/// A cover is one value, so that `If-Match` may be left out: the last one counts.
fn check(headers: &HeaderMap, found: Option<&KnownPicture>) -> Result<(), ApiError> {
    let Some(tags) = headers.get(IF_MATCH) else { return Ok(()) };
    let etag = found.map(etag);
    let tags = tags.to_str().unwrap_or_default();
    let is_meant = |tag: &str| etag.as_ref().is_some_and(|etag| tag == "*" || tag == etag);
    if tags.split(',').any(|tag| is_meant(tag.trim())) { Ok(()) } else { Err(ApiError::Changed) }
}

fn etag(picture: &KnownPicture) -> String {
    format!("\"{}\"", picture.sha256)
}

fn media_type(picture: &KnownPicture) -> &'static str {
    match picture.ext.as_str() {
        "jpg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "bmp" => "image/bmp",
        _ => "application/octet-stream",
    }
}
