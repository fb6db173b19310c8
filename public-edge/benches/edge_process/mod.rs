//! An edge in a process of its own, over a store whose manifests the benchmark writes itself.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use snapshot_format::signature::{SigningKey, sign};
use snapshot_format::{Manifest, keys};

/// What is waited for at most.
const PATIENCE: Duration = Duration::from_mins(2);

/// A published store under manifests of one's own. What it holds is linked, not copied.
pub(crate) struct OwnStore {
    pub(crate) folder: PathBuf,
    key: Option<SigningKey>,
}

impl OwnStore {
    /// Without a key the manifests are not signed.
    pub(crate) fn over(published: &Path, folder: PathBuf, key: Option<SigningKey>) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        for part in ["blobs", "deltas", "covers"] {
            let there = fs::canonicalize(published)?.join(part);
            if there.exists() {
                symlink(there, folder.join(part))?;
            }
        }
        Ok(Self { folder, key })
    }

    /// Makes a manifest live, in one step.
    pub(crate) fn publish(&self, manifest: &Manifest) -> Result<()> {
        let mut manifest = Manifest { expires_at: None, signatures: Vec::new(), ..manifest.clone() };
        if let Some(key) = &self.key {
            sign(&mut manifest, key);
        }
        let next = self.folder.join("next.json");
        fs::write(&next, manifest.to_bytes()?)?;
        Ok(fs::rename(next, self.folder.join(keys::MANIFEST))?)
    }

    fn public_keys(&self) -> Vec<String> {
        self.key.iter().map(|key| key.public_key().to_string()).collect()
    }
}

/// A running edge; it is killed when this is dropped.
pub(crate) struct EdgeProcess {
    child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) started: Instant,
}

/// An edge's folder: its configuration and its cache.
pub(crate) struct EdgeFolder(pub(crate) PathBuf);

impl EdgeFolder {
    /// `url` is the store's; its keys are the edge's.
    pub(crate) fn create(folder: PathBuf, store: &OwnStore, url: &str) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        let toml = format!(
            "[snapshot]\nstore = {url:?}\npoll_interval = \"100ms\"\ncache_dir = {:?}\npublic_keys = {:?}\n",
            folder.join("cache").display().to_string(),
            store.public_keys()
        );
        fs::write(folder.join("public-edge.toml"), toml)?;
        Ok(Self(folder))
    }

    pub(crate) fn forget(&self) -> Result<()> {
        let cache = self.0.join("cache");
        if cache.exists() { Ok(fs::remove_dir_all(cache)?) } else { Ok(()) }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_public-edge"));
        command.current_dir(&self.0).env("RUST_LOG", "error").stdout(Stdio::null()).stderr(Stdio::null());
        command.arg("--config").arg("public-edge.toml");
        command
    }

    pub(crate) fn fetch(&self) -> Result<()> {
        let status = self.command().arg("fetch").status()?;
        ensure!(status.success(), "fetch: {status}");
        Ok(())
    }

    pub(crate) fn serve(&self) -> Result<EdgeProcess> {
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let mut command = self.command();
        command.arg("serve").env("PUBLIC_EDGE_LISTEN", address.to_string());
        let started = Instant::now();
        let child = command.spawn().context("starting the edge")?;
        Ok(EdgeProcess { child, address, started })
    }
}

impl EdgeProcess {
    /// Waits for the first good answer to a path, and says how long after the start it came.
    pub(crate) async fn first_answer(&self, path: &str) -> Result<Duration> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let url = format!("http://{}{path}", self.address);
        while self.started.elapsed() < PATIENCE {
            match client.get(&url).send().await {
                Ok(answer) if answer.status().is_success() => {
                    answer.bytes().await?;
                    return Ok(self.started.elapsed());
                }
                _ => tokio::time::sleep(Duration::from_millis(1)).await,
            }
        }
        anyhow::bail!("the edge never answered {path}")
    }
}

impl Drop for EdgeProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
