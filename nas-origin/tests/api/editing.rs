//! What the owner says in place of tags: over the API, through imports, into snapshots, and taken back.

use std::fs;
use std::path::Path;

use lofty::config::WriteOptions;
use lofty::prelude::*;
use lofty::tag::{ItemKey, Tag, TagType};
use reqwest::Method;
use serde_json::{Value, json};

use super::yard::{Answer, Yard, start, wav};

/// Nothing is imported or published by itself, but once at the start.
pub(super) const QUIET: [&str; 3] =
    ["import.publish_after=false", "sources.local.watch=false", "sources.local.rescan_interval=0s"];

pub(super) fn put(yard: &Yard, name: &str, level: u8, tags: &[(ItemKey, &str)]) {
    let path = yard.path("music").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, wav(level)).unwrap();
    tag(&path, tags);
}

fn tag(path: &Path, tags: &[(ItemKey, &str)]) {
    let mut tag = Tag::new(TagType::Id3v2);
    for (key, text) in tags {
        tag.insert_text(*key, (*text).to_owned());
    }
    tag.save_to_path(path, WriteOptions::default()).unwrap();
}

pub(super) fn tags<'t>(title: &'t str, album: &'t str, number: &'t str) -> [(ItemKey, &'t str); 4] {
    [
        (ItemKey::TrackTitle, title),
        (ItemKey::TrackArtist, "Ann"),
        (ItemKey::AlbumTitle, album),
        (ItemKey::TrackNumber, number),
    ]
}

/// Two tracks of one album, imported.
pub(super) async fn library() -> (Yard, String) {
    let yard = start(&QUIET).await;
    put(&yard, "a/1.wav", 1, &tags("One", "Songs", "1"));
    put(&yard, "a/2.wav", 2, &tags("Two", "Songs", "2"));
    let token = yard.token("ann").await;
    yard.settled(&token).await;
    yard.scan(&token, false).await;
    (yard, token)
}

/// With the state that was read just before.
pub(super) async fn edit(yard: &Yard, token: &str, path: &str, body: &Value) -> Answer {
    let etag = yard.get(path, token).await.header("etag").to_owned();
    yard.call_with(Method::PATCH, path, token, Some(body), &[("if-match", &etag)]).await
}

/// Whether a publish found something new, and what it counts.
pub(super) async fn publish(yard: &Yard, token: &str) -> (bool, Value) {
    // What the owner hides may be more than a fifth.
    let asked = yard.post("/api/v1/snapshots", token, &json!({ "force": true })).await;
    let job = yard.ended(token, &asked.body["job_id"]).await;
    assert_eq!(job["state"], "done", "{job}");
    let list = yard.get("/api/v1/snapshots?limit=1", token).await.body;
    (job["counts"]["changed"] == true, list["snapshots"][0].clone())
}

#[tokio::test]
async fn an_edit_outlives_new_tags_and_full_imports_and_is_taken_back() {
    let (yard, token) = library().await;
    assert!(publish(&yard, &token).await.0);
    let path = "/api/v1/tracks/tr-1";
    let edited =
        edit(&yard, &token, path, &json!({ "title": "Uno", "artists": ["Bob", "Cy"], "genres": ["Folk"] })).await;
    assert_eq!(edited.status, 200, "{edited:?}");
    assert_eq!((&edited.body["title"], &edited.body["artist"]), (&json!("Uno"), &json!("Bob / Cy")));
    assert_eq!(edited.body["edited"], json!(["artists", "genres", "title"]));
    assert_eq!(edited.body["tagged"], json!({ "title": "One", "artists": ["Ann"], "genres": [] }));
    assert_eq!(edited.body["credits"][1]["name"], "Cy");
    assert!(publish(&yard, &token).await.0, "the next snapshot shows it");

    yard.scan(&token, true).await;
    assert_eq!(yard.get(path, &token).await.body["title"], "Uno");
    assert!(!publish(&yard, &token).await.0, "a full import changes nothing");
    tag(&yard.path("music/a/1.wav"), &tags("Primo", "Songs", "7"));
    yard.scan(&token, false).await;
    let after = yard.get(path, &token).await.body;
    assert_eq!((&after["title"], &after["track_number"]), (&json!("Uno"), &json!(7)), "the rest follows the file");
    assert_eq!(after["tagged"]["title"], "Primo");

    let back = edit(&yard, &token, path, &json!({ "title": null, "artists": null })).await.body;
    assert_eq!(
        (&back["title"], &back["artist"], &back["edited"]),
        (&json!("Primo"), &json!("Ann"), &json!(["genres"]))
    );
    let back = edit(&yard, &token, path, &json!({ "genres": null })).await.body;
    assert_eq!((&back["edited"], &back["tagged"]), (&json!([]), &json!({})));
}

#[tokio::test]
async fn an_edit_that_changes_nothing_publishes_nothing() {
    let (yard, token) = library().await;
    publish(&yard, &token).await;
    let mark = || yard.library.read(nas_origin::library::settings::change_mark).unwrap();
    let before = mark();
    let path = "/api/v1/tracks/tr-1";
    assert_eq!(
        edit(&yard, &token, path, &json!({ "title": "One", "album": "Songs", "is_hidden": false })).await.status,
        200
    );
    assert_eq!(edit(&yard, &token, "/api/v1/albums/al-1", &json!({ "name": "Songs" })).await.status, 200);
    assert_eq!(edit(&yard, &token, "/api/v1/artists/ar-1", &json!({})).await.status, 200);
    assert_eq!(mark(), before);
    assert!(!publish(&yard, &token).await.0);
    // It is an edit all the same: the title stays when the tags change.
    tag(&yard.path("music/a/1.wav"), &tags("Primo", "Songs", "1"));
    yard.scan(&token, false).await;
    assert_eq!(yard.get(path, &token).await.body["title"], "One");
}

#[tokio::test]
async fn an_albums_edit_is_all_its_tracks_and_those_that_come_later() {
    let (yard, token) = library().await;
    let path = "/api/v1/albums/al-1";
    let body = json!({ "name": "Songs (live)", "artists": ["Ann", "Bob"], "release_date": "1999-05" });
    let edited = edit(&yard, &token, path, &body).await;
    assert_eq!(
        (&edited.body["name"], &edited.body["artist"]),
        (&json!("Songs (live)"), &json!("Ann / Bob")),
        "{edited:?}"
    );
    put(&yard, "a/3.wav", 3, &tags("Three", "Songs", "3"));
    yard.scan(&token, false).await;
    let album = yard.get(path, &token).await.body;
    assert_eq!((album["tracks"].as_array().unwrap().len(), &album["release_date"]), (3, &json!("1999-05")));
    let back = edit(&yard, &token, path, &json!({ "name": null, "artists": null, "release_date": null })).await.body;
    assert_eq!((&back["name"], &back["artist"], &back["release_date"]), (&json!("Songs"), &json!("Ann"), &json!("")));
}

#[tokio::test]
async fn what_is_hidden_leaves_the_snapshot_and_comes_back() {
    let (yard, token) = library().await;
    assert_eq!(publish(&yard, &token).await.1["track_count"], 2);
    let hidden = edit(&yard, &token, "/api/v1/tracks/tr-1", &json!({ "is_hidden": true })).await.body;
    assert_eq!((&hidden["is_hidden"], &hidden["is_shown"]), (&json!(true), &json!(false)));
    assert_eq!(publish(&yard, &token).await.1["track_count"], 1);
    let hidden = edit(&yard, &token, "/api/v1/albums/al-1", &json!({ "is_hidden": true })).await.body;
    assert_eq!((&hidden["is_hidden"], &hidden["is_shown"]), (&json!(true), &json!(false)));
    put(&yard, "a/3.wav", 3, &tags("Three", "Songs", "3"));
    tag(&yard.path("music/a/2.wav"), &tags("Due", "Songs", "2"));
    put(&yard, "b/1.wav", 4, &tags("Other", "Others", "1"));
    yard.scan(&token, true).await;
    assert_eq!(publish(&yard, &token).await.1["track_count"], 1, "the other album alone");
    assert_eq!(edit(&yard, &token, "/api/v1/albums/al-1", &json!({ "is_hidden": null })).await.status, 200);
    assert_eq!(publish(&yard, &token).await.1["track_count"], 3, "the track that is hidden for itself stays so");
    assert_eq!(yard.get("/api/v1/tracks/tr-1", &token).await.body["is_shown"], false);
}

#[tokio::test]
async fn who_edits_says_which_state_they_have_read() {
    let (yard, token) = library().await;
    for path in ["/api/v1/tracks/tr-1", "/api/v1/albums/al-1", "/api/v1/artists/ar-1"] {
        let body = json!({ "sort_name": "A" });
        let body = if path.contains("tracks") { json!({ "sort_title": "A" }) } else { body };
        let before = yard.get(path, &token).await;
        let none = yard.call(Method::PATCH, path, &token, Some(&body)).await;
        assert_eq!((none.status.as_u16(), none.code()), (428, "precondition_required"), "{path}");
        let with =
            async |etag: &str| yard.call_with(Method::PATCH, path, &token, Some(&body), &[("if-match", etag)]).await;
        let edited = with(before.header("etag")).await;
        assert_eq!(edited.status, 200, "{path}: {edited:?}");
        assert_eq!(yard.get(path, &token).await.header("etag"), edited.header("etag"), "{path}");
        let late = with(before.header("etag")).await;
        assert_eq!((late.status.as_u16(), late.code()), (412, "precondition_failed"), "{path}");
        assert_eq!(with("*").await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn what_can_not_be_said_is_refused_and_nothing_is_lost() {
    let (yard, token) = library().await;
    let path = "/api/v1/tracks/tr-1";
    let before = yard.get(path, &token).await;
    for body in [
        json!({ "title": "" }),
        json!({ "title": "Uno", "track_number": -1 }),
        json!({ "title": "Uno", "track_number": "1" }),
        json!({ "title": "Uno", "release_date": "yesterday" }),
        json!({ "title": "Uno", "genres": "Folk" }),
        json!({ "title": "Uno", "path": "b" }),
        json!({ "title": { "en": "Uno" } }),
        json!({ "is_hidden": 1 }),
        json!(["title"]),
    ] {
        let answer = edit(&yard, &token, path, &body).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (422, "bad_request"), "{body}: {answer:?}");
    }
    assert_eq!(edit(&yard, &token, "/api/v1/artists/ar-1", &json!({ "is_hidden": true })).await.status, 422);
    for gone in ["tr-99", "al-1", "1", "tr--1", "tr-99999999999999"] {
        let answer = edit(&yard, &token, &format!("/api/v1/tracks/{gone}"), &json!({ "title": "x" })).await;
        assert!([404, 428].contains(&answer.status.as_u16()), "{gone}: {answer:?}");
        assert_eq!(yard.get(&format!("/api/v1/tracks/{gone}"), &token).await.code(), "not_found");
    }
    assert_eq!(yard.get(path, &token).await.body, before.body);
}

#[tokio::test]
async fn everything_is_listed_page_by_page() {
    let (yard, token) = library().await;
    for number in 3..9_u8 {
        let (title, album) = (format!("Song 100% {number}"), format!("Album {}", number % 4));
        put(&yard, &format!("b/{number}.wav"), number, &tags(&title, &album, "1"));
    }
    yard.scan(&token, false).await;
    edit(&yard, &token, "/api/v1/tracks/tr-2", &json!({ "is_hidden": true })).await;
    let pages = async |path: &str| {
        let (mut names, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = yard.get(&format!("{path}limit=2{cursor}"), &token).await.body;
            let items = page["items"].as_array().unwrap_or_else(|| panic!("{page}")).clone();
            assert!(items.len() <= 2);
            let name = |item: &Value| item.get("title").unwrap_or(&item["name"]).as_str().unwrap().to_owned();
            names.extend(items.iter().map(name));
            let Some(next) = page["next_cursor"].as_str() else { return names };
            cursor = format!("&cursor={next}");
        }
    };
    let titles = pages("/api/v1/tracks?").await;
    assert_eq!((titles.len(), &titles[..2]), (8, &["One".to_owned(), "Two".to_owned()][..]));
    assert_eq!(pages("/api/v1/albums?").await, ["Album 0", "Album 1", "Album 2", "Album 3", "Songs"]);
    assert_eq!(pages("/api/v1/artists?").await, ["Ann"]);
    assert_eq!(pages("/api/v1/tracks?q=100%25&").await.len(), 6);
    assert_eq!(pages("/api/v1/tracks?q=tWo&").await, ["Two"]);
    let tracks = yard.get("/api/v1/tracks?q=two", &token).await.body;
    let two = &tracks["items"][0];
    assert_eq!((&two["is_shown"], &two["is_edited"]), (&json!(false), &json!(true)));
    let of_albums = yard.get("/api/v1/albums?limit=1", &token).await.body["next_cursor"].clone();
    let other = yard.get(&format!("/api/v1/artists?cursor={}", of_albums.as_str().unwrap()), &token).await;
    assert_eq!((other.status.as_u16(), other.code()), (400, "bad_request"));
}
