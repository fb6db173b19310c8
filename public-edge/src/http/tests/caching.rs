//! ETags, 304, who may keep what, and codings.

use std::io::Read;

use axum::Router;
use axum::http::{Method, StatusCode};
use catalog_core::testing::{MemoryCatalog, sample_catalog};
use snapshot_format::{Manifest, Sha256Hex};

use super::{Answer, ask, get};
use crate::state::Edge;
use crate::testing::{NO_STORE, edge, generation, router_over};

const PUBLIC: &str = "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400";
/// A page, a native answer, a Subsonic answer.
const STABLE: [&str; 4] = ["/albums", "/api/v1/albums?limit=3", "/rest/getAlbum?id=al-1", "/rest/getPlaylists?f=json"];

async fn get_again(router: &Router, path: &str, if_none_match: &str) -> Answer {
    ask(router, Method::GET, path, &[("if-none-match", if_none_match)]).await
}

/// An edge and its routes, serving a catalog under a changed manifest.
fn served(catalog: &MemoryCatalog, change: impl FnOnce(&mut Manifest)) -> (Edge, Router) {
    let edge = edge(NO_STORE);
    edge.snapshots.replace(generation(catalog, change));
    let router = crate::http::router(edge.clone());
    (edge, router)
}

#[tokio::test]
async fn what_a_listener_has_is_not_sent_again() {
    let router = router_over(&sample_catalog());
    for path in STABLE {
        let first = get(&router, path).await;
        let e_tag = first.header("etag").to_owned();
        assert!(e_tag.starts_with("W/\"") && first.header("cache-control") == PUBLIC, "{path}: {e_tag}");
        for known in [e_tag.as_str(), &e_tag[2..], &format!("\"other\", {e_tag}"), "*"] {
            let again = get_again(&router, path, known).await;
            assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{path} {known}");
            for name in ["etag", "cache-control", "vary"] {
                assert_eq!(again.header(name), first.header(name), "{path} {known}");
            }
        }
        assert_eq!(get_again(&router, path, "W/\"other\"").await.body, first.body, "{path}");
    }
}

#[tokio::test]
async fn a_tag_is_of_the_question_and_not_of_how_it_is_spelled() {
    let router = router_over(&sample_catalog());
    let list = "/rest/getAlbumList2?type=newest";
    let tag = async |path: String| get(&router, &path).await.header("etag").to_owned();
    let plain = tag(format!("{list}&size=2&offset=1")).await;
    assert_eq!(plain, tag(format!("{list}&offset=1&size=2&c=client&v=1.16.1")).await);
    assert_eq!(plain, tag("/rest/getAlbumList2.view?size=%32&offset=1&type=newest&u=guest&p=guest".to_owned()).await);
    for other in ["&size=2", "&size=3&offset=1", "&size=2&offset=1&f=json"] {
        assert_ne!(plain, tag(format!("{list}{other}")).await, "{other}");
    }
    // The first of a name counts, so these are two questions.
    assert_ne!(tag(format!("{list}&size=1&size=2")).await, tag(format!("{list}&size=2&size=1")).await);
}

#[tokio::test]
async fn each_language_has_its_own_page() {
    let router = router_over(&sample_catalog());
    let in_language = async |language| ask(&router, Method::GET, "/albums", &[("accept-language", language)]).await;
    let (english, chinese) = (in_language("en").await, in_language("zh-CN").await);
    assert_ne!((english.header("etag"), &english.body), (chinese.header("etag"), &chinese.body));
    assert_eq!(chinese.header("vary"), "Accept-Encoding, Accept-Language");
    assert_eq!(get(&router, "/api/v1/albums").await.header("vary"), "Accept-Encoding");
}

#[tokio::test]
async fn errors_and_lots_have_no_tag_and_are_not_kept() {
    let router = router_over(&sample_catalog());
    for path in [
        "/albums/al-99",
        "/nothing",
        "/api/v1/albums/al-99",
        "/api/v1/albums?limit=0",
        "/api/v1/covers/al-99",
        "/api/v1/tracks/tr-99/play",
        "/rest/getAlbum?id=al-99",
        "/rest/getRandomSongs",
        "/rest/getAlbumList2?type=random",
        "/rest/ping?u=guest&p=wrong",
    ] {
        for known in ["*", "W/\"AAAAAAAAAAAAAAAAAAAAAA\""] {
            let answer = get_again(&router, path, known).await;
            assert_ne!(answer.status, StatusCode::NOT_MODIFIED, "{path}");
            assert_eq!((answer.header("etag"), answer.header("cache-control")), ("", "no-store"), "{path}");
        }
    }
}

