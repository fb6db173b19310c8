//! What the builder reads: the rows of a catalog, whichever system keeps them.
//!
//! An input gives rows as its tables have them, private ones left out; everything derived (orders, lists, counts,
//! search) is made from them once, in the same way for every input.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use catalog_core::model::{AlbumPlace, Lyrics};
use snapshot_format::row_json::{DiscTitleJson, RoleJson, TrackExtra};

use super::BuildError;

/// What an input calls with each track.
pub(super) type VisitTrack<'v> = &'v mut dyn FnMut(&TrackRow<'_>) -> Result<(), BuildError>;
/// What an input calls with each file.
pub(super) type VisitFile<'v> = &'v mut dyn FnMut(&FileRow<'_>) -> Result<(), BuildError>;
/// What an input calls with each entry of a playlist.
pub(super) type VisitEntry<'v> = &'v mut dyn FnMut(EntryRow) -> Result<(), BuildError>;
/// What an input calls with each track's lyrics, the main ones first.
pub(super) type VisitLyrics<'v> = &'v mut dyn FnMut(i64, &[Lyrics]) -> Result<(), BuildError>;

/// The rows of a catalog.
pub(super) trait CatalogInput {
    /// Tracks in id order. Called once.
    fn each_track(&mut self, skipped: &mut Skipped, visit: VisitTrack<'_>) -> Result<(), BuildError>;
    /// Artists in id order; tracks and albums name them by their place here. Called after the tracks were seen.
    fn artists(&mut self) -> Result<Vec<ArtistRow>, BuildError>;
    /// Albums in id order; tracks name them by their place here. Called after the tracks were seen.
    fn albums(&mut self) -> Result<Vec<AlbumRow>, BuildError>;
    /// Genres in id order; tracks name them by their place here. Called after the tracks were seen.
    fn genres(&mut self) -> Result<Vec<GenreRow>, BuildError>;
    /// Pictures in id order.
    fn covers(&mut self) -> Result<Vec<CoverRow>, BuildError>;
    /// Public playlists in id order.
    fn playlists(&mut self, skipped: &mut Skipped) -> Result<Vec<PlaylistRow>, BuildError>;
    /// Entries of playlists, in any order.
    fn each_entry(&mut self, skipped: &mut Skipped, visit: VisitEntry<'_>) -> Result<(), BuildError>;
    /// The places of playlists in pools of kind `toplist`, by pool, in the pool's order.
    fn toplists(&mut self, skipped: &mut Skipped) -> Result<Vec<ToplistRow>, BuildError>;
    /// Active files.
    fn each_file(&mut self, order: FileOrder, skipped: &mut Skipped, visit: VisitFile<'_>) -> Result<(), BuildError>;
    /// Lyrics in track order.
    fn each_lyrics(&mut self, visit: VisitLyrics<'_>) -> Result<(), BuildError>;
}

/// How files are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FileOrder {
    /// As fast as the input can.
    AsStored,
    /// By track and location.
    ByTrack,
}

/// Rows that were left out, by reason.
#[derive(Default, Debug)]
pub(super) struct Skipped(BTreeMap<&'static str, u64>);

impl Skipped {
    /// Counts a row.
    pub(super) fn add(&mut self, reason: &'static str) {
        *self.0.entry(reason).or_default() += 1;
    }

    /// Counts the rows that another reading left out.
    pub(super) fn add_all(&mut self, other: Self) {
        for (reason, count) in other.0 {
            *self.0.entry(reason).or_default() += count;
        }
    }

    /// The counts by reason.
    pub(super) fn into_counts(self) -> BTreeMap<String, u64> {
        self.0.into_iter().map(|(reason, count)| (reason.to_owned(), count)).collect()
    }
}

/// An artist's part in a track.
pub(super) struct CreditRow {
    /// The artist's place in [`CatalogInput::artists`].
    pub(super) artist: u32,
    pub(super) artist_id: i64,
    pub(super) name: Rc<str>,
    pub(super) role: RoleJson,
    /// What a performer plays.
    pub(super) instrument: Option<Box<str>>,
}

/// A track.
pub(super) struct TrackRow<'a> {
    pub(super) id: i64,
    pub(super) platform: Cow<'a, str>,
    pub(super) remote_id: Cow<'a, str>,
    pub(super) name: Cow<'a, str>,
    pub(super) singers: Option<Cow<'a, str>>,
    pub(super) ext: Option<Cow<'a, str>>,
    pub(super) file_size_bytes: Option<i64>,
    pub(super) metadata_json: Option<String>,
    /// The album's place in [`CatalogInput::albums`], and its id.
    pub(super) album: Option<(u32, i64)>,
    pub(super) credits: &'a [CreditRow],
    /// The first genre's name.
    pub(super) genre: Option<Cow<'a, str>>,
    /// All genres by their place in [`CatalogInput::genres`].
    pub(super) genres: &'a [u32],
    pub(super) disc_number: Option<u32>,
    pub(super) track_number: Option<u32>,
    pub(super) duration_ms: Option<u64>,
    pub(super) year: Option<i32>,
    pub(super) bit_rate_kbps: Option<u32>,
    pub(super) sample_rate_hz: Option<u32>,
    pub(super) bit_depth: Option<u32>,
    pub(super) channels: Option<u32>,
    pub(super) play_count: u64,
    pub(super) cover_id: Option<i64>,
    pub(super) added_at: i64,
    pub(super) extra: Option<TrackExtra>,
}

impl TrackRow<'_> {
    /// Where the track stands on its album.
    pub(super) fn album_position(&self) -> u32 {
        AlbumPlace::position(self.disc_number, self.track_number)
    }
}

/// An artist.
#[derive(Debug)]
pub(super) struct ArtistRow {
    pub(super) id: i64,
    pub(super) name: Box<str>,
    pub(super) sort_name: Option<Box<str>>,
    pub(super) musicbrainz_id: Option<Box<str>>,
    /// A picture of the artist, not of an album.
    pub(super) cover_id: Option<i64>,
}

/// An album.
#[derive(Debug, Default)]
pub(super) struct AlbumRow {
    pub(super) id: i64,
    pub(super) name: Box<str>,
    pub(super) sort_name: Option<Box<str>>,
    /// As shown.
    pub(super) artist: Option<Box<str>>,
    /// Album artists by their place in [`CatalogInput::artists`].
    pub(super) artists: Vec<u32>,
    pub(super) year: Option<i32>,
    pub(super) release_date: Option<Box<str>>,
    pub(super) original_date: Option<Box<str>>,
    pub(super) is_compilation: bool,
    pub(super) cover_id: Option<i64>,
    pub(super) added_at: i64,
    pub(super) musicbrainz_id: Option<Box<str>>,
    pub(super) disc_titles: Vec<DiscTitleJson>,
    pub(super) version: Option<Box<str>>,
    pub(super) release_types: Vec<String>,
    pub(super) labels: Vec<String>,
}

/// A genre.
#[derive(Debug)]
pub(super) struct GenreRow {
    pub(super) id: i64,
    pub(super) name: Box<str>,
}

/// A picture.
#[derive(Debug)]
pub(super) struct CoverRow {
    pub(super) id: i64,
    pub(super) sha256: String,
    /// In pixels.
    pub(super) longest_side: u32,
}

/// A public playlist.
#[derive(Debug)]
pub(super) struct PlaylistRow {
    pub(super) id: i64,
    pub(super) platform: String,
    pub(super) remote_id: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) cover_url: Option<String>,
    /// The picture that the owner gave it; without one it has its first track's.
    pub(super) cover_id: Option<i64>,
    pub(super) play_count: u64,
    /// The source's claim.
    pub(super) song_count: u64,
}

/// A place in a playlist.
#[derive(Clone, Copy, Debug)]
pub(super) struct EntryRow {
    pub(super) playlist_id: i64,
    pub(super) track_id: i64,
    /// `None` where the source has no number.
    pub(super) position: Option<i64>,
}

/// A playlist in a pool of kind `toplist`.
#[derive(Debug)]
pub(super) struct ToplistRow {
    pub(super) pool_id: i64,
    pub(super) external_id: String,
    pub(super) pool_name: String,
    pub(super) playlist_id: i64,
}

/// An active file.
pub(super) struct FileRow<'a> {
    pub(super) track_id: i64,
    pub(super) location_id: i64,
    pub(super) quality_label: Option<Cow<'a, str>>,
    pub(super) ext: Option<Cow<'a, str>>,
    pub(super) file_size_bytes: Option<i64>,
    pub(super) backend: &'a Backend,
    pub(super) locator: Cow<'a, str>,
    pub(super) is_primary: bool,
    pub(super) bit_rate_kbps: Option<u32>,
}

/// A storage backend.
#[derive(Debug)]
pub(super) struct Backend {
    pub(super) id: i64,
    pub(super) name: String,
    /// `local` or `object_storage`.
    pub(super) kind: String,
    /// Where anyone can fetch its files, without a final slash; only for `object_storage`.
    pub(super) public_base: Option<String>,
}
