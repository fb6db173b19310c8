//! Albums as listeners see them.

use super::{Advisory, AlbumId, Credit};

/// An album of the read catalog.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Album {
    /// The id.
    pub id: AlbumId,
    /// The title.
    pub name: String,
    /// What lists by name are ordered by: folded, articles aside. Lists by place, which do not page by it, leave it empty.
    pub sort_key: String,
    /// The title to sort by as the tags have it.
    pub sort_name: Option<String>,
    /// The album artist as shown.
    pub artist: Option<String>,
    /// The album artists, in order.
    pub credits: Vec<Credit>,
    /// The year of release.
    pub year: Option<i32>,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub release_date: Option<String>,
    /// The first release, in the same forms.
    pub original_date: Option<String>,
    /// Tracks in the catalog.
    pub song_count: u64,
    /// Sum of the tracks' durations.
    pub duration_ms: u64,
    /// The source's number.
    pub play_count: u64,
    /// All genres, the first first.
    pub genres: Vec<String>,
    /// Whether it collects several artists.
    pub is_compilation: bool,
    /// Whether there is a cover.
    pub has_cover: bool,
    /// When the catalog first saw it, Unix seconds.
    pub added_at: i64,
    /// `MusicBrainz` release id.
    pub musicbrainz_id: Option<String>,
    /// Titles of its discs, by number.
    pub disc_titles: Vec<DiscTitle>,
    /// Which edition it is.
    pub version: Option<String>,
    /// Album, single, live and the like, as tagged.
    pub release_types: Vec<String>,
    /// Who released it.
    pub labels: Vec<String>,
    /// Its tracks' moods.
    pub moods: Vec<String>,
    /// Explicit when a track is; clean when some are and none is explicit.
    pub advisory: Option<Advisory>,
}

/// What a disc of an album is called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DiscTitle {
    /// From 1.
    pub disc_number: u32,
    /// The disc's subtitle.
    pub title: String,
}

/// An album as its tracks know it.
#[derive(Clone, PartialEq, Debug)]
pub struct AlbumRef {
    /// The id.
    pub id: AlbumId,
    /// The title.
    pub name: String,
    /// The album artist as shown.
    pub artist: Option<String>,
    /// The album artists, in order.
    pub credits: Vec<Credit>,
}
