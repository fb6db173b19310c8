//! The same song in several files, as FLAC and as MP3 perhaps: one track with several files.

use std::collections::{BTreeMap, BTreeSet};

use super::album::AlbumMember;
use super::names::identity_key;

/// Two encodings of one recording differ by no more than this, in milliseconds: padding, and lengths that are estimated.
const LENGTH_TOLERANCE_MS: u64 = 2_000;

/// A present track of one album, as its file tells it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TwinCandidate {
    /// The track.
    pub track_id: i64,
    /// Its disc.
    pub disc_number: Option<u32>,
    /// Its place on the disc.
    pub track_number: Option<u32>,
    /// Its title.
    pub title: String,
    /// Its artists as shown.
    pub artist: Option<String>,
    /// Its length.
    pub duration_ms: Option<u64>,
}

/// Whether two tracks of an album have the same place, as any twins do.
pub fn may_have_twins(members: &[AlbumMember]) -> bool {
    let mut places = BTreeSet::new();
    let numbered = members.iter().filter(|member| member.track_number.is_some());
    numbered.into_iter().any(|member| !places.insert((member.disc_number.unwrap_or(1), member.track_number)))
}

/// Which tracks of an album are another one in another file, with that one: the one that was known first.
///
/// They have the same place, title and artist, and are as long. Without a place, tags say too little.
pub fn find_twins(tracks: &[TwinCandidate]) -> BTreeMap<i64, i64> {
    let mut songs: BTreeMap<_, Vec<&TwinCandidate>> = BTreeMap::new();
    for track in tracks {
        let (Some(number), Some(_)) = (track.track_number, track.duration_ms) else { continue };
        let artist = identity_key(track.artist.as_deref().unwrap_or_default());
        let song = (track.disc_number.unwrap_or(1), number, identity_key(&track.title), artist);
        songs.entry(song).or_default().push(track);
    }
    let mut twins = BTreeMap::new();
    for mut files in songs.into_values() {
        files.sort_unstable_by_key(|track| track.track_id);
        while let Some((first, others)) = files.split_first() {
            let (same, rest): (Vec<&TwinCandidate>, Vec<_>) = others.iter().partition(|other| is_as_long(first, other));
            twins.extend(same.iter().map(|twin| (twin.track_id, first.track_id)));
            files = rest;
        }
    }
    twins
}

fn is_as_long(one: &TwinCandidate, other: &TwinCandidate) -> bool {
    let [one, other] = [one, other].map(|track| track.duration_ms.unwrap_or_default());
    one.abs_diff(other) <= LENGTH_TOLERANCE_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn track(track_id: i64, track_number: u32, title: &str, duration_ms: u64) -> TwinCandidate {
        TwinCandidate {
            track_id,
            disc_number: None,
            track_number: Some(track_number),
            title: title.to_owned(),
            artist: Some("周杰伦".to_owned()),
            duration_ms: Some(duration_ms),
        }
    }

    #[test]
    fn a_song_in_several_files_is_the_one_that_was_known_first() {
        let tracks =
            [track(9, 1, "以父之名", 342_000), track(4, 1, "以父之名", 340_100), track(7, 1, "以父之名", 341_000)];
        assert_eq!(find_twins(&tracks), BTreeMap::from([(7, 4), (9, 4)]));
    }

    #[test]
    fn another_place_title_artist_or_length_is_another_song() {
        let song = track(1, 1, "Intro", 60_000);
        let others = [
            track(2, 2, "Intro", 60_000),
            track(2, 1, "Outro", 60_000),
            track(2, 1, "Intro", 62_001),
            TwinCandidate { disc_number: Some(2), ..track(2, 1, "Intro", 60_000) },
            TwinCandidate { artist: None, ..track(2, 1, "Intro", 60_000) },
            TwinCandidate { track_number: None, ..track(2, 1, "Intro", 60_000) },
            TwinCandidate { duration_ms: None, ..track(2, 1, "Intro", 60_000) },
        ];
        for other in others {
            assert_eq!(find_twins(&[song.clone(), other.clone()]), BTreeMap::new(), "{other:?}");
        }
        let same = TwinCandidate { disc_number: Some(1), ..track(2, 1, "INTRO", 62_000) };
        assert_eq!(find_twins(&[song, same]), BTreeMap::from([(2, 1)]));
    }

    #[test]
    fn two_lengths_of_one_song_are_two_songs() {
        let tracks = [track(1, 1, "Song", 60_000), track(2, 1, "Song", 200_000), track(3, 1, "Song", 200_500)];
        assert_eq!(find_twins(&tracks), BTreeMap::from([(3, 2)]));
    }
}
