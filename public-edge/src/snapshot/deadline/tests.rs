//! A small file over which a walk would not end.

use std::fs;
use std::path::Path;

use catalog_core::testing::MemoryCatalog;
use rusqlite::ErrorCode;

use super::*;
use crate::snapshot::open;
use crate::testing::write_snapshot;

const PAGE: usize = 4096;
const INTERIOR: u8 = 5;
const LEAF: u8 = 13;
/// Levels of pages that lead to the last one, and how often each names the next: 500^8 ways.
const LEVELS: usize = 8;
const WAYS: usize = 500;

/// A page of a table's tree: its cells at its end, pointers to them behind its head.
fn page(kind: u8, rightmost: Option<u32>, cells: &[Vec<u8>]) -> Vec<u8> {
    let mut page = vec![0; PAGE];
    page[0] = kind;
    page[3..5].copy_from_slice(&u16::try_from(cells.len()).expect("few").to_be_bytes());
    let head = rightmost.map_or(8, |number| {
        page[8..12].copy_from_slice(&number.to_be_bytes());
        12
    });
    let mut end = PAGE;
    for (index, cell) in cells.iter().enumerate() {
        end -= cell.len();
        page[end..end + cell.len()].copy_from_slice(cell);
        let pointer = head + 2 * index;
        page[pointer..pointer + 2].copy_from_slice(&u16::try_from(end).expect("inside").to_be_bytes());
    }
    page[5..7].copy_from_slice(&u16::try_from(end).expect("inside").to_be_bytes());
    page
}

/// The schema's row of an index that a table makes by itself: SQLite takes it as often as it comes.
fn row_of_an_index(path: &Path) -> Vec<u8> {
    let database = Connection::open(path).expect("a database");
    let sql = "SELECT name, tbl_name, rootpage FROM sqlite_schema WHERE type = 'index' AND sql IS NULL ORDER BY rowid";
    let (name, table, root): (String, String, u16) =
        database.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).expect("an index");
    let kind = |text: &str| u8::try_from(13 + 2 * text.len()).expect("short");
    let head = [6, kind("index"), kind(&name), kind(&table), 2, 0];
    let record = [&head[..], b"index", name.as_bytes(), table.as_bytes(), &root.to_be_bytes()].concat();
    [&[u8::try_from(record.len()).expect("short"), 1][..], &record].concat()
}

/// A snapshot whose schema leads through eight pages, each of which names the next one five hundred times.
fn endless(path: &Path) {
    write_snapshot(&MemoryCatalog::default(), path);
    let last_row = row_of_an_index(path);
    let mut bytes = fs::read(path).expect("the database");
    assert_eq!(bytes[100], INTERIOR, "the schema has more than one page");
    let first = u32::try_from(bytes.len() / PAGE + 1).expect("few pages");
    for next in (first + 1..).take(LEVELS) {
        let way = [&next.to_be_bytes()[..], &[1]].concat();
        bytes.extend(page(INTERIOR, Some(next), &vec![way; WAYS]));
    }
    bytes.extend(page(LEAF, None, &[last_row]));
    let pages = u32::try_from(bytes.len() / PAGE).expect("few pages");
    bytes[28..32].copy_from_slice(&pages.to_be_bytes());
    bytes[108..112].copy_from_slice(&first.to_be_bytes());
    fs::write(path, bytes).expect("written");
}

#[test]
fn a_walk_without_end_is_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("endless.db");
    endless(&path);
    let database = open::connect(&path).expect("nothing has been read yet");
    let error = within(Duration::from_millis(50), &database, || open::prepare(&database)).expect_err("must be ended");
    assert_eq!(error.sqlite_error_code(), Some(ErrorCode::OperationInterrupted), "{error}");
}

#[test]
fn what_follows_an_interruption_is_interrupted_too() {
    const ENDLESS: &str = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
    let database = Connection::open_in_memory().expect("a database");
    let count = || database.query_row(ENDLESS, [], |row| row.get::<_, i64>(0));
    let (first, second) = within(Duration::from_millis(10), &database, || (count(), count()));
    assert!(first.is_err() && second.is_err());
}

#[test]
fn a_large_file_is_given_longer() {
    assert_eq!(patience(0), Duration::from_mins(1));
    assert_eq!(patience(3 << 30), Duration::from_secs(60 + 3072));
}
