//! Covers: 302 to where the renditions can be fetched by anyone, else their bytes through this edge.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use catalog_core::model::{AnyId, Cover};
use catalog_core::ports::CatalogReader;
use serde::Deserialize;
use snapshot_format::{Sha256Hex, cover_sizes, keys};

use crate::error::ApiError;
use crate::http::api::{Id, Parameters};
use crate::http::caching::{names_any, names_tag};
use crate::queries::View;
use crate::state::Edge;

/// No rendition is larger.
const MAX_COVER_BYTES: usize = 8 << 20;
/// The thing behind an id may get another cover with the next snapshot.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=3600, stale-while-revalidate=86400");

/// The query of `/api/v1/covers/{id}`.
#[derive(Debug, Deserialize)]
pub(super) struct CoverParameters {
    size: Option<u32>,
}

/// `GET /api/v1/covers/{id}?size=`.
///
/// # Errors
/// A malformed id or size, no such thing, a thing without a cover.
pub(super) async fn get_cover(
    State(edge): State<Edge>,
    view: View,
    Id(id): Id<AnyId>,
    Parameters(parameters): Parameters<CoverParameters>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    answer(&edge, &view, id, parameters.size, &headers).await
}

/// The cover of a thing at the smallest rendition of at least `size` pixels, else the largest there is.
///
/// # Errors
/// No such thing or no cover; a store that does not answer.
pub async fn answer(
    edge: &Edge,
    view: &View,
    id: AnyId,
    size: Option<u32>,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    match view.run(move |reader| find_picture(reader, id)).await? {
        Picture::External(url) => to(&url),
        Picture::Stored(cover) => {
            let rendition = Rendition::of(&cover, size)?;
            match &view.generation().manifest.public_base_url {
                Some(base) => to(&format!("{}/{}", base.trim_end_matches('/'), rendition.key)),
                None if rendition.is_in(headers) => Ok(rendition.headed(StatusCode::NOT_MODIFIED.into_response())),
                None => Ok(rendition.headed(rendition.bytes(edge).await?.into_response())),
            }
        }
    }
}

enum Picture {
    Stored(Cover),
    External(String),
}

fn find_picture(reader: &dyn CatalogReader, id: AnyId) -> Result<Picture, ApiError> {
    if let Some(cover) = reader.find_cover(id)? {
        return Ok(Picture::Stored(cover));
    }
    let playlist = if let AnyId::Playlist(id) = id { reader.find_playlist(id)? } else { None };
    playlist.and_then(|playlist| playlist.cover_url).map(Picture::External).ok_or(ApiError::NotFound("cover"))
}

/// One rendition: immutable bytes under a key that says what they are.
struct Rendition {
    key: String,
    etag: HeaderValue,
}

impl Rendition {
    fn of(cover: &Cover, wanted: Option<u32>) -> Result<Self, ApiError> {
        let missing = || ApiError::NotFound("cover");
        let picture = Sha256Hex::try_from(cover.sha256.clone()).or(Err(missing()))?;
        let size = cover_sizes::choose(wanted, cover.largest_size);
        let etag = HeaderValue::try_from(format!("\"{}-{size}\"", picture.short())).or(Err(missing()))?;
        Ok(Self { key: keys::cover(&picture, size, &cover.ext), etag })
    }

    /// The picture from memory or from the store.
    async fn bytes(&self, edge: &Edge) -> Result<Bytes, ApiError> {
        if let Some(bytes) = edge.bodies.find_object(&self.key) {
            return Ok(bytes);
        }
        let bytes = edge.stores.read(&self.key, MAX_COVER_BYTES).await?;
        edge.bodies.keep_object(&self.key, &bytes);
        Ok(bytes)
    }

    fn is_in(&self, headers: &HeaderMap) -> bool {
        names_any(headers) || names_tag(headers, &self.etag)
    }

    fn headed(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.etag.clone());
        headers.insert(header::CACHE_CONTROL, KEPT);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        response
    }
}

fn to(url: &str) -> Result<Response, ApiError> {
    let location = HeaderValue::try_from(url).or(Err(ApiError::NotFound("cover")))?;
    let mut response = StatusCode::FOUND.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert(header::CACHE_CONTROL, KEPT);
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}
