//! Every operation, called with whatever clients may send: always an envelope, in the format that was asked for, with
//! the right code.

use axum::http::StatusCode;

use super::harness::{Answer, Listener};
use super::operations::{Known, OK, OPERATIONS};

/// Texts where a number should be.
const NO_NUMBERS: [&str; 8] = ["abc", "-1", "1.5", "0x1", "%2B1", "1e3", "%D9%A1", "%20"];
/// Numbers, however unusual.
const NUMBERS: [&str; 5] = ["", "0", "007", "1", "99999999999999999999999"];
/// Ids of nothing: of no kind, out of range, of another script, with what shells and databases would run.
const NO_IDS: [&str; 12] = [
    "x",
    "tr-",
    "al--1",
    "ar-01",
    "pl-9223372036854775808",
    "tr-1%20OR%201=1",
    "al-1'--",
    "../../etc/passwd",
    "tr-%D9%A1",
    "%E5%91%A8",
    "%00",
    "ge-1",
];
/// Operations whose `id` is looked up, with a thing that is there and of another kind.
const BY_ID: [(&str, &str); 17] = [
    ("download", "al-1"),
    ("getAlbum", "tr-1"),
    ("getAlbumInfo", "pl-1"),
    ("getAlbumInfo2", "ar-1"),
    ("getArtist", "al-1"),
    ("getArtistInfo", "pl-1"),
    ("getArtistInfo2", "pl-1"),
    ("getCoverArt", "cover-1"),
    ("getLyricsBySongId", "al-1"),
    ("getMusicDirectory", "tr-1"),
    ("getPlaylist", "al-1"),
    ("getSimilarSongs", "pl-1"),
    ("getSimilarSongs2", "pl-1"),
    ("getSong", "al-1"),
    ("getTopSongs", "al-1"),
    ("stream", "pl-1"),
    ("stream", "ar-1"),
];

/// The code in an answer, in XML and in JSON, which have to agree.
async fn code(listener: &Listener, operation: &str, query: &str) -> u32 {
    let (xml, json) = (
        listener.get(&format!("{operation}?{query}")).await,
        listener.get(&format!("{operation}?f=json&{query}")).await,
    );
    let codes = [code_in(&xml), code_in_json(&json)];
    assert_eq!(codes[0], codes[1], "{operation}?{query}");
    codes[0]
}

fn code_in(answer: &Answer) -> u32 {
    assert!(answer.status == StatusCode::OK || answer.status == StatusCode::FOUND, "{answer:?}");
    let is_media = answer.status == StatusCode::FOUND || !answer.header("content-type").starts_with("text/xml");
    if is_media { OK } else { answer.find_code().unwrap_or(OK) }
}

fn code_in_json(answer: &Answer) -> u32 {
    let is_media = answer.status == StatusCode::FOUND || answer.header("content-type") != "application/json";
    let code = (!is_media).then(|| answer.json()["error"]["code"].as_u64()).flatten();
    code.map_or(OK, |code| u32::try_from(code).expect("a code"))
}

/// A good call with one more parameter in front, which counts.
fn with(known: &Known, parameter: &str) -> String {
    format!("{parameter}&{}", known.good)
}

#[tokio::test]
async fn a_call_without_parameters_says_what_is_missing() {
    let listener = Listener::of_sample_catalog();
    for known in &OPERATIONS {
        assert_eq!(code(&listener, known.name, "").await, known.bare, "{}", known.name);
        // An empty query is a query: it pages the whole library.
        if known.bare == 10 && !known.name.starts_with("search") {
            let empty = known.good.split('&').map(|pair| pair.split_once('=').map_or("", |(name, _)| name));
            let empty = empty.map(|name| format!("{name}=")).collect::<Vec<_>>().join("&");
            assert_eq!(code(&listener, known.name, &empty).await, 10, "{}?{empty}", known.name);
        }
    }
}

#[tokio::test]
async fn numbers_that_are_none_are_refused_and_large_ones_are_cut() {
    let listener = Listener::of_sample_catalog();
    for known in &OPERATIONS {
        let good = code(&listener, known.name, known.good).await;
        for name in known.numbers {
            for value in NO_NUMBERS {
                let query = with(known, &format!("{name}={value}"));
                assert_eq!(code(&listener, known.name, &query).await, 0, "{}?{query}", known.name);
            }
            for value in NUMBERS {
                let query = with(known, &format!("{name}={value}"));
                assert_eq!(code(&listener, known.name, &query).await, good, "{}?{query}", known.name);
            }
        }
    }
}

