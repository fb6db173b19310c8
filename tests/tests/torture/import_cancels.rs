//! An import is stopped in the middle by the owner, through the command and through the API. What it took in stays, and
//! the next one does the rest.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use e2e_tests::s3::{Asked, Fault, S3Server};
use e2e_tests::victim;
use nas_origin::config::Config;
use reqwest::Method;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::import_house::{House, Kind};

const FILES: u64 = 800;
/// So many requests for music are answered at once, those after them late: a stop finds the import in the middle.
const QUICK: u64 = 256;
const LATE: Duration = Duration::from_millis(400);
/// No test waits this long; one that does has found a hang.
const FOREVER: Duration = Duration::from_mins(2);
const LOOK: Duration = Duration::from_millis(50);

/// A bucket that becomes slow.
fn slow_house() -> Result<House> {
    let server = S3Server::start()?;
    let asked_for_music = AtomicU64::new(0);
    server.misbehave(move |asked: &Asked| {
        let is_late = asked.path.contains(".wav") && asked_for_music.fetch_add(1, Ordering::Relaxed) >= QUICK;
        is_late.then_some(Fault::Wait(LATE))
    });
    House::new(Kind::Bucket(server), FILES)
}

/// The tracks that a stopped import left: some, and not all.
fn tracks_of_a_part(house: &House) -> Result<BTreeMap<String, (i64, String)>> {
    let part = house.tracks()?;
    let count = part.len() as u64;
    ensure!(0 < count && count < FILES, "a stopped import took in {count} of {FILES} files");
    Ok(part)
}

/// Sees that the rest was taken in and what was there kept its ids.
fn is_resumed(house: &House, part: &BTreeMap<String, (i64, String)>) -> Result<()> {
    let all = house.tracks()?;
    ensure!(all.len() as u64 == FILES, "{} of {FILES} files", all.len());
    ensure!(part.iter().all(|(content, track)| all.get(content) == Some(track)), "a track has another id");
    house.is_as_fresh()
}

fn behave(house: &House) {
    if let Kind::Bucket(server) = &house.kind {
        server.behave();
    }
}

#[test]
fn cancelled_by_the_command_and_resumed() -> Result<()> {
    let house = slow_house()?;
    let import = house.import();
    let running = thread::spawn(move || victim::run(import, drop));
    let began = Instant::now();
    let job = loop {
        ensure!(began.elapsed() < FOREVER, "the import gets nowhere");
        thread::sleep(LOOK);
        let jobs = victim::run(house.command(&["jobs", "list", "--json"]), drop)?.done()?;
        let jobs: Value = serde_json::from_str(&jobs)?;
        if jobs["jobs"][0]["done"].as_u64() > Some(0) {
            break jobs["jobs"][0]["job_id"].to_string();
        }
    };
    victim::run(house.command(&["jobs", "cancel", &job]), drop)?.done()?;
    let ended = running.join().ok().context("the import's thread broke off")??;
    ensure!(ended.status.code() == Some(1) && ended.stderr.contains("stopped"), "{ended:?}");
    let shown = victim::run(house.command(&["jobs", "show", &job, "--json"]), drop)?.done()?;
    ensure!(serde_json::from_str::<Value>(&shown)?["state"] == "cancelled", "{shown}");
    let part = tracks_of_a_part(&house)?;
    behave(&house);
    let report = house.converge()?;
    ensure!(report["added"] == FILES - part.len() as u64 && report["unchanged"] == part.len(), "{report}");
    is_resumed(&house, &part)
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_through_the_api_and_resumed() -> Result<()> {
    let house = tokio::task::spawn_blocking(slow_house).await??;
    let account = ["admin_user=ann", "admin_password=correct horse"].map(str::to_owned);
    let config = Config::load(Some(&house.config()), &account)?;
    let daemon = CancellationToken::new();
    let running = nas_origin::serve::start(config, daemon.clone()).await?;
    let owner = Owner::log_in(&format!("http://{}/api/v1", running.address)).await?;
    // Every start imports.
    let job = owner.until("jobs", |jobs| jobs["items"][0]["done"].as_u64() > Some(0)).await?;
    let job = format!("jobs/{}", job["items"][0]["job_id"]);
    owner.ask(Method::DELETE, &job).await?;
    let ended = owner.until(&job, |job| job["finished_at"].is_string()).await?;
    ensure!(ended["state"] == "cancelled", "{ended}");
    let part = tracks_of_a_part(&house)?;
    behave(&house);
    let asked = owner.ask(Method::POST, "sources/music/scan").await?;
    let job = format!("jobs/{}", asked["job_id"]);
    let ended = owner.until(&job, |job| job["finished_at"].is_string()).await?;
    ensure!(ended["state"] == "done" && ended["counts"]["unchanged"] == part.len(), "{ended}");
    daemon.cancel();
    running.finished.await?;
    tokio::task::spawn_blocking(move || is_resumed(&house, &part)).await?
}

/// Who may ask the owner's API.
struct Owner {
    api: String,
    token: String,
}

impl Owner {
    async fn log_in(api: &str) -> Result<Self> {
        let body = json!({ "username": "ann", "password": "correct horse" });
        let answer = reqwest::Client::new().post(format!("{api}/auth/login")).json(&body).send().await?;
        let answer: Value = answer.error_for_status()?.json().await?;
        let token = answer["access_token"].as_str().context("a token")?.to_owned();
        Ok(Self { api: api.to_owned(), token })
    }

    async fn ask(&self, method: Method, path: &str) -> Result<Value> {
        let request = reqwest::Client::new().request(method, format!("{}/{path}", self.api)).bearer_auth(&self.token);
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// What is at a path as soon as it is so.
    async fn until(&self, path: &str, is_so: impl Fn(&Value) -> bool) -> Result<Value> {
        let look = async {
            loop {
                let found = self.ask(Method::GET, path).await?;
                if is_so(&found) {
                    return Ok(found);
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::time::timeout(FOREVER, look).await.context("it never was so")?
    }
}
