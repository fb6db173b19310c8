//! What a listener gets from a folder of music.

use std::fs;

use anyhow::{Context, Result};
use e2e_tests::music::{self, Song};
use e2e_tests::planes::Planes;

async fn demo() -> Result<Planes> {
    Planes::start(quickstart::demo::make).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_music_reaches_an_ear() -> Result<()> {
    let planes = demo().await?;
    let found = planes.json("/api/v1/search?q=%E7%81%AF%E5%A1%94").await?;
    let track = &found["tracks"][0];
    assert_eq!(track["title"], "灯塔");

    let url = planes.redirect(&format!("/api/v1/tracks/{}/play", track["id"].as_str().context("an id")?)).await?;
    assert!(url.starts_with(&planes.origin), "{url}");
    let file = fs::read(planes.music().join("周南/夜航/02 - 灯塔.wav"))?;
    let whole = planes.fetch(&url, None).await?;
    assert_eq!(whole.status(), 200);
    assert!(whole.bytes().await? == file, "the listener hears the very file");
    let part = planes.fetch(&url, Some("bytes=100-199")).await?;
    assert_eq!(part.status(), 206);
    assert!(part.bytes().await? == file[100..200]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_follows_no_redirect_hears_the_file_through_the_edge() -> Result<()> {
    let mut planes = demo().await?;
    let found = planes.json("/api/v1/search?q=%E7%81%AF%E5%A1%94").await?;
    let id = found["tracks"][0]["id"].as_str().context("an id")?.to_owned();
    let file = fs::read(planes.music().join("周南/夜航/02 - 灯塔.wav"))?;
    let stream = format!("{}/rest/stream?id={id}&v=1.16.1&c=DSub", planes.edge);
    let whole = planes.fetch(&stream, None).await?;
    assert_eq!((whole.status().as_u16(), whole.headers()["content-type"].to_str()?), (200, "audio/wav"));
    assert!(whole.bytes().await? == file);
    let part = planes.fetch(&stream, Some("bytes=100-199")).await?;
    assert_eq!(part.status(), 206);
    assert!(part.bytes().await? == file[100..200]);
    let saved = planes.get(&format!("/rest/download?id={id}&v=1.16.1&c=DSub")).await?;
    let name = saved.headers()["content-disposition"].to_str()?;
    assert!(name.starts_with("attachment"), "{name}");

    planes.put_the_nas_to_sleep().await?;
    let asleep = planes.fetch(&format!("{stream}&f=json"), None).await?.text().await?;
    let asleep: serde_json::Value = serde_json::from_str(&asleep)?;
    assert_eq!(asleep["subsonic-response"]["error"]["code"], 70);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn subsonic_and_native_api_tell_the_same_albums() -> Result<()> {
    let planes = demo().await?;
    let native = planes.items("/api/v1/albums", 2).await?;
    let list = planes.subsonic("getAlbumList2?type=alphabeticalByName&size=500").await?;
    let subsonic = list["albumList2"]["album"].as_array().context("albums")?;
    let ids = |albums: &[serde_json::Value]| albums.iter().map(|album| album["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&native), ids(subsonic));
    assert_eq!(native.len(), 6);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn covers_come_in_the_size_that_is_asked_for() -> Result<()> {
    let planes = demo().await?;
    for album in planes.items("/api/v1/albums", 50).await? {
        let id = album["id"].as_str().context("an id")?;
        let cover = planes.get(&format!("/api/v1/covers/{id}?size=100")).await?;
        assert_eq!(cover.status(), 200, "{id}");
        assert_eq!(cover.headers()["content-type"], "image/jpeg");
        let bytes = cover.bytes().await?;
        let picture = image::load_from_memory(&bytes)?;
        assert_eq!((picture.width(), picture.height()), (150, 150), "the smallest rendition that is large enough");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn imported_playlists_keep_order_and_repeats() -> Result<()> {
    let planes = demo().await?;
    let playlists = planes.subsonic("getPlaylists").await?;
    let playlists = playlists["playlists"]["playlist"].as_array().context("playlists")?;
    let evening = playlists.iter().find(|playlist| playlist["name"] == "夜里听").context("the playlist")?;
    let id = evening["id"].as_str().context("an id")?;
    let playlist = planes.subsonic(&format!("getPlaylist?id={id}")).await?;
    let entries = playlist["playlist"]["entry"].as_array().context("entries")?;
    let titles: Vec<&str> = entries.iter().filter_map(|entry| entry["title"].as_str()).collect();
    assert_eq!(titles, ["来信", "未眠", "靠岸", "来信"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn browsing_goes_on_while_the_nas_sleeps() -> Result<()> {
    let mut planes = demo().await?;
    planes.put_the_nas_to_sleep().await?;
    assert_eq!(planes.items("/api/v1/albums", 500).await?.len(), 6);
    let page = planes.get("/").await?;
    assert_eq!(page.status(), 200);
    assert!(page.text().await?.contains("山间来信"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_owner_changes_reaches_listeners_by_itself() -> Result<()> {
    let song = |title| Song { title, artist: "Ann", album: "First", ..Song::default() };
    let planes = Planes::start(|music| {
        // Enough of them that one less is not taken for a lost disk.
        let titles = ["Old", "Stays", "C", "D", "E", "F"];
        titles
            .iter()
            .zip(1..)
            .try_for_each(|(title, number)| music::write(&music.join(format!("{number}.wav")), number, &song(title)))
    })
    .await?;
    let titles = async || -> Result<Vec<String>> {
        let tracks = planes.items("/api/v1/tracks", 50).await?;
        Ok(tracks.iter().filter_map(|track| Some(track["title"].as_str()?.to_owned())).collect())
    };
    assert_eq!(titles().await?, ["Old", "Stays", "C", "D", "E", "F"]);
    let before = planes.items("/api/v1/tracks", 50).await?[0]["id"].clone();

    music::write(&planes.music().join("1.wav"), 1, &song("New"))?;
    music::write(&planes.music().join("7.wav"), 7, &song("More"))?;
    let changed = ["New", "Stays", "C", "D", "E", "F", "More"];
    planes.until("the change shows", async || Ok(titles().await? == changed)).await?;
    let after = planes.items("/api/v1/tracks", 50).await?[0]["id"].clone();
    assert_eq!(before, after, "a track that was tagged anew keeps its id");

    fs::remove_file(planes.music().join("2.wav"))?;
    planes.until("the removal shows", async || Ok(titles().await? == ["New", "C", "D", "E", "F", "More"])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_nas_shows_in_what_is_published() -> Result<()> {
    let planes = demo().await?;
    let blob = walkdir::WalkDir::new(planes.objects())
        .into_iter()
        .filter_map(Result::ok)
        .find(|entry| entry.file_name() == "catalog_read.db.zst")
        .context("a blob")?;
    let database = zstd::decode_all(fs::File::open(blob.path())?)?;
    let shows = |text: &str| database.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(shows("灯塔"), "names are there");
    for secret in [planes.music().to_str().context("a path")?, ".wav/", "02 - 灯塔.wav", "cover.png", "夜航/0"] {
        assert!(!shows(secret), "{secret}");
    }
    Ok(())
}
