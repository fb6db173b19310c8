//! What every operation answers, in XML and JSON: read the goldens when they change.

use serde_json::Value;

use super::harness::Listener;
use super::sameness::Element;

/// The name of each golden, and the call.
const CALLS: [(&str, &str); 39] = [
    ("ping", "ping"),
    ("get_license", "getLicense"),
    ("get_open_subsonic_extensions", "getOpenSubsonicExtensions"),
    ("get_music_folders", "getMusicFolders"),
    ("get_indexes", "getIndexes"),
    ("get_indexes_unchanged", "getIndexes?ifModifiedSince=4102444800000"),
    ("get_music_directory_of_artist", "getMusicDirectory?id=ar-1"),
    ("get_music_directory_of_album", "getMusicDirectory?id=al-1"),
    ("get_genres", "getGenres"),
    ("get_artists", "getArtists"),
    ("get_artist", "getArtist?id=ar-1"),
    ("get_album", "getAlbum?id=al-1"),
    ("get_song", "getSong?id=tr-1"),
    ("get_album_list", "getAlbumList?type=alphabeticalByName&size=2"),
    ("get_album_list2", "getAlbumList2?type=newest&size=2"),
    ("get_songs_by_genre", "getSongsByGenre?genre=Pop&count=2"),
    ("search2", "search2?query=s&songCount=2&albumCount=1&artistCount=1"),
    ("search3", "search3?query=%22%22&songCount=2&albumCount=1&artistCount=1"),
    ("search", "search?any=jog&count=1"),
    ("get_playlists", "getPlaylists"),
    ("get_playlist", "getPlaylist?id=pl-1"),
    ("get_starred", "getStarred"),
    ("get_starred2", "getStarred2"),
    ("get_user", "getUser?username=guest"),
    ("get_scan_status", "getScanStatus"),
    ("get_lyrics_by_song_id", "getLyricsBySongId?id=tr-11"),
    ("get_lyrics_by_song_id_plain", "getLyricsBySongId?id=tr-2"),
    ("get_lyrics", "getLyrics?artist=Bj%C3%B6rk&title=J%C3%B3ga"),
    ("get_top_songs", "getTopSongs?id=ar-1&count=1"),
    ("get_artist_info2", "getArtistInfo2?id=ar-1"),
    ("get_album_info2", "getAlbumInfo2?id=al-1"),
    ("get_similar_songs2", "getSimilarSongs2?id=ar-1"),
    ("get_now_playing", "getNowPlaying"),
    ("get_bookmarks", "getBookmarks"),
    ("get_shares", "getShares"),
    ("scrobble", "scrobble?id=tr-1"),
    ("star", "star?id=tr-1"),
    ("get_avatar", "getAvatar?username=guest"),
    ("no_such_operation", "noSuchOperation"),
];

/// Both answers to a call, laid out to be read, after a check that they say the same.
async fn both(call: &str) -> String {
    let listener = Listener::of_sample_catalog();
    let (xml, json) = (listener.get(call).await.body, listener.get_json(call).await);
    let differences = Element::read(&xml).differences(&json, "");
    assert!(differences.is_empty(), "{call}: {differences:#?}");
    let pretty = serde_json::to_string_pretty(&json).expect("JSON");
    format!("{}\n\n{pretty}", xml.replace("><", ">\n<"))
}

#[tokio::test]
async fn every_operation_answers_its_golden_in_both_notations() {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    for (name, call) in CALLS {
        let answers = both(call).await;
        settings.bind(|| insta::assert_snapshot!(name, answers));
    }
}

#[tokio::test]
async fn random_songs_are_songs_in_both_notations() {
    let listener = Listener::of_sample_catalog();
    let json = listener.get_json("getRandomSongs?size=500").await;
    let songs = json["randomSongs"]["song"].as_array().expect("songs").clone();
    for song in songs {
        let alone = listener.get_json(&format!("getSong?id={}", song["id"].as_str().expect("an id"))).await;
        assert_eq!(alone["song"], song);
    }
    let xml = Element::read(&listener.get("getRandomSongs?size=500").await.body);
    let counts = |value: &Value| value["randomSongs"]["song"].as_array().map(Vec::len);
    assert!(format!("{xml:?}").contains("\"mediaType\": \"song\"") && counts(&json) > Some(0));
}
