//! From a folder of music through a real S3 server to a listener.

use anyhow::{Context, Result};
use e2e_tests::edge::Edge;
use e2e_tests::music::{self, Song};
use e2e_tests::nas::Nas;
use e2e_tests::s3::{BUCKET, S3Server};
use snapshot_format::Manifest;
use tokio::task::block_in_place;

/// A NAS with one album and its picture, and the store it publishes to.
fn nas(server: &S3Server) -> Result<(Nas, String)> {
    let store = format!("s3://{BUCKET}/music cloud/v1");
    let nas = Nas::publishing_to(&store, &server.store_options())?;
    let song = Song { title: "灯塔", artist: "周南", album: "夜航", ..Song::default() };
    music::write(&nas.music().join("夜航/1.wav"), 1, &song)?;
    image::RgbImage::from_pixel(400, 400, image::Rgb([200, 30, 30])).save(nas.music().join("夜航/cover.png"))?;
    Ok((nas, store))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edge_serves_what_a_bucket_holds_and_follows_it() -> Result<()> {
    let server = block_in_place(S3Server::start)?;
    let (nas, store) = nas(&server)?;
    let publish = || block_in_place(|| nas.import().and_then(|_| nas.publish()));
    let first = publish()?;
    let edge = Edge::start(&store, &server.store_options()).await?;
    assert_eq!(edge.json("/api/v1/snapshot").await?["snapshot_id"], first.snapshot_id);
    let albums = edge.items("/api/v1/albums", 50).await?;
    assert_eq!(albums[0]["name"], "夜航");

    let cover =
        edge.get(&format!("/api/v1/covers/{}?size=300", albums[0]["cover_id"].as_str().context("an id")?)).await?;
    assert_eq!(cover.status(), 200);
    let picture = image::load_from_memory(&cover.bytes().await?)?.to_rgb8();
    assert!(picture.width() >= 300 && picture.get_pixel(9, 9)[0] > 150, "the picture beside the files, large enough");

    let again = publish()?;
    assert!(!again.changed && again.snapshot_id == first.snapshot_id, "nothing changed, nothing is published");

    music::write(
        &nas.music().join("2.wav"),
        2,
        &Song { title: "Second", artist: "Ann", album: "B", ..Song::default() },
    )?;
    let second = publish()?;
    assert!(second.changed && second.sequence > first.sequence);
    edge.until("the second snapshot shows", async || {
        Ok(edge.json("/api/v1/snapshot").await?["snapshot_id"] == second.snapshot_id)
    })
    .await?;
    let found = edge.json("/api/v1/search?q=second").await?;
    assert_eq!(found["tracks"][0]["title"], "Second");
    assert_eq!(edge.items("/api/v1/albums", 50).await?.len(), 2);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edge_makes_the_next_database_of_its_own_and_a_delta() -> Result<()> {
    let server = block_in_place(S3Server::start)?;
    let (nas, store) = nas(&server)?;
    let publish = || block_in_place(|| nas.import().and_then(|_| nas.publish()));
    publish()?;
    let edge = Edge::start(&store, &server.store_options()).await?;
    let objects = server.bucket().join("music cloud/v1");
    music::write(&nas.music().join("2.wav"), 2, &Song { title: "Second", artist: "Ann", ..Song::default() })?;
    let second = publish()?;
    let manifest = Manifest::from_bytes(&std::fs::read(objects.join("manifest.json"))?)?;
    std::fs::remove_file(objects.join(&manifest.database.key)).context("the whole database")?;
    assert!(second.delta_bytes > 0 && second.delta_bytes * 10 < manifest.database.stored_bytes * 3);
    edge.until("the second snapshot shows", async || {
        Ok(edge.json("/api/v1/snapshot").await?["snapshot_id"] == second.snapshot_id)
    })
    .await?;
    assert_eq!(edge.json("/api/v1/search?q=second").await?["tracks"][0]["title"], "Second");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edge_goes_on_without_its_bucket() -> Result<()> {
    let server = block_in_place(S3Server::start)?;
    let (nas, store) = nas(&server)?;
    block_in_place(|| nas.import().and_then(|_| nas.publish()))?;
    let edge = Edge::start(&store, &server.store_options()).await?;
    drop(server);
    edge.until("the failure shows", async || {
        let readiness = edge.json("/readyz").await?;
        Ok(readiness["status"] == "ready" && readiness["reasons"].as_array().is_some_and(|reasons| !reasons.is_empty()))
    })
    .await?;
    assert_eq!(edge.items("/api/v1/albums", 50).await?.len(), 1, "browsing goes on");
    Ok(())
}
