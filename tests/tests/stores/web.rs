//! A folder store behind web servers that know nothing of it.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde_json::json;
use tempfile::TempDir;

use crate::program::Program;
use crate::publish_and_follow_from;

/// nginx answers with entity tags, 304 and parts of a file.
#[tokio::test(flavor = "multi_thread")]
async fn an_edge_follows_what_nginx_shows() -> Result<()> {
    if !is_installed("nginx", "-v") {
        eprintln!("SKIPPED: nginx isn't installed");
        return Ok(());
    }
    let folder = Objects::new()?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let configuration = folder.nginx_configuration(port)?;
    let mut command = Command::new("sh");
    command.arg("-c").arg("exec nginx -p \"$1\" -c \"$2\" 2>&1").arg("sh").arg(folder.folder.path()).arg(configuration);
    let (_nginx, ()) = Program::start(command, |line| line.contains("getrlimit").then_some(()))?;
    folder.is_followed(port).await
}

/// Python's server knows neither entity tags nor parts: the date is all that it says of a file.
#[tokio::test(flavor = "multi_thread")]
async fn an_edge_follows_what_the_simplest_server_shows() -> Result<()> {
    if !is_installed("python3", "--version") {
        eprintln!("SKIPPED: python3 isn't installed");
        return Ok(());
    }
    let folder = Objects::new()?;
    let mut command = Command::new("python3");
    command.args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory"]).arg(folder.path());
    command.stderr(Stdio::null());
    let port = |line: &str| line.split_once(" port ")?.1.split(' ').next()?.parse().ok();
    let (_python, port) = Program::start(command, port)?;
    folder.is_followed(port).await
}

fn is_installed(program: &str, argument: &str) -> bool {
    let output = Command::new(program).arg(argument).stderr(Stdio::null()).output();
    output.is_ok_and(|output| output.status.success())
}

/// The folder that is published to, beside what a server needs.
struct Objects {
    folder: TempDir,
}

impl Objects {
    fn new() -> Result<Self> {
        let folder = Self { folder: tempfile::tempdir()? };
        fs::create_dir(folder.path())?;
        Ok(folder)
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("objects")
    }

    fn nginx_configuration(&self, port: u16) -> Result<PathBuf> {
        let folder = self.folder.path();
        let own = |name: &str| -> Result<String> {
            let path = folder.join(name);
            fs::create_dir(&path)?;
            Ok(path.to_str().context("a name")?.to_owned())
        };
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|part| own(part).map(|path| format!("{part}_temp_path {path};")))
            .into_iter()
            .collect::<Result<Vec<_>>>()?
            .concat();
        let text = format!(
            "daemon off; master_process off; pid {root}/pid; error_log stderr notice; events {{}}
             http {{ access_log off; {temporary} server {{ listen 127.0.0.1:{port}; root {objects}; }} }}",
            root = folder.display(),
            objects = self.path().display(),
        );
        let path = folder.join("nginx.conf");
        fs::write(&path, text)?;
        Ok(path)
    }

    async fn is_followed(&self, port: u16) -> Result<()> {
        let store = format!("file://{}", self.path().display());
        publish_and_follow_from(&format!("http://127.0.0.1:{port}"), &json!({ "store": store, "store_options": {} }))
            .await
    }
}
