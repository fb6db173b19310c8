//! `/api/v1/genres`.

use axum::Json;
use catalog_core::browse;
use catalog_core::model::{Genre, GenreId};
use serde::Serialize;

use super::albums::AlbumView;
use super::extract::{Id, Paging, Parameters};
use super::tracks::TrackView;
use super::views::PageView;
use crate::error::ApiError;
use crate::queries::View;

/// `GET /api/v1/genres`: by name.
pub(super) async fn get_genres(
    view: View,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<GenreView>>, ApiError> {
    let page = paging.of("genres")?;
    let genres = view.run(move |reader| Ok::<_, ApiError>(browse::list_genres(reader, &page)?)).await?;
    Ok(Json(genres.into()))
}

/// `GET /api/v1/genres/{id}`.
pub(super) async fn get_genre(view: View, Id(id): Id<GenreId>) -> Result<Json<GenreView>, ApiError> {
    let found = view.run(move |reader| Ok::<_, ApiError>(reader.find_genre(id)?)).await?;
    found.map(|genre| Json(genre.into())).ok_or(ApiError::NotFound("genre"))
}

/// `GET /api/v1/genres/{id}/albums`.
pub(super) async fn get_genre_albums(
    view: View,
    Id(id): Id<GenreId>,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<AlbumView>>, ApiError> {
    let page = paging.of("genre-albums")?;
    let found = view.run(move |reader| Ok::<_, ApiError>(browse::list_genre_albums(reader, id, &page)?)).await?;
    found.map(|albums| Json(albums.into())).ok_or(ApiError::NotFound("genre"))
}

/// `GET /api/v1/genres/{id}/tracks`.
pub(super) async fn get_genre_tracks(
    view: View,
    Id(id): Id<GenreId>,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<TrackView>>, ApiError> {
    let page = paging.of("genre-tracks")?;
    let found = view.run(move |reader| Ok::<_, ApiError>(browse::list_genre_tracks(reader, id, &page)?)).await?;
    found.map(|tracks| Json(tracks.into())).ok_or(ApiError::NotFound("genre"))
}

/// A genre.
#[derive(Serialize)]
pub(super) struct GenreView {
    id: String,
    name: String,
    album_count: u64,
    track_count: u64,
}

impl From<Genre> for GenreView {
    fn from(genre: Genre) -> Self {
        Self {
            id: genre.id.to_string(),
            name: genre.name,
            album_count: genre.album_count,
            track_count: genre.song_count,
        }
    }
}
