//! `/api/v1/albums`.

use axum::Json;
use catalog_core::browse::{self, AlbumDetail};
use catalog_core::model::{Advisory, Album, AlbumId, CreditRole, DiscTitle};
use jiff::Timestamp;
use serde::Serialize;

use super::extract::{Id, Paging, Parameters};
use super::tracks::TrackView;
use super::views::{CreditView, PageView, credited, time, views};
use crate::error::ApiError;
use crate::queries::View;

/// `GET /api/v1/albums`: by name.
pub(super) async fn get_albums(
    view: View,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<AlbumView>>, ApiError> {
    let page = paging.of("albums")?;
    let albums = view.run(move |reader| Ok::<_, ApiError>(browse::list_albums(reader, &page)?)).await?;
    Ok(Json(albums.into()))
}

/// `GET /api/v1/albums/{id}`: with its first tracks.
pub(super) async fn get_album(view: View, Id(id): Id<AlbumId>) -> Result<Json<AlbumDetailView>, ApiError> {
    let found = view.run(move |reader| Ok::<_, ApiError>(browse::find_album(reader, id)?)).await?;
    found.map(|album| Json(album.into())).ok_or(ApiError::NotFound("album"))
}

/// `GET /api/v1/albums/{id}/tracks`: by disc and number.
pub(super) async fn get_album_tracks(
    view: View,
    Id(id): Id<AlbumId>,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<TrackView>>, ApiError> {
    let page = paging.of("album-tracks")?;
    let found = view.run(move |reader| Ok::<_, ApiError>(browse::list_album_tracks(reader, id, &page)?)).await?;
    found.map(|tracks| Json(tracks.into())).ok_or(ApiError::NotFound("album"))
}

/// An album.
#[derive(Serialize)]
pub(super) struct AlbumView {
    id: String,
    name: String,
    sort_name: Option<String>,
    artist: Option<String>,
    artists: Vec<CreditView>,
    year: Option<i32>,
    release_date: Option<String>,
    original_date: Option<String>,
    genres: Vec<String>,
    track_count: u64,
    duration_ms: u64,
    play_count: u64,
    is_compilation: bool,
    cover_id: Option<String>,
    added_at: Option<Timestamp>,
    musicbrainz_id: Option<String>,
    disc_titles: Vec<DiscTitleView>,
    version: Option<String>,
    release_types: Vec<String>,
    labels: Vec<String>,
    moods: Vec<String>,
    advisory: Option<&'static str>,
}

/// The title of a disc.
#[derive(Serialize)]
struct DiscTitleView {
    disc_number: u32,
    title: String,
}

/// An album with its tracks, and where they go on when an album has more than any album.
#[derive(Serialize)]
pub(super) struct AlbumDetailView {
    #[serde(flatten)]
    album: AlbumView,
    tracks: Vec<TrackView>,
    next_tracks_cursor: Option<String>,
}

impl From<Album> for AlbumView {
    fn from(album: Album) -> Self {
        let title = |DiscTitle { disc_number, title }| DiscTitleView { disc_number, title };
        Self {
            id: album.id.to_string(),
            name: album.name,
            sort_name: album.sort_name,
            artist: album.artist,
            artists: credited(&album.credits, CreditRole::AlbumArtist),
            year: album.year,
            release_date: album.release_date,
            original_date: album.original_date,
            genres: album.genres,
            track_count: album.song_count,
            duration_ms: album.duration_ms,
            play_count: album.play_count,
            is_compilation: album.is_compilation,
            cover_id: album.has_cover.then(|| album.id.to_string()),
            added_at: time(album.added_at),
            musicbrainz_id: album.musicbrainz_id,
            disc_titles: album.disc_titles.into_iter().map(title).collect(),
            version: album.version,
            release_types: album.release_types,
            labels: album.labels,
            moods: album.moods,
            advisory: album.advisory.map(Advisory::name),
        }
    }
}

impl From<AlbumDetail> for AlbumDetailView {
    fn from(AlbumDetail { album, tracks }: AlbumDetail) -> Self {
        Self { album: album.into(), tracks: views(tracks.items), next_tracks_cursor: tracks.next_cursor }
    }
}
