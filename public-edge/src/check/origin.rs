//! Whether the NAS answers, and takes the tokens that this edge signs.

use std::time::Duration;

use catalog_core::finding::in_words;
use jiff::Timestamp;
use reqwest::{Client, StatusCode};
use snapshot_format::token::{Grant, StreamFormat, TokenKey};
use url::Url;

use crate::config::PlaybackSettings;

const PATIENCE: Duration = Duration::from_secs(10);
/// No catalog has a location of this id, so the NAS answers 404 to a token that it takes.
const NO_LOCATION: u64 = 0;

pub(super) async fn check(playback: &PlaybackSettings) -> Result<String, String> {
    let (Some(origin_url), Some(key)) = (&playback.origin_url, &playback.token_key) else {
        return Ok("playback.origin_url is not set: files that only the NAS has are not available".to_owned());
    };
    let client = Client::builder().timeout(PATIENCE).build().map_err(|error| in_words(&error))?;
    ask_health(&client, origin_url).await?;
    ask_with_token(&client, origin_url, key).await?;
    Ok(format!("{origin_url} answers and takes tokens of key {}", key.id()))
}

async fn ask_health(client: &Client, origin_url: &Url) -> Result<(), String> {
    match client.get(below(origin_url, "healthz")).send().await {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(format!("{origin_url} answers {} to /healthz", answer.status())),
        Err(error) => Err(format!("{origin_url} doesn't answer: {}", in_words(&error))),
    }
}

async fn ask_with_token(client: &Client, origin_url: &Url, key: &TokenKey) -> Result<(), String> {
    let in_a_minute = Timestamp::now().as_second() + 60;
    let grant = Grant {
        format: StreamFormat::AsStored,
        as_attachment: false,
        expires_at: u32::try_from(in_a_minute).unwrap_or(u32::MAX),
        location_id: NO_LOCATION,
        listener: 0,
        max_kbps: 0,
        start_secs: 0,
    };
    let url = below(origin_url, &format!("api/private-origin/stream/{}", key.sign(&grant)));
    let answer = client.head(url).send().await.map_err(|error| in_words(&error.without_url()))?;
    match answer.status() {
        StatusCode::NOT_FOUND => Ok(()),
        StatusCode::FORBIDDEN => Err(format!(
            "{origin_url} refuses tokens of key {}: `private_origin.keys` there and `playback.token_key` here differ",
            key.id()
        )),
        StatusCode::SERVICE_UNAVAILABLE => Err(format!("{origin_url} has no `private_origin.keys`")),
        StatusCode::GONE => Err(format!("the clocks of {origin_url} and of this machine are more than a minute apart")),
        status => Err(format!("{origin_url} answers {status} to a token; is it a nas-origin?")),
    }
}

fn below(origin_url: &Url, path: &str) -> String {
    format!("{}/{path}", origin_url.as_str().trim_end_matches('/'))
}
