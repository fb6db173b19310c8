//! Files that come through the edge, from real servers on loopback.

mod places;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use catalog_core::testing::{MemoryCatalog, sample_draft};
use tower::ServiceExt;

use self::places::{FILE, Place};
use super::{MAX_STREAMS, MAX_STREAMS_OF_LISTENER, Proxy, SourcePatience};
use crate::http::tests::{Answer, ask, begin};
use crate::state::Edge;
use crate::testing::{self, router_with};

const PROXY: &str = "playback.delivery = 'proxy'";
const PLAY: &str = "/api/v1/tracks/tr-1/play";
const STREAM: &str = "/rest/stream?id=tr-1&c=DSub";

/// The sample, with the first track at an address.
fn catalog_at(url: &str) -> MemoryCatalog {
    let mut draft = sample_draft();
    draft.tracks[0].files.truncate(1);
    draft.tracks[0].files[0].public_url = Some(url.to_owned());
    draft.finish()
}

fn edge_at(url: &str, settings: &str) -> Router {
    router_with(&catalog_at(url), settings)
}

async fn get(edge: &Router, path: &str, headers: &[(&str, &str)]) -> Answer {
    ask(edge, Method::GET, path, headers).await
}

#[tokio::test]
async fn a_client_that_follows_no_redirect_gets_the_bytes_and_others_the_way() {
    let place = Place::start().await;
    let edge = edge_at(&place.url("file"), "");
    for path in [STREAM, "/rest/download.view?id=tr-1&c=dsub"] {
        let answer = get(&edge, path, &[]).await;
        assert_eq!((answer.status, answer.body.as_ref()), (StatusCode::OK, FILE), "{path}");
        assert_eq!((answer.header("content-type"), answer.header("content-length")), ("audio/flac", "1000"));
        assert_eq!((answer.header("cache-control"), answer.header("x-content-type-options")), ("no-store", "nosniff"));
        assert_eq!((answer.header("etag"), answer.header("accept-ranges")), ("\"file\"", "bytes"));
    }
    assert_eq!(get(&edge, PLAY, &[("user-agent", "DSub/5.5.2")]).await.body, FILE);
    let others = [("/rest/stream?id=tr-1&c=Symfonium", "okhttp"), ("/rest/stream?id=tr-1", ""), (PLAY, "Mozilla/5.0")];
    for (path, user_agent) in others {
        let answer = get(&edge, path, &[("user-agent", user_agent)]).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::FOUND, place.url("file").as_str()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn an_owner_may_send_all_through_the_edge_or_none() {
    let place = Place::start().await;
    let all = edge_at(&place.url("file"), PROXY);
    for path in [PLAY, "/rest/stream?id=tr-1&c=Symfonium", "/rest/download?id=tr-1"] {
        assert_eq!(get(&all, path, &[]).await.body, FILE, "{path}");
    }
    let none = edge_at(&place.url("file"), "playback.delivery = 'redirect'");
    for path in [PLAY, STREAM] {
        assert_eq!(get(&none, path, &[("user-agent", "DSub")]).await.status, StatusCode::FOUND, "{path}");
    }
}

#[tokio::test]
async fn ranges_and_conditions_are_the_places_to_judge() {
    let place = Place::start().await;
    let edge = edge_at(&place.url("file"), PROXY);
    for path in [PLAY, STREAM] {
        let part = get(&edge, path, &[("range", "bytes=100-199")]).await;
        assert_eq!((part.status, part.body.as_ref()), (StatusCode::PARTIAL_CONTENT, &FILE[100..200]), "{path}");
        assert_eq!((part.header("content-range"), part.header("content-length")), ("bytes 100-199/1000", "100"));
        let beyond = get(&edge, path, &[("range", "bytes=1000-")]).await;
        assert_eq!(
            (beyond.status, beyond.header("content-range")),
            (StatusCode::RANGE_NOT_SATISFIABLE, "bytes */1000")
        );
        assert_eq!(beyond.text(), "", "what the place says besides is its own");
        let same = get(&edge, path, &[("if-none-match", "\"file\"")]).await;
        assert_eq!((same.status, same.header("etag"), same.text()), (StatusCode::NOT_MODIFIED, "\"file\"", ""));
        let changed = get(&edge, path, &[("range", "bytes=0-9"), ("if-range", "\"older\"")]).await;
        assert_eq!((changed.status, changed.body.len()), (StatusCode::OK, FILE.len()));
        let head = ask(&edge, Method::HEAD, path, &[]).await;
        assert_eq!((head.status, head.header("content-length"), head.text()), (StatusCode::OK, "1000", ""));
        assert_eq!(place.last_asked().0, Method::HEAD);
    }
}

#[tokio::test]
async fn what_a_listener_sends_besides_stays_here() {
    let place = Place::start().await;
    let edge = edge_at(&place.url("hop"), PROXY);
    let sent = [
        ("authorization", "Basic Z3Vlc3Q6Z3Vlc3Q="),
        ("cookie", "a=b"),
        ("accept-encoding", "gzip"),
        ("x-forwarded-for", "9.9.9.9"),
        ("referer", "https://a.example/"),
        ("range", "bytes=0-9"),
    ];
    assert_eq!(get(&edge, "/rest/stream?id=tr-1&u=guest&p=guest", &sent).await.body, FILE[..10]);
    let (_, arrived) = place.last_asked();
    let mut names: Vec<_> = arrived.keys().map(ToString::to_string).collect();
    names.sort();
    assert_eq!(names, ["accept", "accept-encoding", "host", "range", "user-agent"]);
    assert_eq!(arrived["accept-encoding"], "identity");
}

#[tokio::test]
async fn redirects_are_followed_a_few_times_and_to_the_web_alone() {
    let place = Place::start().await;
    assert_eq!(get(&edge_at(&place.url("hop"), PROXY), PLAY, &[]).await.body, FILE);
    for elsewhere in ["loop", "to-a-file", "to-ftp"] {
        let edge = edge_at(&place.url(elsewhere), PROXY);
        assert_eq!(get(&edge, PLAY, &[]).await.status, StatusCode::BAD_GATEWAY, "{elsewhere}");
    }
    for url in ["file:///etc/passwd", "ftp://a.example/b", "javascript:alert(1)"] {
        assert_eq!(get(&edge_at(url, PROXY), PLAY, &[]).await.status, StatusCode::NOT_FOUND, "{url}");
    }
}

#[tokio::test]
async fn a_place_that_has_no_file_is_told_apart_from_one_that_is_down() {
    let place = Place::start().await;
    let nobody = Place::nobody().await;
    for (url, status, code, subsonic_status, subsonic_code) in [
        (place.url("status/404"), 404, "not_available", 200, 70),
        (place.url("status/410"), 404, "not_available", 200, 70),
        (place.url("status/403"), 502, "source_unreachable", 200, 70),
        (place.url("status/500"), 502, "source_unreachable", 200, 70),
        (place.url("status/204"), 502, "source_unreachable", 200, 70),
        (place.url("encoded"), 502, "source_unreachable", 200, 70),
        (nobody, 502, "source_unreachable", 200, 70),
        (place.url("status/503"), 503, "source_busy", 503, 0),
        (place.url("status/429"), 503, "source_busy", 503, 0),
    ] {
        let edge = edge_at(&url, PROXY);
        let native = get(&edge, PLAY, &[]).await;
        assert_eq!(native.status, status, "{url}");
        assert!(native.text().contains(&format!("\"code\":\"{code}\"")), "{url}: {}", native.text());
        let subsonic = get(&edge, STREAM, &[]).await;
        assert_eq!(subsonic.status, subsonic_status, "{url}");
        assert!(subsonic.text().contains(&format!("code=\"{subsonic_code}\"")), "{url}: {}", subsonic.text());
        assert!(!native.text().contains("127.0.0.1") && !subsonic.text().contains("127.0.0.1"), "{url}");
        assert_eq!(native.headers.contains_key("retry-after"), status == 503, "{url}");
    }
}

#[tokio::test]
async fn a_page_is_never_shown_as_one() {
    let place = Place::start().await;
    let answer = get(&edge_at(&place.url("page"), PROXY), PLAY, &[]).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/octet-stream"));
    assert_eq!((answer.header("x-content-type-options"), answer.header("set-cookie")), ("nosniff", ""));
}

#[tokio::test]
async fn above_the_limit_listeners_are_asked_to_come_again() {
    let place = Place::start().await;
    let edge = edge_at(&place.url("endless"), PROXY);
    let mut under_way = Vec::new();
    for _ in 0..MAX_STREAMS {
        let response = begin(&edge, Method::GET, PLAY, &[]).await;
        assert_eq!(response.status(), StatusCode::OK);
        under_way.push(response);
    }
    let native = get(&edge, PLAY, &[]).await;
    assert_eq!((native.status, native.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "5"));
    assert!(native.text().contains("\"code\":\"too_many_streams\""), "{}", native.text());
    let subsonic = get(&edge, STREAM, &[]).await;
    assert_eq!((subsonic.status, subsonic.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "5"));
    assert!(subsonic.text().contains("code=\"0\""), "{}", subsonic.text());
    under_way.pop();
    assert_eq!(begin(&edge, Method::GET, PLAY, &[]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn one_listener_has_a_share_of_the_places() {
    let place = Place::start().await;
    let edge = edge_at(&place.url("endless"), PROXY);
    let begin_from = async |address: [u8; 4], path: &str| {
        let mut request = Request::get(path).body(Body::empty()).expect("a request");
        request.extensions_mut().insert(patient_listener::Peer(SocketAddr::from((address, 1))));
        edge.clone().oneshot(request).await.expect("an answer")
    };
    let mut under_way = Vec::new();
    for _ in 0..MAX_STREAMS_OF_LISTENER {
        under_way.push(begin_from([1, 2, 3, 4], PLAY).await);
    }
    assert!(under_way.iter().all(|response| response.status() == StatusCode::OK));
    for path in [PLAY, STREAM] {
        let refused = begin_from([1, 2, 3, 4], path).await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()["retry-after"], "5");
        let body = to_bytes(refused.into_body(), usize::MAX).await.expect("a body");
        let text = String::from_utf8_lossy(&body);
        assert!(text.contains("this address") && (text.contains("too_many_streams") || text.contains("code=\"0\"")));
        assert_eq!(begin_from([1, 2, 3, 5], path).await.status(), StatusCode::OK, "another listener");
    }
    under_way.pop();
    assert_eq!(begin_from([1, 2, 3, 4], PLAY).await.status(), StatusCode::OK);
}

/// An edge that waits a second for the place of a file, and its routes.
fn impatient_edge_at(url: &str) -> (Edge, Router) {
    let second = Duration::from_secs(1);
    let proxy = Proxy::new(SourcePatience { connect: second, read: second });
    let edge = testing::edge(&format!("{PROXY}\n{}", testing::NO_STORE)).with_proxy(proxy);
    edge.snapshots.replace(testing::generation(&catalog_at(url), |_| ()));
    (edge.clone(), crate::http::router(edge))
}

#[tokio::test]
async fn a_place_that_takes_the_request_and_says_nothing_is_given_up() {
    let place = Place::start().await;
    let (edge, routes) = impatient_edge_at(&place.url("silent"));
    let native = get(&routes, PLAY, &[]).await;
    assert_eq!(native.status, StatusCode::BAD_GATEWAY);
    assert!(native.text().contains("source_unreachable") && !native.text().contains("127.0.0.1"));
    let subsonic = get(&routes, STREAM, &[]).await;
    assert!(subsonic.text().contains("code=\"70\""), "{}", subsonic.text());
    assert_eq!(edge.proxy.streams_under_way(), 0, "its place is free again");
}

#[tokio::test]
async fn a_file_that_stops_midway_is_cut_and_its_place_free_again() {
    let place = Place::start().await;
    let (edge, routes) = impatient_edge_at(&place.url("stalling"));
    let response = begin(&routes, Method::GET, PLAY, &[]).await;
    assert_eq!((response.status(), edge.proxy.streams_under_way()), (StatusCode::OK, 1));
    let broken = to_bytes(response.into_body(), usize::MAX).await.expect_err("half a file is no file");
    assert!(!format!("{broken:?}").contains("127.0.0.1"), "{broken:?}");
    assert_eq!(edge.proxy.streams_under_way(), 0);
}

#[tokio::test]
async fn a_listener_who_leaves_ends_the_request_to_the_place() {
    let place = Place::start().await;
    let edge = places::serve(edge_at(&place.url("endless"), PROXY)).await;
    let listener = reqwest::Client::builder().no_proxy().build().expect("a client");
    let mut answer = listener.get(format!("{edge}{PLAY}")).send().await.expect("an answer");
    assert!(answer.chunk().await.expect("a piece").is_some());
    drop(answer);
    place.endless_one_ended().await;
}
