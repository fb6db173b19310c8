//! Starts both planes and waits until there is something to hear.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use crate::demo;
use crate::home::{Home, Plan};

/// Time between two looks at whether the edge is ready.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What the command line says.
pub struct Options {
    /// The folder of music; the demo library when there is none.
    pub music: Option<PathBuf>,
    /// The edge's port; the origin has the next one.
    pub port: u16,
    /// The folder that everything else is kept in.
    pub data_dir: PathBuf,
}

/// Both planes, running.
pub struct Quickstart {
    /// The edge's address, for a browser.
    pub url: String,
    origin: nas_origin::serve::Running,
    edge: public_edge::serve::Running,
}

impl Quickstart {
    /// Prepares the folder and starts the planes. They run until `cancel`.
    ///
    /// # Errors
    /// A folder that isn't there or can't be written, a port in use, a configuration that was edited wrong.
    pub async fn start(options: Options, cancel: CancellationToken) -> anyhow::Result<Self> {
        let home = tokio::task::spawn_blocking(move || prepare(&options)).await??;
        let origin = nas_origin::config::Config::load(Some(&home.origin_config), &[])?;
        let edge = public_edge::config::Config::load(Some(&home.edge_config))?;
        // The edge first: its port is the one that a newcomer knows, and a conflict there ends the start at once.
        let edge = public_edge::serve::start(edge, cancel.clone()).await?;
        let origin = nas_origin::serve::start(origin, cancel).await?;
        Ok(Self { url: format!("http://{}", edge.address), origin, edge })
    }

    /// Waits until the edge serves a snapshot.
    ///
    /// # Errors
    /// When the client for asking can't be made.
    pub async fn ready(&self) -> anyhow::Result<()> {
        let client = reqwest::Client::builder().no_proxy().build().context("making an HTTP client failed")?;
        let readiness = format!("{}/readyz", self.url);
        while !client.get(&readiness).send().await.is_ok_and(|answer| answer.status().is_success()) {
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// Waits until both planes have ended.
    ///
    /// # Errors
    /// When one broke off.
    pub async fn finished(self) -> anyhow::Result<()> {
        self.edge.finished.await.context("the edge broke off")?;
        self.origin.finished.await.context("the origin broke off")
    }
}

fn prepare(options: &Options) -> anyhow::Result<Home> {
    std::fs::create_dir_all(&options.data_dir)
        .with_context(|| format!("making the folder {}", options.data_dir.display()))?;
    let music = if let Some(music) = &options.music {
        music.clone()
    } else {
        let folder = options.data_dir.join("demo-music");
        demo::make(&folder)?;
        folder
    };
    let music = music.canonicalize().with_context(|| format!("the music folder {} isn't there", music.display()))?;
    anyhow::ensure!(music.is_dir(), "{} is not a folder", music.display());
    Home::prepare(&options.data_dir, &Plan { music: &music, port: options.port })
}
