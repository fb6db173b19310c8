//! Both planes on free ports of loopback, over a temporary folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use reqwest::Response;
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// How long anything may take before a test gives up; far more than it needs.
const PATIENCE: Duration = Duration::from_mins(2);
/// Time between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A NAS and an edge.
pub struct Planes {
    /// The edge, for listeners.
    pub edge: String,
    /// The origin, for token holders.
    pub origin: String,
    folder: TempDir,
    client: reqwest::Client,
    nas: CancellationToken,
    nas_finished: Option<tokio::task::JoinHandle<()>>,
    all: CancellationToken,
}

impl Planes {
    /// Starts both over what `fill` puts into the music folder, and waits until the edge serves it.
    ///
    /// # Errors
    /// When a plane doesn't start, or no snapshot comes.
    pub async fn start(fill: impl FnOnce(&Path) -> anyhow::Result<()>) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let music = folder.path().join("music");
        fs::create_dir(&music)?;
        fill(&music)?;
        fs::write(folder.path().join("token.key"), "hex:".to_owned() + &"5a".repeat(32))?;
        let all = CancellationToken::new();
        let nas = all.child_token();
        let origin = nas_origin::serve::start(origin_config(folder.path())?, nas.clone()).await?;
        let origin_url = format!("http://{}", origin.address);
        let edge = public_edge::serve::start(edge_config(folder.path(), &origin_url)?, all.clone()).await?;
        let planes = Self {
            edge: format!("http://{}", edge.address),
            origin: origin_url,
            folder,
            client: reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?,
            nas,
            nas_finished: Some(origin.finished),
            all,
        };
        planes.until("the edge is ready", async || Ok(planes.get("/readyz").await?.status().is_success())).await?;
        Ok(planes)
    }

    /// The folder of music.
    pub fn music(&self) -> PathBuf {
        self.folder.path().join("music")
    }

    /// The store's folder.
    pub fn objects(&self) -> PathBuf {
        self.folder.path().join("objects")
    }

    /// Ends the NAS; the edge stays.
    ///
    /// # Errors
    /// When the NAS broke off.
    pub async fn put_the_nas_to_sleep(&mut self) -> anyhow::Result<()> {
        self.nas.cancel();
        match self.nas_finished.take() {
            Some(finished) => finished.await.context("the NAS broke off"),
            None => Ok(()),
        }
    }

    /// Asks the edge; redirects are not followed.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn get(&self, path: &str) -> anyhow::Result<Response> {
        Ok(self.client.get(format!("{}{path}", self.edge)).send().await?)
    }

    /// Asks any plane; redirects are not followed.
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
        let separator = if call.contains('?') { '&' } else { '?' };
        let mut answer = self.json(&format!("/rest/{call}{separator}f=json&v=1.16.1&c=test")).await?;
        let envelope = answer["subsonic-response"].take();
        anyhow::ensure!(envelope["status"] == "ok", "{call}: {envelope}");
        Ok(envelope)
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

impl Drop for Planes {
    fn drop(&mut self) {
        self.all.cancel();
    }
}

fn origin_config(folder: &Path) -> anyhow::Result<nas_origin::config::Config> {
    let at = |part: &str| folder.join(part).display().to_string();
    let file = folder.join("nas-origin.toml");
    let text = format!(
        "data_dir = '{}'\nlisten = '127.0.0.1:0'\n[sources.music]\npath = '{}'\n[publish]\nstore = 'file://{}'\n\
         [private_origin]\nkeys = [{{ id = 1, secret_file = '{}' }}]\n",
        at("origin"),
        at("music"),
        at("objects"),
        at("token.key"),
    );
    fs::write(&file, text)?;
    Ok(nas_origin::config::Config::load(Some(&file), &[])?)
}

fn edge_config(folder: &Path, origin_url: &str) -> anyhow::Result<public_edge::config::Config> {
    let at = |part: &str| folder.join(part).display().to_string();
    let text = format!(
        "listen = '127.0.0.1:0'\n[snapshot]\nstore = 'file://{}'\npoll_interval = '100ms'\ncache_dir = '{}'\n\
         [playback]\norigin_url = '{origin_url}'\ntoken_key = {{ id = 1, secret_file = '{}' }}\n",
        at("objects"),
        at("edge"),
        at("token.key"),
    );
    Ok(public_edge::config::Config::from_toml(&text)?)
}
