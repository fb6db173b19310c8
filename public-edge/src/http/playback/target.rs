//! Where the best file of a track is: at the CDN or, with a signed token, at the NAS.

use axum::http::Uri;
use axum::http::header::HeaderValue;
use catalog_core::model::{LocationId, Track, TrackFile, TrackId};
use catalog_core::playback::{self, PlaybackTarget, Policy};
use catalog_core::ports::CatalogReader;
use jiff::Timestamp;
use snapshot_format::token::{Grant, StreamFormat, TokenKey};
use url::Url;

use super::PlayRequest;
use crate::config::PlaybackSettings;
use crate::error::ApiError;
use crate::listeners::Listener;
use crate::queries::View;
use crate::state::Edge;

/// Below which the NAS serves tokens.
const STREAM_PATH: &str = "/api/private-origin/stream/";

/// Where a file is.
pub(super) struct Target {
    /// Of `http` or `https`.
    pub(super) url: String,
    /// Whether the way there may be kept.
    pub(super) cache_control: HeaderValue,
}

impl Target {
    fn public(url: String) -> Result<Self, ApiError> {
        Self::checked(url, "no-cache")
    }

    /// A token is a grant: it is neither kept nor passed on to where a page links next.
    fn granted(url: String) -> Result<Self, ApiError> {
        Self::checked(url, "no-store")
    }

    /// Addresses were checked at export, and are again here.
    fn checked(url: String, cache_control: &'static str) -> Result<Self, ApiError> {
        let is_web = url.parse::<Uri>().is_ok_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")));
        let cache_control = HeaderValue::from_static(cache_control);
        if is_web { Ok(Self { url, cache_control }) } else { Err(ApiError::NotAvailable) }
    }
}

/// The best file that this edge knows a way to.
///
/// # Errors
/// No such track, or no file that this edge can send anyone to.
pub(super) async fn find(
    edge: &Edge,
    view: &View,
    id: TrackId,
    request: &PlayRequest,
    listener: Option<&Listener>,
) -> Result<Target, ApiError> {
    let (track, files) = view.run(move |reader| find_playable(reader, id)).await?;
    let origin = Origin::of(&edge.config.playback).filter(|_| view.generation().manifest.publisher_id.is_some());
    let policy = Policy { has_origin: origin.is_some() };
    match (playback::resolve(&files, track.duration_ms, &request.wish, policy), origin) {
        (Some(PlaybackTarget::PublicUrl(url)), _) => Target::public(url),
        (Some(PlaybackTarget::Origin(location)), Some(origin)) => {
            let listener = listener.filter(|_| edge.config.playback.names_listeners).map_or(0, |listener| listener.id);
            let grant = origin.grant(location, track.duration_ms, request, Timestamp::now());
            let url = grant.map(|grant| origin.url_of(&Grant { listener, ..grant }));
            Target::granted(url.ok_or(ApiError::NotAvailable)?)
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

    /// What anyone is granted; `None` in a time that no token can carry.
    fn grant(
        &self,
        location: LocationId,
        duration_ms: Option<u64>,
        request: &PlayRequest,
        now: Timestamp,
    ) -> Option<Grant> {
        let configured_secs = self.settings.token_ttl.map(|ttl| u32::try_from(ttl.as_secs()).unwrap_or(u32::MAX));
        let ttl_secs = configured_secs.unwrap_or_else(|| playback::default_token_ttl_secs(duration_ms));
        let window_secs = u32::try_from(self.settings.token_window.as_secs()).unwrap_or(u32::MAX);
        Some(Grant {
            format: StreamFormat::AsStored,
            as_attachment: request.as_attachment,
            expires_at: playback::token_expires_at(now.as_second(), ttl_secs, window_secs)?,
            location_id: u64::try_from(location.number()).ok()?,
            listener: 0,
            max_kbps: request.wish.max_kbps.map_or(0, |kbps| u16::try_from(kbps).unwrap_or(u16::MAX)),
            start_secs: 0,
        })
    }

    /// The address of a file, with a freshly signed token.
    fn url_of(&self, grant: &Grant) -> String {
        let base = self.url.as_str().trim_end_matches('/');
        format!("{base}{STREAM_PATH}{}", self.key.sign(grant))
    }
}
