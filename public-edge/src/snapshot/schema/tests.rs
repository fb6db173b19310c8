//! Which schemas are read: ours, and what a later publisher may have added to it.

use super::*;

fn check_with(change: &str) -> Result<(), SchemaError> {
    let database = Connection::open_in_memory().expect("a database");
    let sql = format!("{}{}{change}", read_schema::table_sql(), read_schema::index_sql());
    database.execute_batch(&sql).expect("the schema");
    check(&database)
}

fn refused(change: &str) -> String {
    check_with(change).expect_err("must be refused").to_string()
}

#[test]
fn ours_and_what_was_added_to_it() {
    for change in [
        "",
        "ANALYZE;",
        "ALTER TABLE catalog_tracks ADD COLUMN mood TEXT;",
        "ALTER TABLE catalog_track_files ADD COLUMN codec TEXT;",
        "CREATE TABLE catalog_moods (mood TEXT PRIMARY KEY) WITHOUT ROWID;",
        "CREATE INDEX catalog_tracks_by_length ON catalog_tracks (duration_ms);",
    ] {
        check_with(change).expect(change);
    }
}

#[test]
fn what_could_act_is_refused() {
    let trigger = "CREATE TRIGGER evil AFTER INSERT ON catalog_tracks BEGIN SELECT 1; END;";
    assert!(refused(trigger).contains("trigger `evil`"));
    assert!(refused("CREATE VIEW peek AS SELECT 1;").contains("view `peek`"));
    assert!(refused("CREATE VIRTUAL TABLE t USING fts5(x);").contains("virtual table `t`"));
    let computed = "ALTER TABLE catalog_tracks ADD COLUMN loud TEXT AS (upper(name));";
    assert!(refused(computed).contains("computed column `catalog_tracks.loud`"));
    let elsewhere = "CREATE TABLE catalog_moods (mood TEXT, loud TEXT AS (upper(mood)) STORED);";
    assert!(refused(elsewhere).contains("computed column `catalog_moods.loud`"));
}

#[test]
fn what_lacks_or_changes_ours_is_refused() {
    assert!(refused("DROP TABLE catalog_lyrics;").contains("lacks the table `catalog_lyrics`"));
    assert!(refused("DROP INDEX catalog_tracks_by_album;").contains("lacks the index"));
    assert!(refused("ALTER TABLE catalog_tracks DROP COLUMN channels;").contains("catalog_tracks"));
    let other_index =
        "DROP INDEX catalog_tracks_by_album; CREATE INDEX catalog_tracks_by_album ON catalog_tracks (name);";
    assert!(refused(other_index).contains("catalog_tracks_by_album"));
    let with_rowid = "DROP TABLE catalog_counts;
        CREATE TABLE catalog_counts (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL);";
    assert!(refused(with_rowid).contains("catalog_counts"));
    let posing = "DROP TABLE catalog_search; CREATE TABLE catalog_search (terms TEXT);";
    assert!(refused(posing).contains("catalog_search"));
}

/// What `CREATE` would never write, and a file can hold.
fn refused_rows(rows: &str) -> String {
    refused(&format!(
        "PRAGMA writable_schema = on; INSERT INTO sqlite_schema VALUES {rows}; PRAGMA writable_schema = reset;"
    ))
}

#[test]
fn a_disguise_does_not_help() {
    let spelling = "('table', 'peek', 'peek', 0, 'CREATE/**/VIRTUAL TABLE peek USING fts5(x, content='''')')";
    assert!(refused_rows(spelling).contains("virtual table `peek`"));
    let name = "('view', 'sqlite_peek', 'sqlite_peek', 0, 'CREATE VIEW sqlite_peek AS SELECT 1')";
    assert!(refused_rows(name).contains("view `sqlite_peek`"));
}

#[test]
fn a_schema_without_end_is_not_read_to_its_end() {
    let many: Vec<_> = (0..600).map(|number| format!("CREATE TABLE t{number} (x);")).collect();
    assert!(refused(&many.concat()).contains("more than 500"));
}

/// What a later release adds, as it would stand in `read_schema.sql`.
const LATER: &str = "ALTER TABLE catalog_tracks ADD COLUMN mood TEXT;
    CREATE TABLE catalog_moods (mood TEXT PRIMARY KEY) WITHOUT ROWID;";

#[test]
fn a_reader_reads_the_snapshots_of_earlier_and_later_releases() {
    let with = |added: &str| {
        let database = Connection::open_in_memory().expect("a database");
        let sql = format!("{}{added}{}", read_schema::required_sql(), read_schema::index_sql());
        database.execute_batch(&sql).expect("the schema");
        database
    };
    // What is required is the same in every release of a schema version, so this is the check of each of them.
    check(&with("")).expect("an earlier release's");
    check(&with(LATER)).expect("a later release's");
}
