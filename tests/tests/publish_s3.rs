//! Publishing to a real S3 server: create-only objects, a manifest by compare-and-swap, two publishers in a race.

use std::path::Path;
use std::sync::Barrier;
use std::thread;

use e2e_tests::s3::{ACCESS_KEY, BUCKET, S3Server, SECRET_KEY};
use nas_origin::config::{Config, Layers, PublishConfig};
use nas_origin::doctor;
use nas_origin::library::{Library, LibraryError, settings};
use nas_origin::snapshot::publish::{PublishError, PublishJob, Silent, publish};
use serde_json::json;
use snapshot_format::{Manifest, Sha256Hex, keys};
use tempfile::TempDir;

/// A NAS with a catalog, and where it publishes to.
struct Nas {
    _folder: TempDir,
    library: Library,
    config: PublishConfig,
}

impl Nas {
    fn new(server: &S3Server, tracks: i64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(folder.path()).expect("a library");
        let store = format!("s3://{BUCKET}/some/prefix");
        let settings = json!({"store": store, "store_options": server.store_options()});
        let nas = Self { _folder: folder, library, config: serde_json::from_value(settings).expect("a configuration") };
        nas.write(
            "INSERT INTO storage_backends (backend_id, name, backend_type, base_path) VALUES (1, 'local', 'local', '/m');
             INSERT INTO sources (source_id, name, kind, mode, backend_id) VALUES (1, 'local', 'local', 'in_place', 1);",
        );
        nas.add_tracks(1, tracks);
        nas
    }

    fn add_tracks(&self, first: i64, last: i64) {
        self.write(&format!(
            "WITH RECURSIVE n (id) AS (VALUES ({first}) UNION ALL SELECT id + 1 FROM n WHERE id < {last})
             INSERT INTO tracks (track_id, source, source_id, metadata_status, title, added_at)
             SELECT id, 'local', id || '.flac', 'tagged', hex(randomblob(40)), 1700000000 FROM n"
        ));
    }

    fn write(&self, sql: &str) {
        let written = self.library.write(|tx| -> Result<(), LibraryError> {
            tx.execute_batch(sql)?;
            settings::bump_change_mark(tx)
        });
        written.expect("written");
    }

    fn job(&self) -> PublishJob<'_> {
        PublishJob {
            library: &self.library,
            config: &self.config,
            force: false,
            takeover: false,
            access: None,
            progress: &Silent,
        }
    }
}

fn objects(server: &S3Server) -> std::path::PathBuf {
    server.bucket().join("some/prefix")
}

fn live(objects: &Path) -> Manifest {
    Manifest::from_bytes(&std::fs::read(objects.join("manifest.json")).expect("a manifest")).expect("a whole manifest")
}

fn assert_whole(objects: &Path) {
    let manifest = live(objects);
    let blob = std::fs::read(objects.join(&manifest.database.key)).expect("a blob");
    assert_eq!(blob.len() as u64, manifest.database.stored_bytes);
    assert_eq!(Sha256Hex::of(&zstd::decode_all(&*blob).expect("zstd")), manifest.database.sha256);
    let history = keys::history(manifest.sequence, &manifest.snapshot_id);
    let manifest_bytes = std::fs::read(objects.join("manifest.json")).expect("a manifest");
    assert_eq!(std::fs::read(objects.join(history)).expect("history"), manifest_bytes);
}

#[test]
fn published_unchanged_and_published_again() {
    let server = S3Server::start().expect("a server");
    let nas = Nas::new(&server, 3);
    let first = publish(&nas.job()).expect("published");
    assert!(first.changed);
    assert_whole(&objects(&server));
    let second = publish(&nas.job()).expect("unchanged");
    assert_eq!((second.changed, second.sequence, second.uploaded_bytes), (false, 1, 0));
    nas.add_tracks(4, 5);
    let third = publish(&nas.job()).expect("published");
    assert_eq!((third.changed, third.sequence), (true, 2));
    assert_whole(&objects(&server));
}

#[test]
fn a_large_database_goes_in_parts() {
    let server = S3Server::start().expect("a server");
    let nas = Nas::new(&server, 3);
    // Random bytes in hex pack to half: 12 MB are more than one request carries.
    nas.write(
        "INSERT INTO playlists (source, source_id, name, description)
         VALUES ('local', 'long.m3u', 'Long', hex(randomblob(12000000)))",
    );
    publish(&nas.job()).expect("published");
    assert!(live(&objects(&server)).database.stored_bytes > 8 << 20);
    assert_whole(&objects(&server));
}

#[test]
fn the_doctor_tries_out_what_the_store_can_do_and_leaves_nothing() {
    let server = S3Server::start().expect("a server");
    let nas = Nas::new(&server, 1);
    let flags = vec![format!("data_dir={}", nas.library.data_dir().display())];
    let mut config = Config::from_layers(&Layers { flags, ..Layers::default() }).expect("a configuration");
    config.publish = nas.config.clone();
    let findings = doctor::check(&config);
    let store = findings.iter().find(|finding| finding.subject == "store").expect("the store was looked at");
    assert!(store.is_ok && store.words.contains("several publishers can share it; it lists and deletes"), "{store}");
    let left = std::fs::read_dir(objects(&server).join("probe")).map_or(0, Iterator::count);
    assert_eq!(left, 0, "what was tried with is removed");
}

#[test]
fn two_publishers_never_overwrite_each_other() {
    let server = S3Server::start().expect("a server");
    let nases = [Nas::new(&server, 3), Nas::new(&server, 4)];
    let start = Barrier::new(2);
    let run = |nas: &Nas| {
        start.wait();
        publish(&nas.job())
    };
    let run = &run;
    let outcomes = thread::scope(|scope| {
        nases.each_ref().map(|nas| scope.spawn(move || run(nas))).map(|run| run.join().expect("no panic"))
    });
    let won = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!(won, 1, "{outcomes:?}");
    let lost = outcomes.iter().find_map(|outcome| outcome.as_ref().err()).expect("a loser");
    assert!(matches!(lost, PublishError::Lost | PublishError::Foreign { .. }), "{lost}");
    assert_eq!(live(&objects(&server)).sequence, 1);
    assert_whole(&objects(&server));
}

#[test]
fn wrong_credentials_are_said_and_not_shown() {
    let server = S3Server::start().expect("a server");
    let mut nas = Nas::new(&server, 3);
    let mut options = server.store_options();
    options["secret_access_key"] = json!("wrong-secret-that-must-not-be-shown");
    let settings = json!({"store": format!("s3://{BUCKET}"), "store_options": options});
    nas.config = serde_json::from_value(settings).expect("a configuration");
    let error = anyhow::Error::from(publish(&nas.job()).expect_err("refused"));
    let words = format!("{error:#} {error:?}");
    assert!(words.contains("credentials") || words.contains("permission denied"), "{words}");
    for secret in ["wrong-secret", SECRET_KEY, ACCESS_KEY] {
        assert!(!words.contains(secret), "{words}");
    }
}

#[test]
fn a_bucket_that_is_not_there_is_named() {
    let server = S3Server::start().expect("a server");
    let mut nas = Nas::new(&server, 3);
    let settings = json!({"store": "s3://other", "store_options": server.store_options()});
    nas.config = serde_json::from_value(settings).expect("a configuration");
    let error = publish(&nas.job()).expect_err("refused").to_string();
    assert!(error.contains("s3://other") && error.contains("bucket"), "{error}");
}
