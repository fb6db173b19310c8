//! Google's object storage, over a double that keeps its conditions: generations instead of ETags.

use anyhow::{Context, Result};
use nas_origin::snapshot::publish::PublishError;
use serde_json::{Value, json};

use crate::gcs_double::GcsDouble;
use crate::{add_song, examined, nas, publish_and_follow};

fn publish(server: &GcsDouble) -> Value {
    json!({
        "store": "gs://music/some/prefix",
        "store_options": { "base_url": server.endpoint(), "bearer_token": "some-token", "allow_http": "true" },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_go_through_gcs_and_are_followed() -> Result<()> {
    let server = tokio::task::block_in_place(GcsDouble::start)?;
    publish_and_follow(&publish(&server)).await?;
    let conditions = server.conditions("some/prefix/manifest.json");
    let [created, replaced] = &conditions[..] else { panic!("two commits, not {conditions:?}") };
    assert_eq!(created, "0", "the first manifest is created");
    assert!(replaced.parse::<u64>()? > 0, "the second replaces one generation");
    for key in server.keys() {
        let is_moving = key.ends_with("manifest.json") || key.contains("/probe/");
        assert!(is_moving || server.conditions(&key).iter().all(|condition| condition == "0"), "{key} is created once");
    }
    Ok(())
}

#[test]
fn who_was_overtaken_at_gcs_says_so_and_leaves_the_others_snapshot() -> Result<()> {
    let server = GcsDouble::start()?;
    let publish = publish(&server);
    let nas = nas(&publish)?;
    nas.publish()?;
    add_song(&nas, 2)?;
    let others = b"{\"sequence\": 7}".to_vec();
    server.overtake("some/prefix/manifest.json", others.clone());
    let lost = nas.publish().expect_err("412, and another manifest");
    let lost = lost.downcast_ref::<PublishError>().context("a publish's error")?;
    assert!(matches!(lost, PublishError::Lost), "{lost}");
    assert_eq!(server.get("some/prefix/manifest.json"), Some(others));
    Ok(())
}

#[test]
fn the_doctor_finds_that_gcs_keeps_conditions() -> Result<()> {
    let server = GcsDouble::start()?;
    let publish = publish(&server);
    let (is_ok, words) = examined(&nas(&publish)?, &publish)?;
    assert!(is_ok && words.contains("several publishers can share it; it lists and deletes"), "{words}");
    assert_eq!(server.keys(), Vec::<String>::new(), "what was tried with is removed");
    Ok(())
}