#[tokio::test]
async fn answers_to_credentials_are_the_listeners_own() {
    let router = router_over(&sample_catalog());
    let open = get(&router, "/rest/getAlbum?id=al-1").await;
    let own = get(&router, "/rest/getAlbum?id=al-1&u=guest&p=guest").await;
    assert_eq!((own.header("cache-control"), &own.body), ("private, max-age=60", &open.body));
    let again = get_again(&router, "/rest/getAlbum?id=al-1&u=guest&p=guest", own.header("etag")).await;
    assert_eq!((again.status, again.header("cache-control")), (StatusCode::NOT_MODIFIED, "private, max-age=60"));
    let refused = get_again(&router, "/rest/getAlbum?id=al-1&u=guest&p=wrong", own.header("etag")).await;
    assert_eq!(refused.header("cache-control"), "no-store", "a known tag opens no door");
}

#[tokio::test]
async fn every_coding_holds_the_same_body() {
    let router = router_over(&sample_catalog());
    let plain = get(&router, "/api/v1/tracks").await;
    for coding in ["zstd", "br", "gzip"] {
        for round in ["packed", "kept"] {
            let answer = ask(&router, Method::GET, "/api/v1/tracks", &[("accept-encoding", coding)]).await;
            assert_eq!(answer.header("content-encoding"), coding, "{round}");
            assert_eq!(answer.header("etag"), plain.header("etag"), "a weak tag is of all codings");
            assert!(answer.body.len() < plain.body.len() / 2, "{coding}");
            assert_eq!(unpacked(coding, &answer.body), plain.body, "{coding} {round}");
        }
    }
    let small = ask(&router, Method::GET, "/rest/ping", &[("accept-encoding", "gzip")]).await;
    assert_eq!(small.header("content-encoding"), "", "packing would not pay");
}

fn unpacked(coding: &str, packed: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    match coding {
        "zstd" => zstd::Decoder::new(packed).expect("a frame").read_to_end(&mut plain),
        "br" => brotli::Decompressor::new(packed, 4096).read_to_end(&mut plain),
        _ => flate2::read::GzDecoder::new(packed).read_to_end(&mut plain),
    }
    .expect("unpacked");
    plain
}

#[tokio::test]
async fn head_says_what_get_would() {
    for path in STABLE.into_iter().chain(["/api/v1/albums/al-99", "/api/v1/tracks/tr-1/play"]) {
        let router = router_over(&sample_catalog());
        // First, so that what HEAD leaves in the cache is seen by GET.
        let head = ask(&router, Method::HEAD, path, &[("accept-encoding", "gzip")]).await;
        let whole = ask(&router, Method::GET, path, &[("accept-encoding", "gzip")]).await;
        assert_eq!((head.status, &head.headers), (whole.status, &whole.headers), "{path}");
        assert!(head.body.is_empty(), "{path}");
    }
}

