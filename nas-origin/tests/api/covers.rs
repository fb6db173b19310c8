//! Pictures that the owner gives: kept as sent, shown by the next snapshot, beyond rescans, and taken away again.

use std::fs;
use std::io::Cursor;

use image::{ImageFormat, RgbImage};
use reqwest::Method;
use serde_json::json;

use super::editing::{library, publish};

fn picture(red: u8, side: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = RgbImage::from_pixel(side, side, image::Rgb([red, 0, 0]));
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn a_cover_is_given_shown_kept_beyond_a_rescan_and_taken_away() {
    let (yard, token) = library().await;
    let (found, given) = (picture(10, 40), picture(200, 40));
    fs::write(yard.path("music/a/cover.png"), &found).unwrap();
    yard.scan(&token, false).await;
    yard.post("/api/v1/playlists", &token, &json!({ "name": "Mine", "tracks": ["tr-1"] })).await;
    for thing in ["albums/al-1", "tracks/tr-1", "playlists/pl-1"] {
        let path = format!("/api/v1/{thing}/cover");
        assert_eq!(yard.fetch(&path, &token).await.1, found, "{thing}");
    }
    assert_eq!(publish(&yard, &token).await.1["cover_count"], 1);

    let put = async |path: &str, bytes: Vec<u8>| yard.send(Method::PUT, path, &token, "image/png", bytes).await;
    assert_eq!(put("/api/v1/albums/al-1/cover", given.clone()).await.status, 204);
    let (headers, bytes) = yard.fetch("/api/v1/tracks/tr-2/cover", &token).await;
    assert_eq!((&bytes, &headers["content-type"]), (&given, &"image/png".parse().unwrap()), "its album's");
    let (changed, snapshot) = publish(&yard, &token).await;
    assert_eq!((changed, &snapshot["cover_count"]), (true, &json!(1)));
    assert_eq!(put("/api/v1/tracks/tr-1/cover", picture(99, 30)).await.status, 204);
    assert_eq!(put("/api/v1/playlists/pl-1/cover", picture(77, 30)).await.status, 204);
    assert_eq!(publish(&yard, &token).await.1["cover_count"], 3);
    assert_eq!(put("/api/v1/playlists/pl-1/cover", picture(77, 30)).await.status, 204);
    yard.scan(&token, true).await;
    assert!(!publish(&yard, &token).await.0, "neither the same picture nor a full import changes anything");
    assert_eq!(yard.get("/api/v1/albums/al-1", &token).await.body["cover"], "owner");

    for thing in ["albums/al-1", "tracks/tr-1", "playlists/pl-1"] {
        let path = format!("/api/v1/{thing}/cover");
        assert_eq!(yard.call(Method::DELETE, &path, &token, None).await.status, 204);
        assert_eq!(yard.fetch(&path, &token).await.1, found, "{thing}: what the files have");
    }
    assert_eq!(publish(&yard, &token).await.1["cover_count"], 1);
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_changes_nothing() {
    let (yard, token) = library().await;
    let path = "/api/v1/albums/al-1/cover";
    assert_eq!(yard.get(path, &token).await.code(), "not_found", "it has none");
    let good = picture(1, 200);
    let damaged = good[..good.len() / 2].to_vec();
    for bytes in [b"<svg onload=alert(1)>".to_vec(), Vec::new(), damaged, picture(1, 8_001)] {
        let refused = yard.send(Method::PUT, path, &token, "image/png", bytes).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (422, "bad_request"), "{refused:?}");
    }
    let large = yard.send(Method::PUT, path, &token, "image/png", vec![0; 33 * 1024 * 1024]).await;
    assert_eq!((large.status.as_u16(), large.code()), (413, "bad_request"));
    assert_eq!(yard.get(path, &token).await.code(), "not_found");
    assert_eq!(
        yard.send(Method::PUT, "/api/v1/albums/al-9/cover", &token, "image/png", good.clone()).await.status,
        404
    );

    assert_eq!(
        yard.send(Method::PUT, path, &token, "text/html", good.clone()).await.status,
        204,
        "what it is, is in it"
    );
    let (headers, bytes) = yard.fetch(path, &token).await;
    assert_eq!((&headers["content-type"], bytes), (&"image/png".parse().unwrap(), good));
    let etag = headers["etag"].to_str().unwrap();
    let other = [("if-match", "\"other\"")];
    let late = yard.call_with(Method::DELETE, path, &token, None, &other).await;
    assert_eq!((late.status.as_u16(), late.code()), (412, "precondition_failed"));
    assert_eq!(yard.call_with(Method::DELETE, path, &token, None, &[("if-match", etag)]).await.status, 204);
}
