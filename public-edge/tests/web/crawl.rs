//! Every link of every page leads somewhere, and every page says what it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use axum::http::{StatusCode, header};
use catalog_core::testing::{MemoryCatalog, TrackDraft, sample_catalog};
use public_edge::http;

use super::harness::{edge_over, get};
use super::markup::{tags, unescaped};

#[tokio::test]
async fn every_link_and_asset_that_can_be_reached_answers() {
    let store = tempfile::tempdir().expect("a folder");
    let catalog = sample_catalog();
    fill(store.path(), &catalog);
    let site = http::router(edge_over(catalog, store.path()));
    let mut waiting = vec!["/".to_owned(), "/search?q=a".to_owned(), "/tracks/tr-2".to_owned()];
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut pages = BTreeMap::new();
    while let Some(path) = waiting.pop() {
        let answer = get(&site, &path, "en").await;
        let is_fine = matches!(answer.status, StatusCode::OK | StatusCode::FOUND | StatusCode::TEMPORARY_REDIRECT);
        assert!(is_fine, "{path} answers {} {}", answer.status, answer.body);
        if !answer.header(header::CONTENT_TYPE).starts_with("text/html") {
            continue;
        }
        for link in links(&answer.body) {
            if seen.insert(link.clone()) {
                waiting.push(link);
            }
        }
        pages.insert(path, answer.body);
    }
    // The start, 5 lists, 5 more orders, 8 albums, 4 artists and a composer, 3 playlists, tracks, genres, the search.
    assert!(pages.len() > 60, "{:?}", pages.keys());
    for (path, html) in &pages {
        check_page(path, html);
    }
}

/// The store's pictures, so that covers answer.
fn fill(store: &Path, catalog: &MemoryCatalog) {
    for (_, cover) in &catalog.covers {
        let folder = store.join("covers").join(&cover.sha256[..2]).join(&cover.sha256);
        fs::create_dir_all(&folder).expect("a folder");
        for size in snapshot_format::cover_sizes::LADDER {
            fs::write(folder.join(format!("{size}.{}", cover.ext)), b"a picture").expect("a picture");
        }
    }
}

fn links(html: &str) -> Vec<String> {
    let tags = tags(html);
    let named = ["href", "src", "action", "data-play", "data-album-href"];
    let values = tags.iter().flat_map(|tag| named.iter().filter_map(|name| tag.attribute(name)));
    values.map(unescaped).filter(|value| value.starts_with('/')).collect()
}

fn check_page(path: &str, html: &str) {
    let tags = tags(html);
    let count = |name: &str| tags.iter().filter(|tag| tag.name == name).count();
    for name in ["title", "h1", "main", "header", "nav"] {
        assert!(count(name) >= 1, "{path} has no <{name}>");
    }
    assert_eq!((count("h1"), count("main"), count("title")), (1, 1, 1), "{path}");
    assert!(!html.contains("<title> ") && !html.contains("<h1></h1>"), "{path} has no name");
    assert!(count("style") == 0 && count("script") == 1, "{path} holds a style or a script of its own");
    for tag in &tags {
        let is_inline = tag.attribute("style").is_some() || tag.attribute("onclick").is_some();
        assert!(!is_inline, "{path}: <{}> has what the policy forbids", tag.name);
        let has_size = tag.attribute("width").is_some() && tag.attribute("height").is_some();
        assert!(tag.name != "img" || (tag.attribute("alt").is_some() && has_size), "{path}: a bare <img>");
    }
    let ids: Vec<_> = tags.iter().filter_map(|tag| tag.attribute("id")).collect();
    assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{path} uses an id twice");
}

#[tokio::test]
async fn paging_shows_every_album_once() {
    let mut draft = catalog_core::testing::sample_draft();
    for number in 0..150 {
        let mut album = draft.albums[number % 8].clone();
        album.album.name = format!("Volume {}", number % 50);
        draft.albums.push(album);
    }
    let site = super::harness::site_over(draft.finish());
    for order in ["", "?order=newest", "?order=artist", "?order=played"] {
        let shown = all_shown(&site, format!("/albums{order}"), "/albums/al-").await;
        let distinct: BTreeSet<_> = shown.iter().collect();
        assert_eq!((shown.len(), distinct.len()), (158, 158), "{order}");
    }
}

#[tokio::test]
async fn an_artist_or_a_genre_with_many_albums_leads_to_all_of_them() {
    let mut draft = catalog_core::testing::sample_draft();
    let track = draft.tracks.iter().find(|track| track.album == Some(0)).expect("a track").clone();
    for album in draft.albums.len()..draft.albums.len() + 100 {
        draft.albums.push(draft.albums[0].clone());
        draft.tracks.push(TrackDraft { album: Some(album), ..track.clone() });
    }
    let catalog = draft.finish();
    let artist = catalog.artist(catalog.albums[0].credits[0].artist_id).expect("an artist").clone();
    let genre = catalog.genres.iter().find(|genre| genre.name == catalog.albums[0].genres[0]).expect("a genre").clone();
    let site = super::harness::site_over(catalog);
    for (path, count) in
        [(format!("/artists/{}", artist.id), artist.album_count), (format!("/genres/{}", genre.id), genre.album_count)]
    {
        let page = get(&site, &path, "en").await.body;
        let all = format!("{path}/albums");
        assert!(tags(&page).iter().any(|tag| tag.attribute("href") == Some(all.as_str())), "{path}");
        let shown = all_shown(&site, all, "/albums/al-").await;
        let distinct: BTreeSet<_> = shown.iter().collect();
        assert_eq!((shown.len() as u64, distinct.len() as u64), (count, count), "{path}");
        let small = get(&site, "/artists/ar-2", "en").await.body;
        assert!(!small.contains("/artists/ar-2/albums"), "all of them are there");
    }
}

#[tokio::test]
async fn a_heap_of_tracks_under_one_album_is_shown_page_by_page() {
    let mut draft = catalog_core::testing::sample_draft();
    let track = draft.tracks[0].clone();
    draft.tracks.extend(std::iter::repeat_n(track, 700));
    let catalog = draft.finish();
    let id = catalog.tracks[0].album.as_ref().expect("an album").id;
    let count = catalog.album_tracks(id).len();
    let site = super::harness::site_over(catalog);
    let shown = all_shown(&site, format!("/albums/{id}"), "/tracks/tr-").await;
    assert_eq!(shown.into_iter().collect::<BTreeSet<_>>().len(), count);
}

/// What the pages of a list, from one to the next, link to below a path.
async fn all_shown(site: &axum::Router, first: String, below: &str) -> Vec<String> {
    let (mut next, mut shown) = (Some(first), Vec::new());
    while let Some(path) = next {
        let page = get(site, &path, "en").await.body;
        let tags = tags(&page);
        let links = tags.iter().filter_map(|tag| tag.attribute("href").filter(|href| href.starts_with(below)));
        shown.extend(links.map(str::to_owned));
        let link = tags.iter().find(|tag| tag.attribute("rel") == Some("next"));
        next = link.and_then(|tag| tag.attribute("href")).map(unescaped);
    }
    shown
}
