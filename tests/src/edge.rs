//! An edge alone, on a free port of loopback, over a store that somebody else fills.

use std::ops::Deref;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::listener::Listener;

/// A running edge; it ends when this is dropped.
pub struct Edge {
    listener: Listener,
    cancel: CancellationToken,
    _cache: TempDir,
}

impl Edge {
    /// Starts an edge that can sign tokens, over the store at a URL, and waits until it serves.
    ///
    /// # Errors
    /// When it doesn't start, or no snapshot comes.
    pub async fn start(store: &str, store_options: &Value) -> anyhow::Result<Self> {
        Self::trusting(&[], store, store_options).await
    }

    /// As [`Edge::start`], of an edge that takes only what one of these keys signed.
    ///
    /// # Errors
    /// As there.
    pub async fn trusting(public_keys: &[&str], store: &str, store_options: &Value) -> anyhow::Result<Self> {
        let cache = tempfile::tempdir()?;
        let cancel = CancellationToken::new();
        let running =
            public_edge::serve::start(config(public_keys, store, store_options, &cache)?, cancel.clone()).await?;
        let edge = Self { listener: Listener::of(running.address)?, cancel, _cache: cache };
        edge.until_ready().await?;
        Ok(edge)
    }
}

/// A whole configuration: what isn't served is not for want of a key.
fn config(
    public_keys: &[&str],
    store: &str,
    store_options: &Value,
    cache: &TempDir,
) -> anyhow::Result<public_edge::config::Config> {
    let settings = json!({
        "listen": "127.0.0.1:0",
        "snapshot": {
            "store": store, "store_options": store_options, "poll_interval": "100ms", "cache_dir": cache.path(),
            "public_keys": public_keys,
        },
        "playback": { "origin_url": "http://127.0.0.1:9", "token_key": { "id": 1, "secret": "5a".repeat(32) } },
    });
    let text = toml::to_string(&settings)?;
    Ok(public_edge::config::Config::from_toml(&text)?)
}

impl Deref for Edge {
    type Target = Listener;

    fn deref(&self) -> &Listener {
        &self.listener
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
