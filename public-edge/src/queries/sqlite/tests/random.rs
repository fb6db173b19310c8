//! Any catalog reads the same from a file as from memory.

use catalog_core::model::{Album, Playlist, Track};
use catalog_core::testing::{AlbumDraft, CatalogDraft, PlaylistDraft, TrackDraft, answers_like_the_plain_reader};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::testing::reader_of;

/// Names that meet: equal when folded, articles, scripts without blanks, nothing but signs.
const NAMES: [&str; 12] =
    ["Björk", "bjork", "The Wait", "Wait", "周杰伦", "周 杰倫", "きゃりー", "!!!", "AC/DC", "O'Brien", "Zhou", "100%"];
const GENRES: [&str; 3] = ["Pop", "pop", "Art Rock"];

fn name() -> impl Strategy<Value = String> {
    select(&NAMES[..]).prop_map(str::to_owned)
}

fn names(most: usize) -> impl Strategy<Value = Vec<String>> {
    subsequence(&NAMES[..], 0..=most).prop_map(|names| names.into_iter().map(str::to_owned).collect())
}

fn genres() -> impl Strategy<Value = Vec<String>> {
    subsequence(&GENRES[..], 0..=2).prop_map(|names| names.into_iter().map(str::to_owned).collect())
}

fn album() -> impl Strategy<Value = AlbumDraft> {
    (name(), names(2), of(1998..2004_i32), genres(), 0..4_u64, 0..3_i64).prop_map(
        |(name, artists, year, genres, play_count, added_at)| AlbumDraft {
            artists,
            cover: None,
            album: Album { name, year, genres, play_count, added_at, ..Album::default() },
        },
    )
}

fn track() -> impl Strategy<Value = TrackDraft> {
    let place = (of(0..8_usize), of(1..3_u32), of(1..5_u32));
    (name(), names(2), names(1), place, genres(), 0..3_u64).prop_map(
        |(title, artists, composers, (album, disc_number, track_number), genres, play_count)| TrackDraft {
            artists,
            composers,
            album,
            track: Track { title, disc_number, track_number, genres, play_count, ..Track::default() },
            ..TrackDraft::default()
        },
    )
}

fn playlist() -> impl Strategy<Value = PlaylistDraft> {
    (name(), vec((1..4_i64, any::<proptest::sample::Index>()), 0..8)).prop_map(|(name, steps)| {
        let mut position = 0;
        let place = |(step, track): (i64, proptest::sample::Index)| {
            position += step;
            (position, track.index(20))
        };
        let playlist = Playlist { name, ..Playlist::default() };
        PlaylistDraft { entries: steps.into_iter().map(place).collect(), playlist }
    })
}

fn draft() -> impl Strategy<Value = CatalogDraft> {
    (vec(album(), 8), vec(track(), 20..150), vec(playlist(), 0..4))
        .prop_map(|(albums, tracks, playlists)| CatalogDraft { albums, tracks, playlists, toplists: Vec::new() })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_catalog_reads_the_same_from_a_file(draft in draft()) {
        let catalog = draft.finish();
        answers_like_the_plain_reader(&catalog, reader_of(&catalog).as_ref());
    }
}
