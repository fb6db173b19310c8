//! The crate `opensubsonic`: every answer becomes a checked type.

use anyhow::{Context, Result};
use e2e_tests::planes::Planes;
use opensubsonic::{AlbumListType, Auth, Client, Search3Options, StreamOptions};

#[tokio::test(flavor = "multi_thread")]
async fn the_crate_browses_searches_and_plays() -> Result<()> {
    let planes = Planes::start(quickstart::demo::make).await?;
    for auth in [Auth::token("guest", "guest"), Auth::plain("guest", "guest")] {
        let client = Client::new(&planes.edge, auth)?;
        client.ping().await?;
        assert_eq!(client.get_music_folders().await?.len(), 1);
        let artists = client.get_artists(None).await?;
        let first = artists.index.first().and_then(|index| index.artist.first()).context("an artist")?;
        let artist = client.get_artist(&first.id).await?;
        let album = client.get_album(&artist.album.first().context("an album")?.id).await?;
        let song = client.get_song(&album.song.first().context("a song")?.id).await?;

        let found = client.search3(&song.title, &Search3Options::new()).await?;
        assert!(found.song.iter().any(|hit| hit.id == song.id));
        let newest = client.get_album_list2(AlbumListType::Newest, &opensubsonic::AlbumListOptions::new()).await?;
        assert_eq!(newest.len(), 6);
        assert!(!client.get_top_songs(&artist.name, None).await?.is_empty());
        client.get_similar_songs2(&artist.id, Some(5)).await?;
        client.get_artist_info2(&artist.id, None, None).await?;
        assert_eq!(client.get_user("guest").await?.stream_role, Some(true));

        let heard = client.stream(&song.id, &StreamOptions::new()).await?;
        assert_eq!(Some(u64::try_from(heard.len())?), song.size.and_then(|size| u64::try_from(size).ok()));
        assert!(client.get_users().await.is_err() && client.get_song("al-1").await.is_err());
    }
    let stranger = Client::new(&planes.edge, Auth::token("guest", "wrong"))?;
    assert!(stranger.ping().await.is_err());
    Ok(())
}
