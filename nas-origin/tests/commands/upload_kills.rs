//! The daemon is killed while files come in: what was accepted is a track once it runs again, and nothing is left of the
//! rest.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use nas_origin::accounts::{self, Password};
use nas_origin::library::Library;
use nas_origin::library::users::Role;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::daemon::wav;
use super::serve::{listening, serve};

/// No test waits this long; one that does has found a hang.
const FOREVER: Duration = Duration::from_mins(1);

/// Both ends of a form around its file.
const HEAD: &str = "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"song.wav\"\r\n\r\n";
const TAIL: &str = "\r\n--edge--\r\n";

/// A daemon that is killed with this.
struct Daemon {
    child: Child,
    address: String,
    token: String,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Daemon {
    async fn start(folder: &Path) -> Self {
        let mut child = serve(folder, &["--set", "data_dir=data"]);
        let (address, said) = listening(&mut child);
        // It may go on saying things.
        std::thread::spawn(move || std::io::copy(&mut { said }, &mut std::io::sink()));
        let login = json!({ "username": "ann", "password": "correct horse" });
        let url = format!("http://{address}/api/v1/auth/login");
        let request = reqwest::Client::new().post(url).header("content-type", "application/json");
        let answer = request.body(login.to_string()).send().await.unwrap().text().await.unwrap();
        let answer: Value = serde_json::from_str(&answer).unwrap();
        Self { child, address, token: answer["access_token"].as_str().unwrap().to_owned() }
    }

    /// Whether it was accepted.
    async fn upload(&self, bytes: &[u8]) -> bool {
        let body = [HEAD.as_bytes(), bytes, TAIL.as_bytes()].concat();
        let request = reqwest::Client::new().post(format!("http://{}/api/v1/uploads", self.address));
        let request = request.bearer_auth(&self.token).header("content-type", "multipart/form-data; boundary=edge");
        request.body(body).send().await.is_ok_and(|answer| answer.status() == 202)
    }

    /// Begins an upload that never ends.
    async fn upload_half(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let length = HEAD.len() + bytes.len() + TAIL.len();
        let head = format!(
            "POST /api/v1/uploads HTTP/1.1\r\nhost: nas\r\nauthorization: Bearer {}\r\ncontent-length: {length}\r\n\
             content-type: multipart/form-data; boundary=edge\r\n\r\n{HEAD}",
            self.token
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&bytes[..bytes.len() / 2]).await.unwrap();
        stream
    }

    async fn until_idle(&self) {
        let look = async {
            loop {
                let request = reqwest::Client::new().get(format!("http://{}/api/v1/jobs", self.address));
                let answer = request.bearer_auth(&self.token).send().await.unwrap().text().await.unwrap();
                let jobs: Value = serde_json::from_str(&answer).unwrap();
                if jobs["items"].as_array().unwrap().iter().all(|job| job["finished_at"].is_string()) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(FOREVER, look).await.expect("the jobs end");
    }
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let library = Library::open(&folder.path().join("data")).unwrap();
    let password = Password::new("correct horse").unwrap();
    accounts::add(&library, &"ann".parse().unwrap(), Role::Admin, &password).unwrap();
    folder
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).into_iter().flatten();
    entries.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path).collect()
}

#[tokio::test]
async fn half_an_upload_leaves_nothing() {
    let folder = folder();
    let inbox = folder.path().join("data/inbox");
    let daemon = Daemon::start(folder.path()).await;
    let song = wav(1).repeat(100);
    let _stream = daemon.upload_half(&song).await;
    let comes_in = async {
        while !files(&inbox).iter().any(|file| fs::metadata(file).is_ok_and(|metadata| metadata.len() > 0)) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(FOREVER, comes_in).await.expect("it comes in");
    drop(daemon);
    let daemon = Daemon::start(folder.path()).await;
    daemon.until_idle().await;
    assert_eq!(files(&inbox), Vec::<PathBuf>::new());
    assert_eq!(files(&folder.path().join("data/media")), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn what_was_accepted_is_a_track_however_the_daemon_ends() {
    let folder = folder();
    let mut accepted = BTreeSet::new();
    for round in 0..8_u8 {
        let daemon = Daemon::start(folder.path()).await;
        let song = wav(round + 1);
        // From before the answer to after the job has ended.
        let patience = Duration::from_millis(u64::from(round) * 4);
        if round < 4 {
            if tokio::time::timeout(patience, daemon.upload(&song)).await.unwrap_or(false) {
                accepted.insert(round + 1);
            }
        } else {
            assert!(daemon.upload(&song).await);
            accepted.insert(round + 1);
            tokio::time::sleep(patience).await;
        }
    }
    let daemon = Daemon::start(folder.path()).await;
    daemon.until_idle().await;
    assert_eq!(files(&folder.path().join("data/inbox")), Vec::<PathBuf>::new());
    let library = Library::open(&folder.path().join("data")).unwrap();
    let locators: Vec<String> = library
        .read(|read| -> Result<_, nas_origin::library::LibraryError> {
            let mut statement = read.prepare("SELECT locator FROM track_files ORDER BY 1")?;
            let rows = statement.query_map([], |row| row.get(0))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })
        .unwrap();
    let media = folder.path().join("data/media/upload");
    let kept: Vec<Vec<u8>> = locators.iter().map(|locator| fs::read(media.join(locator)).unwrap()).collect();
    for level in accepted {
        assert_eq!(kept.iter().filter(|bytes| **bytes == wav(level)).count(), 1, "{level} of {}", kept.len());
    }
    for file in files(&media) {
        let bytes = fs::read(&file).unwrap();
        assert!((1..=8).any(|level| bytes == wav(level)), "{} is not whole", file.display());
    }
}
