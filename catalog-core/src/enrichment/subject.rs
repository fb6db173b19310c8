//! Of which track the question is: what its tags, or its owner, say of it.

use super::answer::is_musicbrainz_id;
use crate::editing::{Editable, Edits};
use crate::import::{NO_ALBUM, NO_ARTIST, TrackRecord, identity_key};

/// Fields that are worth a question when they are blank. Others are filled on the way.
const WORTH_ASKING: [&str; 4] = ["musicbrainz_recording_id", "album_musicbrainz_id", "genres", "release_date"];

/// Between the parts of a key: names have none.
const SEPARATOR: &str = "\u{1f}";

/// What is known of a track before anybody is asked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Subject {
    /// `MusicBrainz` recording id, where the tags have one, or the sound led to one.
    pub recording_id: Option<String>,
    /// Whether its names come from its path.
    pub is_guess: bool,
    /// The title.
    pub title: String,
    /// The performers, at least one.
    pub artists: Vec<String>,
    /// The performers as shown.
    pub artist: String,
    /// The album's title.
    pub album: Option<String>,
    /// `MusicBrainz` release id that goes before others.
    pub release_id: Option<String>,
    /// Length.
    pub duration_ms: Option<u64>,
}

impl Subject {
    /// Of a track as it is shown, and the recording that it is by its sound; `None` where a question would be a guess.
    pub fn of(track: &TrackRecord, by_sound: Option<&str>) -> Option<Self> {
        let mut subject = Self::named(track);
        let by_sound = by_sound.filter(|id| is_musicbrainz_id(id)).map(str::to_owned);
        subject.recording_id = subject.recording_id.or(by_sound);
        let is_named = !subject.is_guess && !subject.title.is_empty() && !subject.artists.is_empty();
        (is_named || subject.recording_id.is_some()).then_some(subject)
    }

    /// By what is shown of a track, guesses too.
    pub fn named(track: &TrackRecord) -> Self {
        let id = |text: &Option<String>| text.clone().filter(|text| is_musicbrainz_id(text));
        let artists = track.artists.iter().map(|artist| artist.name.clone());
        let artists: Vec<String> = artists.filter(|name| name != NO_ARTIST).collect();
        let artist = track
            .artist
            .clone()
            .filter(|name| name != NO_ARTIST)
            .or_else(|| artists.first().cloned())
            .unwrap_or_default();
        Self {
            is_guess: track.is_untagged,
            recording_id: id(&track.musicbrainz_recording_id),
            title: track.title.clone(),
            artists,
            artist,
            album: track.album.name.clone().filter(|name| name != NO_ALBUM),
            release_id: id(&track.album.musicbrainz_id),
            duration_ms: track.properties.duration_ms,
        }
    }

    /// Tells questions apart: the same for every track to which an answer is the same.
    pub fn key(&self) -> String {
        let album = identity_key(self.album.as_deref().unwrap_or_default());
        if let Some(id) = &self.recording_id {
            return [&id.to_ascii_lowercase(), album.as_str()].join(SEPARATOR);
        }
        [identity_key(&self.title), identity_key(&self.artist), album].join(SEPARATOR)
    }

    /// Whether a release of this title is the track's album.
    pub fn is_album(&self, title: &str) -> bool {
        self.album.as_deref().is_some_and(|album| identity_key(album) == identity_key(title))
    }

    /// Whether a recording of this title by these performers may be the track.
    pub fn is_named<'n>(&self, title: &str, performers: impl Iterator<Item = &'n str>) -> bool {
        self.is_titled(title) && self.is_by(performers)
    }

    /// Whether this is the track's title.
    pub(super) fn is_titled(&self, title: &str) -> bool {
        identity_key(&self.title) == identity_key(title)
    }

    /// Whether any of these is a performer of the track.
    pub(super) fn is_by<'n>(&self, mut performers: impl Iterator<Item = &'n str>) -> bool {
        let known: Vec<String> = self.artists.iter().chain([&self.artist]).map(|name| identity_key(name)).collect();
        performers.any(|one| known.contains(&identity_key(one)))
    }
}

/// Whether an answer could fill anything that is worth a question. What the owner left blank stays so.
pub fn has_blanks(track: &TrackRecord, edits: &Edits) -> bool {
    let mut track = track.clone();
    let mut is_blank = |field: &str| track.slot(field).is_some_and(|slot| slot.is_blank());
    WORTH_ASKING.into_iter().any(|field| !edits.contains_key(field) && is_blank(field))
}
