//! Whole files, and every reason not to send one.

use patient_listener::Patience;
use reqwest::Method;
use snapshot_format::token::{Grant, StreamFormat, TokenKey};

use crate::yard::{self, error_code, grant, header, in_secs, sign, start, token};

#[tokio::test]
async fn a_whole_file_comes_with_all_that_a_player_and_a_cdn_need() {
    let yard = start(&[]).await;
    let id = yard.add("album/song.flac", b"0123456789");
    let response = yard.get(id, &[]).await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(&response, "content-type"), "audio/flac");
    assert_eq!(header(&response, "content-length"), "10");
    assert_eq!(header(&response, "accept-ranges"), "bytes");
    assert_eq!(header(&response, "x-content-type-options"), "nosniff");
    assert_eq!(header(&response, "access-control-allow-origin"), "*");
    assert!(header(&response, "access-control-expose-headers").contains("Content-Range"));
    assert!(header(&response, "etag").starts_with('"') && !header(&response, "last-modified").is_empty());
    let kept = header(&response, "cache-control").to_owned();
    let max_age = kept.strip_prefix("public, max-age=").and_then(|rest| rest.strip_suffix(", immutable")).unwrap();
    assert!((3500..=3600).contains(&max_age.parse::<i32>().unwrap()), "{kept}");
    assert!(response.headers().get("content-disposition").is_none());
    assert_eq!(response.bytes().await.unwrap(), "0123456789");
}

#[tokio::test]
async fn a_file_of_many_chunks_comes_whole() {
    let yard = start(&[]).await;
    let bytes: Vec<u8> = (0..3_000_001_u32).map(|at| (at % 251) as u8).collect();
    let id = yard.add("long.mp3", &bytes);
    assert_eq!(yard.get(id, &[]).await.bytes().await.unwrap(), bytes);
    let empty = yard.add("empty.mp3", b"");
    assert_eq!(yard.get(empty, &[]).await.bytes().await.unwrap(), "");
}

#[tokio::test]
async fn head_has_the_headers_of_get_and_no_body() {
    let yard = start(&[]).await;
    let id = yard.add("song.ogg", b"0123456789");
    let token = token(id);
    let (get, head) = (yard.ask(Method::GET, &token, &[]).await, yard.ask(Method::HEAD, &token, &[]).await);
    assert_eq!(get.status(), head.status());
    let stable = |response: &reqwest::Response| {
        let mut headers = response.headers().clone();
        headers.remove("date");
        headers.remove("cache-control");
        headers
    };
    assert_eq!(stable(&get), stable(&head));
    assert_eq!(head.bytes().await.unwrap(), "");
}

#[tokio::test]
async fn an_attachment_is_named_by_its_tags_never_by_its_file() {
    let yard = start(&[]).await;
    let id = yard.add("private folder/leak.mp3", b"x");
    let response = yard.ask(Method::GET, &sign(&Grant { as_attachment: true, ..grant(id) }), &[]).await;
    let name = header(&response, "content-disposition");
    let expected = "attachment; filename=\"Bj_rk_.._ - __ _x_.mp3\"; \
                    filename*=UTF-8''Bj%C3%B6rk_.._%20-%20%E8%8A%B1%E7%81%AB%20_x_.mp3";
    assert_eq!(name, expected);
}

#[tokio::test]
async fn a_file_that_changed_since_the_import_is_not_kept() {
    let yard = start(&[]).await;
    let id = yard.add("song.mp3", b"0123456789");
    std::fs::write(yard.path("song.mp3"), b"changed").unwrap();
    let response = yard.get(id, &[]).await;
    assert_eq!((response.status().as_u16(), header(&response, "cache-control")), (200, "no-cache"));
    assert_eq!(response.bytes().await.unwrap(), "changed");
}

#[tokio::test]
async fn a_format_that_is_not_made_here_is_answered_with_the_stored_file() {
    let yard = start(&[]).await;
    let id = yard.add("song.flac", b"0123456789");
    let response = yard.ask(Method::GET, &sign(&Grant { format: StreamFormat::Mp3, ..grant(id) }), &[]).await;
    assert_eq!((response.status().as_u16(), header(&response, "content-type")), (200, "audio/flac"));
    assert_eq!(header(&response, "cache-control"), "no-cache");
}

