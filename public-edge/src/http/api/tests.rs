//! Native answers over the sample catalog, in a real snapshot.

use std::collections::BTreeSet;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use catalog_core::model::ArtistId;
use catalog_core::testing::{MemoryCatalog, sample_catalog, sample_draft};
use serde_json::Value;
use tower::ServiceExt;

use super::{routes, snapshot};
use crate::testing::router_over;

/// A path for each golden; together they ask every route.
const ASKED: [(&str, &str); 26] = [
    ("albums", "/api/v1/albums?limit=3"),
    ("album", "/api/v1/albums/al-1"),
    ("album_discs", "/api/v1/albums/al-3"),
    ("album_tracks", "/api/v1/albums/al-3/tracks?limit=1"),
    ("artists", "/api/v1/artists"),
    ("artist", "/api/v1/artists/ar-2"),
    ("artist_albums", "/api/v1/artists/ar-2/albums?limit=1"),
    ("artist_tracks", "/api/v1/artists/ar-4/tracks?limit=2"),
    ("genres", "/api/v1/genres"),
    ("genre", "/api/v1/genres/ge-1"),
    ("genre_albums", "/api/v1/genres/ge-2/albums?limit=1"),
    ("genre_tracks", "/api/v1/genres/ge-5/tracks?limit=1"),
    ("playlists", "/api/v1/playlists"),
    ("playlist", "/api/v1/playlists/pl-1"),
    ("playlist_tracks", "/api/v1/playlists/pl-1/tracks?limit=2"),
    ("playlist_without_tracks", "/api/v1/playlists/pl-3/tracks"),
    ("toplists", "/api/v1/toplists"),
    ("toplist", "/api/v1/toplists/hot:2"),
    ("tracks", "/api/v1/tracks?limit=2"),
    ("track", "/api/v1/tracks/tr-1"),
    ("track_with_lyrics", "/api/v1/tracks/tr-11"),
    ("search", "/api/v1/search?q=zjl&limit=1"),
    ("search_nothing", "/api/v1/search?q="),
    ("snapshot", "/api/v1/snapshot"),
    ("unknown_album", "/api/v1/albums/al-99"),
    ("unknown_route", "/api/v2/albums"),
];

