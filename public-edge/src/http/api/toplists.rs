//! `/api/v1/toplists`.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use catalog_core::browse;
use catalog_core::model::Toplist;
use serde::Serialize;

use super::extract::{Paging, Parameters};
use super::views::PageView;
use crate::error::ApiError;
use crate::queries::View;

/// `GET /api/v1/toplists`: in the order to show them in.
pub(super) async fn get_toplists(
    view: View,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<ToplistView>>, ApiError> {
    let page = paging.of("toplists")?;
    let toplists = view.run(move |reader| Ok::<_, ApiError>(browse::list_toplists(reader, &page)?)).await?;
    Ok(Json(toplists.into()))
}

/// `GET /api/v1/toplists/{id}`. Its tracks are those of the playlist `playlist_id`.
pub(super) async fn get_toplist(
    view: View,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<ToplistView>, ApiError> {
    let Path(id) = id.or(Err(ApiError::NotFound("toplist")))?;
    let found = view.run(move |reader| Ok::<_, ApiError>(reader.find_toplist(&id)?)).await?;
    found.map(|toplist| Json(toplist.into())).ok_or(ApiError::NotFound("toplist"))
}

/// A toplist.
#[derive(Serialize)]
pub(super) struct ToplistView {
    id: String,
    name: String,
    group_name: Option<String>,
    description: Option<String>,
    platform: String,
    play_count: u64,
    source_track_count: u64,
    playlist_id: String,
    cover_url: Option<String>,
}

impl From<Toplist> for ToplistView {
    fn from(toplist: Toplist) -> Self {
        Self {
            id: toplist.id,
            name: toplist.name,
            group_name: toplist.group_name,
            description: toplist.description,
            platform: toplist.platform,
            play_count: toplist.play_count,
            source_track_count: toplist.song_count,
            playlist_id: toplist.playlist_id.to_string(),
            cover_url: toplist.cover_url,
        }
    }
}
