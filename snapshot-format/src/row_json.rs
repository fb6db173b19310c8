//! What the `…_json` columns of `catalog_read.db` hold. The writer and every reader share these types.
//!
//! Fields stand in alphabetical order, so that the JSON has sorted keys and the same row gives the same bytes; what is
//! empty is left out, and a column with nothing to say is NULL. Unknown keys are ignored by readers.

use serde::{Deserialize, Serialize};

/// One element of `credits_json`: a JSON array in the order to show.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CreditJson {
    /// `catalog_artists.artist_id`.
    pub artist_id: i64,
    /// What a performer plays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrument: Option<String>,
    /// The artist's name.
    pub name: String,
    /// The part the artist had.
    pub role: RoleJson,
}

/// `role` of a credit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleJson {
    /// Performed the track.
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

/// Whether the words are explicit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdvisoryJson {
    /// They are.
    Explicit,
    /// They were changed so that they are not.
    Clean,
}

/// A movement of a work.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MovementJson {
    /// Movements of the work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// Its title.
    pub name: String,
    /// From 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
}

/// A composition.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct WorkJson {
    /// `MusicBrainz` work id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub musicbrainz_id: Option<String>,
    /// Its title.
    pub name: String,
}

/// `catalog_tracks.extra_json`.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TrackExtra {
    /// Whether its words are explicit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advisory: Option<AdvisoryJson>,
    /// Beats per minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bpm: Option<u32>,
    /// The tag's comment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The composers as shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub composer: Option<String>,
    /// All genres, when there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub genres: Vec<String>,
    /// What the owner puts together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groupings: Vec<String>,
    /// International standard recording codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub isrcs: Vec<String>,
    /// How it feels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moods: Vec<String>,
    /// The movement of the work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub movement: Option<MovementJson>,
    /// `MusicBrainz` recording id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub musicbrainz_id: Option<String>,
    /// Album gain in dB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaygain_album_gain_db: Option<f64>,
    /// Album peak; 1.0 is full scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaygain_album_peak: Option<f64>,
    /// What a decoder adds by itself, in dB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaygain_base_gain_db: Option<f64>,
    /// Track gain in dB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaygain_track_gain_db: Option<f64>,
    /// Track peak; 1.0 is full scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaygain_track_peak: Option<f64>,
    /// The title to sort by as the tags have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_title: Option<String>,
    /// What it is a recording of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub works: Vec<WorkJson>,
}

/// `catalog_albums.extra_json`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AlbumExtra {
    /// Explicit when a track is; clean when some are and none is explicit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advisory: Option<AdvisoryJson>,
    /// Titles of discs, by number.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disc_titles: Vec<DiscTitleJson>,
    /// All genres, when there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub genres: Vec<String>,
    /// Who released it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Its tracks' moods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moods: Vec<String>,
    /// `MusicBrainz` release id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub musicbrainz_id: Option<String>,
    /// Album, single, live and the like, as tagged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub release_types: Vec<String>,
    /// The title to sort by as the tags have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_name: Option<String>,
    /// Which edition it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// One element of `catalog_lyrics.others_json`: a JSON array in the order to show.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct LyricsJson {
    /// `main`, `translation` or `pronunciation`; a reader takes any other for `main`.
    pub kind: String,
    /// As tagged, mostly ISO 639-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The text.
    pub lyrics: String,
}

/// The title of one disc.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DiscTitleJson {
    /// From 1.
    pub disc_number: u32,
    /// The disc's subtitle.
    pub title: String,
}

/// `catalog_artists.extra_json`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ArtistExtra {
    /// Songs that are on no album; left out for artists without albums, whose songs all are.
    #[serde(skip_serializing_if = "is_zero")]
    pub loose_song_count: u32,
    /// `MusicBrainz` artist id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub musicbrainz_id: Option<String>,
    /// All parts that the artist has, in the order of [`RoleJson`]; left out when they are the [`usual_roles`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<RoleJson>,
    /// The name to sort by as the tags have it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort_name: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "this is how a serializer asks")]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// The parts of an artist of whom none are listed: performer of the songs, and album artist of the albums.
pub const fn usual_roles(song_count: u64, album_count: u64) -> &'static [RoleJson] {
    match (song_count, album_count) {
        (0, 0) => &[],
        (0, _) => &[RoleJson::AlbumArtist],
        (_, 0) => &[RoleJson::Artist],
        _ => &[RoleJson::Artist, RoleJson::AlbumArtist],
    }
}

/// The text of a column: NULL for a value that equals the default one.
///
/// # Errors
/// Never for the types of this module.
pub fn column<T: Serialize + Default + PartialEq>(value: &T) -> Result<Option<String>, serde_json::Error> {
    if *value == T::default() { Ok(None) } else { serde_json::to_string(value).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_say_is_null_and_keys_are_sorted() {
        assert_eq!(column(&TrackExtra::default()).expect("JSON"), None);
        let extra = TrackExtra {
            sort_title: Some("b".into()),
            bpm: Some(120),
            genres: vec!["Rock".into(), "Pop".into()],
            replaygain_track_gain_db: Some(-6.5),
            ..TrackExtra::default()
        };
        let text = column(&extra).expect("JSON").expect("something");
        assert_eq!(text, r#"{"bpm":120,"genres":["Rock","Pop"],"replaygain_track_gain_db":-6.5,"sort_title":"b"}"#);
        assert_eq!(serde_json::from_str::<TrackExtra>(&text).expect("an extra"), extra);
    }

    #[test]
    fn keys_of_a_later_version_are_ignored() {
        let extra: AlbumExtra =
            serde_json::from_str(r#"{"later":1,"disc_titles":[{"disc_number":2,"title":"Live"}]}"#).expect("an extra");
        assert_eq!(extra.disc_titles[0].title, "Live");
        let credits =
            [CreditJson { artist_id: 9, instrument: None, name: "Björk".into(), role: RoleJson::AlbumArtist }];
        let text = serde_json::to_string(&credits).expect("JSON");
        assert_eq!(text, r#"[{"artist_id":9,"name":"Björk","role":"album_artist"}]"#);
    }
}
