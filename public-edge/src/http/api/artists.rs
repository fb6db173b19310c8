//! `/api/v1/artists`.

use axum::Json;
use catalog_core::browse::{self, ArtistDetail};
use catalog_core::model::{Artist, ArtistId};
use serde::Serialize;

use super::albums::AlbumView;
use super::extract::{Id, Paging, Parameters};
use super::tracks::TrackView;
use super::views::{PageView, views};
use crate::error::ApiError;
use crate::queries::View;

/// `GET /api/v1/artists`: those that have albums or tracks, by name.
pub(super) async fn get_artists(
    view: View,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<ArtistView>>, ApiError> {
    let page = paging.of("artists")?;
    let artists = view.run(move |reader| Ok::<_, ApiError>(browse::list_artists(reader, &page)?)).await?;
    Ok(Json(artists.into()))
}

/// `GET /api/v1/artists/{id}`: with the first albums that credit the artist.
pub(super) async fn get_artist(view: View, Id(id): Id<ArtistId>) -> Result<Json<ArtistDetailView>, ApiError> {
    let found = view.run(move |reader| Ok::<_, ApiError>(browse::find_artist(reader, id)?)).await?;
    found.map(|artist| Json(artist.into())).ok_or(ApiError::NotFound("artist"))
}

/// `GET /api/v1/artists/{id}/albums`: every album that credits the artist, own ones first.
pub(super) async fn get_artist_albums(
    view: View,
    Id(id): Id<ArtistId>,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<AlbumView>>, ApiError> {
    let page = paging.of("artist-albums")?;
    let found = view.run(move |reader| Ok::<_, ApiError>(browse::list_artist_albums(reader, id, &page)?)).await?;
    found.map(|albums| Json(albums.into())).ok_or(ApiError::NotFound("artist"))
}

/// `GET /api/v1/artists/{id}/tracks`: what the artist performs, by id.
pub(super) async fn get_artist_tracks(
    view: View,
    Id(id): Id<ArtistId>,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<TrackView>>, ApiError> {
    let page = paging.of("artist-tracks")?;
    let found = view.run(move |reader| Ok::<_, ApiError>(browse::list_artist_tracks(reader, id, &page)?)).await?;
    found.map(|tracks| Json(tracks.into())).ok_or(ApiError::NotFound("artist"))
}

/// An artist.
#[derive(Serialize)]
pub(super) struct ArtistView {
    id: String,
    name: String,
    sort_name: Option<String>,
    album_count: u64,
    track_count: u64,
    cover_id: Option<String>,
    musicbrainz_id: Option<String>,
    roles: Vec<&'static str>,
}

/// An artist with its albums, and where they go on when there are many.
#[derive(Serialize)]
pub(super) struct ArtistDetailView {
    #[serde(flatten)]
    artist: ArtistView,
    albums: Vec<AlbumView>,
    next_albums_cursor: Option<String>,
}

impl From<Artist> for ArtistView {
    fn from(artist: Artist) -> Self {
        Self {
            id: artist.id.to_string(),
            name: artist.name,
            sort_name: artist.sort_name,
            album_count: artist.album_count,
            track_count: artist.song_count,
            cover_id: artist.has_cover.then(|| artist.id.to_string()),
            musicbrainz_id: artist.musicbrainz_id,
            roles: artist.roles.iter().map(|role| role.name()).collect(),
        }
    }
}

impl From<ArtistDetail> for ArtistDetailView {
    fn from(ArtistDetail { artist, albums }: ArtistDetail) -> Self {
        Self { artist: artist.into(), albums: views(albums.items), next_albums_cursor: albums.next_cursor }
    }
}
