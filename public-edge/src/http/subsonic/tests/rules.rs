//! What holds for every call: formats, forms, access, caching, and whatever clients may send.

use axum::http::{Method, StatusCode};
use proptest::prelude::*;
use serde_json::json;

use super::harness::Listener;

#[tokio::test]
async fn get_and_post_with_and_without_view_answer_the_same() {
    let listener = Listener::of_sample_catalog();
    let plain = listener.get("getAlbum?id=al-1").await.body;
    assert_eq!(listener.get("getAlbum.view?id=al-1&c=x&v=1.16.1&u=guest&p=guest").await.body, plain);
    assert_eq!(listener.post("getAlbum", "id=al-1&f=xml").await.body, plain);
    assert_eq!(listener.post("getAlbum.view?id=al-1", "").await.body, plain);
}

#[tokio::test]
async fn each_format_has_its_content_type() {
    let listener = Listener::of_sample_catalog();
    let content_type = async |call: &str| listener.get(call).await.header("content-type");
    assert_eq!(content_type("ping").await, "text/xml; charset=utf-8");
    assert_eq!(content_type("ping?f=json").await, "application/json");
    assert_eq!(content_type("ping?f=jsonp&callback=a").await, "application/javascript; charset=utf-8");
    assert_eq!(content_type("stream?id=x").await, "text/xml; charset=utf-8");
    assert_eq!(content_type("stream?id=x&f=json").await, "application/json");
}

#[tokio::test]
async fn a_callback_is_called_and_a_bad_one_is_never_echoed_as_a_script() {
    let listener = Listener::of_sample_catalog();
    let json = listener.get("ping?f=json").await.body;
    assert_eq!(listener.get("ping?f=jsonp&callback=$.on_data").await.body, format!("/**/$.on_data({json});"));
    let long = "x".repeat(5000);
    for callback in ["", "alert(1)//", "a;b", "a%20b", "1a", "a..b", "a[0]=1", "a%0A", ".a", &long] {
        let answer = listener.get(&format!("ping?f=jsonp&callback={callback}")).await;
        assert_eq!(answer.header("content-type"), "application/json", "{callback}");
        assert_eq!(answer.json()["error"]["code"], 10, "{callback}");
    }
}