#[tokio::test]
async fn ids_of_nothing_are_not_found() {
    let listener = Listener::of_sample_catalog();
    let long = "9".repeat(4000);
    for (operation, of_another_kind) in BY_ID {
        for id in NO_IDS.iter().chain([&of_another_kind, &long.as_str(), &"tr-1099511627775"]) {
            assert_eq!(code(&listener, operation, &format!("id={id}")).await, 70, "{operation}?id={id}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_said_by_every_operation_in_the_format_that_was_asked_for() {
    let listener = Listener::of_sample_catalog();
    let large = format!("x={}", "x".repeat(64 * 1024));
    for known in &OPERATIONS {
        for bytes in ["id=%FF", "%FF=1", "query=%C3%28&id=tr-1", "x=%ED%A0%80"] {
            assert_eq!(code(&listener, known.name, &with(known, bytes)).await, 0, "{}?{bytes}", known.name);
        }
        for callback in ["", "alert(1)", "a%00b", "a%2F%2Fb", "%3Cscript%3E"] {
            let query = with(known, &format!("f=jsonp&callback={callback}"));
            let answer = listener.get(&format!("{}?{query}", known.name)).await;
            assert_eq!(
                (answer.header("content-type").as_str(), code_in_json(&answer)),
                ("application/json", 10),
                "{query}"
            );
        }
        let answer = listener.post(&format!("{}?f=json", known.name), &large).await;
        assert_eq!((answer.status, code_in_json(&answer)), (StatusCode::OK, 0), "{}", known.name);
    }
}

#[tokio::test]
async fn of_ten_thousand_parameters_the_first_counts() {
    let listener = Listener::of_sample_catalog();
    let many = "id=x&size=x&query=x&f=x&".repeat(2500);
    for known in &OPERATIONS {
        let good = code(&listener, known.name, known.good).await;
        let answer = listener.post(&format!("{}?f=json&{}", known.name, known.good), &many).await;
        let bad_numbers = known.numbers.contains(&"size");
        assert_eq!(code_in_json(&answer), if bad_numbers { 0 } else { good }, "{}", known.name);
    }
}

#[tokio::test]
async fn credentials_are_asked_of_every_operation_but_the_one_that_says_how_to_log_in() {
    let listener = Listener::of_sample_catalog();
    for known in &OPERATIONS {
        let (wrong, mixed) = match known.name {
            "getOpenSubsonicExtensions" => (OK, OK),
            "tokenInfo" => (44, 43),
            _ => (40, 43),
        };
        for login in ["u=guest&p=wrong", "u=guest", "p=guest", "u=guest&t=0&s=x", "apiKey=x", "u=x&p=guest", "t=x&s=x"]
        {
            assert_eq!(code(&listener, known.name, &with(known, login)).await, wrong, "{}?{login}", known.name);
        }
        for login in ["u=guest&p=guest&t=x&s=x", "apiKey=x&u=guest", "apiKey=x&p=guest", "apiKey=x&t=x&s=y"] {
            assert_eq!(code(&listener, known.name, &with(known, login)).await, mixed, "{}?{login}", known.name);
        }
        let plain = code(&listener, known.name, known.good).await;
        for login in ["u=guest&p=guest", "u=guest&p=enc:6775657374", "u=guest&t=b8a14dc4683818e142b93348657acf25&s=x"] {
            assert_eq!(code(&listener, known.name, &with(known, login)).await, plain, "{}?{login}", known.name);
        }
    }
}

#[tokio::test]
async fn there_is_one_music_folder() {
    let listener = Listener::of_sample_catalog();
    for call in ["getArtists?", "getIndexes?", "getAlbumList2?type=newest&", "getRandomSongs?", "search3?query=a&"] {
        let (operation, query) = call.split_once('?').expect("a query");
        for (folder, expected) in [("0", OK), ("", OK), ("1", 70), ("x", 70), ("-1", 70)] {
            let found = code(&listener, operation, &format!("{query}musicFolderId={folder}")).await;
            assert_eq!(found, expected, "{call}musicFolderId={folder}");
        }
    }
}
