//! Clients that trip over what others want: a table of what their answers go without. No other code asks who calls.
//!
//! A line is added when makers or users of a client, or servers that it is used with, report what it trips over.

use super::printer::LeftOut;
use crate::http::client_name::is_named;

/// Elements that `OpenSubsonic` adds inside songs, albums and artists.
const NEW_ELEMENTS: &[&str] = &[
    "albumArtists",
    "artists",
    "contributors",
    "discTitles",
    "genres",
    "groupings",
    "isrc",
    "moods",
    "movements",
    "originalReleaseDate",
    "recordLabels",
    "releaseDate",
    "releaseTypes",
    "replayGain",
    "roles",
    "works",
];
/// Plain fields that it adds.
const NEW_FIELDS: &[&str] = &[
    "bitDepth",
    "bpm",
    "channelCount",
    "disambiguation",
    "displayAlbumArtist",
    "displayArtist",
    "displayComposer",
    "explicitStatus",
    "isCompilation",
    "mediaType",
    "musicBrainzId",
    "samplingRate",
    "sortName",
];
/// What a player of lists shows of no song.
const DETAILS: &[&str] = &["albumId", "artistId", "discNumber", "isVideo", "parent", "path", "playCount", "year"];

/// What is known of one client.
struct Quirk {
    /// The name that it gives in `c`.
    client: &'static str,
    /// What its answers go without.
    left_out: LeftOut,
}

const QUIRKS: [Quirk; 2] = [
    // Reads elements by their name wherever they stand, so that a `genres` or an `artist` inside a song is one more to it.
    // Navidrome (`Subsonic.LegacyClients`) and LMS (`api-open-subsonic-disabled-clients`) spare it all of them by default.
    Quirk { client: "DSub", left_out: &[NEW_ELEMENTS] },
    // Runs on a watch that drops answers which do not fit its memory. Navidrome (`Subsonic.MinimalClients`) sends it
    // little more than titles by default.
    Quirk { client: "SubMusic", left_out: &[DETAILS, NEW_ELEMENTS, NEW_FIELDS] },
];

/// What answers to a client go without, by the name that it gives in `c`.
pub(super) fn left_out_for(client: Option<&str>) -> LeftOut {
    let quirk = client.and_then(|name| QUIRKS.iter().find(|quirk| is_named(name, quirk.client)));
    quirk.map_or(&[], |quirk| quirk.left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_clients_of_the_table_are_spared_anything() {
        for name in [None, Some(""), Some("Symfonium"), Some("play:Sub"), Some("Feishin")] {
            assert!(left_out_for(name).is_empty(), "{name:?}");
        }
        assert_eq!(left_out_for(Some("DSub")), [NEW_ELEMENTS]);
        assert_eq!(left_out_for(Some("submusic")).first(), Some(&DETAILS));
    }
}
