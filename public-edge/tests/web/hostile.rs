//! Names are whatever a tag holds: they are shown, and nothing else.

use catalog_core::model::{Lyrics, Track};
use catalog_core::testing::{TrackDraft, sample_draft};

use super::harness::{get, site_over};
use super::markup::{tags, unescaped};

const NAMES: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "&lt;b&gt; &amp; </title></main>",
    "\u{202e}gnp.exe \u{2067}שלום",
    "",
    " \u{3000} ",
    "{{ frame.title }} {% if %}",
];

#[tokio::test]
async fn a_name_is_text_wherever_it_stands() {
    for name in NAMES.into_iter().map(str::to_owned).chain([("很长 long ").repeat(400)]) {
        let mut draft = sample_draft();
        name.clone_into(&mut draft.albums[0].album.name);
        draft.albums[0].artists = vec![name.clone()];
        name.clone_into(&mut draft.playlists[0].playlist.name);
        draft.playlists[0].playlist.description = Some(name.clone());
        name.clone_into(&mut draft.playlists[1].playlist.name);
        name.clone_into(&mut draft.toplists[0].id);
        draft.toplists[0].group_name = Some(name.clone());
        let track =
            Track { title: name.clone(), comment: Some(name.clone()), genres: vec![name.clone()], ..Track::default() };
        let lyrics = vec![Lyrics { text: name.clone(), ..Lyrics::default() }];
        draft.tracks.push(TrackDraft { track, album: Some(0), lyrics, ..TrackDraft::default() });
        let last = draft.tracks.len();
        let site = site_over(draft.finish());
        let query =
            format!("/search?q={}", percent_encoding::utf8_percent_encode(&name, percent_encoding::NON_ALPHANUMERIC));
        let track = format!("/tracks/tr-{last}");
        for path in
            ["/", "/albums", "/albums/al-1", "/artists", "/playlists/pl-1", "/toplists", "/genres", &track, &query]
        {
            let page = get(&site, path, "en").await;
            assert_eq!(page.status, 200, "{path} for {name:?}");
            check(&page.body, path);
        }
    }
}

/// Well-formed, and with no element or attribute that a name could have brought.
fn check(html: &str, path: &str) {
    for tag in tags(html) {
        let is_ours = tag.attribute("onerror").is_none() && tag.attribute("onmouseover").is_none();
        assert!(is_ours && tag.attribute("src") != Some("x"), "{path}: <{}>", tag.name);
        if tag.name == "a" {
            assert!(tag.attribute("href").is_some_and(|href| href.starts_with(['/', '#'])), "{path} links elsewhere");
        }
    }
    assert_eq!(html.matches("<script").count(), 1, "{path}");
    assert!(!html.contains("<bdi class=\"name\" dir=\"auto\"></bdi>"), "{path} has a link that nobody can see");
}

#[tokio::test]
async fn the_search_field_keeps_what_was_typed() {
    let site = site_over(catalog_core::testing::sample_catalog());
    let page = get(&site, "/search?q=%22%3E%3Cb%3E+%26+%E5%91%A8", "en").await.body;
    let tags = tags(&page);
    let field = tags.iter().find(|tag| tag.attribute("name") == Some("q")).expect("the field");
    assert_eq!(unescaped(field.attribute("value").expect("a value")), "\"><b> & 周");
}
