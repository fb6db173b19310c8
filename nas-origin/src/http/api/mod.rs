//! The owner's API, `/api/v1`: every route with who may call it.

mod access;
mod browse;
mod conditions;
mod covers;
mod credentials;
mod description;
mod edit_error;
mod editing;
mod error;
mod extract;
mod history_error;
mod id_list;
mod job_events;
mod jobs;
mod login;
mod pages;
mod paths;
mod playlists;
mod queued;
mod snapshots;
mod sources;
mod toplists;
mod uploads;
mod users;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn_with_state, map_response};
use axum::routing::{MethodRouter, delete, get, patch, post, put};

use catalog_core::model::{AlbumId, PlaylistId, TrackId};

use crate::library::browse::{AlbumDetail, AlbumSummary, ArtistDetail, ArtistSummary, TrackDetail, TrackSummary};
use crate::media::pictures::MAX_PICTURE_BYTES;
use crate::state::Origin;
use access::Who;

pub(crate) use error::ApiError;

/// Where all of it is.
pub(super) const PREFIX: &str = "/api/v1/";

/// The largest body of a call, in bytes; uploads have a limit of their own.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// A route: who may call it, where it is, and what answers.
type Route = (Who, &'static str, MethodRouter<Origin>);

/// Every route; one path may stand in several lines.
fn routes() -> Vec<Route> {
    vec![
        (Who::Anyone, "/api/v1/auth/login", post(login::post_login)),
        (Who::Admin, "/api/v1/admin/users", get(users::get_users)),
        (Who::Admin, "/api/v1/admin/users", post(users::post_user)),
        (Who::Admin, "/api/v1/admin/users/{id}", get(users::get_user)),
        (Who::Admin, "/api/v1/admin/users/{id}", patch(users::patch_user)),
        (Who::Admin, "/api/v1/admin/users/{id}", delete(users::delete_user)),
        (Who::Admin, "/api/v1/admin/users/{id}/subsonic-password", post(credentials::post_password_of)),
        (Who::User, "/api/v1/albums", get(browse::get_list::<AlbumSummary>)),
        (Who::User, "/api/v1/albums/{id}", get(editing::get_one::<AlbumDetail>)),
        (Who::Admin, "/api/v1/albums/{id}", patch(editing::patch_one::<AlbumDetail>)),
        (Who::User, "/api/v1/albums/{id}/cover", get(covers::get_cover::<AlbumId>)),
        (Who::Admin, "/api/v1/albums/{id}/cover", with_picture(put(covers::put_cover::<AlbumId>))),
        (Who::Admin, "/api/v1/albums/{id}/cover", delete(covers::delete_cover::<AlbumId>)),
        (Who::User, "/api/v1/artists", get(browse::get_list::<ArtistSummary>)),
        (Who::User, "/api/v1/artists/{id}", get(editing::get_one::<ArtistDetail>)),
        (Who::Admin, "/api/v1/artists/{id}", patch(editing::patch_one::<ArtistDetail>)),
        (Who::Admin, "/api/v1/jobs", get(jobs::get_jobs)),
        (Who::Admin, "/api/v1/jobs/events", get(jobs::get_events)),
        (Who::Admin, "/api/v1/jobs/{id}", get(jobs::get_job)),
        (Who::Admin, "/api/v1/jobs/{id}", delete(jobs::delete_job)),
        (Who::User, "/api/v1/playlists", get(playlists::get_playlists)),
        (Who::User, "/api/v1/playlists", with_list(post(playlists::post_playlist))),
        (Who::User, "/api/v1/playlists/{id}", get(playlists::get_playlist)),
        (Who::User, "/api/v1/playlists/{id}", with_list(patch(playlists::patch_playlist))),
        (Who::User, "/api/v1/playlists/{id}", delete(playlists::delete_one)),
        (Who::User, "/api/v1/playlists/{id}/cover", get(covers::get_cover::<PlaylistId>)),
        (Who::Admin, "/api/v1/playlists/{id}/cover", with_picture(put(covers::put_cover::<PlaylistId>))),
        (Who::Admin, "/api/v1/playlists/{id}/cover", delete(covers::delete_cover::<PlaylistId>)),
        (Who::User, "/api/v1/playlists/{id}/tracks", with_list(post(playlists::post_tracks))),
        (Who::User, "/api/v1/playlists/{id}/tracks/{position}", delete(playlists::delete_track)),
        (Who::Admin, "/api/v1/snapshots", get(snapshots::get_snapshots)),
        (Who::Admin, "/api/v1/snapshots", post(snapshots::post_snapshot)),
        (Who::Admin, "/api/v1/snapshots/gc", post(snapshots::post_gc)),
        (Who::Admin, "/api/v1/snapshots/pin", post(snapshots::post_pin)),
        (Who::Admin, "/api/v1/snapshots/unpin", post(snapshots::post_unpin)),
        (Who::Admin, "/api/v1/snapshots/{id}/rollback", post(snapshots::post_rollback)),
        (Who::Admin, "/api/v1/snapshots/{id}/verify", post(snapshots::post_verify)),
        (Who::User, "/api/v1/sources", get(sources::get_sources)),
        (Who::User, "/api/v1/sources/{source}/health", get(sources::get_health)),
        (Who::Admin, "/api/v1/sources/{source}/scan", post(sources::post_scan)),
        (Who::User, "/api/v1/toplists", get(toplists::get_toplists)),
        (Who::User, "/api/v1/toplists", with_list(post(toplists::post_toplist))),
        (Who::User, "/api/v1/toplists/{id}", get(toplists::get_toplist)),
        (Who::User, "/api/v1/toplists/{id}", with_list(patch(toplists::patch_toplist))),
        (Who::User, "/api/v1/toplists/{id}", delete(toplists::delete_toplist)),
        (Who::User, "/api/v1/tracks", get(browse::get_list::<TrackSummary>)),
        (Who::User, "/api/v1/tracks/{id}", get(editing::get_one::<TrackDetail>)),
        (Who::Admin, "/api/v1/tracks/{id}", patch(editing::patch_one::<TrackDetail>)),
        (Who::User, "/api/v1/tracks/{id}/cover", get(covers::get_cover::<TrackId>)),
        (Who::Admin, "/api/v1/tracks/{id}/cover", with_picture(put(covers::put_cover::<TrackId>))),
        (Who::Admin, "/api/v1/tracks/{id}/cover", delete(covers::delete_cover::<TrackId>)),
        (Who::Admin, "/api/v1/uploads", post(uploads::post_upload).layer(DefaultBodyLimit::disable())),
        (Who::User, "/api/v1/users/me", get(users::get_me)),
        (Who::User, "/api/v1/users/me/credentials", get(credentials::get_devices)),
        (Who::User, "/api/v1/users/me/credentials", post(credentials::post_device)),
        (Who::User, "/api/v1/users/me/credentials/{id}", delete(credentials::delete_device)),
        (Who::User, "/api/v1/users/me/password", post(users::post_own_password)),
        (Who::User, "/api/v1/users/me/subsonic-password", get(credentials::get_own_password)),
        (Who::User, "/api/v1/users/me/subsonic-password", post(credentials::post_own_password)),
    ]
}

/// Takes bodies that name many things.
fn with_list(handler: MethodRouter<Origin>) -> MethodRouter<Origin> {
    handler.layer(DefaultBodyLimit::max(playlists::MAX_LIST_BYTES))
}

/// Takes a picture.
fn with_picture(handler: MethodRouter<Origin>) -> MethodRouter<Origin> {
    handler.layer(DefaultBodyLimit::max(usize::try_from(MAX_PICTURE_BYTES).unwrap_or(usize::MAX)))
}

/// The routes behind what guards them.
pub(super) fn router(origin: &Origin) -> Router<Origin> {
    let guarded = |router: Router<Origin>, (who, path, handler): Route| {
        let guard = from_fn_with_state((origin.clone(), who), access::check_caller);
        router.route(path, handler.route_layer(guard))
    };
    routes()
        .into_iter()
        .fold(Router::new(), guarded)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(from_fn_with_state(origin.clone(), access::check_transport))
        .layer(map_response(access::answer_privately))
        .route("/api/openapi.json", get(description::get_description))
}
