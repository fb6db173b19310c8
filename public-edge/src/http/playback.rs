//! From a track to its bytes at the CDN or, with a signed token, at the NAS: a 302, or for listeners that can't follow
//! one the bytes through this edge (DESIGN section 10).

mod delivery;
mod proxy;
mod streams;
mod target;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use catalog_core::model::TrackId;
use catalog_core::playback::Wish;
use serde::Deserialize;

pub use self::delivery::Asked;
pub use self::proxy::{Proxy, SourceError, SourcePatience};
pub use self::streams::{MAX_STREAMS, MAX_STREAMS_OF_LISTENER};
use crate::error::ApiError;
use crate::http::api::{Id, Parameters};
use crate::http::client_address::client_address;
use crate::listeners::Listener;
use crate::queries::View;
use crate::state::Edge;

/// What a listener wants of a track.
#[derive(Clone, Debug, Default)]
pub struct PlayRequest {
    /// Format and bit rate.
    pub wish: Wish,
    /// Whether the file is to be saved rather than played.
    pub as_attachment: bool,
}

/// The query of `/api/v1/tracks/{id}/play`.
#[derive(Debug, Deserialize)]
pub(super) struct PlayParameters {
    format: Option<String>,
    max_bit_rate_kbps: Option<u32>,
    #[serde(default)]
    download: bool,
}

/// `GET /api/v1/tracks/{id}/play`.
///
/// # Errors
/// A malformed id or parameter, no such track, no file that can be reached.
pub(super) async fn get_play(
    State(edge): State<Edge>,
    view: View,
    Id(id): Id<TrackId>,
    Parameters(parameters): Parameters<PlayParameters>,
    head: Parts,
) -> Result<Response, ApiError> {
    let listener = head.extensions.get::<Arc<Listener>>().map(Arc::as_ref);
    deliver(&edge, &view, id, parameters.into(), Asked { client: None, head: &head, listener }).await
}

/// Sends the listener to the best file, or the file to the listener.
///
/// # Errors
/// No such track, no file that this edge can send anyone to, or one that it can't fetch.
pub async fn deliver(
    edge: &Edge,
    view: &View,
    id: TrackId,
    request: PlayRequest,
    asked: Asked<'_>,
) -> Result<Response, ApiError> {
    let target = target::find(edge, view, id, &request, asked.listener).await?;
    let mut response = if asked.is_proxied(&edge.config.playback.delivery) {
        let Parts { extensions, headers, .. } = asked.head;
        let address = client_address(extensions, headers, &edge.config.trusted_proxies);
        edge.proxy.fetch(&target.url, asked.head, address).await?
    } else {
        found(&target.url)?
    };
    response.headers_mut().insert(header::CACHE_CONTROL, target.cache_control);
    Ok(response)
}

fn found(url: &str) -> Result<Response, ApiError> {
    let location = HeaderValue::try_from(url).or(Err(ApiError::NotAvailable))?;
    let mut response = StatusCode::FOUND.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    Ok(response)
}

impl From<PlayParameters> for PlayRequest {
    fn from(parameters: PlayParameters) -> Self {
        let format = parameters.format.map(|format| format.to_ascii_lowercase()).filter(|format| format != "raw");
        let max_kbps = parameters.max_bit_rate_kbps.filter(|kbps| *kbps > 0);
        Self { wish: Wish { format, max_kbps }, as_attachment: parameters.download }
    }
}
