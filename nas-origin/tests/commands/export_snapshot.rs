//! `export-snapshot`: the pair in the folder, its repair, and what is refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use nas_origin::library::Library;
use rusqlite::Connection;
use serde_json::Value;
use snapshot_format::{Manifest, Sha256Hex};
use tempfile::TempDir;

const FULL: &str = include_str!("../../../snapshot-format/testdata/v1/catalogsync-full.sql");
const MINIMAL: &str = include_str!("../../../snapshot-format/testdata/v1/catalogsync-minimal.sql");
const CATALOG: &str = include_str!("../../src/snapshot/build/tests/catalog.sql");

/// A folder with a database `source.db` of SQL, and the folder `target` beside it.
struct Yard {
    folder: TempDir,
}

impl Yard {
    fn new(sql: &str) -> Self {
        let yard = Self { folder: TempDir::new().unwrap() };
        yard.change(sql);
        yard
    }

    fn change(&self, sql: &str) {
        Connection::open(self.source()).unwrap().execute_batch(sql).unwrap();
    }

    fn source(&self) -> PathBuf {
        self.folder.path().join("source.db")
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("target")
    }

    fn command(&self) -> Command {
        let mut command = Command::cargo_bin("nas-origin").unwrap();
        command.current_dir(self.folder.path()).env_clear().arg("export-snapshot");
        command
    }

    fn run(&self, source: &Path) -> Output {
        self.command().arg("--db").arg(source).args(["--target-dir", "target", "--json"]).output().unwrap()
    }

