//! From a track to its bytes: 302 to the CDN or, with a signed token, to the NAS (DESIGN section 10).

use axum::extract::State;
use axum::http::header::{self, HeaderValue};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use catalog_core::model::{LocationId, Track, TrackFile, TrackId};
use catalog_core::playback::{self, PlaybackTarget, Policy, Wish};
use catalog_core::ports::CatalogReader;
use jiff::Timestamp;
use serde::Deserialize;
use snapshot_format::token::{Grant, StreamFormat, TokenKey};
use url::Url;

use crate::config::PlaybackSettings;
use crate::error::ApiError;
use crate::http::api::{Id, Parameters};
use crate::queries::View;
use crate::state::Edge;

/// Below which the NAS serves tokens.
const STREAM_PATH: &str = "/api/private-origin/stream/";

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
) -> Result<Response, ApiError> {
    redirect(&edge, &view, id, parameters.into()).await
}

/// Sends the listener to the best file.
///
/// # Errors
/// No such track, or no file that this edge can send anyone to.
pub async fn redirect(edge: &Edge, view: &View, id: TrackId, request: PlayRequest) -> Result<Response, ApiError> {
    let (track, files) = view.run(move |reader| find_playable(reader, id)).await?;
    let origin = Origin::of(&edge.config.playback).filter(|_| view.generation().manifest.publisher_id.is_some());
    let policy = Policy { has_origin: origin.is_some() };
    match (playback::resolve(&files, track.duration_ms, &request.wish, policy), origin) {
        (Some(PlaybackTarget::PublicUrl(url)), _) => to_public(&url),
        (Some(PlaybackTarget::Origin(location)), Some(origin)) => {
            let url = origin.url_of(location, track.duration_ms, &request, Timestamp::now());
            to_origin(&url.ok_or(ApiError::NotAvailable)?)
        }
        (Some(PlaybackTarget::Origin(_)) | None, _) => Err(ApiError::NotAvailable),
    }
}

fn find_playable(reader: &dyn CatalogReader, id: TrackId) -> Result<(Track, Vec<TrackFile>), ApiError> {
    let track = reader.find_track(id)?.ok_or(ApiError::NotFound("track"))?;
    Ok((track, reader.list_track_files(id)?))
}

/// The NAS as listeners reach it, and what it believes.
struct Origin<'a> {
    url: &'a Url,
    key: &'a TokenKey,
    settings: &'a PlaybackSettings,
}

impl<'a> Origin<'a> {
    fn of(settings: &'a PlaybackSettings) -> Option<Self> {
        Some(Self { url: settings.origin_url.as_ref()?, key: settings.token_key.as_ref()?, settings })
    }

    /// The address of a file with a freshly signed token; `None` in a time that no token can carry.
    fn url_of(
        &self,
        location: LocationId,
        duration_ms: Option<u64>,
        request: &PlayRequest,
        now: Timestamp,
    ) -> Option<String> {
        let configured_secs = self.settings.token_ttl.map(|ttl| u32::try_from(ttl.as_secs()).unwrap_or(u32::MAX));
        let ttl_secs = configured_secs.unwrap_or_else(|| playback::default_token_ttl_secs(duration_ms));
        let window_secs = u32::try_from(self.settings.token_window.as_secs()).unwrap_or(u32::MAX);
        let grant = Grant {
            format: StreamFormat::AsStored,
            as_attachment: request.as_attachment,
            expires_at: playback::token_expires_at(now.as_second(), ttl_secs, window_secs)?,
            location_id: u64::try_from(location.number()).ok()?,
            listener: 0,
            max_kbps: request.wish.max_kbps.map_or(0, |kbps| u16::try_from(kbps).unwrap_or(u16::MAX)),
            start_secs: 0,
        };
        let base = self.url.as_str().trim_end_matches('/');
        Some(format!("{base}{STREAM_PATH}{}", self.key.sign(&grant)))
    }
}

fn to_public(url: &str) -> Result<Response, ApiError> {
    let mut response = found(url)?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// A token is a grant: it is neither kept nor passed on to where a page links next.
fn to_origin(url: &str) -> Result<Response, ApiError> {
    let mut response = found(url)?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// 302 to an address that was checked to be `http` or `https`, at export and here.
fn found(url: &str) -> Result<Response, ApiError> {
    let is_web = url.parse::<Uri>().is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
    let location = HeaderValue::try_from(url).ok().filter(|_| is_web).ok_or(ApiError::NotAvailable)?;
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
