//! Catalogs of many: names that hundreds hold, and lists that the protocol has no pages for.

use catalog_core::model::{Album, Lyrics, Playlist, Track};
use catalog_core::testing::{AlbumDraft, CatalogDraft, MemoryCatalog, PlaylistDraft, TrackDraft};
use serde_json::{Value, json};

use super::harness::Listener;

#[tokio::test]
async fn names_lead_to_their_songs_beside_thousands_that_hold_them() {
    let listener = Listener::of(&crowd());
    let title = async |call: &str, list: &str| listener.get_json(call).await[list]["song"][0]["title"].clone();
    assert_eq!(title("getTopSongs?artist=Air", "topSongs").await, "Air");
    assert_eq!(title("getTopSongs?artist=a%C3%AFr", "topSongs").await, "Air", "spelled otherwise");
    assert_eq!(title("getTopSongs?artist=Ai", "topSongs").await, json!(null), "nobody is called so");
    let lyrics = listener.get_json("getLyrics?artist=Air&title=Air").await["lyrics"].clone();
    assert_eq!((&lyrics["title"], &lyrics["value"]), (&json!("Air"), &json!("la la")));
}

/// Sixty artists called `Air` and more, each with two songs called `Air` and more, and behind them the one song of `Air`.
fn crowd() -> MemoryCatalog {
    let song = |artist: String, title: String, play_count: u64, lyrics: &str| TrackDraft {
        artists: vec![artist],
        lyrics: (!lyrics.is_empty())
            .then(|| Lyrics { text: lyrics.to_owned(), ..Lyrics::default() })
            .into_iter()
            .collect(),
        track: Track { title, play_count, ..Track::default() },
        ..TrackDraft::default()
    };
    let others = (0..120).map(|number| song(format!("Air {}", number / 2), format!("Air {number}"), 9, ""));
    let tracks = others.chain([song("Air".to_owned(), "Air".to_owned(), 0, "la la")]).collect();
    CatalogDraft { tracks, ..CatalogDraft::default() }.finish()
}

/// What is read some hundreds at once is whole, and in its order.
#[tokio::test]
async fn lists_without_pages_are_whole() {
    let listener = Listener::of(&shelf(1_100));
    let titles = async |call: &str, object: &str, list: &str, title: &str| -> Vec<Value> {
        let answer = listener.get_json(call).await;
        answer[object][list].as_array().expect("a list").iter().map(|item| item[title].clone()).collect()
    };
    let expected: Vec<Value> = (0..1_100).map(|number| json!(format!("{number:04}"))).collect();
    assert_eq!(titles("getArtist?id=ar-1", "artist", "album", "name").await, expected);
    let mut directory = titles("getMusicDirectory?id=ar-1", "directory", "child", "title").await;
    assert_eq!(directory.pop(), Some(json!("loose")), "what is on no album stands behind the albums");
    assert_eq!(directory, expected);
    assert_eq!(titles("getPlaylist?id=pl-1", "playlist", "entry", "title").await, expected);
}

/// An artist with so many albums of one song, all of them in a playlist, and one song on none.
fn shelf(count: usize) -> MemoryCatalog {
    let artists = || vec!["Somebody".to_owned()];
    let album = |number| AlbumDraft {
        artists: artists(),
        album: Album { name: format!("{number:04}"), ..Album::default() },
        ..AlbumDraft::default()
    };
    let track = |title: String, album| TrackDraft {
        artists: artists(),
        album,
        track: Track { title, ..Track::default() },
        ..TrackDraft::default()
    };
    let tracks = (0..count).map(|number| track(format!("{number:04}"), Some(number)));
    CatalogDraft {
        albums: (0..count).map(album).collect(),
        tracks: tracks.chain([track("loose".to_owned(), None)]).collect(),
        playlists: vec![PlaylistDraft { entries: (0..).zip(0..count).collect(), playlist: Playlist::default() }],
        ..CatalogDraft::default()
    }
    .finish()
}
