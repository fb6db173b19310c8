//! What a database of music answers, as far as the catalog has a place for it.

/// A recording: what several releases may have as a track.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recording {
    /// `MusicBrainz` recording id.
    pub id: String,
    /// The title.
    pub title: String,
    /// Who performs it.
    pub performers: Vec<Performer>,
    /// Length.
    pub duration_ms: Option<u64>,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub first_release_date: Option<String>,
    /// International standard recording codes.
    pub isrcs: Vec<String>,
    /// The most named first.
    pub genres: Vec<String>,
    /// Where it was released.
    pub releases: Vec<Release>,
}

/// An artist of a recording.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Performer {
    /// `MusicBrainz` artist id.
    pub id: String,
    /// The name as credited.
    pub name: String,
}

/// A release that has the recording.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Release {
    /// `MusicBrainz` release id.
    pub id: String,
    /// The title.
    pub title: String,
    /// Whether the artist and the label stand for it.
    pub is_official: bool,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Album, single, live and the like.
    pub release_types: Vec<String>,
    /// Of the album that it is an edition of, the most named first.
    pub genres: Vec<String>,
    /// `MusicBrainz` track id of the recording on this release.
    pub track_id: Option<String>,
}

/// What a release itself says, beside its tracks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Imprint {
    /// Whose release it is, as credited.
    pub artists: Vec<String>,
    /// Who released it.
    pub labels: Vec<String>,
}

/// Whether a text is an id of `MusicBrainz`: a UUID with its dashes.
pub fn is_musicbrainz_id(text: &str) -> bool {
    let is_dash = |place: usize| matches!(place, 8 | 13 | 18 | 23);
    let fits = |(place, byte): (usize, u8)| if is_dash(place) { byte == b'-' } else { byte.is_ascii_hexdigit() };
    text.len() == 36 && text.bytes().enumerate().all(fits)
}
