//! The daemon over HTTP: what it says of itself, how it starts and how it ends.

use std::time::Duration;

use public_edge::config::Config;
use public_edge::serve::{self, Running};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::support::Publisher;

struct Daemon {
    running: Running,
    cancel: CancellationToken,
    cache: tempfile::TempDir,
}

impl Daemon {
    async fn start(store: &str) -> Self {
        let cache = tempfile::tempdir().expect("a folder");
        let cancel = CancellationToken::new();
        let config = config(store, "127.0.0.1:0", cache.path());
        let running = serve::start(config, cancel.clone()).await.expect("a daemon");
        Self { running, cancel, cache }
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        let answer = reqwest::get(format!("http://{}{path}", self.running.address)).await.expect("an answer");
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON"))
    }

    /// Asks until the answer is as wished.
    async fn wait_for(&self, path: &str, is_wished: impl Fn(u16, &Value) -> bool) -> Value {
        let asking = async {
            loop {
                let (status, body) = self.get(path).await;
                if is_wished(status, &body) {
                    return body;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_mins(1), asking).await.expect("it comes to pass")
    }
}

fn config(store: &str, listen: &str, cache: &std::path::Path) -> Config {
    let toml = format!(
        "listen = '{listen}'\nsnapshot.store = '{store}'\nsnapshot.poll_interval = '20ms'\nsnapshot.cache_dir = '{}'",
        cache.display()
    );
    Config::from_toml(&toml).expect("a configuration")
}

#[tokio::test]
async fn it_is_ready_once_it_has_a_snapshot_and_says_why_it_is_not() {
    let publisher = Publisher::new();
    let daemon = Daemon::start(&publisher.url()).await;
    let (status, health) = daemon.get("/healthz").await;
    assert_eq!((status, &health["status"], &health["snapshot_id"]), (200, &"ok".into(), &Value::Null));
    let wished = |status, body: &Value| status == 503 && body["reasons"].as_array().is_some_and(|all| all.len() == 2);
    let body = daemon.wait_for("/readyz", wished).await.to_string();
    assert!(body.contains("no snapshot") && body.contains("manifest.json"), "{body}");
    assert!(!body.contains(&publisher.path().display().to_string()), "no folder is named: {body}");
    let manifest = publisher.publish(7, "ready");
    let body = daemon.wait_for("/readyz", |status, _| status == 200).await;
    assert_eq!(body["snapshot_id"], manifest.snapshot_id);
    assert_eq!((&body["sequence"], &body["is_stale"]), (&7.into(), &false.into()));
    let (_, health) = daemon.get("/healthz").await;
    assert_eq!(health["snapshot_id"], manifest.snapshot_id);
}

#[tokio::test]
async fn an_expired_snapshot_is_served_and_said_to_be_stale() {
    let publisher = Publisher::new();
    publisher.publish_with(1, "old", "", |manifest| manifest.expires_at = Some(manifest.generated_at));
    let daemon = Daemon::start(&publisher.url()).await;
    let body = daemon.wait_for("/readyz", |status, _| status == 200).await;
    assert_eq!(body["is_stale"], true);
    assert!(body["reasons"][0].as_str().is_some_and(|reason| reason.contains("expired")), "{body}");
}

#[tokio::test]
async fn a_refused_manifest_shows_and_what_is_served_stays() {
    let publisher = Publisher::new();
    let manifest = publisher.publish(1, "good");
    let daemon = Daemon::start(&publisher.url()).await;
    daemon.wait_for("/readyz", |status, _| status == 200).await;
    publisher.write_manifest(b"garbage");
    let body = daemon.wait_for("/readyz", |_, body| !body["reasons"].as_array().is_none_or(Vec::is_empty)).await;
    assert!(body["reasons"][0].as_str().is_some_and(|reason| reason.contains("not valid JSON")), "{body}");
    assert_eq!(body["snapshot_id"], manifest.snapshot_id);
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let cache = tempfile::tempdir().expect("a folder");
    let config = config("file:///nowhere", &address, cache.path());
    let error = serve::start(config, CancellationToken::new()).await.expect_err("it is taken");
    let words = format!("{error:#}");
    assert!(words.contains(&address) && words.contains("in use"), "{words}");
}

#[tokio::test]
async fn cancelling_lets_go_of_the_port_and_the_cache() {
    let publisher = Publisher::new();
    let daemon = Daemon::start(&publisher.url()).await;
    let idle = TcpStream::connect(daemon.running.address).await.expect("a connection");
    daemon.cancel.cancel();
    daemon.running.finished.await.expect("the end");
    drop(idle);
    assert!(TcpStream::connect(daemon.running.address).await.is_err());
    let again = config(&publisher.url(), &daemon.running.address.to_string(), daemon.cache.path());
    let cancel = CancellationToken::new();
    let running = serve::start(again, cancel.clone()).await.expect("the cache and the port are free");
    cancel.cancel();
    running.finished.await.expect("the end");
}

#[tokio::test]
async fn a_client_that_sends_no_whole_head_is_cut() {
    use patient_listener::Patience;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let patience = Patience { header: Duration::from_millis(50), ..Patience::default() };
    let cancel = CancellationToken::new();
    tokio::spawn(patient_listener::serve(listener, axum::Router::new(), patience, cancel.clone()));
    let mut slow = TcpStream::connect(address).await.expect("a connection");
    slow.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.expect("sent");
    let mut answer = Vec::new();
    slow.read_to_end(&mut answer).await.expect("the server ends it");
    cancel.cancel();
}
