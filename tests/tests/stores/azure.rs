//! Azure, as azurite plays it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use nas_origin::snapshot::publish::PublishError;
use serde_json::{Value, json};
use sha2::Sha256;
use tempfile::TempDir;

use crate::program::Program;
use crate::{examined, nas, publish_and_follow};

/// The account that every azurite has; its key is published and no secret.
const ACCOUNT: &str = "devstoreaccount1";
const KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const CONTAINER: &str = "music";

struct Azurite {
    _program: Program,
    _folder: TempDir,
    endpoint: String,
}

impl Azurite {
    /// `None` where it isn't installed, which is said.
    async fn start() -> Result<Option<Self>> {
        let Some(program) = program() else {
            eprintln!("SKIPPED: azurite isn't installed: npm install --prefix target/azurite azurite");
            return Ok(None);
        };
        let folder = tempfile::tempdir()?;
        let mut command = Command::new("node");
        command.arg(program).args(["--blobPort", "0", "--skipApiVersionCheck", "--disableTelemetry", "--silent"]);
        command.arg("--location").arg(folder.path());
        let listens = |line: &str| Some(line.split_once("listens on ")?.1.trim().to_owned());
        let (program, address) = Program::start(command, listens)?;
        let azurite = Self { _program: program, _folder: folder, endpoint: format!("{address}/{ACCOUNT}") };
        azurite.create_container().await?;
        Ok(Some(azurite))
    }

    /// By hand: no publisher makes containers.
    async fn create_container(&self) -> Result<()> {
        let date = Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let version = "2021-08-06";
        let text = format!(
            "PUT{}x-ms-date:{date}\nx-ms-version:{version}\n/{ACCOUNT}/{ACCOUNT}/{CONTAINER}\nrestype:container",
            "\n".repeat(12)
        );
        let mut mac = Hmac::<Sha256>::new_from_slice(&BASE64_STANDARD.decode(KEY)?)?;
        mac.update(text.as_bytes());
        let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
        let url = format!("{}/{CONTAINER}?restype=container", self.endpoint);
        let request = reqwest::Client::builder().no_proxy().build()?.put(url).header("x-ms-date", date);
        let request = request.header("x-ms-version", version).header("content-length", "0");
        let answer = request.header("authorization", format!("SharedKey {ACCOUNT}:{signature}")).send().await?;
        ensure!(answer.status() == 201, "{}: {}", answer.status(), answer.text().await?);
        Ok(())
    }

    fn publish(&self) -> Value {
        json!({
            "store": format!("az://{CONTAINER}/some/prefix"),
            "store_options": {
                "account_name": ACCOUNT, "account_key": KEY, "endpoint": self.endpoint, "allow_http": "true",
            },
        })
    }
}

/// Where `.ci/run` puts it, or where AZURITE says.
fn program() -> Option<PathBuf> {
    let installed = || {
        let target = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.join("target");
        Some(target.join("azurite/node_modules/azurite/dist/src/blob/main.js"))
    };
    std::env::var_os("AZURITE").map(PathBuf::from).or_else(installed).filter(|program| program.exists())
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_go_through_azure_and_are_followed() -> Result<()> {
    let Some(azurite) = Azurite::start().await? else { return Ok(()) };
    publish_and_follow(&azurite.publish()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn azure_keeps_conditions_and_two_publishers_apart() -> Result<()> {
    let Some(azurite) = Azurite::start().await? else { return Ok(()) };
    let publish = azurite.publish();
    tokio::task::block_in_place(|| {
        let (one, other) = (nas(&publish)?, nas(&publish)?);
        let (is_ok, words) = examined(&one, &publish)?;
        assert!(is_ok && words.contains("several publishers can share it; it lists and deletes"), "{words}");
        one.publish()?;
        let refused = other.publish().expect_err("another catalog's snapshot is live");
        let refused = refused.downcast_ref::<PublishError>().context("a publish's error")?;
        assert!(matches!(refused, PublishError::Foreign { .. }), "{refused}");
        Ok(())
    })
}
