//! What a command can't work with is named, with what to do, and nothing is lost.

use std::fs;
use std::path::Path;
use std::process::Command;

use rusqlite::Connection;

use super::yard::Yard;

#[test]
fn a_folder_whose_name_is_not_text_is_refused_and_not_recorded() {
    use std::os::unix::ffi::OsStrExt;
    let yard = Yard::new("");
    let folder = yard.path("").join(std::ffi::OsStr::from_bytes(b"m\xfcsic"));
    fs::create_dir(&folder).unwrap();
    std::os::unix::fs::symlink(&folder, yard.path("link")).unwrap();
    for path in [folder, yard.path("link")] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nas-origin"));
        let command = command.current_dir(yard.path("")).env_clear().arg("import").arg(path);
        let output = command.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("m\\xFCsic") && said.contains("rename"), "{said}");
    }
    let catalog = Connection::open(yard.path("data/catalog.db")).unwrap();
    let sources: i64 = catalog.query_row("SELECT count(*) FROM sources", [], |row| row.get(0)).unwrap();
    assert_eq!(sources, 0);
}

fn tracks(catalog: &Path) -> i64 {
    let connection = Connection::open(catalog).unwrap();
    connection.query_row("SELECT count(*) FROM tracks WHERE missing_since IS NULL", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let yard = Yard::new("");
    yard.done(&["import"]);
    let catalog = yard.path("data/catalog.db");
    let later = "PRAGMA journal_mode = delete; PRAGMA user_version = 99";
    Connection::open(&catalog).unwrap().execute_batch(later).unwrap();
    let before = fs::read(&catalog).unwrap();
    for command in ["import", "publish", "serve"] {
        yard.refused(&[command], 1, &["catalog.db", "newer"]);
    }
    assert!(fs::read(&catalog).unwrap() == before);
}

#[test]
fn a_music_folder_that_is_gone_or_suddenly_empty_changes_nothing() {
    let yard = Yard::new("");
    yard.done(&["import"]);
    let away = yard.path("away");
    fs::rename(yard.path("music"), &away).unwrap();
    yard.refused(&["import"], 1, &["music"]);
    fs::create_dir(yard.path("music")).unwrap();
    yard.refused(&["import"], 1, &["music", "--force"]);
    assert_eq!(tracks(&yard.path("data/catalog.db")), 1);
    yard.refused(&["import", "no such folder"], 1, &["no such folder"]);
    yard.refused(&["import", "--source", "vinyl"], 2, &["vinyl", "[sources.NAME]"]);
}

#[test]
fn a_store_that_is_missing_or_not_known_is_a_matter_of_configuration() {
    let yard = Yard::new("");
    yard.done(&["import"]);
    yard.configure("[sources.local]\npath = 'music'\n");
    yard.refused(&["publish"], 2, &["publish.store"]);
    yard.configure("[publish]\nstore = 'gopher://music'\n");
    yard.refused(&["publish"], 2, &["publish.store", "gopher"]);
}

#[test]
fn a_store_that_cannot_be_written_is_named_and_the_catalog_stays() {
    let yard = Yard::new("");
    yard.done(&["import"]);
    fs::write(yard.path("objects"), "a file").unwrap();
    yard.refused(&["publish"], 1, &["objects"]);
    assert_eq!(tracks(&yard.path("data/catalog.db")), 1);
    fs::remove_file(yard.path("objects")).unwrap();
    fs::create_dir(yard.path("objects")).unwrap();
    yard.done(&["publish"]);
}

#[test]
fn a_damaged_manifest_is_not_replaced_without_being_asked() {
    let yard = Yard::new("");
    yard.done(&["import"]);
    fs::create_dir(yard.path("objects")).unwrap();
    fs::write(yard.path("objects/manifest.json"), "{").unwrap();
    yard.refused(&["publish"], 1, &["manifest.json", "--takeover"]);
    assert_eq!(fs::read(yard.path("objects/manifest.json")).unwrap(), b"{");
    yard.done(&["publish", "--takeover"]);
}

#[test]
fn a_short_secret_is_named_and_not_shown() {
    let yard = Yard::new("[private_origin]\nkeys = [{ id = 1, secret = 'tooshort' }]");
    yard.refused(&["serve"], 2, &["private_origin.keys", "32"]);
    let output = yard.run(&["serve"]);
    assert!(!String::from_utf8_lossy(&output.stderr).contains("tooshort"));
}

#[test]
fn a_catalog_that_is_no_database_is_named() {
    let yard = Yard::new("");
    fs::create_dir(yard.path("data")).unwrap();
    fs::write(yard.path("data/catalog.db"), "not a database, but a text that is long enough for a header").unwrap();
    yard.refused(&["import"], 1, &["catalog.db"]);
}