    fn export(&self) -> Value {
        let output = self.run(&self.source());
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(names(&self.target()), ["catalog_read.db", "manifest.json"]);
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The manifest and the database, checked against each other.
    fn pair(&self) -> (Manifest, Vec<u8>) {
        let manifest = Manifest::from_bytes(&fs::read(self.target().join("manifest.json")).unwrap()).unwrap();
        let database = fs::read(self.target().join("catalog_read.db")).unwrap();
        assert_eq!(manifest.database.sha256, Sha256Hex::of(&database));
        assert_eq!(manifest.database.size_bytes, database.len() as u64);
        (manifest, database)
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn both_fixtures_become_a_pair_and_an_unchanged_one_stays() {
    for (sql, id, skipped) in [(MINIMAL, "snap-playlists-1-tracks-1-", 0), (FULL, "snap-playlists-3-tracks-3-", 1)] {
        let yard = Yard::new(sql);
        let first = yard.export();
        assert!(first["snapshot_id"].as_str().unwrap().starts_with(id), "{first}");
        assert_eq!((&first["sequence"], &first["changed"]), (&1.into(), &true.into()));
        assert_eq!(first["skipped"].as_object().unwrap().len(), skipped, "{first}");
        let pair = yard.pair();
        assert_eq!((&pair.0.publisher_id, pair.0.database.key.as_str()), (&None, "catalog_read.db"));

        let second = yard.export();
        assert_eq!((&second["sequence"], &second["changed"]), (&1.into(), &false.into()));
        assert_eq!(yard.pair(), pair);
        assert_eq!(names(yard.folder.path()), ["source.db", "target"], "nothing is written beside the source");
    }
}

#[test]
fn a_change_raises_the_sequence() {
    let yard = Yard::new(FULL);
    yard.export();
    yard.change("UPDATE songs SET name = 'Other' WHERE id = 11");
    assert_eq!(yard.export()["sequence"], 2);
    assert_eq!(yard.pair().0.sequence, 2);
}

#[test]
fn a_pair_that_does_not_verify_is_repaired() {
    let yard = Yard::new(FULL);
    yard.export();
    let (_, database) = yard.pair();
    fs::write(yard.target().join("catalog_read.db"), "damaged").unwrap();
    fs::create_dir(yard.target().join(".export-killed")).unwrap();
    assert_eq!(yard.export()["changed"], true);
    assert_eq!(yard.pair().1, database);

    // Killed between the two renames: the manifest is the old one's.
    yard.change("UPDATE songs SET name = 'Other' WHERE id = 11");
    let old = fs::read(yard.target().join("manifest.json")).unwrap();
    yard.export();
    fs::write(yard.target().join("manifest.json"), old).unwrap();
    assert_eq!(yard.export()["sequence"], 2);
    yard.pair();

    // Damaged, but its sequence can be read.
    fs::write(yard.target().join("manifest.json"), r#"{"sequence": 7}"#).unwrap();
    assert_eq!(yard.export()["sequence"], 8);
    yard.pair();
}

#[test]
fn two_processes_give_the_same_bytes() {
    let yard = Yard::new(FULL);
    let export = |target: &str, zone: &str, language: &str, at: &Path| {
        let mut command = yard.command();
        command.current_dir(at).env("TZ", zone).env("LANG", language).env("LC_ALL", language);
        let target = yard.folder.path().join(target);
        command.arg("--db").arg(yard.source()).arg("--target-dir").arg(&target).assert().success();
        fs::read(target.join("catalog_read.db")).unwrap()
    };
    let first = export("one", "Pacific/Kiritimati", "C", yard.folder.path());
    let second = export("two", "America/Adak", "tr_TR.UTF-8", Path::new("/"));
    assert!(first == second);
}

#[test]
fn what_is_no_catalog_is_refused() {
    let yard = Yard::new(FULL);
    fs::write(yard.folder.path().join("text"), "not a database, but longer than a header").unwrap();
    fs::write(yard.folder.path().join("empty"), "").unwrap();
    Connection::open(yard.folder.path().join("other.db")).unwrap().execute_batch("CREATE TABLE songs (id)").unwrap();
    for name in ["missing.db", "text", "empty", "other.db", "."] {
        let output = yard.run(Path::new(name));
        assert_eq!(output.status.code(), Some(2), "{name}: {}", stderr(&output));
        assert!(stderr(&output).contains(&format!("`{name}`")), "{}", stderr(&output));
        assert!(output.stdout.is_empty() && !yard.target().exists(), "{name}");
    }
}

#[test]
fn our_own_catalog_is_exported_and_a_newer_one_refused() {
    let yard = Yard::new(FULL);
    drop(Library::open(yard.folder.path()).unwrap());
    let catalog = yard.folder.path().join("catalog.db");
    Connection::open(&catalog).unwrap().execute_batch(CATALOG).unwrap();
    let before = names(yard.folder.path());
    let output = yard.run(&catalog);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(yard.pair().0.track_count, 3);
    fs::remove_dir_all(yard.target()).unwrap();
    assert_eq!(names(yard.folder.path()), before, "a database in WAL mode gets no files beside it");

    Connection::open(&catalog).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    let output = yard.run(&catalog);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("version 99"), "{}", stderr(&output));
}

#[test]
fn nothing_private_is_in_the_file() {
    let yard = Yard::new(FULL);
    yard.export();
    let exported = yard.pair().1;
    for text in ["/volume1", "马也/海屿你.flac", "qt.flac", "old.mp3", "config_json", "music/qt"] {
        assert!(!contains(&exported, text), "{text}");
    }
    let catalog = Yard::new(&format!("{}{CATALOG}", nas_origin::library::schema_sql()));
    let read = catalog.folder.path().join("read.db");
    let connection = Connection::open(catalog.source()).unwrap();
    nas_origin::snapshot::build::build_from_catalog(&connection, &read).unwrap();
    let bytes = fs::read(read).unwrap();
    assert!(contains(&bytes, "mirror/1 a.opus"), "public storage's keys are public");
    for text in [
        "/volume1",
        "private",
        "secret",
        "Secret",
        "Hidden",
        "hidden",
        "Missing",
        "missing.mp3",
        "Untagged",
        "gone.mp3",
        ".m3u",
        "Not For All",
        "cc3333",
        "dd4444",
    ] {
        assert!(!contains(&bytes, text), "{text}");
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_full_disk_loses_nothing() {
    let yard = Yard::new(FULL);
    yard.export();
    let before = yard.pair();
    yard.change("UPDATE songs SET name = 'Other' WHERE id = 11");
    // Files may not grow above 16 KiB: what a full disk answers, as an error instead of a signal.
    let script = r#"trap "" XFSZ; ulimit -f 16; exec "$0" export-snapshot --db source.db --target-dir target"#;
    let binary = assert_cmd::cargo::cargo_bin("nas-origin");
    let output = std::process::Command::new("sh")
        .current_dir(yard.folder.path())
        .args(["-c", script])
        .arg(binary)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("read database"), "{}", stderr(&output));
    assert_eq!(names(&yard.target()), ["catalog_read.db", "manifest.json"]);
    assert_eq!(yard.pair(), before);
}

#[test]
fn a_folder_that_cannot_be_used_and_a_published_store_are_refused() {
    let yard = Yard::new(FULL);
    fs::write(yard.target(), "a file").unwrap();
    let output = yard.run(&yard.source());
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("`target`"), "{}", stderr(&output));
    fs::remove_file(yard.target()).unwrap();

    fs::create_dir(yard.target()).unwrap();
    fs::write(yard.target().join("manifest.json"), r#"{"publisher_id": "a", "sequence": 3}"#).unwrap();
    let output = yard.run(&yard.source());
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("another folder"), "{}", stderr(&output));
    assert_eq!(names(&yard.target()), ["manifest.json"]);
}
