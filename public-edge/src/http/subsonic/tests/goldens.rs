//! What every operation answers, in XML and JSON: read the goldens when they change.

use serde_json::Value;

use super::harness::Listener;
use super::legacy::Legacy;
use super::operations::OPERATIONS;
use super::sameness::Element;

/// More calls, where one does not show all that an operation can answer.
const VARIANTS: [(&str, &str); 10] = [
    ("get_indexes_unchanged", "getIndexes?ifModifiedSince=4102444800000"),
    ("get_music_directory_of_album", "getMusicDirectory?id=al-1"),
    ("get_lyrics_by_song_id_enhanced", "getLyricsBySongId?id=tr-11&enhanced=true"),
    ("get_lyrics_by_song_id_plain", "getLyricsBySongId?id=tr-2"),
    ("get_album_list2_newest", "getAlbumList2?type=newest&size=2"),
    ("get_similar_songs_of_album", "getSimilarSongs?id=al-1&count=3"),
    ("get_top_songs_by_name", "getTopSongs?artist=Bj%C3%B6rk&count=1"),
    ("search3_whole_library", "search3?query=%22%22&songCount=2&albumCount=1&artistCount=1"),
    ("get_user_of_others", "getUser?username=admin"),
    ("no_such_operation", "noSuchOperation"),
];

/// Operations whose answer is another each time, or no envelope.
const NO_GOLDEN: [&str; 4] = ["getRandomSongs", "stream", "download", "getCoverArt"];

/// The name of each golden, and the call: of every operation a good one, as short as it gets.
fn calls() -> Vec<(String, String)> {
    let known = OPERATIONS.iter().filter(|known| !NO_GOLDEN.contains(&known.name)).map(|known| {
        let is_count = |name: &&&str| name.ends_with("ount") || **name == "size";
        let counts = known.numbers.iter().filter(is_count).map(|name| format!("{name}=2"));
        let query: Vec<String> = std::iter::once(known.good.to_owned()).chain(counts).collect();
        (snake_case(known.name), format!("{}?{}", known.name, query.join("&")))
    });
    known.chain(VARIANTS.map(|(name, call)| (name.to_owned(), call.to_owned()))).collect()
}

/// `getAlbumList2` is `get_album_list2`.
fn snake_case(name: &str) -> String {
    let letters = name.replace('.', "_");
    letters
        .chars()
        .flat_map(|letter| letter.is_uppercase().then_some('_').into_iter().chain(letter.to_lowercase()))
        .collect()
}

/// Both answers to a call, laid out to be read, after a check that they say the same.
async fn both(call: &str) -> String {
    let listener = Listener::of_sample_catalog();
    let (xml, json) = (listener.get(call).await.body, listener.get_json(call).await);
    let read = Element::read(&xml);
    let (differences, breaches) = (read.differences(&json, ""), Legacy::read().breaches(&read));
    assert!(differences.is_empty() && breaches.is_empty(), "{call}: {differences:#?} {breaches:#?}");
    let pretty = serde_json::to_string_pretty(&json).expect("JSON");
    format!("{}\n\n{pretty}", xml.replace("><", ">\n<"))
}

#[tokio::test]
async fn every_operation_answers_its_golden_in_both_notations() {
    let mut settings = insta::Settings::clone_current();
    settings.set_omit_expression(true);
    settings.set_prepend_module_to_snapshot(false);
    for (name, call) in calls() {
        let answers = both(&call).await;
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

#[tokio::test]
async fn clients_of_old_meet_nothing_new_inside_what_they_know() {
    let listener = Listener::of_sample_catalog();
    for (_, call) in calls() {
        let call = format!("{call}&c=DSub").replacen("?&", "?", 1);
        let xml = Element::read(&listener.get(&call).await.body);
        let differences = xml.differences(&listener.get_json(&call).await, "");
        assert!(differences.is_empty(), "{call}: {differences:#?}");
        let additions = Legacy::read().breaches_and_additions(&xml);
        let inside: Vec<_> = additions.iter().filter(|path| path.matches('/').count() > 1).collect();
        assert!(inside.is_empty(), "{call}: {inside:#?}");
    }
}

#[tokio::test]
async fn what_is_left_out_is_kept_apart_from_what_others_get() {
    let listener = Listener::of_sample_catalog();
    let etag = async |client: &str| listener.get(&format!("getAlbum?id=al-1&c={client}")).await.header("etag");
    let (plain, dsub, watch) = (etag("x").await, etag("DSub").await, etag("SubMusic").await);
    assert!(plain != dsub && dsub != watch && plain != watch);
    assert_eq!((etag("Feishin").await, etag("dsub").await), (plain, dsub));
    let song = listener.get_json("getSong?id=tr-1&c=SubMusic").await["song"].clone();
    assert!(song["title"].is_string() && song["path"].is_null() && song["genres"].is_null(), "{song}");
    let genres = listener.get_json("getGenres?c=SubMusic").await;
    assert!(genres["genres"]["genre"][0]["value"].is_string(), "{genres}");
}
