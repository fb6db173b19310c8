//! A NAS that signs and an edge that asks for it, from the first snapshot to the next key.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use anyhow::{Context, Result};
use e2e_tests::edge::Edge;
use e2e_tests::music::{self, Song};
use e2e_tests::nas::Nas;
use nas_origin::snapshot::history::list;
use nas_origin::snapshot::rollback::{rollback, unpin};
use nas_origin::snapshot::verify::verify;
use serde_json::json;
use snapshot_format::signature::SigningKey;
use tokio::task::block_in_place;

/// A NAS, its two keys, and the edge that follows it.
struct Signed {
    nas: Nas,
    songs: u16,
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

impl Signed {
    fn new() -> Result<Self> {
        Ok(Self { nas: Nas::new()?, songs: 0 })
    }

    fn key_file(&self, number: u8) -> Result<PathBuf> {
        let file = self.nas.folder().join(format!("key-{number}"));
        fs::write(&file, key(number).to_secret_line())?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
        Ok(file)
    }

    fn sign_with(&mut self, number: u8) -> Result<()> {
        let file = self.key_file(number)?;
        self.nas.sign_with(&file)
    }

    fn sign_no_more(&mut self) -> Result<()> {
        self.nas.configure(&json!({ "store": self.nas.store() }))
    }

    /// Publishes one song more and gives the snapshot's id.
    fn publish(&mut self) -> Result<String> {
        self.songs += 1;
        let title = format!("song {}", self.songs);
        let song =
            Song { title: &title, artist: "Ann", album: "One", track: Some(self.songs.into()), ..Song::default() };
        music::write(&self.nas.music().join(format!("{title}.wav")), self.songs, &song)?;
        self.nas.import()?;
        Ok(self.nas.publish()?.snapshot_id)
    }
}

async fn edge(nas: &Nas, keys: &[u8]) -> Result<Edge> {
    let keys: Vec<String> = keys.iter().map(|number| key(*number).public_key().to_string()).collect();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    Edge::trusting(&keys, &nas.store(), &json!({})).await
}

async fn shows(edge: &Edge, id: &str) -> Result<()> {
    edge.until(id, async || Ok(edge.json("/api/v1/snapshot").await?["snapshot_id"] == id)).await
}

/// The edge has looked at what is live, says so, and shows what it showed.
async fn refuses(edge: &Edge, words: &str, shown: &str) -> Result<()> {
    edge.until(words, async || Ok(edge.get("/readyz").await?.text().await?.contains(words))).await?;
    assert_eq!(edge.json("/api/v1/snapshot").await?["snapshot_id"], shown);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edge_with_a_key_takes_nothing_else_until_it_gets_the_next_one() -> Result<()> {
    let mut signed = Signed::new()?;
    signed.sign_with(1)?;
    let first = block_in_place(|| signed.publish())?;
    let before = edge(&signed.nas, &[1]).await?;
    shows(&before, &first).await?;

    signed.sign_no_more()?;
    block_in_place(|| signed.publish())?;
    refuses(&before, "not signed", &first).await?;

    signed.sign_with(2)?;
    let by_second = block_in_place(|| signed.publish())?;
    refuses(&before, "none of these keys is trusted", &first).await?;

    let rotated = edge(&signed.nas, &[1, 2]).await?;
    shows(&rotated, &by_second).await?;
    signed.sign_with(1)?;
    let by_first = block_in_place(|| signed.publish())?;
    shows(&rotated, &by_first).await?;
    shows(&before, &by_first).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_is_signed_anew_and_followed() -> Result<()> {
    let mut signed = Signed::new()?;
    signed.sign_with(1)?;
    let first = block_in_place(|| signed.publish())?;
    let second = block_in_place(|| signed.publish())?;
    let edge = edge(&signed.nas, &[1]).await?;
    shows(&edge, &second).await?;

    let back = block_in_place(|| rollback(&signed.nas.job(), &first))?;
    assert_eq!((back.sequence, &back.snapshot_id), (3, &first));
    shows(&edge, &first).await?;
    assert!(block_in_place(|| verify(&signed.nas.job(), None))?.ok);
    block_in_place(|| unpin(&signed.nas.job()))?;
    let report = block_in_place(|| signed.nas.publish())?;
    shows(&edge, &report.snapshot_id).await?;

    let history = block_in_place(|| list(signed.nas.job().library, signed.nas.job().config, 10))?;
    assert_eq!(history.snapshots.first().context("a snapshot")?.sequence, 4);
    Ok(())
}
