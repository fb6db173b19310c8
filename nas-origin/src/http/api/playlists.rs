//! `/api/v1/playlists`: lists of the owner's own, and those that imports bring.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use catalog_core::model::{PlaylistId, TrackId};
use serde::Deserialize;

use super::ApiError;
use super::conditions::{IfMatch, Tagged};
use super::extract::{Body, Named, Parameters};
use super::id_list::{ids, some_ids, yes};
use super::pages::{PageView, Paging};
use crate::library::lists::{
    self, ListFailure, NewPlaylist, PlaylistChange, PlaylistDetail, PlaylistSummary, change_playlist, delete_playlist,
};
use crate::state::Origin;

/// The largest body that names tracks, in bytes.
pub(super) const MAX_LIST_BYTES: usize = 256 * 1024;

/// A playlist to make.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaylistBody {
    name: String,
    #[serde(default)]
    description: String,
    #[serde(default = "yes")]
    is_public: bool,
    #[serde(default, deserialize_with = "ids")]
    tracks: Vec<TrackId>,
}

/// What is to be another one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaylistChangeBody {
    name: Option<String>,
    description: Option<String>,
    is_public: Option<bool>,
    #[serde(default, deserialize_with = "some_ids")]
    tracks: Option<Vec<TrackId>>,
}

/// Tracks to put in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Insertion {
    #[serde(deserialize_with = "ids")]
    tracks: Vec<TrackId>,
    position: Option<usize>,
}

/// `GET /api/v1/playlists`.
pub(super) async fn get_playlists(
    State(origin): State<Origin>,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<PlaylistSummary>>, ApiError> {
    let asked = paging.of("playlists")?;
    let list = move |origin: &Origin| {
        let found = origin.library.read(|read| lists::list_playlists(read, asked.after_id, asked.to_read()))?;
        Ok::<_, ApiError>(asked.cut(found.into_iter().map(|(id, list)| (String::new(), id, list)).collect()))
    };
    Ok(Json(origin.run_blocking(list).await??))
}

/// `POST /api/v1/playlists`.
pub(super) async fn post_playlist(
    State(origin): State<Origin>,
    Body(body): Body<PlaylistBody>,
) -> Result<impl IntoResponse, ApiError> {
    let PlaylistBody { name, description, is_public, tracks } = body;
    let new = NewPlaylist { name, description, is_public, tracks };
    let create = move |origin: &Origin| {
        origin.library.write(|tx| {
            let id = lists::create_playlist(tx, &new)?;
            Ok::<_, ListFailure>((id, PlaylistDetail::find(tx, id)?.ok_or(ListFailure::Unknown)?))
        })
    };
    let (id, made) = origin.run_blocking(create).await??;
    let place = format!("/api/v1/playlists/{}{id}", PlaylistId::PREFIX);
    Ok((StatusCode::CREATED, [(LOCATION, place)], Tagged(made)))
}

/// `GET /api/v1/playlists/{id}`.
pub(super) async fn get_playlist(
    State(origin): State<Origin>,
    Named(id): Named,
) -> Result<Tagged<PlaylistDetail>, ApiError> {
    let id = number(&id)?;
    let find = move |origin: &Origin| origin.library.read(|read| PlaylistDetail::find(read, id));
    origin.run_blocking(find).await??.map(Tagged).ok_or(ApiError::NotFound)
}

/// `PATCH /api/v1/playlists/{id}`: `tracks` are all of them, in order.
pub(super) async fn patch_playlist(
    State(origin): State<Origin>,
    Named(id): Named,
    if_match: IfMatch,
    Body(body): Body<PlaylistChangeBody>,
) -> Result<Tagged<PlaylistDetail>, ApiError> {
    let PlaylistChangeBody { name, description, is_public, tracks } = body;
    let change = PlaylistChange { name, description, is_public, tracks, ..PlaylistChange::default() };
    change_one(&origin, number(&id)?, if_match, change).await
}

/// `POST /api/v1/playlists/{id}/tracks`: before a place from 0, or at the end.
pub(super) async fn post_tracks(
    State(origin): State<Origin>,
    Named(id): Named,
    if_match: IfMatch,
    Body(Insertion { tracks, position }): Body<Insertion>,
) -> Result<Tagged<PlaylistDetail>, ApiError> {
    let change = PlaylistChange { insert: Some((position, tracks)), ..PlaylistChange::default() };
    change_one(&origin, number(&id)?, if_match, change).await
}

/// `DELETE /api/v1/playlists/{id}/tracks/{position}`.
pub(super) async fn delete_track(
    State(origin): State<Origin>,
    Path((id, position)): Path<(String, String)>,
    if_match: IfMatch,
) -> Result<Tagged<PlaylistDetail>, ApiError> {
    let position = position.parse().ok().ok_or(ApiError::NotFound)?;
    let change = PlaylistChange { remove: Some(position), ..PlaylistChange::default() };
    change_one(&origin, number(&id)?, if_match, change).await
}

/// `DELETE /api/v1/playlists/{id}`.
pub(super) async fn delete_one(
    State(origin): State<Origin>,
    Named(id): Named,
    if_match: IfMatch,
) -> Result<StatusCode, ApiError> {
    let id = number(&id)?;
    let delete = move |origin: &Origin| {
        origin.library.write(|tx| {
            if_match.check(&PlaylistDetail::find(tx, id)?.ok_or(ApiError::NotFound)?)?;
            Ok::<_, ApiError>(delete_playlist(tx, id)?)
        })
    };
    origin.run_blocking(delete).await??;
    Ok(StatusCode::NO_CONTENT)
}

async fn change_one(
    origin: &Origin,
    id: i64,
    if_match: IfMatch,
    change: PlaylistChange,
) -> Result<Tagged<PlaylistDetail>, ApiError> {
    let change = move |origin: &Origin| {
        origin.library.write(|tx| {
            if_match.check(&PlaylistDetail::find(tx, id)?.ok_or(ApiError::NotFound)?)?;
            change_playlist(tx, id, &change)?;
            PlaylistDetail::find(tx, id)?.ok_or(ApiError::NotFound)
        })
    };
    Ok(Tagged(origin.run_blocking(change).await??))
}

fn number(id: &str) -> Result<i64, ApiError> {
    id.parse().ok().map(PlaylistId::number).ok_or(ApiError::NotFound)
}
