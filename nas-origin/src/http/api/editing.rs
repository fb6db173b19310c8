//! `/api/v1/{tracks,albums,artists}/{id}`: one of them with all that is known, and what the owner says in place of tags.

use axum::extract::State;
use catalog_core::model::{AlbumId, ArtistId, TrackId};
use jiff::Timestamp;
use rusqlite::{Connection, Transaction};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::ApiError;
use super::conditions::{IfMatch, Tagged};
use super::extract::{Body, Named};
use crate::library::LibraryError;
use crate::library::browse::{AlbumDetail, ArtistDetail, TrackDetail};
use crate::library::editing::{Change, EditFailure, edit_album, edit_artist, edit_track, patch_of};
use crate::state::Origin;

/// A thing that can be edited.
pub(super) trait Edited: Serialize + Send + Sized + 'static {
    /// Whether it can be hidden.
    const CAN_HIDE: bool;

    /// The catalog's number of an id.
    fn number(id: &str) -> Option<i64>;

    fn find(connection: &Connection, id: i64) -> Result<Option<Self>, LibraryError>;

    fn edit(tx: &Transaction<'_>, id: i64, change: &Change, now: i64) -> Result<(), EditFailure>;
}

/// `GET /api/v1/…/{id}`.
pub(super) async fn get_one<T: Edited>(State(origin): State<Origin>, Named(id): Named) -> Result<Tagged<T>, ApiError> {
    let id = T::number(&id).ok_or(ApiError::NotFound)?;
    let find = move |origin: &Origin| origin.library.read(|connection| T::find(connection, id));
    origin.run_blocking(find).await??.map(Tagged).ok_or(ApiError::NotFound)
}

/// `PATCH /api/v1/…/{id}`: a field that is null is as its tags say again.
pub(super) async fn patch_one<T: Edited>(
    State(origin): State<Origin>,
    Named(id): Named,
    if_match: IfMatch,
    Body(fields): Body<Map<String, Json>>,
) -> Result<Tagged<T>, ApiError> {
    let id = T::number(&id).ok_or(ApiError::NotFound)?;
    let change = change_of::<T>(fields)?;
    let edited = origin.run_blocking(move |origin| change_one(origin, id, &if_match, &change)).await??;
    Ok(Tagged(edited))
}

/// Changes a thing that is as the caller has read it, and gives it as it is then. Blocks.
///
/// # Errors
/// When there is none, when it is another one by now, and when it can't be so.
pub(super) fn change_one<T: Edited>(
    origin: &Origin,
    id: i64,
    if_match: &IfMatch,
    change: &Change,
) -> Result<T, ApiError> {
    origin.library.write(|tx| {
        if_match.check(&T::find(tx, id)?.ok_or(ApiError::NotFound)?)?;
        T::edit(tx, id, change, Timestamp::now().as_second())?;
        T::find(tx, id)?.ok_or(ApiError::NotFound)
    })
}

fn change_of<T: Edited>(mut fields: Map<String, Json>) -> Result<Change, ApiError> {
    let is_hidden = if T::CAN_HIDE { fields.remove("is_hidden") } else { None };
    let is_hidden = match is_hidden {
        None => None,
        Some(Json::Null) => Some(false),
        Some(Json::Bool(is_hidden)) => Some(is_hidden),
        Some(_) => return Err(ApiError::Field("is_hidden".to_owned())),
    };
    Ok(Change { patch: patch_of(fields).map_err(ApiError::Field)?, is_hidden, cover_id: None })
}

impl Edited for TrackDetail {
    const CAN_HIDE: bool = true;

    fn number(id: &str) -> Option<i64> {
        id.parse().ok().map(TrackId::number)
    }

    fn find(connection: &Connection, id: i64) -> Result<Option<Self>, LibraryError> {
        Self::find(connection, id)
    }

    fn edit(tx: &Transaction<'_>, id: i64, change: &Change, now: i64) -> Result<(), EditFailure> {
        edit_track(tx, id, change, now)
    }
}

impl Edited for AlbumDetail {
    const CAN_HIDE: bool = true;

    fn number(id: &str) -> Option<i64> {
        id.parse().ok().map(AlbumId::number)
    }

    fn find(connection: &Connection, id: i64) -> Result<Option<Self>, LibraryError> {
        Self::find(connection, id)
    }

    fn edit(tx: &Transaction<'_>, id: i64, change: &Change, now: i64) -> Result<(), EditFailure> {
        edit_album(tx, id, change, now)
    }
}

impl Edited for ArtistDetail {
    const CAN_HIDE: bool = false;

    fn number(id: &str) -> Option<i64> {
        id.parse().ok().map(ArtistId::number)
    }

    fn find(connection: &Connection, id: i64) -> Result<Option<Self>, LibraryError> {
        Self::find(connection, id)
    }

    fn edit(tx: &Transaction<'_>, id: i64, change: &Change, _now: i64) -> Result<(), EditFailure> {
        edit_artist(tx, id, change)
    }
}
