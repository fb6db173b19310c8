//! What each page says, kept word for word: a change of a page shows up in the review.

use catalog_core::testing::{MemoryCatalog, sample_catalog};
use public_edge::http;

use super::harness::{get, site_over, waiting_edge};

/// The page without what changes with every edit of a script or a style.
fn normalised(html: &str) -> String {
    let (mut text, mut rest) = (String::new(), html);
    while let Some((before, after)) = rest.split_once("/assets/") {
        text.push_str(before);
        text.push_str("/assets/[mark]");
        rest = after.find('/').map_or(after, |end| &after[end..]);
    }
    text.push_str(rest);
    let lines: Vec<_> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// What lies between the page's head and the player.
fn content(html: &str) -> String {
    let (_, after) = html.split_once("<main").expect("a main part");
    let (inside, _) = after.split_once("</main>").expect("an end of the main part");
    normalised(inside)
}

#[tokio::test]
async fn whole_pages() {
    let site = site_over(sample_catalog());
    insta::assert_snapshot!("home-en", normalised(&get(&site, "/", "en").await.body));
    insta::assert_snapshot!("home-zh", normalised(&get(&site, "/", "zh-CN,zh;q=0.9").await.body));
}

#[tokio::test]
async fn contents() {
    let site = site_over(sample_catalog());
    for (name, path) in [
        ("albums", "/albums?order=year"),
        ("album", "/albums/al-3"),
        ("compilation", "/albums/al-4"),
        ("artists", "/artists"),
        ("artist", "/artists/ar-1"),
        ("playlists", "/playlists"),
        ("playlist", "/playlists/pl-1"),
        ("playlist-empty", "/playlists/pl-3"),
        ("toplists", "/toplists"),
        ("genres", "/genres"),
        ("genre", "/genres/ge-1"),
        ("track", "/tracks/tr-1"),
        ("search", "/search?q=zjl"),
        ("search-kind", "/search?q=bjork&kind=tracks"),
        ("search-nothing", "/search?q=%3Cscript%3E"),
        ("search-asked", "/search"),
        ("not-found", "/albums/al-999"),
    ] {
        insta::assert_snapshot!(name, content(&get(&site, path, "en").await.body));
    }
}

#[tokio::test]
async fn without_music_and_without_a_snapshot() {
    let empty = site_over(MemoryCatalog::default());
    insta::assert_snapshot!("home-empty", content(&get(&empty, "/", "en").await.body));
    let waiting = http::router(waiting_edge(&std::env::temp_dir()));
    insta::assert_snapshot!("no-snapshot", content(&get(&waiting, "/", "zh").await.body));
}
