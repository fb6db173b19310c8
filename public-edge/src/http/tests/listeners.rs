//! Access mode `listeners`: who is let in, and what everybody else is told.

use std::fmt::Write;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use catalog_core::testing::sample_catalog;
use patient_listener::Peer;
use secrecy::SecretString;
use serde_json::Value;
use snapshot_format::Sha256Hex;
use snapshot_format::access;
use snapshot_format::token::{TokenKey, verify_signed};

use super::Answer;
use crate::listeners::Listeners;
use crate::testing::{NO_STORE, edge, generation};

const ACCESS: &str = "[access]\nmode = 'listeners'\naccess_key = '0123456789abcdef0123456789abcdef'\n";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const HOME: &str = "127.0.0.1";
const ABROAD: &str = "203.0.113.7";

/// An edge for two listeners, with more settings before those of access.
fn router(first: &str) -> Router {
    let edge = edge(&format!("{first}\n{NO_STORE}{ACCESS}"));
    let listener = |listener_id, name: &str, password: &str, key: &str| access::Listener {
        listener_id,
        name: name.to_owned(),
        passwords: vec![SecretString::from(password)],
        api_keys: vec![Sha256Hex::of(key.as_bytes())],
    };
    let both = vec![listener(1, "Ann", "sesame", "mck_ann"), listener(2, "bob", "open:up", "mck_bob")];
    let listeners = Some(Arc::new(Listeners::new(both)));
    let published = generation(&sample_catalog(), |manifest| manifest.publisher_id = Some("publisher".to_owned()));
    edge.snapshots.replace(published.for_listeners(listeners));
    crate::http::router(edge)
}

