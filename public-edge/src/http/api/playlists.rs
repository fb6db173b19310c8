//! `/api/v1/playlists`.

use axum::Json;
use catalog_core::browse;
use catalog_core::model::{Playlist, PlaylistEntry, PlaylistId};
use serde::Serialize;

use super::extract::{Id, Paging, Parameters};
use super::tracks::TrackView;
use super::views::PageView;
use crate::error::ApiError;
use crate::queries::View;

/// `GET /api/v1/playlists`: by name.
pub(super) async fn get_playlists(
    view: View,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<PlaylistView>>, ApiError> {
    let page = paging.of("playlists")?;
    let playlists = view.run(move |reader| Ok::<_, ApiError>(browse::list_playlists(reader, &page)?)).await?;
    Ok(Json(playlists.into()))
}

/// `GET /api/v1/playlists/{id}`. Its tracks have pages of their own: a playlist may have thousands.
pub(super) async fn get_playlist(view: View, Id(id): Id<PlaylistId>) -> Result<Json<PlaylistView>, ApiError> {
    let found = view.run(move |reader| Ok::<_, ApiError>(reader.find_playlist(id)?)).await?;
    found.map(|playlist| Json(playlist.into())).ok_or(ApiError::NotFound("playlist"))
}

/// `GET /api/v1/playlists/{id}/tracks`: in the playlist's order, duplicates included.
pub(super) async fn get_playlist_tracks(
    view: View,
    Id(id): Id<PlaylistId>,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<EntryView>>, ApiError> {
    let page = paging.of("entries")?;
    let found = view.run(move |reader| Ok::<_, ApiError>(browse::list_playlist_entries(reader, id, &page)?)).await?;
    found.map(|entries| Json(entries.into())).ok_or(ApiError::NotFound("playlist"))
}

/// A playlist.
#[derive(Serialize)]
pub(super) struct PlaylistView {
    id: String,
    name: String,
    description: Option<String>,
    platform: String,
    play_count: u64,
    track_count: u64,
    duration_ms: u64,
    cover_id: Option<String>,
    cover_url: Option<String>,
}

/// A place in a playlist.
#[derive(Serialize)]
pub(super) struct EntryView {
    position: i64,
    track: TrackView,
}

impl From<Playlist> for PlaylistView {
    fn from(playlist: Playlist) -> Self {
        Self {
            id: playlist.id.to_string(),
            name: playlist.name,
            description: playlist.description,
            platform: playlist.platform,
            play_count: playlist.play_count,
            track_count: playlist.entry_count,
            duration_ms: playlist.duration_ms,
            cover_id: playlist.has_cover.then(|| playlist.id.to_string()),
            cover_url: playlist.cover_url,
        }
    }
}

impl From<PlaylistEntry> for EntryView {
    fn from(PlaylistEntry { position, track }: PlaylistEntry) -> Self {
        Self { position, track: track.into() }
    }
}