async fn ask(router: &Router, method: Method, path: &str) -> (StatusCode, String) {
    let request = Request::builder().method(method).uri(path).body(Body::empty()).expect("a request");
    let response = router.clone().oneshot(request).await.expect("an answer");
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

async fn get(router: &Router, path: &str) -> (StatusCode, Value) {
    let (status, body) = ask(router, Method::GET, path).await;
    (status, serde_json::from_str(&body).expect(path))
}

#[tokio::test]
async fn answers_look_like_this() {
    let router = router_over(&sample_catalog());
    for (name, path) in ASKED {
        let (status, body) = get(&router, path).await;
        let body = serde_json::to_string_pretty(&body).expect("JSON");
        insta::assert_snapshot!(name, format!("GET {path}\n{}\n{body}", status.as_u16()));
    }
}

#[tokio::test]
async fn pages_make_the_whole_list() {
    let catalog = sample_catalog();
    let router = router_over(&catalog);
    for (path, count) in [
        ("/api/v1/albums", catalog.albums.len()),
        ("/api/v1/albums/al-2/tracks", 5),
        ("/api/v1/artists", 4),
        ("/api/v1/artists/ar-1/albums", catalog.artist_albums(ArtistId::new(1).expect("an id")).len()),
        ("/api/v1/artists/ar-1/tracks", catalog.artist_tracks(ArtistId::new(1).expect("an id")).len()),
        ("/api/v1/genres/ge-1/albums", catalog.genre_albums(&catalog.genres[0]).len()),
        ("/api/v1/genres/ge-1/tracks", catalog.genre_tracks(&catalog.genres[0]).len()),
        ("/api/v1/genres", catalog.genres.len()),
        ("/api/v1/playlists", 3),
        ("/api/v1/playlists/pl-1/tracks", 5),
        ("/api/v1/toplists", 2),
        ("/api/v1/tracks", catalog.tracks.len()),
    ] {
        let whole = get(&router, &format!("{path}?limit=500")).await.1;
        assert_eq!(whole["items"].as_array().map(Vec::len), Some(count), "{path}");
        assert_eq!(items_in_pages_of(2, &router, path).await, *whole["items"].as_array().expect("items"), "{path}");
    }
}

async fn items_in_pages_of(length: usize, router: &Router, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(router, &format!("{path}?limit={length}{cursor}")).await.1;
        items.extend(page["items"].as_array().expect("items").iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

#[tokio::test]
async fn what_cannot_be_understood_is_a_bad_parameter() {
    let router = router_over(&sample_catalog());
    let albums = get(&router, "/api/v1/albums?limit=1").await.1;
    let foreign = format!("/api/v1/artists?cursor={}", albums["next_cursor"].as_str().expect("a cursor"));
    for path in [
        "/api/v1/albums?limit=0",
        "/api/v1/albums?limit=501",
        "/api/v1/albums?limit=ten",
        "/api/v1/albums?limit=1&limit=2",
        "/api/v1/tracks?cursor=nonsense",
        "/api/v1/search",
        "/api/v1/search?q=a&limit=-1",
        &foreign,
    ] {
        let (status, body) = get(&router, path).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(body["error"]["code"], "bad_parameter", "{path}");
        assert!(body["error"]["message"].as_str().is_some_and(|message| !message.is_empty()), "{path}");
    }
}

#[tokio::test]
async fn a_cursor_that_was_tampered_with_is_no_first_page() {
    let router = router_over(&sample_catalog());
    for (path, plain) in [
        ("tracks", "tracks:-1"),
        ("tracks", "tracks:1099511627776"),
        ("artists/ar-1/tracks", "artist-tracks:-5"),
        ("artists/ar-1/albums", "artist-albums:-1"),
        ("albums/al-1/tracks", "album-tracks:-1"),
        ("albums", "albums:-1:a"),
        ("artists", "artists:9223372036854775807:a"),
        ("playlists", "playlists:1099511627776:a"),
        ("genres", "genres:-2:a"),
        ("toplists", "toplists:-1"),
        ("genres/ge-1/tracks", "genre-tracks:-1"),
        ("genres/ge-1/albums", "genre-albums:99999999999999999999"),
        ("playlists/pl-1/tracks", "entries:1"),
        ("playlists/pl-1/tracks", "entries:1:-1"),
    ] {
        let path = format!("/api/v1/{path}?cursor={}", URL_SAFE_NO_PAD.encode(plain));
        let (status, body) = get(&router, &path).await;
        assert_eq!((status, &body["error"]["code"]), (StatusCode::BAD_REQUEST, &"bad_parameter".into()), "{plain}");
    }
}

#[tokio::test]
async fn what_belongs_to_one_thing_is_bounded_and_goes_on() {
    let mut draft = sample_draft();
    let (album, track) = (draft.albums[0].clone(), draft.tracks[0].clone());
    draft.albums.extend(std::iter::repeat_n(album, 600));
    draft.tracks.extend(std::iter::repeat_n(track, 600));
    let router = router_over(&draft.finish());
    for (path, list, cursor) in
        [("artists/ar-1", "albums", "next_albums_cursor"), ("albums/al-1", "tracks", "next_tracks_cursor")]
    {
        let thing = get(&router, &format!("/api/v1/{path}")).await.1;
        let first = thing[list].as_array().expect("a list");
        assert_eq!(first.len(), 500, "{path}");
        let cursor = thing[cursor].as_str().expect("a cursor");
        let rest = get(&router, &format!("/api/v1/{path}/{list}?limit=500&cursor={cursor}")).await.1;
        let rest = rest["items"].as_array().expect("items");
        assert_eq!(
            items_in_pages_of(499, &router, &format!("/api/v1/{path}/{list}")).await,
            [&first[..], rest].concat()
        );
        assert!(rest.len() > 100, "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let router = router_over(&sample_catalog());
    for path in [
        "/api/v1/albums/tr-1",
        "/api/v1/albums/al-01",
        "/api/v1/albums/%FF",
        "/api/v1/artists/ar-77/tracks",
        "/api/v1/genres/ge-77/albums",
        "/api/v1/playlists/pl-77/tracks",
        "/api/v1/toplists/%FF",
        "/api/v1/toplists/none",
        "/api/v1/nothing",
        "/api",
    ] {
        let (status, body) = get(&router, path).await;
        assert_eq!((status, &body["error"]["code"]), (StatusCode::NOT_FOUND, &"not_found".into()), "{path}");
    }
}

#[tokio::test]
async fn only_reading_is_allowed() {
    let router = router_over(&sample_catalog());
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let (status, body) = ask(&router, method, "/api/v1/albums/al-1").await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
        assert!(body.contains("method_not_allowed"), "{body}");
    }
    assert_eq!(ask(&router, Method::HEAD, "/api/v1/albums/al-1").await, (StatusCode::OK, String::new()));
}

#[tokio::test]
async fn an_empty_catalog_has_empty_lists() {
    let router = router_over(&MemoryCatalog::default());
    for list in ["albums", "artists", "genres", "playlists", "toplists", "tracks"] {
        let (status, body) = get(&router, &format!("/api/v1/{list}")).await;
        assert_eq!((status, body), (StatusCode::OK, serde_json::json!({"items": [], "next_cursor": null})));
    }
}

/// The file is written by hand: this is what keeps it true.
#[tokio::test]
async fn the_description_names_every_route_and_every_field() {
    let description: Value = serde_json::from_str(snapshot::DESCRIPTION).expect("JSON");
    let described = description["paths"].as_object().expect("paths");
    for (path, _) in routes() {
        assert!(described.contains_key(path), "{path} is not described");
    }
    let mut known = BTreeSet::new();
    properties(&description, &mut known);
    let router = router_over(&sample_catalog());
    for (_, path) in ASKED {
        let mut fields = BTreeSet::new();
        keys(&get(&router, path).await.1, &mut fields);
        let missing: Vec<_> = fields.difference(&known).collect();
        assert!(missing.is_empty(), "{path}: {missing:?} not described");
    }
}

/// The names under every `properties`.
fn properties(value: &Value, names: &mut BTreeSet<String>) {
    if let Some(map) = value.get("properties").and_then(Value::as_object) {
        names.extend(map.keys().cloned());
    }
    children(value).for_each(|child| properties(child, names));
}

fn keys(value: &Value, names: &mut BTreeSet<String>) {
    names.extend(value.as_object().into_iter().flat_map(|map| map.keys().cloned()));
    children(value).for_each(|child| keys(child, names));
}

fn children(value: &Value) -> impl Iterator<Item = &Value> {
    let of_map = value.as_object().into_iter().flat_map(serde_json::Map::values);
    of_map.chain(value.as_array().into_iter().flatten())
}