async fn ask_from(router: &Router, address: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    let mut request = request.body(Body::empty()).expect("a request");
    let address: IpAddr = address.parse().expect("an address");
    request.extensions_mut().insert(Peer(SocketAddr::new(address, 1)));
    let response = tower::ServiceExt::oneshot(router.clone(), request).await.expect("an answer");
    let (head, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    Answer { status: head.status, headers: head.headers, body }
}

async fn ask(router: &Router, path: &str, headers: &[(&str, &str)]) -> Answer {
    ask_from(router, HOME, path, headers).await
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// The code of a Subsonic call's error, or 0.
async fn code(router: &Router, call: &str) -> u64 {
    let answer = ask(router, &format!("/rest/{call}&f=json"), &[]).await;
    let envelope: Value = serde_json::from_slice(&answer.body).expect("JSON");
    envelope["subsonic-response"]["error"]["code"].as_u64().unwrap_or_default()
}

/// Whom the token of a redirect names.
fn named(answer: &Answer) -> u32 {
    let token = answer.header("location").strip_prefix("https://nas.example/api/private-origin/stream/");
    let keys = [TokenKey::new(7, SECRET.as_bytes()).expect("a key")];
    verify_signed(token.expect("the NAS's route"), &keys).expect("a genuine token").listener
}

#[tokio::test]
async fn a_token_names_the_listener_where_that_is_wanted() {
    let origin =
        format!("[playback]\norigin_url = 'https://nas.example'\ntoken_key = {{ id = 7, secret = '{SECRET}' }}\n");
    for (setting, expected) in [("listener_tokens = true\n", [1, 2, 2]), ("", [0, 0, 0])] {
        let router = router(&format!("{origin}{setting}"));
        let ann = [("authorization", &*basic("ann", "sesame"))];
        let found = [
            named(&ask(&router, "/api/v1/tracks/tr-2/play", &ann).await),
            named(&ask(&router, "/rest/stream?id=tr-2&u=bob&p=open:up", &[]).await),
            named(&ask(&router, "/rest/download?id=tr-2&apiKey=mck_bob", &[]).await),
        ];
        assert_eq!(found, expected, "{setting}");
    }
}

const GUARDED: [&str; 10] = [
    "/",
    "/albums",
    "/no-such-page",
    "/assets/x/style.css",
    "/api/v1/albums",
    "/api/v1/snapshot",
    "/api/openapi.json",
    "/api/v1/covers/al-1",
    "/api/v1/tracks/tr-1/play",
    "/metrics",
];

#[tokio::test]
async fn nothing_but_health_and_the_extensions_is_shown_to_strangers() {
    let router = router("");
    for path in GUARDED {
        let refused = ask(&router, path, &[]).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(refused.header("www-authenticate"), "Basic realm=\"Music Cloud\", charset=\"UTF-8\"", "{path}");
        assert_eq!(refused.header("cache-control"), "private, no-store", "{path}");
        assert!(!refused.text().contains("Björk"), "{path}");
        for wrong in [basic("Ann", "wrong"), basic("carol", "sesame"), "Bearer sesame".into(), "Basic ***".into()] {
            let refused = ask(&router, path, &[("authorization", &wrong)]).await;
            assert!(matches!(refused.status.as_u16(), 401 | 429), "{path} {wrong}");
        }
    }
    for path in ["/healthz", "/readyz", "/rest/getOpenSubsonicExtensions?f=json"] {
        let open = ask_from(&router, ABROAD, path, &[]).await;
        assert_eq!((open.status, open.header("cache-control")), (StatusCode::OK, "private, no-store"), "{path}");
    }
    let extensions = ask(&router, "/rest/getOpenSubsonicExtensions?f=json", &[]).await;
    assert!(extensions.text().contains("apiKeyAuthentication"), "{}", extensions.text());
}

#[tokio::test]
async fn a_listener_has_pages_the_api_and_what_watches_the_edge() {
    let router = router("");
    let ann = basic("ann", "sesame");
    for path in GUARDED.into_iter().filter(|path| !path.contains("no-such") && !path.contains("assets")) {
        let answer = ask(&router, path, &[("authorization", &ann)]).await;
        assert!(!matches!(answer.status.as_u16(), 401 | 403 | 429), "{path}: {}", answer.status);
        assert_eq!(answer.header("cache-control"), "private, no-store", "{path}");
    }
    let bob = [("authorization", &*basic("bob", "open:up"))];
    let first = ask(&router, "/api/v1/albums", &bob).await;
    assert!(first.status == StatusCode::OK && first.text().contains("Homogenic"), "{}", first.text());
    let known = [bob[0], ("if-none-match", first.header("etag"))];
    let again = ask(&router, "/api/v1/albums", &known).await;
    assert_eq!((again.status, again.header("cache-control")), (StatusCode::NOT_MODIFIED, "private, no-store"));
    // What is in the cache by now, and what somebody has a copy of, is no stranger's.
    for headers in [&[][..], &[("if-none-match", first.header("etag"))], &[("if-none-match", "*")]] {
        assert_eq!(ask(&router, "/api/v1/albums", headers).await.status, StatusCode::UNAUTHORIZED);
    }
    let home = ask(&router, "/", &bob).await;
    assert!(home.text().contains("an app-password of yours") && !home.text().contains("guest"), "{}", home.text());
}

#[tokio::test]
async fn each_way_to_log_in_has_its_code() {
    // Failures of one edge would soon be too many.
    let another = || router("");
    let router = another();
    let token = "26719a1196d2a940705a59634eb18eab";
    let good = [
        "u=Ann&p=sesame",
        "u=ann&p=enc:736573616d65",
        "u=Ann&t=26719a1196d2a940705a59634eb18eab&s=c19b2d",
        "u=bob&p=open:up",
        "apiKey=mck_ann",
    ];
    for login in good {
        assert_eq!(code(&router, &format!("ping?{login}")).await, 0, "{login}");
        assert_eq!(code(&router, &format!("getAlbum?id=al-1&{login}")).await, 0, "{login}");
    }
    let refused = [
        ("c=x".to_owned(), 10),
        ("u=Ann".to_owned(), 10),
        (format!("u=Ann&t={token}"), 10),
        ("u=Ann&s=c19b2d".to_owned(), 10),
        ("p=sesame".to_owned(), 10),
        ("u=Ann&p=".to_owned(), 40),
        ("u=Ann&p=wrong".to_owned(), 40),
        ("u=Ann&p=enc:xyz".to_owned(), 40),
        ("u=guest&p=guest".to_owned(), 40),
        ("u=bob&p=sesame".to_owned(), 40),
        ("u=Ann&p=mck_ann".to_owned(), 40),
        (format!("u=Ann&t={token}&s=other"), 40),
        ("apiKey=wrong".to_owned(), 44),
        ("apiKey=".to_owned(), 44),
        ("apiKey=sesame".to_owned(), 44),
        ("apiKey=mck_ann&u=Ann".to_owned(), 43),
        ("apiKey=mck_ann&u=Ann&p=sesame".to_owned(), 43),
        (format!("u=Ann&p=sesame&t={token}&s=c19b2d"), 43),
    ];
    for (login, expected) in refused {
        let router = another();
        for operation in ["ping", "getArtists", "stream", "noSuchOperation"] {
            assert_eq!(code(&router, &format!("{operation}?{login}")).await, expected, "{operation} {login}");
        }
    }
    let header = ask(&router, "/rest/ping?f=json", &[("authorization", &basic("Ann", "sesame"))]).await;
    assert!(header.text().contains("\"code\":42"), "{}", header.text());
}

#[tokio::test]
async fn a_key_tells_whose_it_is_and_nobody_is_told_of_others() {
    let router = router("");
    let token = ask(&router, "/rest/tokenInfo?apiKey=mck_bob&f=json", &[]).await;
    assert!(token.text().contains("\"tokenInfo\":{\"username\":\"bob\"}"), "{}", token.text());
    for login in ["c=x", "u=Ann&p=sesame", "apiKey=wrong"] {
        assert_eq!(code(&router, &format!("tokenInfo?{login}")).await, 44, "{login}");
    }
    assert_eq!(code(&router, "tokenInfo?apiKey=mck_bob&u=bob").await, 43);
    // The same question of two is two answers.
    for (login, name, code_of_ann) in [("u=ann&p=sesame", "Ann", 0), ("apiKey=mck_bob", "bob", 50)] {
        let own = ask(&router, &format!("/rest/getUser?username={name}&{login}&f=json"), &[]).await;
        assert!(own.text().contains(&format!("\"username\":\"{name}\"")), "{}", own.text());
        assert_eq!(code(&router, &format!("getUser?username=Ann&{login}")).await, code_of_ann, "{login}");
    }
}

#[tokio::test]
async fn errors_are_envelopes_that_say_no_more_than_they_must() {
    let router = router("");
    let mut told = String::new();
    for (address, path) in [
        (HOME, "/rest/ping?u=Ann&p=wrong"),
        (HOME, "/rest/ping?apiKey=wrong&f=json"),
        (HOME, "/rest/ping?apiKey=k&u=Ann&f=json"),
        (HOME, "/rest/ping"),
        (ABROAD, "/rest/ping?u=Ann&p=sesame"),
        (ABROAD, "/api/v1/albums"),
        (HOME, "/api/v1/albums"),
    ] {
        let answer = ask_from(&router, address, path, &[]).await;
        writeln!(told, "{path}\n{} {}\n", answer.status, answer.text()).expect("written");
    }
    insta::assert_snapshot!("listeners_errors", told);
}

#[tokio::test]
async fn nothing_comes_in_the_clear_from_outside() {
    let closed = router("trusted_proxies = '10.0.0.0/8'");
    let ann = basic("Ann", "sesame");
    let direct = [("authorization", &*ann), ("x-forwarded-proto", "https")];
    for path in ["/", "/api/v1/albums", "/metrics", "/rest/ping?u=Ann&p=sesame", "/rest/ping"] {
        let refused = ask_from(&closed, ABROAD, path, &direct).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(refused.header("cache-control"), "private, no-store", "{path}");
        assert!(refused.header("www-authenticate").is_empty(), "{path}: nothing is asked for");
    }
    assert!(ask_from(&closed, ABROAD, "/rest/ping?apiKey=k&p=x", &[]).await.text().contains("code=\"43\""));
    for (proto, status) in [("https", StatusCode::OK), ("http", StatusCode::FORBIDDEN)] {
        let proxied = [direct[0], ("x-forwarded-proto", proto), ("x-forwarded-for", ABROAD)];
        assert_eq!(ask_from(&closed, "10.0.0.1", "/api/v1/albums", &proxied).await.status, status, "{proto}");
    }
    let open = router("");
    assert_eq!(ask_from(&open, "10.0.0.1", "/", &[direct[0]]).await.status, StatusCode::FORBIDDEN);
    let edge = edge(&format!("{NO_STORE}{ACCESS}allow_plain_http = true\n"));
    edge.snapshots.replace(generation(&sample_catalog(), |_| ()).for_listeners(Some(Arc::new(Listeners::new(vec![])))));
    let vouched = crate::http::router(edge);
    assert_eq!(ask_from(&vouched, ABROAD, "/", &[]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_household_that_keeps_failing_has_to_wait_even_with_the_right_password() {
    let router = router("trusted_proxies = '127.0.0.1'");
    let from = |address: &'static str| [("x-forwarded-for", address), ("x-forwarded-proto", "https")];
    let (theirs, others) = (from("2001:db8::1"), from("2001:db8:0:1::1"));
    for _ in 0..100 {
        assert_eq!(ask(&router, "/rest/ping?u=Ann&p=sesame", &theirs).await.status, StatusCode::OK);
        assert_eq!(ask(&router, "/albums", &theirs).await.status, StatusCode::UNAUTHORIZED, "no try at all");
    }
    for _ in 0..15 {
        assert!(ask(&router, "/rest/ping?u=Ann&p=wrong", &theirs).await.text().contains("code=\"40\""));
        assert!(ask(&router, "/rest/ping?apiKey=wrong", &theirs).await.text().contains("code=\"44\""));
    }
    let neighbour = from("2001:db8::ffff");
    let ann = basic("Ann", "sesame");
    let with_password = [neighbour[0], neighbour[1], ("authorization", &*ann)];
    for (path, headers) in [
        ("/rest/ping?u=Ann&p=sesame", &neighbour[..]),
        ("/rest/ping?apiKey=mck_ann", &neighbour[..]),
        ("/api/v1/albums", &with_password[..]),
        ("/albums", &with_password[..]),
    ] {
        let refused = ask(&router, path, headers).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
        let wait: u32 = refused.header("retry-after").parse().expect("seconds");
        assert!((1..=60).contains(&wait), "{path}: {wait}");
    }
    assert_eq!(ask(&router, "/rest/ping?u=Ann&p=sesame", &others).await.status, StatusCode::OK, "not the neighbours");
}

#[tokio::test]
async fn without_a_snapshot_nobody_is_let_in_and_all_may_come_again() {
    let router = crate::http::router(edge(&format!("{NO_STORE}{ACCESS}")));
    let ann = basic("Ann", "sesame");
    for (path, headers) in [("/", &[("authorization", &*ann)][..]), ("/rest/ping?u=Ann&p=sesame", &[])] {
        let answer = ask(&router, path, headers).await;
        assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "5"), "{path}");
    }
    assert_eq!(ask(&router, "/healthz", &[]).await.status, StatusCode::OK);
}
