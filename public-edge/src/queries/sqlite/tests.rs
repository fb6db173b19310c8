//! What holds for all statements: their plans, and that nothing can be written.

use rusqlite::Connection;
use snapshot_format::read_schema::{index_sql, table_sql};

use super::*;

mod called;
mod random;
mod recall;

fn empty_snapshot(folder: &std::path::Path) -> std::path::PathBuf {
    let path = folder.join("catalog_read.db");
    let connection = Connection::open(&path).expect("a database");
    connection.execute_batch(table_sql()).expect("tables");
    connection.execute_batch(index_sql()).expect("indexes");
    path
}

/// What a plan may not say: a scan of anything but the search index's own, or a sort.
fn offends(step: &str) -> bool {
    let is_scan = step.starts_with("SCAN ") && !step.contains("VIRTUAL TABLE INDEX");
    is_scan || step.contains("USE TEMP B-TREE") || step.contains("AUTOMATIC")
}

#[test]
fn no_statement_scans_or_sorts_the_library() {
    let folder = tempfile::tempdir().expect("a folder");
    let connection = open_read_only(&empty_snapshot(folder.path())).expect("a connection");
    for sql in statements() {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect(sql);
        let plan = statement.raw_query().mapped(|row| row.get::<_, String>("detail")).collect::<Result<Vec<_>, _>>();
        let plan = plan.expect("a plan");
        assert!(!plan.is_empty() && !plan.iter().any(|step| offends(step)), "{sql}\n{plan:#?}");
    }
}

#[test]
fn writing_a_snapshot_is_impossible() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = empty_snapshot(folder.path());
    let before = std::fs::read(&path).expect("bytes");
    let connection = open_read_only(&path).expect("a connection");
    for sql in ["DELETE FROM catalog_tracks", "CREATE TABLE t (x)", "PRAGMA user_version = 9", "VACUUM"] {
        assert!(connection.execute_batch(sql).is_err() || sql.starts_with("PRAGMA"), "{sql}");
    }
    drop(connection);
    assert_eq!(std::fs::read(&path).expect("bytes"), before);
}

#[test]
fn an_empty_catalog_answers_everything_with_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let reader = open_reader(&empty_snapshot(folder.path())).expect("a reader");
    assert_eq!(reader.counts().expect("counts"), CatalogCounts::default());
    assert!(reader.list_tracks_at(5, 10).expect("tracks").is_empty());
    assert!(reader.list_albums_of_years(2000, 1990, 0, 10).expect("albums").is_empty());
    assert!(reader.list_artist_initials().expect("initials").is_empty());
    assert!(reader.search(SearchKind::Track, "周杰伦", 0, 10).expect("hits").is_empty());
}

#[test]
fn the_reader_keeps_the_contract() {
    catalog_core::testing::reader_contract(&|catalog| crate::testing::reader_of(catalog));
}
