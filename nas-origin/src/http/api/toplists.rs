//! `/api/v1/toplists`: pools of playlists that are shown as charts.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use catalog_core::model::PlaylistId;
use serde::Deserialize;

use super::ApiError;
use super::conditions::{IfMatch, Tagged};
use super::extract::{Body, Named, Parameters};
use super::id_list::{ids, some_ids, yes};
use super::pages::{PageView, Paging};
use crate::library::lists::{self, ListFailure, NewToplist, ToplistChange, ToplistDetail};
use crate::state::Origin;

/// A toplist to make.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ToplistBody {
    name: String,
    #[serde(default = "yes")]
    is_public: bool,
    #[serde(default, deserialize_with = "ids")]
    playlists: Vec<PlaylistId>,
}

/// What is to be another one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ToplistChangeBody {
    name: Option<String>,
    is_public: Option<bool>,
    #[serde(default, deserialize_with = "some_ids")]
    playlists: Option<Vec<PlaylistId>>,
}

/// `GET /api/v1/toplists`.
pub(super) async fn get_toplists(
    State(origin): State<Origin>,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<ToplistDetail>>, ApiError> {
    let asked = paging.of("toplists")?;
    let list = move |origin: &Origin| {
        let found = origin.library.read(|read| lists::list_toplists(read, asked.after_id, asked.to_read()))?;
        Ok::<_, ApiError>(asked.cut(found.into_iter().map(|(id, list)| (String::new(), id, list)).collect()))
    };
    Ok(Json(origin.run_blocking(list).await??))
}

/// `POST /api/v1/toplists`.
pub(super) async fn post_toplist(
    State(origin): State<Origin>,
    Body(ToplistBody { name, is_public, playlists }): Body<ToplistBody>,
) -> Result<impl IntoResponse, ApiError> {
    let new = NewToplist { name, is_public, playlists };
    let create = move |origin: &Origin| {
        origin.library.write(|tx| {
            let id = lists::create_toplist(tx, &new)?;
            Ok::<_, ListFailure>((id, ToplistDetail::find(tx, id)?.ok_or(ListFailure::Unknown)?))
        })
    };
    let (id, made) = origin.run_blocking(create).await??;
    Ok((StatusCode::CREATED, [(LOCATION, format!("/api/v1/toplists/tl-{id}"))], Tagged(made)))
}

/// `GET /api/v1/toplists/{id}`.
pub(super) async fn get_toplist(
    State(origin): State<Origin>,
    Named(id): Named,
) -> Result<Tagged<ToplistDetail>, ApiError> {
    let id = number(&id)?;
    let find = move |origin: &Origin| origin.library.read(|read| ToplistDetail::find(read, id));
    origin.run_blocking(find).await??.map(Tagged).ok_or(ApiError::NotFound)
}

/// `PATCH /api/v1/toplists/{id}`: `playlists` are all of them.
pub(super) async fn patch_toplist(
    State(origin): State<Origin>,
    Named(id): Named,
    if_match: IfMatch,
    Body(ToplistChangeBody { name, is_public, playlists }): Body<ToplistChangeBody>,
) -> Result<Tagged<ToplistDetail>, ApiError> {
    let id = number(&id)?;
    let change = ToplistChange { name, is_public, playlists };
    let change = move |origin: &Origin| {
        origin.library.write(|tx| {
            if_match.check(&ToplistDetail::find(tx, id)?.ok_or(ApiError::NotFound)?)?;
            lists::change_toplist(tx, id, &change)?;
            ToplistDetail::find(tx, id)?.ok_or(ApiError::NotFound)
        })
    };
    Ok(Tagged(origin.run_blocking(change).await??))
}

/// `DELETE /api/v1/toplists/{id}`: its playlists stay.
pub(super) async fn delete_toplist(
    State(origin): State<Origin>,
    Named(id): Named,
    if_match: IfMatch,
) -> Result<StatusCode, ApiError> {
    let id = number(&id)?;
    let delete = move |origin: &Origin| {
        origin.library.write(|tx| {
            if_match.check(&ToplistDetail::find(tx, id)?.ok_or(ApiError::NotFound)?)?;
            Ok::<_, ApiError>(lists::delete_toplist(tx, id)?)
        })
    };
    origin.run_blocking(delete).await??;
    Ok(StatusCode::NO_CONTENT)
}

fn number(id: &str) -> Result<i64, ApiError> {
    id.strip_prefix("tl-").and_then(|number| number.parse().ok()).ok_or(ApiError::NotFound)
}
