//! Both planes on free ports of loopback, over a temporary folder.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};

use anyhow::Context;
use snapshot_format::access::AccessKey;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::listener::Listener;

/// A NAS and an edge.
pub struct Planes {
    /// The origin, for token holders.
    pub origin: String,
    folder: TempDir,
    listener: Listener,
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
        Self::start_with(fill, "", "").await
    }

    /// As [`Planes::start`], where only listeners are let in; `admin` may ask the owner's API with a password.
    ///
    /// # Errors
    /// As there.
    pub async fn for_listeners(
        fill: impl FnOnce(&Path) -> anyhow::Result<()>,
        admin: (&str, &str),
    ) -> anyhow::Result<Self> {
        let root = "the root of all that listeners have";
        let key = AccessKey::derive(root.as_bytes())?;
        let origin = format!(
            "access = {{ mode = 'listeners' }}\nsubsonic_secret_key = '{root}'\nadmin_user = '{}'\nadmin_password = '{}'\n",
            admin.0, admin.1
        );
        let edge = format!("access = {{ mode = 'listeners', access_key = '{}' }}\n", key.to_line().as_str());
        Self::start_with(fill, &origin, &edge).await
    }

    async fn start_with(
        fill: impl FnOnce(&Path) -> anyhow::Result<()>,
        origin_settings: &str,
        edge_settings: &str,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let music = folder.path().join("music");
        fs::create_dir(&music)?;
        fill(&music)?;
        fs::write(folder.path().join("token.key"), "hex:".to_owned() + &"5a".repeat(32))?;
        let all = CancellationToken::new();
        let nas = all.child_token();
        let origin = nas_origin::serve::start(origin_config(folder.path(), origin_settings)?, nas.clone()).await?;
        let origin_url = format!("http://{}", origin.address);
        let edge =
            public_edge::serve::start(edge_config(folder.path(), &origin_url, edge_settings)?, all.clone()).await?;
        let planes = Self {
            origin: origin_url,
            folder,
            listener: Listener::of(edge.address)?,
            nas,
            nas_finished: Some(origin.finished),
            all,
        };
        planes.until_ready().await?;
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

    /// The edge's cache folder.
    pub fn cache(&self) -> PathBuf {
        self.folder.path().join("edge")
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
}

impl Deref for Planes {
    type Target = Listener;

    fn deref(&self) -> &Listener {
        &self.listener
    }
}

impl Drop for Planes {
    fn drop(&mut self) {
        self.all.cancel();
    }
}

fn origin_config(folder: &Path, more: &str) -> anyhow::Result<nas_origin::config::Config> {
    let at = |part: &str| folder.join(part).display().to_string();
    let file = folder.join("nas-origin.toml");
    let text = format!(
        "{more}data_dir = '{}'\nlisten = '127.0.0.1:0'\n[sources.music]\npath = '{}'\n[import]\nsettle_time = '0s'\n[publish]\nstore = 'file://{}'\n\
         [private_origin]\nkeys = [{{ id = 1, secret_file = '{}' }}]\n",
        at("origin"),
        at("music"),
        at("objects"),
        at("token.key"),
    );
    fs::write(&file, text)?;
    Ok(nas_origin::config::Config::load(Some(&file), &[])?)
}

fn edge_config(folder: &Path, origin_url: &str, more: &str) -> anyhow::Result<public_edge::config::Config> {
    let at = |part: &str| folder.join(part).display().to_string();
    let text = format!(
        "{more}listen = '127.0.0.1:0'\n[snapshot]\nstore = 'file://{}'\npoll_interval = '100ms'\ncache_dir = '{}'\n\
         [playback]\norigin_url = '{origin_url}'\ntoken_key = {{ id = 1, secret_file = '{}' }}\n",
        at("objects"),
        at("edge"),
        at("token.key"),
    );
    Ok(public_edge::config::Config::from_toml(&text)?)
}
