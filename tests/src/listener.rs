//! A listener: asks an edge, and looks again until what was expected shows.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;
use reqwest::Response;
use serde_json::Value;

/// How long anything may take before a test gives up; far more than it needs.
const PATIENCE: Duration = Duration::from_mins(2);
/// Time between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Someone who asks an edge and follows no redirect.
pub struct Listener {
    /// The edge.
    pub edge: String,
    client: reqwest::Client,
}

impl Listener {
    /// A listener of the edge at an address.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn of(edge: SocketAddr) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { edge: format!("http://{edge}"), client })
    }

    /// Asks the edge.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn get(&self, path: &str) -> anyhow::Result<Response> {
        Ok(self.client.get(format!("{}{path}", self.edge)).send().await?)
    }

    /// Asks any plane.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn fetch(&self, url: &str, range: Option<&str>) -> anyhow::Result<Response> {
        let request = self.client.get(url);
        let request = if let Some(range) = range { request.header("Range", range) } else { request };
        Ok(request.send().await?)
    }

    /// A native answer, which must be a success.
    ///
    /// # Errors
    /// Any other answer.
    pub async fn json(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.get(path).await?;
        anyhow::ensure!(answer.status().is_success(), "{path}: {}", answer.status());
        Ok(answer.json().await?)
    }

    /// All items of a native list, page by page.
    ///
    /// # Errors
    /// An answer that is no page.
    pub async fn items(&self, path: &str, limit: usize) -> anyhow::Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut query = format!("?limit={limit}");
        loop {
            let mut page = self.json(&format!("{path}{query}")).await?;
            items.append(page["items"].as_array_mut().context("items")?);
            match page["next_cursor"].as_str() {
                Some(cursor) => query = format!("?limit={limit}&cursor={cursor}"),
                None => return Ok(items),
            }
        }
    }

    /// A Subsonic answer's payload, which must be ok.
    ///
    /// # Errors
    /// Any other answer.
    pub async fn subsonic(&self, call: &str) -> anyhow::Result<Value> {
        let envelope = self.envelope(call).await?;
        anyhow::ensure!(envelope["status"] == "ok", "{call}: {envelope}");
        Ok(envelope)
    }

    /// The code of a Subsonic answer, which must be an error.
    ///
    /// # Errors
    /// Any other answer.
    pub async fn subsonic_error(&self, call: &str) -> anyhow::Result<u64> {
        let envelope = self.envelope(call).await?;
        anyhow::ensure!(envelope["status"] == "failed", "{call}: {envelope}");
        envelope["error"]["code"].as_u64().context("a code")
    }

    async fn envelope(&self, call: &str) -> anyhow::Result<Value> {
        let separator = if call.contains('?') { '&' } else { '?' };
        let mut answer = self.json(&format!("/rest/{call}{separator}f=json&v=1.16.1&c=test")).await?;
        Ok(answer["subsonic-response"].take())
    }

    /// Where a redirect leads.
    ///
    /// # Errors
    /// Any other answer.
    pub async fn redirect(&self, path: &str) -> anyhow::Result<String> {
        let answer = self.get(path).await?;
        anyhow::ensure!(answer.status() == 302, "{path}: {}", answer.status());
        Ok(answer.headers().get("location").context("a location")?.to_str()?.to_owned())
    }

    /// Looks until the edge serves a snapshot.
    ///
    /// # Errors
    /// When it doesn't in a time that is far longer than it needs.
    pub async fn until_ready(&self) -> anyhow::Result<()> {
        self.until("the edge is ready", async || Ok(self.get("/readyz").await?.status().is_success())).await
    }

    /// Looks until a condition holds.
    ///
    /// # Errors
    /// When it doesn't in a time that is far longer than it needs.
    pub async fn until(&self, what: &str, condition: impl AsyncFn() -> anyhow::Result<bool>) -> anyhow::Result<()> {
        let began = Instant::now();
        while !condition().await.unwrap_or(false) {
            anyhow::ensure!(began.elapsed() < PATIENCE, "gave up waiting until {what}");
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }
}
