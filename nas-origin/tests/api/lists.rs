//! Playlists and toplists: made, ordered, published, hidden and removed over the API; imported ones stay their files'.

use std::fs;

use reqwest::Method;
use serde_json::{Value, json};

use super::editing::{edit, library, publish};
use super::yard::{Answer, Yard};

fn tracks(answer: &Answer) -> Vec<&str> {
    let tracks = answer.body["tracks"].as_array().unwrap_or_else(|| panic!("{answer:?}"));
    tracks.iter().map(|track| track["id"].as_str().unwrap()).collect()
}

async fn change(yard: &Yard, token: &str, method: Method, path: &str, list: &str, body: Option<&Value>) -> Answer {
    let etag = yard.get(list, token).await.header("etag").to_owned();
    yard.call_with(method, path, token, body, &[("if-match", &etag)]).await
}

#[tokio::test]
async fn a_playlist_is_made_ordered_published_hidden_and_removed() {
    let (yard, admin) = library().await;
    // The contract lets every account write lists.
    let token = yard.token("bob").await;
    let body = json!({ "name": " Mine ", "description": "for the road", "tracks": ["tr-2", "tr-1", "tr-2"] });
    let made = yard.post("/api/v1/playlists", &token, &body).await;
    assert_eq!((made.status.as_u16(), made.header("location")), (201, "/api/v1/playlists/pl-1"), "{made:?}");
    assert_eq!((&made.body["name"], &made.body["is_public"]), (&json!("Mine"), &json!(true)));
    assert_eq!(tracks(&made), ["tr-2", "tr-1", "tr-2"], "a track may come twice");
    assert_eq!(publish(&yard, &admin).await.1["playlist_count"], 1);

    let path = "/api/v1/playlists/pl-1";
    assert_eq!(yard.get(path, &token).await.header("etag"), made.header("etag"));
    let entries = format!("{path}/tracks");
    let put = json!({ "tracks": ["tr-1"], "position": 0 });
    let put = change(&yard, &token, Method::POST, &entries, path, Some(&put)).await;
    assert_eq!(tracks(&put), ["tr-1", "tr-2", "tr-1", "tr-2"], "{put:?}");
    let shorter = change(&yard, &token, Method::DELETE, &format!("{entries}/3"), path, None).await;
    assert_eq!(tracks(&shorter), ["tr-1", "tr-2", "tr-1"]);
    let ordered = edit(&yard, &token, path, &json!({ "name": "Ours", "tracks": ["tr-1", "tr-2"] })).await;
    assert_eq!((&ordered.body["name"], tracks(&ordered)), (&json!("Ours"), vec!["tr-1", "tr-2"]));
    assert!(publish(&yard, &admin).await.0);
    let mark = || yard.library.read(nas_origin::library::settings::change_mark).unwrap();
    let before = mark();
    edit(&yard, &token, path, &json!({ "name": "Ours", "tracks": ["tr-1", "tr-2"], "is_public": true })).await;
    assert_eq!(mark(), before, "nothing is another one");

    edit(&yard, &token, path, &json!({ "is_public": false })).await;
    assert_eq!(publish(&yard, &admin).await.1["playlist_count"], 0);
    yard.scan(&admin, true).await;
    assert_eq!(yard.get(path, &token).await.body["track_count"], 2, "an import leaves it alone");
    let gone = change(&yard, &token, Method::DELETE, path, path, None).await;
    assert_eq!(gone.status, 204);
    assert_eq!(yard.get(path, &token).await.code(), "not_found");
    let next = yard.post("/api/v1/playlists", &token, &json!({ "name": "Next" })).await;
    assert_eq!(next.body["id"], "pl-2", "an id is never given twice");
}

