//! Languages, statuses, headers and what may be kept.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use catalog_core::testing::sample_catalog;
use public_edge::http;
use tower::ServiceExt;

use super::harness::{get, site_over, waiting_edge};
use super::markup::tags;

#[tokio::test]
async fn the_browsers_language_is_spoken_and_kept_apart() {
    let site = site_over(sample_catalog());
    let english = get(&site, "/albums", "en-GB,zh;q=0.5").await;
    let chinese = get(&site, "/albums", "zh-TW,en;q=0.5").await;
    assert!(english.body.contains("<html lang=\"en\">") && english.body.contains("<h1>Albums</h1>"));
    assert!(chinese.body.contains("<html lang=\"zh-Hans\">") && chinese.body.contains("<h1>专辑</h1>"));
    assert_ne!(english.header(header::ETAG), chinese.header(header::ETAG));
    assert!(chinese.header(header::VARY).contains("Accept-Language"));
}

#[tokio::test]
async fn what_cannot_be_shown_says_so_as_a_page() {
    let site = site_over(sample_catalog());
    for (path, status) in [
        ("/nothing/here", StatusCode::NOT_FOUND),
        ("/albums/al-999", StatusCode::NOT_FOUND),
        ("/albums/ar-1", StatusCode::NOT_FOUND),
        ("/toplists/none", StatusCode::NOT_FOUND),
        ("/albums/%FF", StatusCode::NOT_FOUND),
        ("/artists/%FF", StatusCode::NOT_FOUND),
        ("/artists/%FF/albums", StatusCode::NOT_FOUND),
        ("/playlists/%FF", StatusCode::NOT_FOUND),
        ("/toplists/%FF", StatusCode::NOT_FOUND),
        ("/genres/%FF", StatusCode::NOT_FOUND),
        ("/genres/%C3%28/albums", StatusCode::NOT_FOUND),
        ("/tracks/%ED%A0%80", StatusCode::NOT_FOUND),
        ("/tracks/%ZZ", StatusCode::NOT_FOUND),
        ("/nothing/%FF", StatusCode::NOT_FOUND),
        // A cursor of the right list with a number that no list gives out.
        ("/albums?cursor=YWxidW1zOi0xOmE", StatusCode::BAD_REQUEST),
        ("/artists/ar-1?cursor=YXJ0aXN0LXRyYWNrczotMQ", StatusCode::BAD_REQUEST),
        ("/genres/ge-1?cursor=Z2VucmUtdHJhY2tzOi0x", StatusCode::BAD_REQUEST),
        ("/albums?order=newest&cursor=bmV3ZXN0Oi0x", StatusCode::BAD_REQUEST),
        ("/albums?cursor=x", StatusCode::BAD_REQUEST),
        ("/albums?order=price", StatusCode::BAD_REQUEST),
        ("/playlists/pl-1?cursor=MS54", StatusCode::BAD_REQUEST),
        ("/search?q=a&kind=tracks&cursor=LTE", StatusCode::BAD_REQUEST),
    ] {
        let page = get(&site, path, "en").await;
        assert_eq!(page.status, status, "{path}");
        assert!(page.header(header::CONTENT_TYPE).starts_with("text/html"), "{path}");
        assert!(page.header(header::CONTENT_SECURITY_POLICY).contains("script-src 'self';"), "{path}");
        tags(&page.body);
    }
    let posted = Request::post("/albums").body(Body::empty()).expect("a request");
    let posted = site.clone().oneshot(posted).await.expect("an answer");
    assert_eq!(posted.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert!(posted.headers()[header::CONTENT_TYPE].to_str().is_ok_and(|kind| kind.starts_with("text/html")));
    let waiting = get(&http::router(waiting_edge(&std::env::temp_dir())), "/", "en").await;
    assert_eq!((waiting.status, waiting.header(header::RETRY_AFTER)), (StatusCode::SERVICE_UNAVAILABLE, "5"));
    tags(&waiting.body);
}

#[tokio::test]
async fn a_toplist_opens_its_playlist() {
    let answer = get(&site_over(sample_catalog()), "/toplists/hot%3A2", "en").await;
    assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::TEMPORARY_REDIRECT, "/playlists/pl-2"));
}

#[tokio::test]
async fn every_track_plays_without_a_script() {
    let site = site_over(sample_catalog());
    for path in ["/albums/al-1", "/playlists/pl-1", "/artists/ar-1", "/genres/ge-1", "/search?q=a", "/tracks/tr-1"] {
        let page = get(&site, path, "en").await.body;
        let tags = tags(&page);
        let tracks = tags.iter().filter(|tag| tag.attribute("data-track").is_some()).count();
        let players = tags.iter().filter(|tag| tag.name == "audio");
        let playable =
            players.filter(|tag| tag.attribute("controls").is_some() && tag.attribute("preload") == Some("none"));
        assert!(tracks > 0 && playable.count() == tracks, "{path}");
    }
}

#[tokio::test]
async fn whose_name_stands_on_covers_alone_has_nothing_to_play() {
    let catalog = sample_catalog();
    let artist = catalog.artists.iter().find(|artist| artist.song_count == 0).expect("the artist of a collection").id;
    let page = get(&site_over(catalog), &format!("/artists/{artist}"), "en").await.body;
    assert!(page.contains("1 album") && !page.contains("0 tracks") && !page.contains("data-play=\"\""), "{page}");
}

#[tokio::test]
async fn assets_are_kept_forever_under_their_digest_alone() {
    let site = site_over(sample_catalog());
    let home = get(&site, "/", "en").await.body;
    let tags = tags(&home);
    let sheet =
        tags.iter().find(|tag| tag.attribute("rel") == Some("stylesheet")).and_then(|tag| tag.attribute("href"));
    let sheet = sheet.expect("a style sheet");
    let answer = get(&site, sheet, "en").await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "text/css; charset=utf-8");
    assert_eq!(answer.header(header::CACHE_CONTROL), "public, max-age=31536000, immutable");
    assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    let known = Request::get(sheet).header(header::IF_NONE_MATCH, answer.header(header::ETAG)).body(Body::empty());
    let again = site.clone().oneshot(known.expect("a request")).await.expect("an answer");
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    let of_another_build = get(&site, "/assets/0123456789abcdef/app.js", "en").await;
    assert_eq!((of_another_build.status, of_another_build.header(header::CACHE_CONTROL)), (StatusCode::OK, "no-cache"));
    for none in ["/assets/0123456789abcdef/none.js", "/assets/%FF/app.js", "/assets/0123456789abcdef/%FF"] {
        assert_eq!(get(&site, none, "en").await.status, StatusCode::NOT_FOUND, "{none}");
    }
}
