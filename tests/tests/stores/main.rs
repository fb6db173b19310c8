//! Buckets other than S3's: what publishing and following rest on is tried out on each.
//!
//! Azure is azurite, Microsoft's own emulator (npm; `.ci/run` installs it); Google's is a double of the conditions that it
//! documents, since no server of it installs; Garage, which ignores conditions, runs behind `just test-garage`. Of any web
//! server that has a store's files an edge can read: nginx and Python's own are tried.

mod azure;
mod garage;
mod gcs;
mod gcs_double;
mod program;
mod web;

use anyhow::Result;
use e2e_tests::edge::Edge;
use e2e_tests::music::{self, Song};
use e2e_tests::nas::Nas;
use nas_origin::config::{Config, Layers};
use nas_origin::doctor;
use serde_json::Value;

/// A NAS with a song, that publishes as it is told.
fn nas(publish: &Value) -> Result<Nas> {
    let mut nas = Nas::new()?;
    nas.configure(publish)?;
    add_song(&nas, 1)?;
    Ok(nas)
}

fn add_song(nas: &Nas, number: u16) -> Result<()> {
    let title = format!("song {number}");
    let song = Song { title: &title, artist: "周南", album: "夜航", track: Some(number.into()), ..Song::default() };
    music::write(&nas.music().join(format!("夜航/{number}.wav")), number, &song)?;
    nas.import()?;
    Ok(())
}

/// Publishes, publishes nothing, publishes a change; an edge that reads the same store follows.
async fn publish_and_follow(publish: &Value) -> Result<()> {
    publish_and_follow_from(publish["store"].as_str().unwrap_or_default(), publish).await
}

/// As [`publish_and_follow`], of an edge that reads the store by another address.
async fn publish_and_follow_from(store: &str, publish: &Value) -> Result<()> {
    let nas = tokio::task::block_in_place(|| nas(publish))?;
    let publish_now = || tokio::task::block_in_place(|| nas.publish());
    let first = publish_now()?;
    assert!(first.changed && first.sequence == 1, "{first:?}");
    let edge = Edge::start(store, &publish["store_options"]).await?;
    assert_eq!(edge.json("/api/v1/snapshot").await?["snapshot_id"], first.snapshot_id);
    let again = publish_now()?;
    assert!(!again.changed && again.sequence == 1, "{again:?}");
    tokio::task::block_in_place(|| add_song(&nas, 2))?;
    let second = publish_now()?;
    assert!(second.changed && second.sequence == 2 && second.delta_bytes > 0, "{second:?}");
    edge.until("the second snapshot shows", async || {
        Ok(edge.json("/api/v1/snapshot").await?["snapshot_id"] == second.snapshot_id)
    })
    .await
}

/// What `doctor` says of a store, and whether it is content.
fn examined(nas: &Nas, publish: &Value) -> Result<(bool, String)> {
    let flags = vec![format!("data_dir={}", nas.data_dir().display())];
    let mut config = Config::from_layers(&Layers { flags, ..Layers::default() })?;
    config.publish = serde_json::from_value(publish.clone())?;
    let findings = doctor::check(&config);
    let store = findings.into_iter().find(|finding| finding.subject == "store");
    Ok(store.map(|found| (found.is_ok, found.words)).unwrap_or_default())
}
