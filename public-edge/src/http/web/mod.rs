//! Server-rendered pages: everything can be read, and played, without a script; scripts add the player.

mod assets;
mod cover_art;
mod cursor;
mod frame;
mod humanise;
mod language;
mod page;
mod page_error;
mod page_views;
mod pages;
mod security;
mod texts;
mod visit;

use axum::Router;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use self::language::Language;
use self::page_error::PageError;
use self::pages::{albums, artists, genres, home, playlists, search, toplists, tracks};
use self::visit::Stranger;
use crate::error::ApiError;
use crate::state::Edge;

pub(in crate::http) use self::security::harden;

/// The pages: what they show depends on their URL and [`language_of`] the request alone.
pub fn router() -> Router<Edge> {
    Router::new()
        .route("/", get(home::get_home))
        .route("/albums", get(albums::get_albums))
        .route("/albums/{id}", get(albums::get_album))
        .route("/artists", get(artists::get_artists))
        .route("/artists/{id}", get(artists::get_artist))
        .route("/artists/{id}/albums", get(artists::get_artist_albums))
        .route("/playlists", get(playlists::get_playlists))
        .route("/playlists/{id}", get(playlists::get_playlist))
        .route("/toplists", get(toplists::get_toplists))
        .route("/toplists/{id}", get(toplists::get_toplist))
        .route("/genres", get(genres::get_genres))
        .route("/genres/{id}", get(genres::get_genre))
        .route("/genres/{id}/albums", get(genres::get_genre_albums))
        .route("/tracks/{id}", get(tracks::get_track))
        .route("/search", get(search::get_search))
        .method_not_allowed_fallback(refuse_method)
}

/// Styles and scripts, which no snapshot changes, and the answer to what is no route.
pub fn fixtures() -> Router<Edge> {
    let assets = Router::new().route("/assets/{mark}/{name}", get(assets::get_asset));
    assets.method_not_allowed_fallback(refuse_method).fallback(get_nothing)
}

/// The language that a page is in.
pub fn language_of(headers: &HeaderMap) -> Option<&'static str> {
    Some(Language::of(headers).tag())
}

/// A page that says why somebody is not let in.
pub(in crate::http) fn refuse(headers: &HeaderMap, cause: ApiError) -> Response {
    PageError::new(Language::of(headers), cause).into_response()
}

async fn refuse_method(Stranger(language): Stranger) -> PageError {
    PageError::new(language, ApiError::MethodNotAllowed)
}

async fn get_nothing(Stranger(language): Stranger) -> PageError {
    PageError::new(language, ApiError::NotFound("page"))
}
