//! Listeners of a private edge, from the account at the NAS to the song, and to the day that their password is taken back.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use e2e_tests::planes::Planes;
use e2e_tests::stranger::Snapshot;
use md5::{Digest, Md5};
use reqwest::Method;
use serde_json::{Value, json};
use snapshot_format::access::AccessKey;
use walkdir::WalkDir;

const ADMIN: (&str, &str) = ("ann", "correct horse");

/// The owner's API, as its owner or one of the accounts.
struct Account {
    api: String,
    token: String,
    client: reqwest::Client,
}

impl Account {
    async fn log_in(planes: &Planes, (username, password): (&str, &str)) -> Result<Self> {
        let client = reqwest::Client::builder().no_proxy().build()?;
        let api = format!("{}/api/v1", planes.origin);
        let body = json!({ "username": username, "password": password });
        let answer = client.post(format!("{api}/auth/login")).json(&body).send().await?.error_for_status()?;
        let login: Value = answer.json().await?;
        let token = login["access_token"].as_str().context("a token")?.to_owned();
        Ok(Self { api, token, client })
    }

    async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let request = self.client.request(method, format!("{}/{path}", self.api)).bearer_auth(&self.token);
        let request = if let Some(body) = &body { request.json(body) } else { request };
        let text = request.send().await?.error_for_status()?.text().await?;
        Ok(if text.is_empty() { Value::Null } else { serde_json::from_str(&text)? })
    }

    async fn password(&self, method: Method) -> Result<String> {
        let shown = self.ask(method, "users/me/subsonic-password", None).await?;
        Ok(shown["password"].as_str().context("a password")?.to_owned())
    }

    /// The number and the secret of a new device's credential.
    async fn add(&self, kind: &str, label: &str) -> Result<(i64, String)> {
        let body = json!({ "kind": kind, "label": label });
        let made = self.ask(Method::POST, "users/me/credentials", Some(body)).await?;
        Ok((
            made["credential_id"].as_i64().context("a number")?,
            made["secret"].as_str().context("a secret")?.to_owned(),
        ))
    }
}

fn token(user: &str, password: &str) -> String {
    let digest = Md5::new().chain_update(password).chain_update("c19b2d").finalize();
    let hex = digest.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    format!("u={user}&t={hex}&s=c19b2d")
}

fn enc(user: &str, password: &str) -> String {
    let hex = password.bytes().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    format!("u={user}&p=enc:{hex}")
}

/// What a login comes to: 0, or the error's code.
async fn code(planes: &Planes, login: &str) -> Result<u64> {
    match planes.subsonic(&format!("ping?{login}")).await {
        Ok(_) => Ok(0),
        Err(_) => planes.subsonic_error(&format!("ping?{login}")).await,
    }
}

/// The sequence that the edge serves: what was published before is in force.
async fn served(planes: &Planes) -> Result<u64> {
    planes.json("/healthz").await?["sequence"].as_u64().context("a sequence")
}

/// Waits until the edge serves something newer.
async fn until_newer(planes: &Planes, before: u64) -> Result<()> {
    planes.until("the edge was told", async || Ok(served(planes).await? > before)).await
}

async fn with_basic(planes: &Planes, path: &str, user: &str, password: &str) -> Result<reqwest::Response> {
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
    Ok(client.get(format!("{}{path}", planes.edge)).basic_auth(user, Some(password)).send().await?)
}

