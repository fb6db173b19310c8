//! A real Chromium on real ports: the player goes on while pages change. Skipped, loudly, where there is none.

use std::io::Write;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::header;
use axum::routing::get;
use catalog_core::model::BackendKind;
use catalog_core::testing::{MemoryCatalog, sample_draft};
use public_edge::http;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::harness::edge_over;
use super::webdriver::Browser;

/// For what a browser does by itself: load, start, stop.
const PATIENCE: Duration = Duration::from_secs(20);
/// Whether the player sounds, as its button shows it.
const SOUNDS: &str = "return document.documentElement.classList.contains('sounding')";
const TITLE: &str = "return document.getElementById('player-title').textContent";

#[tokio::test]
async fn the_player_goes_on_while_pages_change() {
    let Some(browser) = Browser::start().await else { return };
    let site = serve(http::router(edge_over(playable(serve(tone()).await), &std::env::temp_dir()))).await;
    browser.open(&format!("http://{site}/albums/al-1")).await;
    until(&browser, "return document.querySelectorAll('button.listen').length", json!(10)).await;
    assert_eq!(browser.run("return document.querySelectorAll('main audio').length").await, json!(0));

    browser.run("document.querySelectorAll('button.listen')[1].click()").await;
    until(&browser, SOUNDS, json!(true)).await;
    assert_eq!(browser.run(TITLE).await, json!("Jóga"));

    browser.run("window.stayed = true; document.querySelector('.menu a[href=\"/artists\"]').click()").await;
    until(&browser, "return location.pathname + document.querySelector('h1').textContent", json!("/artistsArtists"))
        .await;
    let kept = browser.run("return [window.stayed, document.title, document.activeElement.id]").await;
    assert_eq!(kept, json!([true, "Artists · Music Cloud", "content"]));
    assert_eq!(browser.run(SOUNDS).await, json!(true));

    browser.run("history.back()").await;
    until(&browser, "return document.querySelector('h1').textContent", json!("Homogenic")).await;
    assert_eq!(browser.run("return document.querySelector('.track.current .name').textContent").await, json!("Jóga"));

    browser.run("document.getElementById('player-next').click()").await;
    until(&browser, TITLE, json!("Unravel")).await;
    browser.press(" ").await;
    until(&browser, SOUNDS, json!(false)).await;

    browser.open(&format!("http://{site}/")).await;
    until(&browser, TITLE, json!("Unravel")).await;
    browser.finish().await;
}

#[tokio::test]
async fn a_track_that_cannot_be_reached_says_why_and_gives_way_to_the_next() {
    let Some(browser) = Browser::start().await else { return };
    let mut catalog = playable(serve(tone()).await);
    // A port that nothing listens on: an origin that sleeps.
    let asleep = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    for file in catalog.files.values_mut().take(1).flatten() {
        file.public_url = Some(format!("http://{asleep}/tone.wav"));
    }
    let site = serve(http::router(edge_over(catalog, &std::env::temp_dir()))).await;
    browser.open(&format!("http://{site}/albums/al-1")).await;
    until(&browser, "return document.querySelectorAll('button.listen').length", json!(10)).await;
    browser.run("document.querySelector('[data-play]').click()").await;
    until(&browser, TITLE, json!("Jóga")).await;
    until(&browser, SOUNDS, json!(true)).await;
    let message = browser.run("return document.getElementById('player-message').textContent").await;
    assert!(message.as_str().is_some_and(|text| text.starts_with("Hunter: ") && text.contains("NAS")), "{message}");
    browser.finish().await;
}

/// The sample with every file where the browser can fetch it.
fn playable(audio: SocketAddr) -> MemoryCatalog {
    let mut draft = sample_draft();
    for file in draft.tracks.iter_mut().flat_map(|track| &mut track.files) {
        file.backend = BackendKind::ObjectStorage;
        file.public_url = Some(format!("http://{audio}/tone.wav"));
    }
    draft.finish()
}

/// Half a minute of near silence at the lowest rate that browsers play.
fn tone() -> Router {
    let samples: Vec<u8> = (0..30 * 8000_u32).map(|at| if at / 40 % 2 == 0 { 127 } else { 129 }).collect();
    let length = u32::try_from(samples.len()).expect("a short sound");
    let mut wav = Vec::new();
    for part in [b"RIFF".as_slice(), &(36 + length).to_le_bytes(), b"WAVEfmt ", &16_u32.to_le_bytes()] {
        wav.write_all(part).expect("memory");
    }
    for number in [1_u16, 1, 8000, 0, 8000, 0, 1, 8] {
        wav.write_all(&number.to_le_bytes()).expect("memory");
    }
    for part in [b"data".as_slice(), &length.to_le_bytes(), &samples] {
        wav.write_all(part).expect("memory");
    }
    Router::new().route("/tone.wav", get(async move || ([(header::CONTENT_TYPE, "audio/wav")], wav.clone())))
}

async fn serve(site: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, site).await });
    address
}

/// Asks the page until it says what is expected.
async fn until(browser: &Browser, script: &str, expected: Value) {
    let begun = Instant::now();
    loop {
        let said = browser.run(script).await;
        if said == expected {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{script}: {said}, not {expected}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
