//! What Prometheus reads.

use axum::http::{Method, StatusCode};
use catalog_core::testing::sample_catalog;

use super::{ask, get};
use crate::testing::{NO_STORE, edge, router_over};

/// All requests of this process are counted together, and other tests ask too: what is asked here is there at least.
fn value(text: &str, series: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map(|value| value.parse().expect("a number"))
}

#[tokio::test]
async fn what_was_asked_is_counted_by_kind_and_status_and_never_by_id() {
    let router = router_over(&sample_catalog());
    get(&router, "/albums/al-404").await;
    get(&router, "/api/v1/albums/al-1").await;
    get(&router, "/rest/getAlbum?id=al-1&u=guest&p=guest").await;
    let answer = get(&router, "/metrics").await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"));
    assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"));
    let text = String::from_utf8(answer.body.to_vec()).expect("text");
    for (route, status) in [("page", 404), ("api", 200), ("subsonic", 200)] {
        let series = format!("music_cloud_edge_requests_total{{route=\"{route}\",status=\"{status}\"}}");
        assert!(value(&text, &series).is_some_and(|count| count >= 1.0), "{series}\n{text}");
        let buckets = format!("music_cloud_edge_request_seconds_bucket{{route=\"{route}\",le=\"+Inf\"}}");
        assert!(value(&text, &buckets).is_some_and(|count| count >= 1.0), "{buckets}\n{text}");
    }
    for series in ["snapshot_age_seconds", "snapshot_expired", "cache_bytes", "streams"] {
        assert!(value(&text, &format!("music_cloud_edge_{series}")).is_some(), "{series}\n{text}");
    }
    assert_eq!(value(&text, "music_cloud_edge_snapshot_sequence"), Some(7.0), "{text}");
    for outcome in ["unchanged", "renewed", "replaced", "failed"] {
        assert!(text.contains(&format!("music_cloud_edge_refreshes_total{{outcome=\"{outcome}\"}}")), "{text}");
    }
    for result in ["hit", "miss"] {
        assert!(text.contains(&format!("music_cloud_edge_cache_lookups_total{{result=\"{result}\"}}")), "{text}");
    }
    assert!(!text.contains("al-1") && !text.contains("guest") && !text.contains("al-404"), "{text}");
}

#[tokio::test]
async fn an_edge_without_a_snapshot_can_be_watched_too() {
    let router = crate::http::router(edge(NO_STORE));
    assert_eq!(get(&router, "/metrics").await.status, StatusCode::OK);
    assert_eq!(ask(&router, Method::POST, "/metrics", &[]).await.status, StatusCode::METHOD_NOT_ALLOWED);
}
