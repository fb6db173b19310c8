//! A running origin with two accounts and a store, and a client for it.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use nas_origin::accounts::{self, Password, UserName};
use nas_origin::config::{Config, Layers};
use nas_origin::library::Library;
use nas_origin::library::users::{self, Role, User};
use nas_origin::serve::{self, Running};
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::{CancellationToken, DropGuard};

/// No test waits this long; one that does has found a hang.
pub(crate) const FOREVER: Duration = Duration::from_mins(1);
pub(crate) const JWT_SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const PASSWORD: &str = "correct horse";

/// An origin that serves until it is dropped.
pub(crate) struct Yard {
    pub(crate) address: SocketAddr,
    pub(crate) library: Library,
    folder: TempDir,
    client: reqwest::Client,
    _cancel: DropGuard,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// With an admin `ann` and a user `bob`, both with [`PASSWORD`].
pub(crate) async fn start(settings: &[&str]) -> Yard {
    start_after(settings, async |_| ()).await
}

/// As [`start`], with a catalog that was prepared before.
pub(crate) async fn start_after<T>(settings: &[&str], prepare: impl AsyncFnOnce(&Library) -> T) -> Yard {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("music")).unwrap();
    fs::create_dir(folder.path().join("objects")).unwrap();
    let own = [
        "listen=127.0.0.1:0".to_owned(),
        "import.settle_time=0s".to_owned(),
        format!("jwt_secret={JWT_SECRET}"),
        format!("data_dir={}", folder.path().join("data").display()),
        format!("sources.local.path={}", folder.path().join("music").display()),
        format!("publish.store=file://{}", folder.path().join("objects").display()),
    ];
    let flags = own.into_iter().chain(settings.iter().map(|flag| (*flag).to_owned())).collect();
    let config = Config::from_layers(&Layers { flags, ..Layers::default() }).unwrap();
    let library = Library::open(&config.data_dir).unwrap();
    let password = Password::new(PASSWORD).unwrap();
    for (name, role) in [("ann", Role::Admin), ("bob", Role::User)] {
        accounts::add(&library, &name.parse::<UserName>().unwrap(), role, &password).unwrap();
    }
    prepare(&library).await;
    let cancel = CancellationToken::new();
    let Running { address, .. } = serve::start(config, cancel.clone()).await.unwrap();
    Yard { address, library, folder, client: reqwest::Client::new(), _cancel: cancel.drop_guard() }
}

impl Yard {
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn user(&self, name: &str) -> User {
        self.library.read(|connection| users::find_by_name(connection, name)).unwrap().expect(name)
    }

    pub(crate) async fn log_in(&self, name: &str, password: &str) -> Answer {
        let body = json!({ "username": name, "password": password });
        self.call(Method::POST, "/api/v1/auth/login", "", Some(&body)).await
    }

    /// A token for one of the two.
    pub(crate) async fn token(&self, name: &str) -> String {
        let answer = self.log_in(name, PASSWORD).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body["access_token"].as_str().unwrap().to_owned()
    }

    /// Without a token when that is empty.
    pub(crate) async fn call(&self, method: Method, path: &str, token: &str, body: Option<&Value>) -> Answer {
        self.call_with(method, path, token, body, &[]).await
    }

    pub(crate) async fn call_with(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self.client.request(method, format!("http://{}{path}", self.address));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    /// The job once it has ended.
    pub(crate) async fn ended(&self, token: &str, job_id: &Value) -> Value {
        let path = format!("/api/v1/jobs/{job_id}");
        let look = async {
            loop {
                let job = self.get(&path, token).await.body;
                if job["finished_at"].is_string() {
                    return job;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(FOREVER, look).await.expect("it ends")
    }

    /// Waits for the import that every start does.
    pub(crate) async fn settled(&self, token: &str) {
        let look = async {
            while self.get("/api/v1/jobs", token).await.body["items"][0]["finished_at"].is_null() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(FOREVER, look).await.expect("the first import ends");
    }

    /// Imports the folder.
    pub(crate) async fn scan(&self, token: &str, full: bool) {
        let asked = self.post("/api/v1/sources/local/scan", token, &json!({ "full": full })).await;
        let job = self.ended(token, &asked.body["job_id"]).await;
        assert_eq!(job["state"], "done", "{job}");
    }

    /// A body that is no JSON.
    pub(crate) async fn send(&self, method: Method, path: &str, token: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = self.client.request(method, format!("http://{}{path}", self.address)).bearer_auth(token);
        let response = request.header("content-type", kind).body(body).send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    /// The bytes of an answer.
    pub(crate) async fn fetch(&self, path: &str, token: &str) -> (HeaderMap, Vec<u8>) {
        let request = self.client.get(format!("http://{}{path}", self.address)).bearer_auth(token);
        let response = request.send().await.unwrap().error_for_status().unwrap();
        (response.headers().clone(), response.bytes().await.unwrap().to_vec())
    }

    /// The body of a call that goes on.
    pub(crate) async fn events(
        &self,
        path: &str,
        token: &str,
    ) -> impl futures::Stream<Item = reqwest::Result<bytes::Bytes>> + Unpin + use<> {
        let request = self.client.get(format!("http://{}{path}", self.address)).bearer_auth(token);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Box::pin(response.bytes_stream())
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Answer {
        self.call(Method::GET, path, token, None).await
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, token, Some(body)).await
    }
}

impl Answer {
    /// Of an error.
    pub(crate) fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A tenth of a second of one level.
pub(crate) fn wav(level: u8) -> Vec<u8> {
    let samples = vec![level; 1600];
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + 1600_u32).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data");
    bytes.extend(1600_u32.to_le_bytes());
    bytes.extend(samples);
    bytes
}
