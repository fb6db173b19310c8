//! `/api/v1/tracks`.

use axum::Json;
use catalog_core::browse::{self, TrackDetail};
use catalog_core::model::{
    Advisory, AlbumRef, BackendKind, CreditRole, Lyrics, Movement, ReplayGain, Track, TrackFile, TrackId, Work,
};
use jiff::Timestamp;
use serde::Serialize;

use super::extract::{Id, Paging, Parameters};
use super::views::{ContributorView, CreditView, PageView, contributors, credited, time, views};
use crate::error::ApiError;
use crate::queries::View;

/// `GET /api/v1/tracks`: by id.
pub(super) async fn get_tracks(
    view: View,
    Parameters(paging): Parameters<Paging>,
) -> Result<Json<PageView<TrackView>>, ApiError> {
    let page = paging.of("tracks")?;
    let tracks = view.run(move |reader| Ok::<_, ApiError>(browse::list_tracks(reader, &page)?)).await?;
    Ok(Json(tracks.into()))
}

/// `GET /api/v1/tracks/{id}`: with its files and lyrics.
pub(super) async fn get_track(view: View, Id(id): Id<TrackId>) -> Result<Json<TrackDetailView>, ApiError> {
    let found = view.run(move |reader| Ok::<_, ApiError>(browse::find_track(reader, id)?)).await?;
    found.map(|track| Json(track.into())).ok_or(ApiError::NotFound("track"))
}

/// A track.
#[derive(Serialize)]
pub(super) struct TrackView {
    id: String,
    title: String,
    sort_title: Option<String>,
    artist: Option<String>,
    artists: Vec<CreditView>,
    composer: Option<String>,
    composers: Vec<CreditView>,
    contributors: Vec<ContributorView>,
    album: Option<AlbumRefView>,
    disc_number: Option<u32>,
    track_number: Option<u32>,
    year: Option<i32>,
    genres: Vec<String>,
    duration_ms: Option<u64>,
    ext: Option<String>,
    size_bytes: Option<u64>,
    bit_rate_kbps: Option<u32>,
    sample_rate_hz: Option<u32>,
    bit_depth_bits: Option<u32>,
    channel_count: Option<u32>,
    play_count: u64,
    cover_id: Option<String>,
    added_at: Option<Timestamp>,
    bpm: Option<u32>,
    comment: Option<String>,
    isrcs: Vec<String>,
    musicbrainz_id: Option<String>,
    replay_gain: Option<ReplayGainView>,
    advisory: Option<&'static str>,
    moods: Vec<String>,
    groupings: Vec<String>,
    works: Vec<WorkView>,
    movement: Option<MovementView>,
}

/// A composition.
#[derive(Serialize)]
struct WorkView {
    name: String,
    musicbrainz_id: Option<String>,
}

/// A movement of a work.
#[derive(Serialize)]
struct MovementView {
    name: String,
    number: Option<u32>,
    count: Option<u32>,
}

/// The album of a track.
#[derive(Serialize)]
struct AlbumRefView {
    id: String,
    name: String,
    artist: Option<String>,
}

/// Loudness; a peak of 1.0 is full scale.
#[derive(Serialize)]
struct ReplayGainView {
    track_gain_db: Option<f64>,
    track_peak: Option<f64>,
    album_gain_db: Option<f64>,
    album_peak: Option<f64>,
    base_gain_db: Option<f64>,
}

/// A track with its files and lyrics.
#[derive(Serialize)]
pub(super) struct TrackDetailView {
    #[serde(flatten)]
    track: TrackView,
    files: Vec<FileView>,
    lyrics: Vec<LyricsView>,
}

/// One text of a track's lyrics.
#[derive(Serialize)]
struct LyricsView {
    kind: &'static str,
    language: Option<String>,
    text: String,
}

/// One encoding of a track at one place.
#[derive(Serialize)]
struct FileView {
    ext: Option<String>,
    size_bytes: Option<u64>,
    bit_rate_kbps: Option<u32>,
    quality_label: Option<String>,
    backend: &'static str,
    public_url: Option<String>,
    is_primary: bool,
}

impl From<Track> for TrackView {
    fn from(track: Track) -> Self {
        let cover_id = cover_id(&track);
        Self {
            id: track.id.to_string(),
            title: track.title,
            sort_title: track.sort_title,
            artist: track.artist,
            artists: credited(&track.credits, CreditRole::Artist),
            composer: track.composer,
            composers: credited(&track.credits, CreditRole::Composer),
            contributors: contributors(&track.credits),
            album: track.album.as_deref().map(AlbumRefView::from),
            disc_number: track.disc_number,
            track_number: track.track_number,
            year: track.year,
            genres: track.genres,
            duration_ms: track.duration_ms,
            ext: track.ext,
            size_bytes: track.file_size_bytes,
            bit_rate_kbps: track.bit_rate_kbps,
            sample_rate_hz: track.sample_rate_hz,
            bit_depth_bits: track.bit_depth,
            channel_count: track.channels,
            play_count: track.play_count,
            cover_id,
            added_at: time(track.added_at),
            bpm: track.bpm,
            comment: track.comment,
            isrcs: track.isrcs,
            musicbrainz_id: track.musicbrainz_id,
            replay_gain: (track.replay_gain != ReplayGain::default()).then(|| track.replay_gain.into()),
            advisory: track.advisory.map(Advisory::name),
            moods: track.moods,
            groupings: track.groupings,
            works: views(track.works),
            movement: track.movement.map(MovementView::from),
        }
    }
}

/// The album's picture is asked for once, under the album's id.
fn cover_id(track: &Track) -> Option<String> {
    match &track.album {
        Some(album) if track.has_cover && !track.has_own_cover => Some(album.id.to_string()),
        _ => track.has_cover.then(|| track.id.to_string()),
    }
}

impl From<&AlbumRef> for AlbumRefView {
    fn from(album: &AlbumRef) -> Self {
        Self { id: album.id.to_string(), name: album.name.clone(), artist: album.artist.clone() }
    }
}

impl From<ReplayGain> for ReplayGainView {
    fn from(gain: ReplayGain) -> Self {
        let ReplayGain { track_gain_db, track_peak, album_gain_db, album_peak, base_gain_db } = gain;
        Self { track_gain_db, track_peak, album_gain_db, album_peak, base_gain_db }
    }
}

impl From<Work> for WorkView {
    fn from(Work { name, musicbrainz_id }: Work) -> Self {
        Self { name, musicbrainz_id }
    }
}

impl From<Movement> for MovementView {
    fn from(Movement { name, number, count }: Movement) -> Self {
        Self { name, number, count }
    }
}

impl From<TrackFile> for FileView {
    fn from(file: TrackFile) -> Self {
        Self {
            ext: file.ext,
            size_bytes: file.size_bytes,
            bit_rate_kbps: file.bit_rate_kbps,
            quality_label: file.quality_label,
            backend: match file.backend {
                BackendKind::Local => "local",
                BackendKind::ObjectStorage => "object_storage",
            },
            public_url: file.public_url,
            is_primary: file.is_primary,
        }
    }
}

impl From<TrackDetail> for TrackDetailView {
    fn from(TrackDetail { track, files, lyrics }: TrackDetail) -> Self {
        Self { track: track.into(), files: views(files), lyrics: views(lyrics) }
    }
}

impl From<Lyrics> for LyricsView {
    fn from(Lyrics { kind, language, text }: Lyrics) -> Self {
        Self { kind: kind.name(), language, text }
    }
}