#[tokio::test]
async fn an_empty_edge_says_so_in_an_envelope() {
    let listener = Listener::without_snapshot();
    for call in ["ping", "getAlbum?id=al-1", "stream?id=tr-1", "getRandomSongs"] {
        let answer = listener.get(call).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{call}");
        assert_eq!((answer.header("retry-after").as_str(), answer.code()), ("5", 0), "{call}");
    }
    assert_eq!(listener.get("getOpenSubsonicExtensions").await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_is_not_the_guest_gets_nothing_and_is_slowed_down() {
    let listener = Listener::of_sample_catalog();
    for call in ["ping?u=x&p=y", "getArtists?u=x&p=y", "noSuchOperation?u=x&p=y", "stream?id=tr-1&apiKey=k"] {
        assert_eq!(listener.get(call).await.code(), 40, "{call}");
    }
    assert_eq!(listener.get("ping?apiKey=k&u=guest").await.code(), 43);
    assert_eq!(listener.get("tokenInfo").await.code(), 44);
    for _ in 0..30 {
        listener.get_from("9.9.9.9", "ping?u=x&p=y").await;
    }
    let slowed = listener.get_from("9.9.9.9", "ping?u=x&p=y").await;
    assert_eq!((slowed.status, slowed.code()), (StatusCode::TOO_MANY_REQUESTS, 0));
    assert!(slowed.header("retry-after").parse::<u32>().is_ok_and(|seconds| (1..=60).contains(&seconds)));
    assert_eq!(listener.get_from("8.8.8.8", "ping?u=x&p=y").await.code(), 40);
    assert_eq!(listener.get_from("9.9.9.9", "ping?u=guest&p=guest").await.status, StatusCode::OK);
}

#[tokio::test]
async fn answers_are_kept_by_whom_they_concern() {
    let listener = Listener::of_sample_catalog();
    let open = listener.get("getAlbum?id=al-1").await;
    assert!(open.header("cache-control").starts_with("public"), "{open:?}");
    let own = listener.get("getAlbum?id=al-1&u=guest&p=guest").await;
    assert!(own.header("cache-control").starts_with("private"), "{own:?}");
    assert_eq!(own.header("etag"), open.header("etag"));
    let again = listener.request(Method::GET, "getAlbum?id=al-1", &[("if-none-match", &open.header("etag"))], "").await;
    assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_ne!(listener.get("getAlbum?id=al-1&f=json").await.header("etag"), open.header("etag"));
    for call in ["getRandomSongs", "getAlbumList2?type=random", "getAlbum?id=al-999", "getStarred2", "scrobble?id=tr-1"]
    {
        let answer = listener.get(call).await;
        assert_eq!(
            (answer.header("cache-control").as_str(), answer.header("etag").as_str()),
            ("no-store", ""),
            "{call}"
        );
    }
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let listener = Listener::of_sample_catalog();
    let required = [
        ("getAlbum", "id"),
        ("getArtist?id=", "id"),
        ("getSong", "id"),
        ("getMusicDirectory", "id"),
        ("getPlaylist", "id"),
        ("getAlbumList2", "type"),
        ("getAlbumList?type=byYear&fromYear=1", "toYear"),
        ("getAlbumList2?type=byGenre", "genre"),
        ("getSongsByGenre", "genre"),
        ("search3", "query"),
        ("getUser", "username"),
        ("getLyricsBySongId", "id"),
        ("scrobble", "id"),
        ("stream", "id"),
        ("getCoverArt", "id"),
        ("getTopSongs", "artist"),
    ];
    for (call, name) in required {
        let error = listener.get_json(call).await["error"].clone();
        assert_eq!(error, json!({"code": 10, "message": format!("the parameter {name} is missing")}), "{call}");
    }
}

#[tokio::test]
async fn ids_of_another_kind_or_of_none_are_not_found() {
    let listener = Listener::of_sample_catalog();
    let long = "x".repeat(4000);
    let garbage =
        ["x", "tr-", "tr--1", "tr-01", "tr-999999999", "tr-9223372036854775808", "tr-1%20OR%201=1", "tr-1'--"];
    let wrong = ["../../etc/passwd", "tr-%D9%A1", "%E5%91%A8", "%00", &long, "ge-1", "pl-999999999"];
    for operation in ["getAlbum", "getArtist", "getSong", "getMusicDirectory", "getPlaylist", "getLyricsBySongId"] {
        for id in garbage.iter().chain(&wrong) {
            assert_eq!(listener.get(&format!("{operation}?id={id}")).await.code(), 70, "{operation} {id}");
        }
    }
    let others =
        ["getAlbum?id=ar-1", "getAlbum?id=tr-1", "getSong?id=al-1", "getMusicDirectory?id=pl-1", "stream?id=al-1"];
    for call in others {
        assert_eq!(listener.get(call).await.code(), 70, "{call}");
    }
}

#[tokio::test]
async fn garbage_gets_an_envelope() {
    let listener = Listener::of_sample_catalog();
    let many = format!("getAlbumList2?type=newest{}", "&size=1".repeat(8_000));
    assert_eq!(listener.get_json(&many).await["status"], "ok");
    for value in ["abc", "-1", "1.5", "0x1", "%2B1", "%D9%A1"] {
        assert_eq!(listener.get(&format!("getRandomSongs?size={value}")).await.code(), 0, "{value}");
    }
    for value in ["0", "", "99999999999999999999"] {
        let answer = listener.get_json(&format!("search3?query=a&songOffset={value}&songCount={value}")).await;
        assert_eq!(answer["status"], "ok", "{value}");
    }
    assert_eq!(listener.get("getAlbum?id=%FF").await.code(), 0);
    assert_eq!(listener.get("ping?v=2.0.0").await.code(), 30);
    assert_eq!(listener.get("ping?v=0.9").await.code(), 20);
    let large = listener.post("ping", &format!("id={}", "x".repeat(64 * 1024))).await;
    assert_eq!((large.status, large.code()), (StatusCode::OK, 0));
    assert_eq!(listener.get("a/b/c").await.code(), 70);
}

#[tokio::test]
async fn random_lists_differ_and_never_repeat_an_item() {
    let listener = Listener::of_sample_catalog();
    let ids = async |call: &str, list: &str, item: &str| {
        let answer = listener.get_json(call).await;
        let items = answer[list][item].as_array().expect("a list").clone();
        items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
    };
    let mut seen = std::collections::HashSet::new();
    for _ in 0..50 {
        let drawn = ids("getRandomSongs?size=500", "randomSongs", "song").await;
        let mut distinct = drawn.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), drawn.len());
        seen.insert(drawn);
    }
    assert!(seen.len() > 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_as_an_id_get_an_envelope(id in proptest::collection::vec(any::<u8>(), 0..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let encoded = percent_encoding::percent_encode(&id, percent_encoding::NON_ALPHANUMERIC);
        let answer = runtime.block_on(async {
            Listener::of_sample_catalog().get(&format!("getSong?id={encoded}")).await
        });
        prop_assert_eq!(answer.status, StatusCode::OK);
        prop_assert!([0, 10, 70].contains(&answer.code()));
    }
}