#[tokio::test]
async fn a_swap_changes_body_and_tag_together() {
    let (edge, router) = served(&sample_catalog(), |_| ());
    let before = get(&router, "/api/v1/albums").await;
    let other = |manifest: &mut Manifest| manifest.database.sha256 = Sha256Hex::of(b"another");
    edge.snapshots.replace(generation(&MemoryCatalog::default(), other));
    let after = get_again(&router, "/api/v1/albums", before.header("etag")).await;
    assert_eq!(after.status, StatusCode::OK);
    assert_eq!(&after.body[..], br#"{"items":[],"next_cursor":null}"#);
    assert_ne!(after.header("etag"), before.header("etag"));
}

#[tokio::test]
async fn answers_of_a_snapshot_go_with_it() {
    let (edge, router) = served(&sample_catalog(), |_| ());
    for path in STABLE {
        ask(&router, Method::GET, path, &[("accept-encoding", "gzip")]).await;
    }
    let full = edge.bodies.usage().bytes;
    edge.snapshots.replace(generation(&sample_catalog(), |manifest| manifest.sequence = 8));
    get(&router, STABLE[2]).await;
    assert_eq!(edge.bodies.usage().bytes, full, "the same database under another manifest");
    edge.snapshots.replace(generation(&sample_catalog(), |manifest| {
        manifest.database.sha256 = Sha256Hex::of(b"another");
    }));
    get(&router, STABLE[2]).await;
    assert!(edge.bodies.usage().bytes < full / 2, "only the new answer is kept");
}

#[tokio::test]
async fn what_no_operation_reads_is_no_other_question() {
    let router = router_over(&sample_catalog());
    let list = "/rest/getAlbumList2?type=newest";
    let tag = async |path: String| get(&router, &path).await.header("etag").to_owned();
    let plain = tag(list.to_owned()).await;
    for same in ["&_=1732180000", "&size=10", "&offset=0", "&type=byGenre", "&offset=0&size=10&c=x&v=1.2.0"] {
        assert_eq!(plain, tag(format!("{list}{same}")).await, "{same}");
    }
    for other in ["&size=11", "&offset=10", "&size=11&size=10"] {
        assert_ne!(plain, tag(format!("{list}{other}")).await, "{other}");
    }
    let search = "/rest/search3?query=a";
    let plain = tag(search.to_owned()).await;
    assert_eq!(plain, tag(format!("{search}&artistCount=20&albumCount=20&songCount=20&songOffset=0")).await);
    assert_ne!(plain, tag(format!("{search}&songCount=10")).await);
}

#[tokio::test]
async fn a_renewal_changes_what_shows_the_manifest_alone() {
    let (edge, router) = served(&sample_catalog(), |_| ());
    let shown = ["/", "/api/v1/snapshot", "/rest/getPlaylists", "/rest/getIndexes"];
    let mut before = Vec::new();
    for path in shown.into_iter().chain(["/albums", "/api/v1/albums", "/rest/getArtists"]) {
        before.push((path, get(&router, path).await));
    }
    edge.snapshots.replace(generation(&sample_catalog(), |manifest| {
        manifest.sequence = 8;
        manifest.generated_at = "2026-02-03T04:05:06Z".parse().expect("a time");
    }));
    for (path, before) in before {
        let after = get_again(&router, path, before.header("etag")).await;
        let expected = if shown.contains(&path) { StatusCode::OK } else { StatusCode::NOT_MODIFIED };
        assert_eq!(after.status, expected, "{path}");
        assert_ne!(after.body, before.body, "{path}");
    }
}

#[tokio::test]
async fn any_origin_may_read_every_answer() {
    let router = router_over(&sample_catalog());
    let shown = "Accept-Ranges, Content-Length, Content-Range, ETag";
    for path in ["/", "/nothing", "/api/v1/albums", "/api/v1/albums/al-99", "/api/v2", "/rest/x", "/rest/ping"] {
        for method in [Method::GET, Method::POST, Method::HEAD] {
            let answer = ask(&router, method, path, &[("origin", "https://app.example")]).await;
            assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
            assert_eq!(answer.header("access-control-expose-headers"), shown, "{path}");
        }
        let asking = [("origin", "https://app.example"), ("access-control-request-method", "POST")];
        let preflight = ask(&router, Method::OPTIONS, path, &asking).await;
        assert_eq!(preflight.status, StatusCode::NO_CONTENT, "{path}");
        assert_eq!(preflight.header("access-control-allow-headers"), "Content-Type, Range", "{path}");
    }
}

#[tokio::test]
async fn what_can_only_be_read_says_so_in_its_own_way() {
    let router = router_over(&sample_catalog());
    for (path, allowed, content_type) in [
        ("/rest/ping?f=json", "GET,HEAD,POST", "application/json"),
        ("/rest/ping", "GET,HEAD,POST", "text/xml; charset=utf-8"),
        ("/api/v1/albums", "GET,HEAD", "application/json"),
        ("/api/v1/tracks/tr-1/play", "GET,HEAD", "application/json"),
        ("/healthz", "GET,HEAD", "application/json"),
        ("/albums", "GET,HEAD", "text/html; charset=utf-8"),
        ("/assets/x/style.css", "GET,HEAD", "text/html; charset=utf-8"),
    ] {
        for method in [Method::PUT, Method::DELETE] {
            let answer = ask(&router, method, path, &[]).await;
            assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, allowed), "{path}");
            assert_eq!((answer.header("content-type"), answer.header("cache-control")), (content_type, "no-store"));
            assert_eq!((answer.header("access-control-allow-origin"), answer.header("retry-after")), ("*", ""));
            assert!(!answer.body.is_empty(), "{path}");
        }
    }
}

#[tokio::test]
async fn before_the_first_snapshot_listeners_are_asked_to_come_back() {
    let router = crate::http::router(edge(NO_STORE));
    for path in ["/", "/api/v1/albums", "/api/v1/covers/al-1", "/api/v1/tracks/tr-1/play", "/rest/getArtists"] {
        let answer = get(&router, path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!((answer.header("retry-after"), answer.header("cache-control")), ("5", "no-store"), "{path}");
    }
}
