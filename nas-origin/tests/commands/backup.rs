//! `nas-origin backup` and `nas-origin restore`: nothing is lost, and no id is given twice.

use std::fs;

use rusqlite::Connection;

use super::daemon::wav;
use super::yard::Yard;

/// Ids and paths of the tracks.
fn tracks(yard: &Yard) -> Vec<(i64, String)> {
    let catalog = Connection::open(yard.path("data/catalog.db")).unwrap();
    let mut statement = catalog.prepare("SELECT track_id, source_id FROM tracks ORDER BY track_id").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.collect::<rusqlite::Result<_>>().unwrap()
}

fn put(yard: &Yard, name: &str, seed: u8) {
    fs::write(yard.path("music").join(name), wav(seed)).unwrap();
}

#[test]
fn after_a_restore_ids_go_on_above_those_that_were_published() {
    let yard = Yard::new("");
    yard.refused(&["backup", "early.db"], 1, &["no catalog"]);
    yard.done(&["import"]);
    yard.done(&["backup", "old.db"]);
    yard.refused(&["backup", "old.db"], 2, &["old.db is there already"]);
    for (name, seed) in [("second.wav", 2), ("third.wav", 3)] {
        put(&yard, name, seed);
    }
    yard.done(&["import"]);
    yard.done(&["publish"]);
    fs::remove_file(yard.path("music/second.wav")).unwrap();
    put(&yard, "fourth.wav", 4);

    yard.done(&["restore", "old.db"]);
    yard.done(&["import"]);
    let named = |id: i64, path: &str| (id, path.to_owned());
    assert_eq!(tracks(&yard), [named(1, "first.wav"), named(4, "fourth.wav"), named(5, "third.wav")]);
    yard.done(&["publish", "--force"]);

    fs::rename(yard.path("objects"), yard.path("away")).unwrap();
    yard.done(&["restore", "old.db"]);
    yard.refused(&["import"], 1, &["restored", "has to be asked"]);
    fs::rename(yard.path("away"), yard.path("objects")).unwrap();
    yard.done(&["import"]);
    assert_eq!(tracks(&yard), [named(1, "first.wav"), named(6, "fourth.wav"), named(7, "third.wav")]);
    let kept = fs::read_dir(yard.path("data")).unwrap().flatten();
    let kept = kept.filter(|entry| entry.file_name().to_string_lossy().contains("before-restore")).count();
    assert!(kept >= 1, "the catalogs that were replaced are kept");
}

#[test]
fn a_store_that_lost_its_snapshot_gives_no_leave_to_begin_anew() {
    let yard = Yard::new("");
    yard.done(&["import"]);
    yard.done(&["publish"]);
    yard.done(&["backup", "old.db"]);
    fs::remove_file(yard.path("objects/manifest.json")).unwrap();
    yard.done(&["restore", "old.db"]);
    yard.refused(&["import"], 1, &["has no snapshot"]);
    yard.done(&["publish"]);
    yard.done(&["import"]);
}
