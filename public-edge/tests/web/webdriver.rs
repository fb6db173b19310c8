//! As much of W3C `WebDriver` as the tests need: a page, a script, a key.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};

const FLAGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
];

/// A browser with a profile of its own; both end with the test.
pub(crate) struct Browser {
    driver: Child,
    session: String,
    client: Client,
    profile: tempfile::TempDir,
}

impl Browser {
    /// A fresh browser, or nothing where `chromedriver` is not installed.
    pub(crate) async fn start() -> Option<Self> {
        let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
        let driver = Command::new("chromedriver").arg(format!("--port={port}")).stdout(Stdio::null()).spawn();
        let Ok(driver) = driver else {
            eprintln!("SKIPPED 1 browser test: chromedriver is not installed (Debian: chromium-driver)");
            return None;
        };
        let profile = tempfile::tempdir().expect("a folder");
        let session = format!("http://127.0.0.1:{port}/session");
        let mut browser = Self { driver, session, client: Client::new(), profile };
        browser.wait_for_driver().await;
        browser.session = format!("{}/{}", browser.session, browser.open_session().await);
        Some(browser)
    }

    async fn wait_for_driver(&self) {
        let status = self.session.replace("/session", "/status");
        let mut looks = 0;
        while self.client.get(&status).send().await.is_err() {
            looks += 1;
            assert!(looks < 200, "chromedriver does not answer");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn open_session(&self) -> String {
        let mut flags: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        flags.push(format!("--user-data-dir={}", self.profile.path().display()));
        let options = json!({"browserName": "chrome", "goog:chromeOptions": {"args": flags}});
        let answer = self.ask(Method::POST, "", json!({"capabilities": {"alwaysMatch": options}})).await;
        answer["sessionId"].as_str().expect("a session").to_owned()
    }

    /// Opens a page and waits until it is loaded.
    pub(crate) async fn open(&self, url: &str) {
        self.ask(Method::POST, "/url", json!({"url": url})).await;
    }

    /// What a script in the page answers.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.ask(Method::POST, "/execute/sync", json!({"script": script, "args": []})).await
    }

    /// Presses a key, wherever the focus is.
    pub(crate) async fn press(&self, key: &str) {
        let strokes = json!([{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]);
        self.ask(Method::POST, "/actions", json!({"actions": [{"type": "key", "id": "keys", "actions": strokes}]}))
            .await;
    }

    /// Closes the browser.
    pub(crate) async fn finish(self) {
        self.ask(Method::DELETE, "", json!({})).await;
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Value {
        let request = self.client.request(method, format!("{}{path}", self.session)).body(body.to_string());
        let answer = request.send().await.expect("an answer").text().await.expect("a text");
        let mut answer: Value = serde_json::from_str(&answer).expect("JSON");
        let value = answer["value"].take();
        assert!(value.get("error").is_none(), "{path}: {value}");
        value
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver takes its browser along; it may have ended by itself.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