fn holds(folder: &Path, text: &str) -> Result<bool> {
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        let is_file = entry.file_type().is_file();
        if is_file && fs::read(entry.path())?.windows(text.len()).any(|part| part == text.as_bytes()) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_listens_until_its_credentials_are_taken_back() -> Result<()> {
    let planes = Planes::for_listeners(quickstart::demo::make, ADMIN).await?;
    let owner = Account::log_in(&planes, ADMIN).await?;
    let bob = json!({ "username": "bob", "password": "another password", "role": "user" });
    let bob_id = owner.ask(Method::POST, "admin/users", Some(bob)).await?["user_id"].as_i64().context("a number")?;
    let bob = Account::log_in(&planes, ("bob", "another password")).await?;

    let before = served(&planes).await?;
    let password = bob.password(Method::GET).await?;
    until_newer(&planes, before).await?;
    let before = served(&planes).await?;
    let (phone_id, phone) = bob.add("app_password", "phone").await?;
    until_newer(&planes, before).await?;
    let before = served(&planes).await?;
    let (_, key) = bob.add("api_key", "script").await?;
    until_newer(&planes, before).await?;

    for own in [&password, &phone] {
        for login in [format!("u=bob&p={own}"), format!("u=BOB&p={own}"), enc("bob", own), token("bob", own)] {
            assert_eq!(code(&planes, &login).await?, 0, "{login}");
        }
    }
    assert_eq!(code(&planes, &format!("apiKey={key}")).await?, 0);
    assert_eq!(planes.subsonic(&format!("tokenInfo?apiKey={key}")).await?["tokenInfo"]["username"], "bob");
    assert_eq!(code(&planes, "u=bob&p=another%20password").await?, 40, "the API's password is not for listening");
    assert_eq!(code(&planes, &format!("u=ann&p={password}")).await?, 40);
    for path in ["/", "/api/v1/tracks", "/api/v1/tracks/tr-1/play"] {
        assert_eq!(planes.get(path).await?.status(), 401, "{path}");
    }
    let play = with_basic(&planes, "/api/v1/tracks/tr-1/play", "bob", &phone).await?;
    let location = play.headers().get("location").context("a way to the file")?.to_str()?.to_owned();
    assert_eq!(planes.fetch(&location, Some("bytes=0-3")).await?.status(), 206, "{location}");
    let page = with_basic(&planes, "/", "bob", &password).await?;
    assert_eq!((page.status().as_u16(), page.headers()["cache-control"].to_str()?), (200, "private, no-store"));

    // Nothing that lies anywhere outside the NAS has a secret; a stranger with the edges' key reads who may listen.
    for secret in [&password, &phone, &key] {
        ensure!(!holds(&planes.objects(), secret)? && !holds(&planes.cache(), secret)?, "a secret lies in the open");
    }
    let line = AccessKey::derive(b"the root of all that listeners have")?.to_line();
    let listeners = Snapshot::read(&planes.objects(), None)?.listeners(&planes.objects(), &line)?;
    let told = &listeners["listeners"][0];
    assert_eq!((&told["name"], told["passwords"].as_array().map(Vec::len)), (&json!("bob"), Some(2)), "{listeners}");
    let other = AccessKey::derive(b"another root, of another NAS's own")?.to_line();
    ensure!(Snapshot::read(&planes.objects(), None)?.listeners(&planes.objects(), &other).is_err());

    let database = planes_database(&planes)?;
    let before = served(&planes).await?;
    bob.ask(Method::DELETE, &format!("users/me/credentials/{phone_id}"), None).await?;
    until_newer(&planes, before).await?;
    assert_eq!(code(&planes, &format!("u=bob&p={phone}")).await?, 40, "taken back");
    assert_eq!(with_basic(&planes, "/", "bob", &phone).await?.status(), 401);
    assert_eq!(code(&planes, &token("bob", &password)).await?, 0, "the others stay");
    let before = served(&planes).await?;
    let rotated = bob.password(Method::POST).await?;
    until_newer(&planes, before).await?;
    assert_eq!(code(&planes, &token("bob", &password)).await?, 40);
    assert_eq!(code(&planes, &token("bob", &rotated)).await?, 0);
    let before = served(&planes).await?;
    owner.ask(Method::DELETE, &format!("admin/users/{bob_id}"), None).await?;
    until_newer(&planes, before).await?;
    assert_eq!(
        (code(&planes, &token("bob", &rotated)).await?, code(&planes, &format!("apiKey={key}")).await?),
        (40, 44)
    );
    assert_eq!(planes_database(&planes)?, database, "the catalog was not published again");
    Ok(())
}

fn planes_database(planes: &Planes) -> Result<Value> {
    let manifest: Value = serde_json::from_slice(&fs::read(planes.objects().join("manifest.json"))?)?;
    Ok(manifest["database"].clone())
}
