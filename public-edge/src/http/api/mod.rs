//! The native JSON API (DESIGN section 11, docs/api.md): handlers that ask one question, and the shapes of answers.

mod albums;
mod artists;
mod extract;
mod genres;
mod playlists;
mod search;
mod snapshot;
#[cfg(test)]
mod tests;
mod toplists;
mod tracks;
mod views;

use axum::Router;
use axum::routing::{MethodRouter, any, get};

pub(super) use self::extract::{Id, Parameters};
use crate::error::ApiError;
use crate::state::Edge;

/// The routes of this part.
pub fn router() -> Router<Edge> {
    let answer = |router: Router<Edge>, (path, method): (&str, MethodRouter<Edge>)| router.route(path, method);
    routes()
        .into_iter()
        .fold(Router::new(), answer)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .route("/api", any(unknown_route))
        .route("/api/", any(unknown_route))
        .route("/api/{*rest}", any(unknown_route))
}

/// Every route; the `OpenAPI` file describes each of them.
fn routes() -> [(&'static str, MethodRouter<Edge>); 21] {
    [
        ("/api/v1/albums", get(albums::get_albums)),
        ("/api/v1/albums/{id}", get(albums::get_album)),
        ("/api/v1/albums/{id}/tracks", get(albums::get_album_tracks)),
        ("/api/v1/artists", get(artists::get_artists)),
        ("/api/v1/artists/{id}", get(artists::get_artist)),
        ("/api/v1/artists/{id}/albums", get(artists::get_artist_albums)),
        ("/api/v1/artists/{id}/tracks", get(artists::get_artist_tracks)),
        ("/api/v1/genres", get(genres::get_genres)),
        ("/api/v1/genres/{id}", get(genres::get_genre)),
        ("/api/v1/genres/{id}/albums", get(genres::get_genre_albums)),
        ("/api/v1/genres/{id}/tracks", get(genres::get_genre_tracks)),
        ("/api/v1/playlists", get(playlists::get_playlists)),
        ("/api/v1/playlists/{id}", get(playlists::get_playlist)),
        ("/api/v1/playlists/{id}/tracks", get(playlists::get_playlist_tracks)),
        ("/api/v1/search", get(search::get_search)),
        ("/api/v1/snapshot", get(snapshot::get_snapshot)),
        ("/api/v1/toplists", get(toplists::get_toplists)),
        ("/api/v1/toplists/{id}", get(toplists::get_toplist)),
        ("/api/v1/tracks", get(tracks::get_tracks)),
        ("/api/v1/tracks/{id}", get(tracks::get_track)),
        ("/api/openapi.json", get(snapshot::get_description)),
    ]
}

async fn unknown_route() -> ApiError {
    ApiError::NotFound("route")
}
