//! Operations that answer bytes, or the way to them.

use axum::http::HeaderMap;
use axum::response::Response;
use catalog_core::model::AnyId;
use catalog_core::playback::Wish;

use super::error::SubsonicError;
use super::params::Params;
use crate::http::covers;
use crate::http::playback::{self, PlayRequest};
use crate::queries::View;
use crate::state::Edge;

/// `stream`: the file that fits the wish best. A play is not counted.
pub(super) async fn stream(edge: &Edge, view: &View, params: &Params) -> Result<Response, SubsonicError> {
    let request = PlayRequest { wish: wish(params)?, as_attachment: false };
    Ok(playback::redirect(edge, view, params.id("song")?, request).await?)
}

/// `download`: the best file as it is stored.
pub(super) async fn download(edge: &Edge, view: &View, params: &Params) -> Result<Response, SubsonicError> {
    let request = PlayRequest { wish: Wish::default(), as_attachment: true };
    Ok(playback::redirect(edge, view, params.id("song")?, request).await?)
}

/// `getCoverArt`: the picture of anything that has one.
pub(super) async fn cover_art(
    edge: &Edge,
    view: &View,
    params: &Params,
    headers: &HeaderMap,
) -> Result<Response, SubsonicError> {
    let id: AnyId = params.id("cover")?;
    let size = match params.number("size", 0)? {
        0 => None,
        size => Some(u32::try_from(size).unwrap_or(u32::MAX)),
    };
    Ok(covers::answer(edge, view, id, size, headers).await?)
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
