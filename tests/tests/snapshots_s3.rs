//! The history of a bucket: listed, rolled back, checked and swept on a real S3 server, with an edge that follows.

use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Result;
use e2e_tests::edge::Edge;
use e2e_tests::music::{self, Song};
use e2e_tests::nas::Nas;
use e2e_tests::s3::{BUCKET, S3Server};
use nas_origin::snapshot::gc::{GcJob, gc};
use nas_origin::snapshot::history::list;
use nas_origin::snapshot::publish::PublishJob;
use nas_origin::snapshot::rollback::{rollback, unpin};
use nas_origin::snapshot::verify::verify;
use snapshot_format::{Sha256Hex, keys};
use tokio::task::block_in_place;
use walkdir::WalkDir;

/// A NAS that published twice: one song, then two.
fn published(server: &S3Server) -> Result<(Nas, String)> {
    let store = format!("s3://{BUCKET}/music cloud/v1");
    let nas = Nas::publishing_to(&store, &server.store_options())?;
    for number in 1..=2 {
        let title = format!("Song {number}");
        let song = Song { title: &title, artist: "Ann", album: "One", ..Song::default() };
        music::write(&nas.music().join(format!("One/{number}.wav")), 1, &song)?;
        let colour = image::Rgb([60 * u8::try_from(number)?, 30, 30]);
        image::RgbImage::from_pixel(200, 200, colour).save(nas.music().join("One/cover.png"))?;
        nas.import()?;
        nas.publish()?;
    }
    Ok((nas, store))
}

fn files(folder: &Path) -> usize {
    WalkDir::new(folder)
        .into_iter()
        .filter(|entry| entry.as_ref().is_ok_and(|entry| entry.file_type().is_file()))
        .count()
}

/// Makes everything in the bucket older, for which a test can't wait.
fn age(bucket: &Path, by: Duration) -> Result<()> {
    for entry in WalkDir::new(bucket) {
        let entry = entry?;
        if entry.file_type().is_file() {
            std::fs::File::options().write(true).open(entry.path())?.set_modified(SystemTime::now() - by)?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_reaches_listeners_and_is_undone() -> Result<()> {
    let server = block_in_place(S3Server::start)?;
    let (nas, store) = block_in_place(|| published(&server))?;
    let edge = Edge::start(&store, &server.store_options()).await?;
    assert_eq!(edge.items("/api/v1/tracks", 50).await?.len(), 2);

    let before = block_in_place(|| list(nas.job().library, nas.job().config, 10))?;
    assert_eq!(before.snapshots.iter().map(|row| row.sequence).collect::<Vec<_>>(), [2, 1]);
    let old = &before.snapshots[1].snapshot_id;
    let report = block_in_place(|| rollback(&nas.job(), old))?;
    assert!(report.changed && report.sequence == 3);
    edge.until("the old snapshot shows", async || {
        Ok(edge.json("/api/v1/snapshot").await?["snapshot_id"] == old.as_str())
    })
    .await?;
    assert_eq!(edge.items("/api/v1/tracks", 50).await?.len(), 1);
    assert!(block_in_place(|| verify(&nas.job(), None))?.ok);

    let pinned = block_in_place(|| nas.publish())?;
    assert!(pinned.pinned && !pinned.changed);
    block_in_place(|| unpin(&nas.job()))?;
    let published = block_in_place(|| nas.publish())?;
    assert_eq!((published.changed, published.sequence), (true, 4));
    edge.until("both songs show again", async || Ok(edge.items("/api/v1/tracks", 50).await?.len() == 2)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_takes_orphans_by_the_bucket_s_clock_and_leaves_a_whole_snapshot() -> Result<()> {
    let server = block_in_place(S3Server::start)?;
    let (nas, store) = block_in_place(|| published(&server))?;
    let objects = server.bucket().join("music cloud/v1");
    let orphan = objects.join(keys::blob(&Sha256Hex::of(b"a killed run's")));
    std::fs::create_dir_all(orphan.parent().expect("a folder"))?;
    std::fs::write(&orphan, "orphan")?;
    let before = files(&objects);

    let sweep = |publish: PublishJob<'_>, dry_run| block_in_place(|| gc(&GcJob { publish, dry_run }));
    let young = sweep(nas.job(), false)?;
    assert_eq!((young.removed_objects, young.young_objects), (0, 1));
    age(&server.bucket(), Duration::from_hours(25))?;
    let look = sweep(nas.job(), true)?;
    assert_eq!((look.removed_objects, files(&objects)), (1, before));
    let swept = sweep(nas.job(), false)?;
    assert_eq!((swept.removed_objects, files(&objects)), (1, before - 1));
    assert!(!orphan.exists());
    assert_eq!(sweep(nas.job(), false)?.removed_objects, 0, "a second sweep finds nothing");

    assert!(block_in_place(|| verify(&nas.job(), Some("1")))?.ok, "kept for its day");
    let edge = Edge::start(&store, &server.store_options()).await?;
    assert_eq!(edge.items("/api/v1/tracks", 50).await?.len(), 2);
    Ok(())
}
