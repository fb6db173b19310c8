//! Jobs through the API: asked for, followed, stopped, and resumed by the next daemon.

use std::fs;
use std::time::Duration;

use futures::StreamExt;
use jiff::Timestamp;
use nas_origin::library::jobs::{self, AskedBy, JobKind, JobState, NewJob};
use reqwest::Method;
use serde_json::{Value, json};

use super::yard::{Answer, FOREVER, Yard, start, wav};

/// Nothing is imported or published by itself, but once at the start.
async fn quiet_yard(more: &[&str]) -> Yard {
    let own = ["import.publish_after=false", "sources.local.watch=false", "sources.local.rescan_interval=0s"];
    start(&[&own, more].concat()).await
}

fn accepted(answer: &Answer) -> &Value {
    assert_eq!(answer.status, 202, "{answer:?}");
    assert_eq!(answer.header("location"), format!("/api/v1/jobs/{}", answer.body["job_id"]));
    &answer.body["job_id"]
}

#[tokio::test]
async fn a_scan_and_a_publish_are_asked_for_and_followed() {
    let yard = quiet_yard(&[]).await;
    let token = yard.token("ann").await;
    yard.settled(&token).await;
    fs::write(yard.path("music/one.wav"), wav(1)).unwrap();
    fs::write(yard.path("music/two.mp3"), "no music").unwrap();
    let scan = yard.post("/api/v1/sources/local/scan", &token, &json!({ "full": true })).await;
    let job = yard.ended(&token, accepted(&scan)).await;
    assert_eq!((&job["state"], &job["kind"], &job["asked_by"]), (&json!("done"), &json!("import"), &json!("api")));
    assert_eq!((&job["counts"]["added"], &job["counts"]["failed"]), (&json!(1), &json!(1)), "{job}");
    assert_eq!(job["failures"][0]["file"], "two.mp3");
    assert!(!job.to_string().contains(&yard.path("").display().to_string()), "{job}");

    let publish = yard.call(Method::POST, "/api/v1/snapshots", &token, None).await;
    let job = yard.ended(&token, accepted(&publish)).await;
    assert_eq!((&job["state"], &job["counts"]["changed"]), (&json!("done"), &json!(true)), "{job}");
    let list = yard.get("/api/v1/snapshots", &token).await.body;
    assert_eq!(list["snapshots"][0]["snapshot_id"], job["counts"]["snapshot_id"]);
    assert!(!job.to_string().contains(&yard.path("").display().to_string()), "{job}");

    let page = yard.get("/api/v1/jobs?limit=1", &token).await.body;
    assert_eq!(page["items"][0]["job_id"], job["job_id"]);
    let cursor = page["next_cursor"].as_str().unwrap();
    let next = yard.get(&format!("/api/v1/jobs?limit=1&cursor={cursor}"), &token).await.body;
    assert_eq!(next["items"][0]["kind"], "import");
}

#[tokio::test]
async fn what_is_asked_for_twice_is_told_which_job_is_at_it() {
    let yard = quiet_yard(&[]).await;
    let token = yard.token("ann").await;
    yard.settled(&token).await;
    let asked = NewJob {
        kind: JobKind::Import,
        subject: "local",
        asked_by: AskedBy::Command,
        is_full: false,
        is_forced: false,
    };
    let now = Timestamp::now().as_second();
    let running = yard.library.write(|tx| jobs::begin(tx, asked, now)).unwrap();
    let answer = yard.post("/api/v1/sources/local/scan", &token, &json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (409, "already_running"), "{answer:?}");
    assert_eq!(answer.body["job_id"], running);
    let unknown = yard.post("/api/v1/sources/other/scan", &token, &json!({})).await;
    assert_eq!((unknown.status.as_u16(), unknown.code()), (404, "not_found"));

    let path = format!("/api/v1/jobs/{running}");
    let stopping = yard.call(Method::DELETE, &path, &token, None).await;
    assert_eq!((stopping.status.as_u16(), &stopping.body["is_cancelled"]), (202, &json!(true)), "{stopping:?}");
    for (path, status, code) in [("/api/v1/jobs/1", 409, "job_ended"), ("/api/v1/jobs/99", 404, "not_found")] {
        let answer = yard.call(Method::DELETE, path, &token, None).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{answer:?}");
    }
}

#[tokio::test]
async fn what_a_killed_daemon_was_at_goes_on_with_the_next() {
    let killed = async |library: &nas_origin::library::Library| {
        let asked =
            NewJob { kind: JobKind::Import, subject: "local", asked_by: AskedBy::Api, is_full: true, is_forced: false };
        let now = Timestamp::now().as_second();
        library.write(|tx| jobs::begin(tx, asked, now)).unwrap()
    };
    let yard = super::yard::start_after(&["import.publish_after=false"], killed).await;
    let token = yard.token("ann").await;
    let job = yard.ended(&token, &json!(1)).await;
    assert_eq!((&job["state"], &job["attempts"]), (&json!("done"), &json!(2)), "{job}");
}

#[tokio::test]
async fn an_import_that_waits_for_another_one_is_stopped() {
    let yard = quiet_yard(&[]).await;
    let token = yard.token("ann").await;
    yard.settled(&token).await;
    // Another process holds the import's lock, so that the job waits until it is stopped.
    let lock = fs::File::open(yard.path("data/import.lock")).unwrap();
    lock.lock().unwrap();
    let scan = yard.post("/api/v1/sources/local/scan", &token, &json!({})).await;
    let path = format!("/api/v1/jobs/{}", accepted(&scan));
    let waits = async {
        loop {
            let job = yard.get(&path, &token).await.body;
            if job["outcome"].is_string() {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let job = tokio::time::timeout(FOREVER, waits).await.expect("it says why it waits");
    assert_eq!((&job["state"], &job["attempts"]), (&json!("queued"), &json!(0)), "it was not begun");
    assert!(job["due_at"].is_string() && job["outcome"].as_str().unwrap().contains("another import"), "{job}");
    let stopped = yard.call(Method::DELETE, &path, &token, None).await;
    assert_eq!((stopped.status.as_u16(), &stopped.body["state"]), (200, &json!("cancelled")), "{stopped:?}");
}

#[tokio::test]
async fn changes_of_jobs_are_told_as_they_happen() {
    let yard = quiet_yard(&[]).await;
    let token = yard.token("ann").await;
    yard.settled(&token).await;
    let mut events = yard.events("/api/v1/jobs/events", &token).await;
    let mut text = String::new();
    let mut read_until = async |word: &str| {
        while !text.contains(word) {
            let chunk = tokio::time::timeout(FOREVER, events.next()).await.expect("an event").unwrap().unwrap();
            text.push_str(str::from_utf8(&chunk).unwrap());
        }
    };
    read_until("\"state\":\"done\"").await;
    let scan = yard.post("/api/v1/sources/local/scan", &token, &json!({})).await;
    read_until(&format!("\"job_id\":{},", accepted(&scan))).await;
    assert!(text.starts_with("event: job\ndata: {"), "{text}");
}

#[test]
fn states_have_one_spelling() {
    let json = serde_json::to_value(JobState::Cancelled).unwrap();
    assert_eq!(json, JobState::Cancelled.name());
}
