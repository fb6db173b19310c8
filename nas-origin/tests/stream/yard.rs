//! A running origin over a folder of its own.

use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use nas_origin::config::{Config, Layers};
use nas_origin::library::{Library, LibraryError};
use nas_origin::serve::{self, Running};
use patient_listener::Patience;
use reqwest::{Method, Response};
use rusqlite::params;
use snapshot_format::token::{Grant, StreamFormat, TokenKey};
use tempfile::TempDir;
use tokio_util::sync::{CancellationToken, DropGuard};

pub(crate) const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

/// An origin that serves until it is dropped.
pub(crate) struct Yard {
    pub(crate) folder: TempDir,
    pub(crate) address: SocketAddr,
    pub(crate) private_address: Option<SocketAddr>,
    library: Library,
    client: reqwest::Client,
    _cancel: DropGuard,
}

/// Settings beside the key and the folders.
pub(crate) async fn start(settings: &[&str]) -> Yard {
    start_with(settings, Patience::default()).await
}

pub(crate) async fn start_with(settings: &[&str], patience: Patience) -> Yard {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("music")).unwrap();
    let key = format!("private_origin.keys=[{{id=1,secret=\"{}\"}}]", str::from_utf8(SECRET).unwrap());
    let own = ["listen=127.0.0.1:0".to_owned(), format!("data_dir={}", folder.path().join("data").display()), key];
    let flags = own.into_iter().chain(settings.iter().map(|flag| (*flag).to_owned())).collect();
    let config = Config::from_layers(&Layers { flags, ..Layers::default() }).unwrap();
    let library = Library::open(&config.data_dir).unwrap();
    library
        .write(|tx| tx.execute_batch(&backend_rows(&folder.path().join("music"))).map_err(LibraryError::from))
        .unwrap();
    let cancel = CancellationToken::new();
    let Running { address, private_address, .. } = serve::start_with(config, patience, cancel.clone()).await.unwrap();
    let client = reqwest::Client::new();
    Yard { folder, address, private_address, library, client, _cancel: cancel.drop_guard() }
}

fn backend_rows(root: &Path) -> String {
    format!("INSERT INTO storage_backends VALUES (1, 'local', 'local', '{}', NULL)", root.display())
}

impl Yard {
    pub(crate) fn path(&self, locator: &str) -> PathBuf {
        self.folder.path().join("music").join(locator)
    }

    /// Writes a file and its row; its location id.
    pub(crate) fn add(&self, locator: &str, bytes: &[u8]) -> u64 {
        let path = self.path(locator);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        self.add_row(locator, &std::fs::metadata(&path).unwrap())
    }

    /// A row for what may not be a file at all.
    pub(crate) fn add_row(&self, locator: &str, metadata: &std::fs::Metadata) -> u64 {
        let mtime_ns = metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec();
        let ext = Path::new(locator).extension().map_or("", |ext| ext.to_str().unwrap());
        let rows = |tx: &rusqlite::Transaction<'_>| -> Result<i64, LibraryError> {
            tx.execute(
                "INSERT INTO tracks (source, source_id, metadata_status, title, artist, added_at)
                 VALUES ('local', ?1, 'tagged', '花火 \"x\"', 'Björk/../', 0)",
                params![locator],
            )?;
            tx.execute(
                "INSERT INTO track_files (track_id, backend_id, locator, ext, size_bytes, mtime_ns, status, is_primary)
                 VALUES (last_insert_rowid(), 1, ?1, ?2, ?3, ?4, 'active', 1)",
                params![locator, ext, metadata.size().cast_signed(), mtime_ns],
            )?;
            Ok(tx.last_insert_rowid())
        };
        self.library.write(rows).unwrap().cast_unsigned()
    }

    pub(crate) fn execute(&self, sql: &str) {
        self.library.write(|tx| tx.execute_batch(sql).map_err(LibraryError::from)).unwrap();
    }

    pub(crate) async fn ask(&self, method: Method, token: &str, headers: &[(&str, &str)]) -> Response {
        let url = format!("http://{}/api/private-origin/stream/{token}", self.address);
        let request = headers
            .iter()
            .fold(self.client.request(method, url), |request, (name, value)| request.header(*name, *value));
        request.send().await.unwrap()
    }

    pub(crate) async fn get(&self, location_id: u64, headers: &[(&str, &str)]) -> Response {
        self.ask(Method::GET, &token(location_id), headers).await
    }

    pub(crate) async fn get_path(&self, address: SocketAddr, path: &str) -> Response {
        self.client.get(format!("http://{address}{path}")).send().await.unwrap()
    }
}

pub(crate) fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

/// A grant for an hour.
pub(crate) fn grant(location_id: u64) -> Grant {
    Grant {
        format: StreamFormat::AsStored,
        as_attachment: false,
        expires_at: in_secs(3600),
        location_id,
        listener: 0,
        max_kbps: 0,
        start_secs: 0,
    }
}

pub(crate) fn token(location_id: u64) -> String {
    sign(&grant(location_id))
}

pub(crate) fn sign(grant: &Grant) -> String {
    TokenKey::new(1, SECRET).unwrap().sign(grant)
}

/// A moment from now, Unix seconds.
pub(crate) fn in_secs(secs: i64) -> u32 {
    u32::try_from(Timestamp::now().as_second() + secs).unwrap()
}

/// The code in an error's body, which is JSON and names nothing of the NAS.
pub(crate) async fn error_code(response: Response) -> String {
    assert_eq!(header(&response, "content-type"), "application/json");
    assert_eq!(header(&response, "cache-control"), "no-store");
    let text = response.text().await.unwrap();
    assert!(!text.contains("music") && !text.contains('/'), "{text}");
    let body: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(body["error"]["message"].is_string());
    body["error"]["code"].as_str().unwrap().to_owned()
}

/// No test waits this long; one that does has found a hang.
pub(crate) const FOREVER: Duration = Duration::from_mins(1);
