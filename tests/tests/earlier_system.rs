//! A database of the earlier system, exported to a folder that an edge serves.

use std::fs;

use anyhow::Result;
use e2e_tests::edge::Edge;
use nas_origin::snapshot::export::export;
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

const FULL: &str = include_str!("../../snapshot-format/testdata/v1/catalogsync-full.sql");
const MINIMAL: &str = include_str!("../../snapshot-format/testdata/v1/catalogsync-minimal.sql");
/// Beside the fixture: a song that only the NAS has, and one whose address needs every escape.
const MORE: &str = "
    INSERT INTO songs VALUES (13, 'netease', '13', '夜航', '周南', 'flac', 9, NULL);
    INSERT INTO songs VALUES (14, 'netease', '14', 'Live', '周南', 'flac', 9, NULL);
    INSERT INTO file_assets VALUES (13, 13, 'high', 'flac', 9), (14, 14, 'high', 'flac', 9);
    INSERT INTO file_locations VALUES (14, 13, 5, '周南/夜航.flac', 'active', 1);
    INSERT INTO file_locations VALUES (15, 14, 2, '周南/a+b & \"c\" [50%25]?x=1#y.flac', 'active', 1);";

/// An edge over the export of a database.
async fn exported(sql: &str) -> Result<(Edge, TempDir)> {
    let folder = tempfile::tempdir()?;
    let (source, target) = (folder.path().join("catalogsync.db"), folder.path().join("with space"));
    Connection::open(&source)?.execute_batch(sql)?;
    export(&source, &target)?;
    fs::remove_file(source)?;
    let edge = Edge::start(&format!("file://{}", target.display()), &json!({})).await?;
    Ok((edge, folder))
}

/// One field of each item.
fn each<'a>(items: &'a Value, field: &str) -> Vec<&'a Value> {
    items.as_array().into_iter().flatten().map(|item| &item[field]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn playlists_keep_their_names_order_and_repeats() -> Result<()> {
    let (edge, _folder) = exported(FULL).await?;
    let playlists = edge.subsonic("getPlaylists").await?;
    let mut names = each(&playlists["playlists"]["playlist"], "name");
    names.sort_by_key(ToString::to_string);
    assert_eq!(names, ["我喜欢的音乐", "酷我新歌榜", "酷我飙升榜"]);
    let playlist = edge.subsonic("getPlaylist?id=pl-3").await?;
    assert_eq!(each(&playlist["playlist"]["entry"], "title"), ["Jóga", "海屿你", "Jóga"]);
    assert_eq!(playlist["playlist"]["songCount"], 3, "the row of a song that isn't there is left out");

    let entries = edge.items("/api/v1/playlists/pl-3/tracks", 2).await?;
    let titles: Vec<&Value> = entries.iter().map(|entry| &entry["track"]["title"]).collect();
    assert_eq!(titles, ["Jóga", "海屿你", "Jóga"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_toplist_of_two_playlists_opens_each() -> Result<()> {
    let (edge, _folder) = exported(FULL).await?;
    let toplists = Value::from(edge.items("/api/v1/toplists", 2).await?);
    assert_eq!(each(&toplists, "id"), ["kuwo_top_16", "kuwo_top_all:1", "kuwo_top_all:2"]);
    assert_eq!(each(&toplists, "group_name"), ["酷我榜单", "酷我总榜", "酷我总榜"]);
    let last = edge.json("/api/v1/toplists/kuwo_top_all:2").await?;
    assert_eq!(last["name"], "酷我新歌榜");
    let answer = edge.get("/toplists/kuwo_top_all:2").await?;
    assert_eq!(answer.headers()["location"], "/playlists/pl-2");
    let page = edge.get("/playlists/pl-2").await?.text().await?;
    assert!(page.contains("晴天") && page.contains("Jóga"), "its songs show");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn songs_are_found_and_shown() -> Result<()> {
    let (edge, _folder) = exported(FULL).await?;
    let tracks = edge.items("/api/v1/tracks", 2).await?;
    assert_eq!(each(&tracks.into(), "title"), ["海屿你", "Jóga", "晴天"]);
    for query in ["joga", "bjork", "j%C3%B3"] {
        let found = edge.json(&format!("/api/v1/search?q={query}")).await?;
        assert_eq!(each(&found["tracks"], "id"), ["tr-11"], "{query}");
    }
    let song = edge.subsonic("getSong?id=tr-10").await?;
    assert_eq!(each(&song["song"]["artists"], "name"), ["马也", "Crabbit"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn public_files_are_played_from_their_escaped_address() -> Result<()> {
    let (edge, _folder) = exported(&format!("{FULL}{MORE}")).await?;
    let expected = [
        (10, "https://cdn.example/music/netease/test.flac"),
        (11, "https://cdn2.example/base/music/Bj%C3%B6rk/J%C3%B3ga%20%231%2050%25%3F.mp3"),
    ];
    for (id, url) in expected {
        assert_eq!(edge.redirect(&format!("/api/v1/tracks/tr-{id}/play")).await?, url);
        assert_eq!(edge.redirect(&format!("/rest/stream?id=tr-{id}&v=1.16.1&c=test")).await?, url);
    }
    let url = edge.redirect("/api/v1/tracks/tr-14/play").await?;
    let path = url.strip_prefix("https://cdn.example/%E5%91%A8%E5%8D%97/").unwrap_or_else(|| panic!("{url}"));
    assert!(path.contains("%20") && path.contains("50%2525"), "{url}");
    assert!(path.ends_with("%3Fx=1%23y.flac") || path.ends_with("%3Fx%3D1%23y.flac"), "{url}");
    Ok(())
}

/// An exported pair names no publisher: nobody holds the files that its locations are of.
#[tokio::test(flavor = "multi_thread")]
async fn what_no_listener_can_reach_is_said_not_to_be_there() -> Result<()> {
    let (edge, _folder) = exported(&format!("{FULL}{MORE}")).await?;
    for (id, what) in [(12, "a private bucket's"), (13, "the NAS's")] {
        assert_eq!(edge.get(&format!("/api/v1/tracks/tr-{id}/play")).await?.status(), 404, "{what}");
        for operation in ["stream", "download"] {
            assert_eq!(edge.subsonic_error(&format!("{operation}?id=tr-{id}")).await?, 70, "{operation} {what}");
        }
        assert_eq!(edge.get(&format!("/api/v1/tracks/tr-{id}")).await?.status(), 200, "it still shows");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_three_tables_alone_are_enough() -> Result<()> {
    let (edge, _folder) = exported(MINIMAL).await?;
    let playlist = edge.subsonic("getPlaylist?id=pl-1").await?;
    assert_eq!(playlist["playlist"]["name"], "测试歌单");
    assert_eq!(each(&playlist["playlist"]["entry"], "title"), ["海屿你"]);
    assert!(edge.items("/api/v1/toplists", 50).await?.is_empty());
    assert_eq!(edge.get("/api/v1/tracks/tr-10/play").await?.status(), 404, "it has no file");
    Ok(())
}
