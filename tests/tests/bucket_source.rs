//! A bucket as a library: its tags are read by ranges, its changes are found, and its files play through tokens.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, Method, StatusCode};
use catalog_core::import::{ImportProgress, ImportReport};
use e2e_tests::music::{self, Song};
use e2e_tests::s3::{Asked, BUCKET, Fault, S3Server};
use hyper::header::LOCATION;
use jiff::Timestamp;
use nas_origin::config::{Config, ImportConfig, SourceConfig};
use nas_origin::library::{Library, LibraryError};
use nas_origin::sources::health;
use nas_origin::sources::import::{ImportJob, import_source};
use nas_origin::stream::Streams;
use serde_json::json;
use snapshot_format::token::{Grant, StreamFormat, TokenKey};
use tempfile::TempDir;

struct Unwatched;

impl ImportProgress for Unwatched {
    fn planned(&self, _files: u64) {}
    fn done(&self, _files: u64) {}
    fn is_cancelled(&self) -> bool {
        false
    }
}

struct Nas {
    server: S3Server,
    folder: TempDir,
    library: Library,
    job: ImportJob,
}

impl Nas {
    fn new(more: &serde_json::Value) -> Self {
        let server = S3Server::start().expect("a server");
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(folder.path()).expect("a library");
        let store = format!("s3://{BUCKET}/some/music");
        let mut source = json!({ "kind": "object_store", "store": store, "store_options": server.store_options() });
        source.as_object_mut().expect("a table").extend(more.as_object().expect("a table").clone());
        let source: SourceConfig = serde_json::from_value(source).expect("a source");
        let job = ImportJob::new("cloud", &source, &ImportConfig::default());
        Self { server, folder, library, job }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        let path = self.server.bucket().join("some/music").join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        path
    }

    fn put(&self, name: &str, pitch: u16, title: &str) {
        let song = Song { title, artist: "Someone", album: "Something", ..Song::default() };
        music::write(&self.path(name), pitch, &song).expect("a file");
    }

    fn import(&self) -> ImportReport {
        import_source(&self.library, &self.job, &Unwatched).expect("imported")
    }

    fn rows(&self, sql: &str) -> Vec<String> {
        let rows = self.library.read(|read| {
            let mut statement = read.prepare(sql)?;
            let rows = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok::<_, LibraryError>(rows)
        });
        rows.expect("rows")
    }
}

/// Grows a file with silence, so that reading all of it would show.
fn grow(path: &Path, size_bytes: u64) {
    let file = fs::File::options().append(true).open(path).expect("a file");
    file.set_len(size_bytes).expect("longer");
}

#[test]
fn tags_are_read_by_ranges_and_changes_are_found() {
    let nas = Nas::new(&json!({ "ignore": ["*.draft.wav"] }));
    nas.put("a/1.wav", 100, "One");
    nas.put("a/2.wav", 200, "Two");
    nas.put("a/3.draft.wav", 300, "Three");
    nas.put(".hidden/4.wav", 400, "Four");
    grow(&nas.path("a/1.wav"), 5_000_000);
    fs::write(nas.path("a/cover.png"), png()).expect("a picture");
    fs::write(nas.path("mix.m3u"), "a/2.wav\na/1.wav\n").expect("a playlist");
    let asked = Arc::new(Mutex::new(Vec::<Asked>::new()));
    let log = Arc::clone(&asked);
    nas.server.misbehave(move |request| {
        log.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
        None
    });
    let report = nas.import();
    assert_eq!((report.added, report.playlists, report.failures), (2, 1, Vec::new()));
    assert_eq!(nas.rows("SELECT title FROM tracks ORDER BY 1"), ["One", "Two"]);
    assert_eq!(nas.rows("SELECT CAST(width AS TEXT) FROM albums JOIN covers USING (cover_id)"), ["3"]);
    let asked = std::mem::take(&mut *asked.lock().unwrap_or_else(PoisonError::into_inner));
    let of_music: Vec<&Asked> = asked.iter().filter(|asked| asked.path.contains(".wav")).collect();
    assert!(!of_music.is_empty() && of_music.iter().all(|asked| asked.range.is_some()), "{of_music:?}");
    let read: u64 = of_music.iter().filter_map(|asked| length(asked.range.as_deref()?)).sum();
    assert!(read < 1_000_000, "{read} bytes were asked for");

    assert_eq!(nas.import().unchanged, 2);
    nas.put("a/2.wav", 200, "Two again");
    fs::rename(nas.path("a/1.wav"), nas.path("b/1.wav")).expect("renamed");
    let report = nas.import();
    assert_eq!((report.updated, report.moved, report.missing), (1, 1, 0));
    assert_eq!(nas.rows("SELECT title FROM tracks ORDER BY track_id"), ["One", "Two again"]);

    nas.server.misbehave(|asked| asked.is_listing().then_some(Fault::Refuse(StatusCode::FORBIDDEN)));
    import_source(&nas.library, &nas.job, &Unwatched).expect_err("no listing");
    assert!(health::look_at(&nas.job.source, nas.folder.path()).is_err());
    nas.server.behave();
    assert_eq!(nas.rows("SELECT CAST(count(*) AS TEXT) FROM tracks WHERE missing_since IS NULL"), ["2"]);
    health::look_at(&nas.job.source, nas.folder.path()).expect("the bucket is there");
}

/// Of `bytes=FIRST-LAST`.
fn length(range: &str) -> Option<u64> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    Some(last.parse::<u64>().ok()? + 1 - first.parse::<u64>().ok()?)
}

fn png() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(3, 3).write_to(&mut bytes, image::ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_a_public_url_plays_through_a_token() {
    let nas = tokio::task::spawn_blocking(|| {
        let nas = Nas::new(&json!({}));
        nas.put("a/1 ä.wav", 100, "One");
        nas.import();
        nas
    });
    let nas = nas.await.expect("a NAS");
    let secret = "hex:".to_owned() + &"ab".repeat(32);
    let config: Config = serde_json::from_value(json!({
        "private_origin": { "keys": [{ "id": 1, "secret": secret }] },
    }))
    .expect("a configuration");
    let key = &config.private_origin.token_keys()[0];
    let now = Timestamp::now();
    let token = token(key, 1, now);
    let library = Arc::new(Library::open(nas.folder.path()).expect("the library"));
    let sources = [("cloud".to_owned(), nas.job.source.clone())].into();
    let streams =
        Streams::open(library, &config.private_origin).expect("streams").with_buckets(&sources).expect("buckets");
    for method in [Method::GET, Method::HEAD] {
        let answer = streams.answer(&token, &method, &HeaderMap::new(), now).await.expect("an answer");
        assert_eq!(
            (answer.status(), &answer.headers()["cache-control"]),
            (StatusCode::FOUND, &"no-store".parse().expect("text"))
        );
        let url = answer.headers()[LOCATION].to_str().expect("a URL").to_owned();
        let client = reqwest::Client::new();
        let fetched = client.request(method.clone(), url).send().await.expect("the bucket answers");
        assert_eq!(fetched.status(), StatusCode::OK);
        let bytes = fetched.bytes().await.expect("bytes");
        let expected = fs::read(nas.path("a/1 ä.wav")).expect("a file");
        assert!(method == Method::HEAD || bytes == expected);
    }
}

fn token(key: &TokenKey, location_id: u64, now: Timestamp) -> String {
    let expires_at = u32::try_from(now.as_second() + 600).expect("a time");
    let format = StreamFormat::AsStored;
    key.sign(&Grant { location_id, expires_at, format, as_attachment: false, listener: 0, max_kbps: 0, start_secs: 0 })
}
