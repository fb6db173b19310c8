//! `token create` and `token inspect`.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use assert_cmd::Command;
use nas_origin::library::{Library, LibraryError};
use rusqlite::params;
use serde_json::Value;

const SECRET: &str = "hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// A token of TOKEN.md's vectors, signed with that key and long expired.
const EXPIRED: &str = "AQEAAGlVuQAAAAAAAAAAKgAAAAAAAAAAABXouS7TvY4LVlIQgF280plu-fAYDTG7T5Oi6rpMLBIJ";

fn nas_origin(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let keys = format!("[{{id=1,secret=\"{SECRET}\"}}]");
    let mut command = Command::cargo_bin("nas-origin").unwrap();
    command.current_dir(folder).env_clear().env("NAS_ORIGIN_PRIVATE_ORIGIN__KEYS", keys);
    let output = command.args(["token"]).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().trim_end().to_owned();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn inspect(folder: &Path, token: &str) -> (Option<i32>, Value) {
    let (code, stdout, stderr) = nas_origin(folder, &["inspect", token]);
    (code, serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}{stderr}")))
}

/// One file and its row.
fn add_song(folder: &Path) -> Result<i64, LibraryError> {
    std::fs::write(folder.join("song.mp3"), "song").unwrap();
    let metadata = std::fs::metadata(folder.join("song.mp3")).unwrap();
    let mtime_ns = metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec();
    Library::open(&folder.join("data/origin"))?.write(|tx| {
        let root = folder.to_str();
        tx.execute("INSERT INTO storage_backends VALUES (1, 'local', 'local', ?1, NULL)", params![root])?;
        tx.execute(
            "INSERT INTO tracks (source, source_id, metadata_status, title, added_at) VALUES ('local', '1', 'tagged', 'Song', 0)",
            [],
        )?;
        tx.execute(
            "INSERT INTO track_files (track_id, backend_id, locator, ext, size_bytes, mtime_ns, status, is_primary)
             VALUES (last_insert_rowid(), 1, 'song.mp3', 'mp3', 4, ?1, 'active', 1)",
            params![mtime_ns],
        )?;
        Ok(tx.last_insert_rowid())
    })
}

#[test]
fn a_created_token_would_be_served() {
    let folder = tempfile::tempdir().unwrap();
    let id = add_song(folder.path()).unwrap();
    let (code, token, _) = nas_origin(folder.path(), &["create", "--location", &id.to_string(), "--ttl", "2h"]);
    assert_eq!((code, token.len()), (Some(0), 76));
    let (code, told) = inspect(folder.path(), &token);
    assert_eq!((code, &told["served"], &told["status"]), (Some(0), &true.into(), &200.into()));
    assert_eq!((&told["location_id"], &told["key_id"], &told["format"]), (&id.into(), &1.into(), &"as_stored".into()));
    assert_eq!(told["expires_at"].as_i64().unwrap() % 3600, 0);
}

#[test]
fn a_token_for_a_file_that_is_not_there_would_not_be_served() {
    let folder = tempfile::tempdir().unwrap();
    let (_, token, _) = nas_origin(folder.path(), &["create", "--location", "7"]);
    let (code, told) = inspect(folder.path(), &token);
    assert_eq!(
        (code, &told["served"], &told["status"], &told["location_id"]),
        (Some(1), &false.into(), &404.into(), &7.into())
    );
}

#[test]
fn an_expired_token_still_shows_what_it_granted_and_a_foreign_one_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (code, told) = inspect(folder.path(), EXPIRED);
    assert_eq!((code, &told["status"], &told["location_id"]), (Some(1), &410.into(), &42.into()));
    assert_eq!(told["refused"], "the token has expired");
    let (code, told) = inspect(folder.path(), &format!("B{}", &EXPIRED[1..]));
    assert_eq!((code, &told["status"], told.get("location_id")), (Some(1), &403.into(), None));
}

#[test]
fn a_life_that_no_origin_accepts_is_a_usage_error() {
    let folder = tempfile::tempdir().unwrap();
    for ttl in ["0s", "24h", "soon"] {
        let (code, _, stderr) = nas_origin(folder.path(), &["create", "--location", "7", "--ttl", ttl]);
        assert_eq!(code, Some(2), "{ttl}: {stderr}");
    }
}