#[tokio::test]
async fn an_imported_playlist_is_its_files() {
    let (yard, token) = library().await;
    fs::write(yard.path("music/mix.m3u"), "a/2.wav\na/1.wav\n").unwrap();
    yard.scan(&token, false).await;
    let path = "/api/v1/playlists/pl-1";
    let list = yard.get(path, &token).await;
    assert_eq!((&list.body["name"], &list.body["is_imported"]), (&json!("mix"), &json!(true)));
    for body in [json!({ "name": "Mine" }), json!({ "tracks": [] }), json!({ "description": "x" })] {
        let refused = edit(&yard, &token, path, &body).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (409, "imported"), "{refused:?}");
    }
    let refused = change(&yard, &token, Method::DELETE, path, path, None).await;
    assert_eq!(refused.code(), "imported");
    assert_eq!(publish(&yard, &token).await.1["playlist_count"], 1);
    assert_eq!(edit(&yard, &token, path, &json!({ "is_public": false })).await.status, 200);
    fs::write(yard.path("music/mix.m3u"), "a/1.wav\n").unwrap();
    yard.scan(&token, true).await;
    assert_eq!(tracks(&yard.get(path, &token).await), ["tr-1"], "it follows its file");
    assert_eq!(publish(&yard, &token).await.1["playlist_count"], 0, "and stays hidden");
}

#[tokio::test]
async fn a_toplist_holds_playlists() {
    let (yard, token) = library().await;
    yard.post("/api/v1/playlists", &token, &json!({ "name": "Hits", "tracks": ["tr-1"] })).await;
    let made = yard.post("/api/v1/toplists", &token, &json!({ "name": "Charts", "playlists": ["pl-1"] })).await;
    assert_eq!((made.status.as_u16(), &made.body["playlists"][0]["name"]), (201, &json!("Hits")), "{made:?}");
    let path = made.header("location").to_owned();
    assert!(publish(&yard, &token).await.0);
    let shown = async || {
        let snapshot = publish(&yard, &token).await;
        let folder = yard.path("objects");
        let mut count = 0;
        for file in walkdir::WalkDir::new(folder).into_iter().flatten() {
            let is_live = file.path().to_string_lossy().contains(snapshot.1["database_sha256"].as_str().unwrap());
            if is_live && file.path().extension().is_some_and(|ext| ext == "zst") {
                let bytes = zstd::decode_all(fs::File::open(file.path()).unwrap()).unwrap();
                let database = yard.path("read.db");
                fs::write(&database, bytes).unwrap();
                let read = rusqlite::Connection::open(database).unwrap();
                count =
                    read.query_row("SELECT count(*) FROM catalog_toplists", [], |row| row.get::<_, i64>(0)).unwrap();
            }
        }
        count
    };
    assert_eq!(shown().await, 1);
    let hidden = edit(&yard, &token, &path, &json!({ "is_public": false, "name": "Charts of ours" })).await;
    assert_eq!((&hidden.body["is_public"], &hidden.body["name"]), (&json!(false), &json!("Charts of ours")));
    assert_eq!(shown().await, 0);
    let listed = yard.get("/api/v1/toplists", &token).await.body;
    assert_eq!(listed["items"], json!([hidden.body]));
    assert_eq!(change(&yard, &token, Method::DELETE, &path, &path, None).await.status, 204);
    assert_eq!(yard.get("/api/v1/playlists/pl-1", &token).await.status, 200, "its playlists stay");
}

#[tokio::test]
async fn a_bad_list_is_refused_and_nothing_is_made() {
    let (yard, token) = library().await;
    let many = vec!["tr-1"; 10_001];
    for body in [
        json!({ "name": " " }),
        json!({ "name": "x", "tracks": ["tr-1", "tr-99"] }),
        json!({ "name": "x", "tracks": ["al-1"] }),
        json!({ "name": "x", "description": "x".repeat(4_001) }),
        json!({ "name": "x", "tracks": many }),
        json!({ "name": "x", "owner": "ann" }),
    ] {
        let refused = yard.post("/api/v1/playlists", &token, &body).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (422, "bad_request"), "{refused:?}");
    }
    let none = json!({ "items": [], "next_cursor": null });
    assert_eq!(yard.get("/api/v1/playlists", &token).await.body, none);
    yard.post("/api/v1/playlists", &token, &json!({ "name": "x" })).await;
    let path = "/api/v1/playlists/pl-1";
    let far = change(&yard, &token, Method::DELETE, &format!("{path}/tracks/0"), path, None).await;
    assert_eq!((far.status.as_u16(), far.code()), (404, "not_found"));
    let blind = yard.call(Method::DELETE, path, &token, None).await;
    assert_eq!((blind.status.as_u16(), blind.code()), (428, "precondition_required"));
    for query in ["limit=0", "limit=x", "cursor=x", "page=1", "q=x"] {
        let refused = yard.get(&format!("/api/v1/playlists?{query}"), &token).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (400, "bad_request"), "{query}");
    }
}
