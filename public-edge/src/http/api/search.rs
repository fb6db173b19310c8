//! `/api/v1/search`.

use axum::Json;
use catalog_core::browse::{self, Found};
use serde::{Deserialize, Serialize};

use super::albums::AlbumView;
use super::artists::ArtistView;
use super::extract::Parameters;
use super::playlists::PlaylistView;
use super::tracks::TrackView;
use super::views::views;
use crate::error::ApiError;
use crate::queries::View;

/// `?q=&limit=`.
#[derive(Deserialize)]
pub(super) struct SearchParameters {
    q: Option<String>,
    limit: Option<String>,
}

/// `GET /api/v1/search`: at most `limit` of each kind, best first.
pub(super) async fn get_search(
    view: View,
    Parameters(asked): Parameters<SearchParameters>,
) -> Result<Json<FoundView>, ApiError> {
    let query = asked.q.ok_or_else(|| ApiError::BadParameter("q is missing: what to search for".to_owned()))?;
    let limit = browse::parse_limit(asked.limit.as_deref())?;
    let found = view.run(move |reader| Ok::<_, ApiError>(browse::search(reader, &query, limit)?)).await?;
    Ok(Json(found.into()))
}

/// What a search found.
#[derive(Serialize)]
pub(super) struct FoundView {
    tracks: Vec<TrackView>,
    albums: Vec<AlbumView>,
    artists: Vec<ArtistView>,
    playlists: Vec<PlaylistView>,
}

impl From<Found> for FoundView {
    fn from(found: Found) -> Self {
        Self {
            tracks: views(found.tracks),
            albums: views(found.albums),
            artists: views(found.artists),
            playlists: views(found.playlists),
        }
    }
}
