//! Pictures: which rendition, from where, and for how long.

use axum::Router;
use axum::http::{Method, StatusCode};
use catalog_core::testing::sample_catalog;
use snapshot_format::{Manifest, Sha256Hex, keys};
use tempfile::TempDir;

use super::{ask, get};
use crate::testing::{edge, generation};

const KEPT: &str = "public, max-age=3600, stale-while-revalidate=86400";

/// Routes over the sample, and the store that has some renditions of the cover of `al-1`: bytes that say their size.
fn served(change: impl FnOnce(&mut Manifest)) -> (Router, TempDir) {
    let store = tempfile::tempdir().expect("a folder");
    for size in [64, 300, 1200] {
        let path = store.path().join(keys::cover(&picture('a'), size, "jpg"));
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, format!("{size}")).expect("written");
    }
    let edge = edge(&format!("[snapshot]\nstore = \"file://{}\"\n", store.path().display()));
    edge.snapshots.replace(generation(&sample_catalog(), change));
    (crate::http::router(edge), store)
}

fn picture(digit: char) -> Sha256Hex {
    Sha256Hex::try_from(digit.to_string().repeat(64)).expect("a digest")
}

#[tokio::test]
async fn the_smallest_rendition_that_is_large_enough_is_sent() {
    let (router, _store) = served(|_| ());
    for (size, sent) in
        [("?size=1", "64"), ("?size=64", "64"), ("?size=151", "300"), ("?size=9999", "1200"), ("", "1200")]
    {
        let cover = get(&router, &format!("/api/v1/covers/al-1{size}")).await;
        assert_eq!((cover.status, &cover.body[..]), (StatusCode::OK, sent.as_bytes()), "{size}");
        assert_eq!((cover.header("content-type"), cover.header("cache-control")), ("image/jpeg", KEPT));
        let subsonic = get(&router, &format!("/rest/getCoverArt?id=al-1&{}", size.trim_start_matches('?'))).await;
        assert_eq!((&subsonic.body, subsonic.header("etag")), (&cover.body, cover.header("etag")), "{size}");
    }
    let own = get(&router, "/rest/getCoverArt?id=al-1&u=guest&p=guest").await;
    assert_eq!(own.header("cache-control"), "private, max-age=3600");
}

#[tokio::test]
async fn a_picture_that_a_listener_has_is_not_sent_again() {
    let (router, store) = served(|_| ());
    let cover = get(&router, "/api/v1/covers/al-1?size=64").await;
    let e_tag = cover.header("etag");
    for known in [e_tag, &format!("W/{e_tag}"), &format!("\"other\", {e_tag}"), "*"] {
        let again = ask(&router, Method::GET, "/api/v1/covers/al-1?size=64", &[("if-none-match", known)]).await;
        assert_eq!((again.status, again.header("etag")), (StatusCode::NOT_MODIFIED, e_tag), "{known}");
        assert!(again.body.is_empty());
    }
    let larger = ask(&router, Method::GET, "/api/v1/covers/al-1", &[("if-none-match", e_tag)]).await;
    assert_eq!(larger.status, StatusCode::OK);
    drop(store);
    assert_eq!(get(&router, "/api/v1/covers/al-1?size=64").await.body, cover.body, "it is kept in memory");
}

#[tokio::test]
async fn a_public_store_is_where_listeners_are_sent() {
    let (router, _store) = served(|manifest| manifest.public_base_url = Some("https://cdn.example/music/".to_owned()));
    let cover = get(&router, "/api/v1/covers/al-1?size=100").await;
    let location = format!("https://cdn.example/music/{}", keys::cover(&picture('a'), 150, "jpg"));
    assert_eq!((cover.status, cover.header("location")), (StatusCode::FOUND, location.as_str()));
    assert_eq!(cover.header("cache-control"), KEPT);
}

#[tokio::test]
async fn a_playlist_shows_the_cover_of_its_first_track_or_the_one_of_its_source() {
    let (router, _store) = served(|manifest| manifest.public_base_url = Some("https://cdn.example".to_owned()));
    let own = get(&router, "/api/v1/covers/pl-1").await;
    assert!(own.header("location").ends_with(&keys::cover(&picture('a'), 1200, "jpg")), "{}", own.header("location"));
    let external = get(&router, "/api/v1/covers/pl-3").await;
    assert_eq!(external.header("location"), "https://img.example/new.jpg");
}

#[tokio::test]
async fn what_has_no_picture_is_not_found() {
    let (router, _store) = served(|_| ());
    for (path, error) in [
        ("/api/v1/covers/al-5", (404, "not_found")),
        ("/api/v1/covers/al-99", (404, "not_found")),
        ("/api/v1/covers/nonsense", (404, "not_found")),
        ("/api/v1/covers/%FF", (404, "not_found")),
        // The catalog knows it, the store doesn't have it.
        ("/api/v1/covers/al-2", (404, "not_found")),
        ("/api/v1/covers/al-1?size=big", (400, "bad_parameter")),
        ("/api/v1/covers/al-1?size=-1", (400, "bad_parameter")),
    ] {
        assert_eq!(get(&router, path).await.error(), (error.0, error.1.to_owned()), "{path}");
    }
}