#[tokio::test]
async fn every_token_that_is_not_ours_gets_the_same_answer() {
    let yard = start(&[]).await;
    let id = yard.add("song.mp3", b"x");
    let good = token(id);
    let foreign_key = TokenKey::new(1, b"another secret of thirty-two bytes").unwrap().sign(&grant(id));
    let unknown_id = TokenKey::new(2, yard::SECRET).unwrap().sign(&grant(id));
    let too_long = sign(&Grant { expires_at: in_secs(25 * 3600 + 60), ..grant(id) });
    let flipped = format!("{}{}", &good[..75], if good.ends_with('A') { 'B' } else { 'A' });
    let spelt_otherwise = format!("%41{}", &good[1..]);
    let mut bodies = Vec::new();
    for token in [foreign_key, unknown_id, too_long, flipped, spelt_otherwise, good[..75].to_owned(), "x".to_owned()] {
        let response = yard.ask(Method::GET, &token, &[]).await;
        assert_eq!(response.status(), 403, "{token}");
        bodies.push(response.text().await.unwrap());
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    assert_eq!(yard.ask(Method::GET, &good, &[]).await.status(), 200);
}

#[tokio::test]
async fn an_expired_token_is_gone() {
    let yard = start(&[]).await;
    let id = yard.add("song.mp3", b"x");
    let response = yard.ask(Method::GET, &sign(&Grant { expires_at: in_secs(0), ..grant(id) }), &[]).await;
    assert_eq!(response.status(), 410);
    assert_eq!(error_code(response).await, "expired");
}

#[tokio::test]
async fn only_active_files_that_are_there_are_found() {
    let yard = start(&[]).await;
    let [inactive, vanished, hidden, missing] = ["a.mp3", "b.mp3", "c.mp3", "d.mp3"].map(|name| yard.add(name, b"x"));
    yard.execute(&format!(
        "UPDATE track_files SET status = 'missing' WHERE location_id = {inactive};
         UPDATE tracks SET is_hidden = 1 WHERE source_id = 'c.mp3';
         UPDATE tracks SET missing_since = 1 WHERE source_id = 'd.mp3'"
    ));
    std::fs::remove_file(yard.path("b.mp3")).unwrap();
    for id in [inactive, vanished, hidden, missing, 0, 999, u64::MAX] {
        let response = yard.get(id, &[]).await;
        assert_eq!(response.status(), 404, "{id}");
        assert_eq!(error_code(response).await, "not_found");
    }
}

#[tokio::test]
async fn a_root_that_is_gone_is_said_to_be_for_a_while() {
    let yard = start(&[]).await;
    let id = yard.add("song.mp3", b"x");
    std::fs::rename(yard.path(""), yard.folder.path().join("unplugged")).unwrap();
    let response = yard.get(id, &[]).await;
    assert_eq!(response.status(), 503);
    assert!(!header(&response, "retry-after").is_empty());
    assert_eq!(error_code(response).await, "unavailable");
}

#[tokio::test]
async fn a_source_that_is_not_there_keeps_the_origin_from_being_ready() {
    let yard = start(&["sources.local.path=/nowhere/music"]).await;
    let ready = yard.get_path(yard.address, "/readyz").await;
    assert_eq!(ready.status(), 503);
    let told = ready.text().await.unwrap();
    assert!(told.contains(r#""part":"source local""#) && !told.contains("nowhere"), "{told}");
    assert_eq!(yard.get_path(yard.address, "/healthz").await.status(), 200);
}

#[tokio::test]
async fn without_a_key_nothing_is_served() {
    let yard = start(&["private_origin.keys=[]"]).await;
    let id = yard.add("song.mp3", b"x");
    let response = yard.get(id, &[]).await;
    assert_eq!(response.status(), 503);
    assert_eq!(error_code(response).await, "not_configured");
}

#[tokio::test]
async fn other_methods_and_pages_are_refused_in_json() {
    let yard = start(&[]).await;
    let id = yard.add("song.mp3", b"x");
    assert_eq!(error_code(yard.ask(Method::DELETE, &token(id), &[]).await).await, "method_not_allowed");
    assert_eq!(error_code(yard.get_path(yard.address, "/nothing").await).await, "not_found");
}

#[tokio::test]
async fn a_page_elsewhere_may_ask_for_ranges() {
    let yard = start(&[]).await;
    let asks = [("origin", "https://x.example"), ("access-control-request-headers", "range")];
    let response = yard.ask(Method::OPTIONS, "x", &asks).await;
    assert_eq!(response.status(), 204);
    assert_eq!(header(&response, "access-control-allow-origin"), "*");
    assert!(header(&response, "access-control-allow-headers").contains("Range"));
}

#[tokio::test]
async fn the_outside_port_has_the_stream_and_liveness_alone() {
    let yard = yard::start_with(&["private_origin.listen=127.0.0.1:0"], Patience::default()).await;
    let id = yard.add("song.mp3", b"x");
    let outside = yard.private_address.unwrap();
    let stream = format!("/api/private-origin/stream/{}", token(id));
    assert_eq!(yard.get_path(outside, &stream).await.status(), 200);
    assert_eq!(yard.get_path(outside, "/healthz").await.status(), 200);
    assert_eq!(yard.get_path(outside, "/readyz").await.status(), 404);
    assert_eq!(yard.get_path(outside, "/metrics").await.status(), 404);
    assert_eq!(yard.get_path(yard.address, &stream).await.status(), 200);
    assert_eq!(yard.get_path(yard.address, "/readyz").await.status(), 200);
    let metrics = yard.get_path(yard.address, "/metrics").await;
    assert_eq!(
        (metrics.status().as_u16(), header(&metrics, "content-type")),
        (200, "text/plain; version=0.0.4; charset=utf-8")
    );
    let text = metrics.text().await.expect("text");
    assert!(text.contains("music_cloud_origin_streams_total{status=\"200\"}"), "{text}");
    assert!(text.contains("music_cloud_origin_streams ") && !text.contains("song.mp3"), "{text}");
}
