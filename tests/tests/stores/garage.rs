//! Garage: it takes conditional writes and ignores the conditions. `just test-garage` runs this, with the program in
//! GARAGE; it takes a quarter of an hour to build, so CI does without.

use std::fs;
use std::net::TcpListener;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use nas_origin::snapshot::publish::PublishError;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::Program;
use crate::{examined, nas, publish_and_follow};

const ACCESS_KEY: &str = "GK0123456789abcdef01234567";
const SECRET_KEY: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const BUCKET: &str = "music";

struct Garage {
    _program: Program,
    _folder: TempDir,
    endpoint: String,
}

impl Garage {
    /// `None` without GARAGE, which is said.
    async fn start() -> Result<Option<Self>> {
        let Some(program) = std::env::var_os("GARAGE") else {
            eprintln!("SKIPPED: GARAGE names no program (just test-garage)");
            return Ok(None);
        };
        let folder = tempfile::tempdir()?;
        let (rpc, s3) = (free_port()?, free_port()?);
        let config = folder.path().join("garage.toml");
        fs::write(&config, config_text(folder.path(), rpc, s3))?;
        let mut command = Command::new(program);
        command.arg("-c").arg(&config).args(["server", "--single-node", "--default-bucket"]).env("RUST_LOG", "info");
        command.env("GARAGE_DEFAULT_ACCESS_KEY", ACCESS_KEY).env("GARAGE_DEFAULT_SECRET_KEY", SECRET_KEY);
        // Its log goes to stderr, which `sh` hands over as stdout.
        let mut shell = Command::new("sh");
        shell.args(["-c", "exec \"$0\" \"$@\" 2>&1"]).arg(command.get_program()).args(command.get_args());
        shell
            .envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .env("GARAGE_DEFAULT_BUCKET", BUCKET);
        let (program, ()) = Program::start(shell, |line| line.contains("S3 API server listening").then_some(()))?;
        let garage = Self { _program: program, _folder: folder, endpoint: format!("http://127.0.0.1:{s3}") };
        garage.until_bucket().await?;
        Ok(Some(garage))
    }

    /// The default bucket is made a moment after the port answers: asked without a key, a bucket that is there is
    /// forbidden and not missing.
    async fn until_bucket(&self) -> Result<()> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        for _ in 0..600 {
            let answer = client.get(format!("{}/{BUCKET}", self.endpoint)).send().await?;
            if answer.status() == 403 {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        anyhow::bail!("the bucket was not made")
    }

    fn publish(&self, single_writer: bool) -> Value {
        json!({
            "store": format!("s3://{BUCKET}/some/prefix"),
            "store_options": {
                "endpoint": self.endpoint, "region": "garage", "allow_http": "true",
                "access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY,
            },
            "single_writer": single_writer,
        })
    }
}

fn config_text(folder: &std::path::Path, rpc: u16, s3: u16) -> String {
    let folder = folder.display();
    format!(
        "metadata_dir = '{folder}/meta'\ndata_dir = '{folder}/data'\ndb_engine = 'sqlite'\nreplication_factor = 1\n\
         rpc_bind_addr = '127.0.0.1:{rpc}'\nrpc_public_addr = '127.0.0.1:{rpc}'\nrpc_secret = '{SECRET_KEY}'\n\
         [s3_api]\ns3_region = 'garage'\napi_bind_addr = '127.0.0.1:{s3}'\nroot_domain = '.s3.garage.localhost'\n"
    )
}

/// A port that was free a moment ago: Garage wants its number beforehand.
fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

#[tokio::test(flavor = "multi_thread")]
async fn garage_is_published_to_by_a_single_writer_alone() -> Result<()> {
    let Some(garage) = Garage::start().await? else { return Ok(()) };
    let (shared, alone) = (garage.publish(false), garage.publish(true));
    tokio::task::block_in_place(|| {
        let nas = nas(&shared)?;
        let (is_ok, words) = examined(&nas, &shared)?;
        ensure!(!is_ok && words.contains("single_writer"), "the doctor finds it: {words}");
        let refused = nas.publish().expect_err("publishers could overwrite each other");
        let refused = refused.downcast_ref::<PublishError>().context("a publish's error")?;
        ensure!(matches!(refused, PublishError::Unconditional { .. }), "{refused}");
        println!("{refused}");
        Ok(())
    })?;
    publish_and_follow(&alone).await
}
