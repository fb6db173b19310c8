//! A track as one file tells it.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::entry::{ContentId, TagsId};
use crate::model::{Advisory, CreditRole, Lyrics, Movement, Work};

/// An artist as tagged.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct ArtistName {
    /// The name.
    pub name: String,
    /// The name to sort by.
    pub sort_name: Option<String>,
    /// `MusicBrainz` artist id.
    pub musicbrainz_id: Option<String>,
}

impl From<&str> for ArtistName {
    fn from(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }
}

/// An artist who helped to make a track.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Contributor {
    /// The part; never the performer's or the album artist's.
    pub role: CreditRole,
    /// Who.
    pub artist: ArtistName,
    /// What a performer plays.
    pub instrument: Option<String>,
}

/// A picture as found; its bytes lie in the library's own folder.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Picture {
    /// Of its bytes, 64 hex.
    pub sha256: String,
    /// `jpg`, `png`, `gif`, `webp` or `bmp`.
    pub ext: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// A picture beside the music.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PictureFile {
    /// What it shows.
    pub picture: Picture,
}

/// A measured number that takes part in hashing by its bits.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Level(pub f64);

impl Hash for Level {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// What the stream says of itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct AudioProperties {
    /// Length.
    pub duration_ms: Option<u64>,
    /// Bit rate.
    pub bit_rate_kbps: Option<u32>,
    /// Sample rate.
    pub sample_rate_hz: Option<u32>,
    /// Bits a sample.
    pub bit_depth: Option<u32>,
    /// Channels.
    pub channels: Option<u32>,
}

/// Loudness as tagged.
#[derive(Clone, Copy, PartialEq, Hash, Debug, Default)]
pub struct Loudness {
    /// dB.
    pub track_gain: Option<Level>,
    /// 1.0 is full scale.
    pub track_peak: Option<Level>,
    /// dB.
    pub album_gain: Option<Level>,
    /// 1.0 is full scale.
    pub album_peak: Option<Level>,
    /// dB that a decoder adds by itself, as the head of an Opus stream orders.
    pub base_gain: Option<Level>,
}

/// What a file says of its album.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct AlbumTags {
    /// The title.
    pub name: Option<String>,
    /// The title to sort by.
    pub sort_name: Option<String>,
    /// The album artists.
    pub artists: Vec<ArtistName>,
    /// `MusicBrainz` release id.
    pub musicbrainz_id: Option<String>,
    /// Whether it says that it collects several artists.
    pub is_compilation: bool,
    /// What its disc is called.
    pub disc_subtitle: Option<String>,
    /// Which edition it is.
    pub version: Option<String>,
    /// Album, single, live and the like, as written.
    pub release_types: Vec<String>,
    /// Who released it.
    pub labels: Vec<String>,
}

/// A file's tags, and after [`describe`](super::describe()) all that the catalog holds of a track.
#[derive(Clone, PartialEq, Hash, Debug, Default)]
pub struct TrackRecord {
    /// Whether the names come from the path.
    pub is_untagged: bool,
    /// The title.
    pub title: String,
    /// The title to sort by.
    pub sort_title: Option<String>,
    /// The performers as shown.
    pub artist: Option<String>,
    /// The performers.
    pub artists: Vec<ArtistName>,
    /// The composers as shown.
    pub composer: Option<String>,
    /// Composers and all others who helped to make it.
    pub contributors: Vec<Contributor>,
    /// The album.
    pub album: AlbumTags,
    /// From 1.
    pub disc_number: Option<u32>,
    /// Discs of the album.
    pub disc_total: Option<u32>,
    /// From 1.
    pub track_number: Option<u32>,
    /// Tracks of the disc.
    pub track_total: Option<u32>,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub release_date: Option<String>,
    /// The first release, in the same forms.
    pub original_date: Option<String>,
    /// In the tags' order, each once.
    pub genres: Vec<String>,
    /// How it feels.
    pub moods: Vec<String>,
    /// What the owner puts together.
    pub groupings: Vec<String>,
    /// What it is a recording of.
    pub works: Vec<Work>,
    /// The movement of the work.
    pub movement: Option<Movement>,
    /// Whether its words are explicit.
    pub advisory: Option<Advisory>,
    /// The stream's.
    pub properties: AudioProperties,
    /// Loudness.
    pub loudness: Loudness,
    /// Beats per minute.
    pub bpm: Option<u32>,
    /// Free text.
    pub comment: Option<String>,
    /// Those inside the file, the main ones first.
    pub lyrics: Vec<Lyrics>,
    /// International standard recording codes.
    pub isrcs: Vec<String>,
    /// `MusicBrainz` recording id.
    pub musicbrainz_recording_id: Option<String>,
    /// `MusicBrainz` track id.
    pub musicbrainz_track_id: Option<String>,
    /// The picture inside the file.
    pub picture: Option<Picture>,
    /// The text of the CUE sheet inside the file.
    pub sheet: Option<String>,
}

/// A file that was read.
#[derive(Clone, PartialEq, Debug)]
pub struct ReadTrack {
    /// All that the catalog holds of it.
    pub record: TrackRecord,
    /// Identifies the record.
    pub tags: TagsId,
    /// Identifies the file's content.
    pub content: ContentId,
    /// Where the library has a copy of it, below the folder of its copies; `None` where the file itself is played.
    pub copy: Option<Box<str>>,
    /// Its files on backends that the source names, for a source that has none of its own.
    pub places: Vec<PlacedFile>,
}

/// A file of a track on a backend that the source names.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct PlacedFile {
    /// The backend.
    pub on: Arc<PlacedOn>,
    /// Its key there.
    pub locator: String,
    /// Its extension, without a dot.
    pub ext: String,
    /// Its size; 0 when nobody knows.
    pub size_bytes: u64,
    /// The source's word for its quality.
    pub quality: Option<String>,
    /// Whether it is the source's choice among the track's files.
    pub is_primary: bool,
}

/// A backend that a source names.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct PlacedOn {
    /// Its name within the source.
    pub name: String,
    /// Whether it is a folder.
    pub is_local: bool,
    /// The folder.
    pub folder: Option<String>,
    /// What the public URLs of its files begin with.
    pub public_base_url: Option<String>,
}
