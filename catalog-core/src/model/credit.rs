//! Who did what on a track or an album.

use super::ArtistId;

/// The part that an artist had.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CreditRole {
    /// Performed it.
    Artist,
    /// Stands on the album's cover.
    AlbumArtist,
    /// Wrote the music.
    Composer,
    /// Wrote the words.
    Lyricist,
    /// Conducted it.
    Conductor,
    /// Played an instrument, or sang.
    Performer,
    /// Arranged it.
    Arranger,
    /// Produced it.
    Producer,
    /// Directed it.
    Director,
    /// Recorded it.
    Engineer,
    /// Mixed it.
    Mixer,
    /// Mixed it with others into one.
    DjMixer,
    /// Made another version of it.
    Remixer,
}

impl CreditRole {
    /// Every part besides the performer's and the album artist's, in the order to show.
    pub const CONTRIBUTORS: [Self; 11] = [
        Self::Composer,
        Self::Lyricist,
        Self::Conductor,
        Self::Performer,
        Self::Arranger,
        Self::Producer,
        Self::Director,
        Self::Engineer,
        Self::Mixer,
        Self::DjMixer,
        Self::Remixer,
    ];

    /// Its name where it is kept and shown: lower-case words joined by `_`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Artist => "artist",
            Self::AlbumArtist => "album_artist",
            Self::Composer => "composer",
            Self::Lyricist => "lyricist",
            Self::Conductor => "conductor",
            Self::Performer => "performer",
            Self::Arranger => "arranger",
            Self::Producer => "producer",
            Self::Director => "director",
            Self::Engineer => "engineer",
            Self::Mixer => "mixer",
            Self::DjMixer => "dj_mixer",
            Self::Remixer => "remixer",
        }
    }

    /// Whether the artist helped to make it without standing for it.
    pub const fn is_contributor(self) -> bool {
        !matches!(self, Self::Artist | Self::AlbumArtist)
    }
}

/// One artist's part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credit {
    /// The artist.
    pub artist_id: ArtistId,
    /// The artist's name.
    pub name: String,
    /// The part.
    pub role: CreditRole,
    /// The instrument of a performer.
    pub instrument: Option<String>,
}
