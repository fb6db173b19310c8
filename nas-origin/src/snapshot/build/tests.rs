//! The fixtures of the earlier system against `snapshot-format/testdata`, and what trips a naive export.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

use super::*;

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../snapshot-format/testdata/v1").join(name)
}

/// A `catalogsync.db` of SQL.
fn catalogsync(folder: &TempDir, sql: &str) -> PathBuf {
    let path = folder.path().join("catalogsync.db");
    Connection::open(&path).and_then(|database| database.execute_batch(sql)).expect("a source");
    path
}

fn built(folder: &TempDir, sql: &str) -> (BuiltDatabase, Connection) {
    let built = build_from_catalogsync(&catalogsync(folder, sql), &folder.path().join("read.db")).expect("a database");
    let database = Connection::open(&built.path).expect("the database opens");
    (built, database)
}

/// All rows of all tables but the search index's own, as text.
fn dump(database: &Connection) -> String {
    let mut text = String::new();
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'catalog_search%'
               AND name NOT LIKE 'sqlite%' ORDER BY name";
    let mut tables = database.prepare(sql).expect("tables");
    let tables: Vec<String> =
        tables.query_map([], |row| row.get(0)).expect("tables").map(|row| row.expect("a name")).collect();
    for table in tables {
        dump_table(database, &table, &mut text);
    }
    text
}

fn dump_table(database: &Connection, table: &str, text: &mut String) {
    let mut statement = database.prepare(&format!("SELECT * FROM {table}")).expect("a table");
    let columns: Vec<String> = statement.column_names().iter().map(|name| (*name).to_owned()).collect();
    let mut rows = statement.query([]).expect("rows");
    let _ = writeln!(text, "== {table}");
    while let Some(row) = rows.next().expect("a row") {
        for (at, column) in columns.iter().enumerate() {
            let value = match row.get(at).expect("a value") {
                Value::Null => continue,
                Value::Integer(number) => number.to_string(),
                Value::Real(number) => number.to_string(),
                Value::Text(text) => format!("{text:?}"),
                Value::Blob(bytes) => format!("{bytes:?}"),
            };
            let _ = write!(text, "{column}={value} ");
        }
        let _ = writeln!(text);
    }
}

/// Compares with a golden file; `BLESS=1` writes it.
fn assert_golden(name: &str, text: &str) {
    if std::env::var_os("BLESS").is_some() {
        fs::write(testdata(name), text).expect("a golden file");
    }
    let golden = fs::read_to_string(testdata(name)).unwrap_or_default();
    assert!(golden == text, "{name} differs; this is what the builder gives:\n{text}");
}

#[test]
fn fixtures_give_the_golden_rows() {
    for name in ["catalogsync-minimal", "catalogsync-full"] {
        let folder = TempDir::new().expect("a folder");
        let sql = fs::read_to_string(testdata(&format!("{name}.sql"))).expect("a fixture");
        let (built, database) = built(&folder, &sql);
        let mut text = dump(&database);
        let _ = writeln!(text, "== skipped\n{:?}", built.skipped);
        assert_golden(&format!("{name}.rows.txt"), &text);
    }
}

const CATALOG_SCHEMA: &str = include_str!("../../../migrations/0001_catalog.sql");
const CATALOG_ROWS: &str = include_str!("tests/catalog.sql");

fn built_from_catalog(folder: &TempDir, rows: &str) -> BuiltDatabase {
    let catalog = Connection::open_in_memory().expect("a catalog");
    catalog.execute_batch(CATALOG_SCHEMA).and_then(|()| catalog.execute_batch(rows)).expect("rows");
    build_from_catalog(&catalog, &folder.path().join("read.db")).expect("a database")
}

#[test]
fn a_catalog_gives_the_golden_rows() {
    let folder = TempDir::new().expect("a folder");
    let built = built_from_catalog(&folder, CATALOG_ROWS);
    let database = Connection::open(&built.path).expect("the database opens");
    assert_golden("catalog.rows.txt", &dump(&database));
}
