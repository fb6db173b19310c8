//! Tracks as listeners see them, and their files.

use std::sync::Arc;

use super::{Advisory, AlbumRef, Credit, LocationId, Movement, TrackId, Work};

/// A track of the read catalog.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Track {
    /// The id.
    pub id: TrackId,
    /// The title.
    pub title: String,
    /// The title to sort by as the tags have it.
    pub sort_title: Option<String>,
    /// The performers as shown.
    pub artist: Option<String>,
    /// Performers and contributors, in order.
    pub credits: Vec<Credit>,
    /// The album, if it is on one; tracks that were read together share it.
    pub album: Option<Arc<AlbumRef>>,
    /// From 1.
    pub disc_number: Option<u32>,
    /// From 1.
    pub track_number: Option<u32>,
    /// The year of release.
    pub year: Option<i32>,
    /// All genres, the first first.
    pub genres: Vec<String>,
    /// Length.
    pub duration_ms: Option<u64>,
    /// File name extension of the best file, lower-case.
    pub ext: Option<String>,
    /// Size of the best file.
    pub file_size_bytes: Option<u64>,
    /// Of the best file.
    pub bit_rate_kbps: Option<u32>,
    /// Of the best file.
    pub sample_rate_hz: Option<u32>,
    /// Of the best file.
    pub bit_depth: Option<u32>,
    /// Of the best file.
    pub channels: Option<u32>,
    /// The source's number.
    pub play_count: u64,
    /// Whether there is a cover, its own or the album's.
    pub has_cover: bool,
    /// Whether its cover is another than the album's.
    pub has_own_cover: bool,
    /// When the catalog first saw it, Unix seconds.
    pub added_at: i64,
    /// Beats per minute.
    pub bpm: Option<u32>,
    /// The tag's comment.
    pub comment: Option<String>,
    /// The composers as shown.
    pub composer: Option<String>,
    /// International standard recording codes.
    pub isrcs: Vec<String>,
    /// `MusicBrainz` recording id.
    pub musicbrainz_id: Option<String>,
    /// Loudness.
    pub replay_gain: ReplayGain,
    /// Whether its words are explicit.
    pub advisory: Option<Advisory>,
    /// How it feels.
    pub moods: Vec<String>,
    /// What the owner puts together, as tagged.
    pub groupings: Vec<String>,
    /// What it is a recording of.
    pub works: Vec<Work>,
    /// The movement of the work.
    pub movement: Option<Movement>,
}

/// Where a track stands on its album: by disc, then number, then id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct AlbumPlace {
    /// See [`AlbumPlace::position`].
    pub position: u32,
    /// Decides where several tracks claim a position.
    pub id: TrackId,
}

impl AlbumPlace {
    /// Disc and number as one number that sorts like them: without a disc on the first, without a number at its disc's
    /// end. Numbers beyond 65534, and discs beyond 32767, stand together.
    pub fn position(disc_number: Option<u32>, track_number: Option<u32>) -> u32 {
        const LAST_DISC: u32 = 0x7fff;
        const NO_NUMBER: u32 = 0xffff;
        let disc = disc_number.unwrap_or(1).saturating_sub(1).min(LAST_DISC);
        (disc << 16) | track_number.unwrap_or(NO_NUMBER).min(NO_NUMBER)
    }
}

impl Track {
    /// Where it stands on its album.
    pub fn album_place(&self) -> AlbumPlace {
        AlbumPlace { position: AlbumPlace::position(self.disc_number, self.track_number), id: self.id }
    }
}

/// Loudness from the tags.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct ReplayGain {
    /// dB.
    pub track_gain_db: Option<f64>,
    /// 1.0 is full scale.
    pub track_peak: Option<f64>,
    /// dB.
    pub album_gain_db: Option<f64>,
    /// 1.0 is full scale.
    pub album_peak: Option<f64>,
    /// What a player has already added to these when it decodes, as Opus streams order: dB.
    pub base_gain_db: Option<f64>,
}

/// Where a file lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BackendKind {
    /// On the NAS.
    Local,
    /// In a bucket.
    ObjectStorage,
}

/// One encoding of a track on one backend.
#[derive(Clone, PartialEq, Debug)]
pub struct TrackFile {
    /// What an origin token names.
    pub location_id: LocationId,
    /// Where it lies.
    pub backend: BackendKind,
    /// Where anyone can fetch it; `http` or `https`.
    pub public_url: Option<String>,
    /// File name extension, lower-case.
    pub ext: Option<String>,
    /// Size.
    pub size_bytes: Option<u64>,
    /// Bit rate.
    pub bit_rate_kbps: Option<u32>,
    /// The source's word for its quality.
    pub quality_label: Option<String>,
    /// Whether the catalog prefers it.
    pub is_primary: bool,
}

/// A picture in the store: `covers/<2 hex>/<sha256>/<size>.<ext>`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cover {
    /// Digest of the picture as it was found, 64 hex.
    pub sha256: String,
    /// Of the renditions.
    pub ext: String,
    /// The largest rendition, in pixels.
    pub largest_size: u32,
}
