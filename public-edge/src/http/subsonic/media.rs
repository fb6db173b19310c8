//! Operations that answer bytes, or the way to them.

use axum::http::header::{CACHE_CONTROL, HeaderMap, HeaderValue};
use axum::response::Response;
use catalog_core::model::AnyId;
use catalog_core::playback::Wish;

use super::call::Call;
use super::error::SubsonicError;
use super::params::Params;
use crate::http::covers;
use crate::http::playback::{self, Asked, PlayRequest};
use crate::queries::View;
use crate::state::Edge;

/// Pictures whose URL holds credentials are the listener's own to keep.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, max-age=3600");

/// Ways to songs are asked for each time.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// `stream`: the file that fits the wish best. A play is not counted.
pub(super) async fn stream(edge: &Edge, view: &View, call: &Call, asked: Asked<'_>) -> Result<Response, SubsonicError> {
    let request = PlayRequest { wish: wish(&call.params)?, as_attachment: false };
    deliver(edge, view, call, asked, request).await
}

/// `download`: the best file as it is stored.
pub(super) async fn download(
    edge: &Edge,
    view: &View,
    call: &Call,
    asked: Asked<'_>,
) -> Result<Response, SubsonicError> {
    let request = PlayRequest { wish: Wish::default(), as_attachment: true };
    deliver(edge, view, call, asked, request).await
}

/// Where a song is may change with any snapshot, and its URL here may hold credentials: nobody in between keeps it.
async fn deliver(
    edge: &Edge,
    view: &View,
    call: &Call,
    asked: Asked<'_>,
    request: PlayRequest,
) -> Result<Response, SubsonicError> {
    let mut response = playback::deliver(edge, view, call.params.id("song")?, request, asked).await?;
    response.headers_mut().insert(CACHE_CONTROL, NO_STORE);
    Ok(response)
}

/// `getCoverArt`: the picture of anything that has one.
pub(super) async fn cover_art(
    edge: &Edge,
    view: &View,
    call: &Call,
    headers: &HeaderMap,
) -> Result<Response, SubsonicError> {
    let id: AnyId = call.params.id("cover")?;
    let size = match call.params.number("size", 0)? {
        0 => None,
        size => Some(u32::try_from(size).unwrap_or(u32::MAX)),
    };
    let mut response = covers::answer(edge, view, id, size, headers).await?;
    if call.has_credentials() {
        response.headers_mut().insert(CACHE_CONTROL, PRIVATE);
    }
    Ok(response)
}

/// `raw` and no format are the file as it is; a bit rate of 0 is no limit.
fn wish(params: &Params) -> Result<Wish, SubsonicError> {
    let format = params.find("format").map(str::to_ascii_lowercase).filter(|format| format != "raw");
    let max_kbps = match params.number("maxBitRate", 0)? {
        0 => None,
        kbps => Some(u32::try_from(kbps).unwrap_or(u32::MAX)),
    };
    Ok(Wish { format, max_kbps })
}
