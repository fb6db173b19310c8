//! Where listeners are sent for a track's bytes.

use axum::Router;
use axum::http::{Method, StatusCode};
use catalog_core::testing::sample_catalog;
use snapshot_format::Manifest;
use snapshot_format::token::{Grant, TokenKey, verify_signed};

use super::{Answer, ask, get};
use crate::testing::{NO_STORE, edge, generation};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// Has a flac on the NAS (location 1) and an mp3 in a public bucket (location 2).
const TWO_FILES: &str = "/api/v1/tracks/tr-1/play";
/// Has a flac on the NAS alone (location 3).
const NAS_ALONE: &str = "/api/v1/tracks/tr-2/play";

/// Routes over the sample of a publisher, with the NAS's address and key.
fn with_origin() -> Router {
    router(
        &format!(
            "[playback]\norigin_url = \"https://nas.example/music/\"\ntoken_key = {{ id = 7, secret = \"{SECRET}\" }}\n"
        ),
        |manifest| manifest.publisher_id = Some("publisher".to_owned()),
    )
}

fn router(config: &str, change: impl FnOnce(&mut Manifest)) -> Router {
    let edge = edge(&format!("{NO_STORE}{config}"));
    edge.snapshots.replace(generation(&sample_catalog(), change));
    crate::http::router(edge)
}

/// The grant in a redirect to the NAS, as the NAS reads it.
fn granted(answer: &Answer) -> Grant {
    assert_eq!(answer.status, StatusCode::FOUND);
    assert_eq!((answer.header("cache-control"), answer.header("referrer-policy")), ("no-store", "no-referrer"));
    let token = answer.header("location").strip_prefix("https://nas.example/music/api/private-origin/stream/");
    let keys = [TokenKey::new(7, SECRET.as_bytes()).expect("a key")];
    verify_signed(token.expect("the NAS's route"), &keys).expect("a genuine token")
}

#[tokio::test]
async fn the_nas_takes_the_token_of_the_best_file() {
    let router = with_origin();
    let grant = granted(&get(&router, TWO_FILES).await);
    assert_eq!((grant.location_id, grant.as_attachment, grant.max_kbps), (1, false, 0));
    assert_eq!(granted(&get(&router, NAS_ALONE).await).location_id, 3);
    let saved = granted(&get(&router, &format!("{NAS_ALONE}?download=true&format=RAW")).await);
    assert_eq!((saved.location_id, saved.as_attachment), (3, true));
    assert_eq!(granted(&get(&router, "/rest/stream?id=tr-2").await), granted(&get(&router, NAS_ALONE).await));
    assert_eq!(granted(&get(&router, "/rest/download.view?id=tr-2&u=guest&p=guest").await), saved);
}

#[tokio::test]
async fn a_wish_or_a_missing_nas_leads_to_the_bucket() {
    let public = "https://cdn.example/a%20b/hunter.mp3";
    let wished = get(&with_origin(), &format!("{TWO_FILES}?format=mp3")).await;
    assert_eq!((wished.status, wished.header("location")), (StatusCode::FOUND, public));
    let alone = get(&router("", |_| ()), TWO_FILES).await;
    assert_eq!((alone.status, alone.header("location")), (StatusCode::FOUND, public));
}

#[tokio::test]
async fn no_link_is_better_than_a_dead_one() {
    let config =
        format!("[playback]\norigin_url = \"https://nas.example\"\ntoken_key = {{ id = 7, secret = \"{SECRET}\" }}\n");
    let without_origin = router("", |manifest| manifest.publisher_id = Some("publisher".to_owned()));
    // Ids of an exported database mean nothing to a NAS.
    let without_publisher = router(&config, |_| ());
    for router in [without_origin, without_publisher] {
        assert_eq!(get(&router, NAS_ALONE).await.error(), (404, "not_available".to_owned()));
        let subsonic = get(&router, "/rest/stream?id=tr-2").await;
        assert!(String::from_utf8_lossy(&subsonic.body).contains("code=\"70\""));
    }
}

#[tokio::test]
async fn what_cannot_be_understood_is_a_native_error() {
    let router = with_origin();
    for (path, error) in [
        ("/api/v1/tracks/tr-99/play", (404, "not_found")),
        ("/api/v1/tracks/al-1/play", (404, "not_found")),
        ("/api/v1/tracks/%FF/play", (404, "not_found")),
        ("/api/v1/tracks/tr-1/play?download=maybe", (400, "bad_parameter")),
        ("/api/v1/tracks/tr-1/play?max_bit_rate_kbps=-1", (400, "bad_parameter")),
    ] {
        assert_eq!(get(&router, path).await.error(), (error.0, error.1.to_owned()), "{path}");
    }
    assert_eq!(ask(&router, Method::POST, TWO_FILES, &[]).await.error(), (405, "method_not_allowed".to_owned()));
}
