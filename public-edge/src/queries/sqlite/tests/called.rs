//! What is called by the very words of a query is found first, however little known it is.

use catalog_core::model::{ArtistId, Track};
use catalog_core::ports::{CatalogReader, SearchKind};
use catalog_core::testing::{AlbumDraft, CatalogDraft, FakeReader, TrackDraft};

use crate::testing::reader_of;

/// Thirty artists whose names begin with `Air`, each with two songs more than the band called so, and some of odd names.
fn draft() -> CatalogDraft {
    let mut artists: Vec<(String, usize)> = (0..30).map(|number| (format!("Air {number}"), 3)).collect();
    artists.extend(["Air", "The Airs", "!!!", "心", "心 海"].map(|name| (name.to_owned(), 1)));
    let track = |artist: &String| TrackDraft {
        artists: vec![artist.clone()],
        album: Some(0),
        track: Track { title: "x".to_owned(), ..Track::default() },
        ..TrackDraft::default()
    };
    let songs = artists.iter().flat_map(|(artist, songs)| std::iter::repeat_n(artist, *songs));
    CatalogDraft { albums: vec![AlbumDraft::default()], tracks: songs.map(track).collect(), ..CatalogDraft::default() }
}

fn names(reader: &dyn CatalogReader, query: &str, offset: u64, limit: usize) -> Vec<String> {
    let hits = reader.search(SearchKind::Artist, query, offset, limit).expect("hits");
    let ids: Vec<_> = hits.into_iter().filter_map(ArtistId::new).collect();
    reader.find_artists(&ids).expect("artists").into_iter().map(|artist| artist.name).collect()
}

#[test]
fn a_name_that_is_the_query_comes_before_names_that_hold_it() {
    let reader = reader_of(&draft().finish());
    for (query, first) in [("air", "Air"), ("AÏR", "Air"), ("airs", "The Airs"), ("!!!", "!!!"), ("心", "心")] {
        assert_eq!(names(&*reader, query, 0, 1), [first], "{query}");
    }
    for nothing in ["", "  ", "?", "nobody is called so"] {
        assert!(names(&*reader, nothing, 0, 10).is_empty(), "{nothing}");
    }
}

#[test]
fn pages_hold_every_hit_once_in_one_order() {
    let catalog = draft().finish();
    let (reader, plain) = (reader_of(&catalog), FakeReader::new(catalog));
    for query in ["air", "air 2", "心", "心海", "the airs", "!!!"] {
        let whole = names(&*reader, query, 0, 500);
        assert_eq!(whole, names(&plain, query, 0, 500), "{query}");
        for length in [1, 2, 7] {
            let starts = (0..whole.len() + length).step_by(length);
            let paged: Vec<_> = starts.flat_map(|start| names(&*reader, query, start as u64, length)).collect();
            assert_eq!(paged, whole, "{query} by {length}");
        }
    }
}
