//! Snapshots that were made to harm (R2 to R4). Each is a test by its name: it is refused for what it is, what was served
//! goes on, and no second fetch is wasted on it.

use std::fs;

use public_edge::snapshot::{Outcome, RefreshError};
use snapshot_format::manifest::Manifest;
use snapshot_format::signature::{SigningKey, sign};

use crate::support::{Publisher, TestEdge, database};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a folder")
}

/// The bytes of a database of one track called `evil`, after some SQL.
fn database_after(sql: &str) -> Vec<u8> {
    let folder = folder();
    let path = folder.path().join("hostile.db");
    database(&path, "evil", sql);
    fs::read(path).expect("the database")
}

/// Publishes on top of a good snapshot, and expects to be refused in these words, for good.
async fn refused(publish: impl FnOnce(&Publisher), words: &str) {
    let (publisher, cache) = (Publisher::new(), folder());
    publisher.publish(1, "good");
    let mut edge = TestEdge::open(&[&publisher.url()], cache.path());
    edge.refresh().await.expect("fetched");
    publish(&publisher);
    let refusal = edge.refusal().await;
    assert!(refusal.contains(words), "{refusal}");
    let mut looks = 1;
    while !matches!(edge.refresh().await, Err(RefreshError::RefusedBefore(_))) {
        looks += 1;
        assert!(looks <= 3, "it is fetched again and again");
    }
    assert_eq!(edge.track_name().await, "good");
    let files = fs::read_dir(cache.path()).expect("the cache").count();
    assert_eq!(files, 3, "lock, state.json and one database");
    publisher.publish(3, "repaired");
    assert_eq!(edge.refresh().await.expect("fetched"), Outcome::Replaced);
}

async fn refused_bytes(plain: &[u8], words: &str) {
    refused(|publisher| drop(publisher.publish_bytes(2, plain, |_| ())), words).await;
}

async fn refused_sql(sql: &str, words: &str) {
    refused(|publisher| drop(publisher.publish_with(2, "evil", sql, |_| ())), words).await;
}

async fn refused_packed(packed: Vec<u8>, words: &str) {
    refused(|publisher| drop(publisher.publish_packed(2, &[0; 8192], packed, |_| ())), words).await;
}

async fn refused_manifest(change: impl FnOnce(&mut Manifest), words: &str) {
    refused(|publisher| drop(publisher.publish_with(2, "evil", "", change)), words).await;
}

#[tokio::test]
async fn a_line_break_in_what_is_signed() {
    refused_manifest(|m| m.publisher_id = Some("a\nb".to_owned()), "`publisher_id`").await;
    refused_manifest(|m| m.publisher_id = Some("x".repeat(1000)), "`publisher_id`").await;
    refused_manifest(|m| m.public_base_url = Some("https://a\n.example".to_owned()), "`public_base_url`").await;
}

#[tokio::test]
async fn json_that_nests_without_end() {
    let nested = "[".repeat(60_000);
    refused(|publisher| publisher.write_manifest(nested.as_bytes()), "not valid JSON").await;
    let hidden = format!("{{\"format\": 1, \"later\": {}", "{\"a\":".repeat(10_000));
    refused(|publisher| publisher.write_manifest(hidden.as_bytes()), "not valid JSON").await;
}

#[tokio::test]
async fn a_frame_that_asks_for_gigabytes_of_window() {
    // Magic, no content size, a window of 2^31 bytes, one raw block of one byte.
    let frame = [0x28, 0xb5, 0x2f, 0xfd, 0x00, (31 - 10) << 3, 0x09, 0x00, 0x00, b'x'];
    refused_packed(frame.to_vec(), "can't be unpacked").await;
}

#[tokio::test]
async fn a_bomb_in_the_second_frame() {
    let mut packed = zstd::encode_all(&[0; 4096][..], 3).expect("packed");
    packed.extend(zstd::encode_all(&vec![0; 40_000_000][..], 3).expect("packed"));
    refused_packed(packed, "more than the 8192 bytes").await;
}

#[tokio::test]
async fn frames_of_nothing() {
    // Skippable frames make any number of bytes out of no content.
    let empty = [0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0];
    refused_packed(empty.repeat(500), "unpacks to 0").await;
    let padded = empty.repeat(10_000);
    refused_packed(padded, "are packed into").await;
}

#[tokio::test]
async fn a_frame_that_lies_about_its_checksum() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).expect("an encoder");
    encoder.include_checksum(true).expect("a checksum");
    std::io::Write::write_all(&mut encoder, &[0; 8192]).expect("packed");
    let mut packed = encoder.finish().expect("packed");
    *packed.last_mut().expect("a byte") ^= 1;
    refused_packed(packed, "can't be unpacked").await;
}

#[tokio::test]
async fn pages_that_are_cut_off() {
    let plain = database_after("");
    refused_bytes(&plain[..plain.len() - 4096], "pages, and the file has").await;
    refused_bytes(&plain[..50], "not an SQLite database").await;
}

#[tokio::test]
async fn pages_that_follow_the_last() {
    let mut plain = database_after("");
    plain.extend([7; 4096]);
    refused_bytes(&plain, "pages, and the file has").await;
}

/// A good database with one byte of its header changed.
async fn refused_header(at: usize, value: u8, words: &str) {
    let mut plain = database_after("");
    plain[at] = value;
    refused_bytes(&plain, words).await;
}

#[tokio::test]
async fn another_page_size() {
    refused_header(16, 0x20, "pages of 8192 bytes").await;
    refused_bytes(&database_after("PRAGMA page_size = 65536; VACUUM;"), "pages of 1 bytes").await;
    refused_bytes(&database_after("PRAGMA page_size = 512; VACUUM;"), "pages of 512 bytes").await;
}

#[tokio::test]
async fn space_that_is_set_aside_in_each_page() {
    refused_header(20, 255, "sets 255 bytes of each page aside").await;
}

#[tokio::test]
async fn a_header_that_says_wal() {
    refused_header(18, 2, "WAL").await;
    refused_header(19, 2, "WAL").await;
}

#[tokio::test]
async fn a_header_of_another_text_encoding() {
    refused_header(59, 2, "not UTF-8").await;
}

#[tokio::test]
async fn a_database_of_another_program_or_version() {
    refused_sql("PRAGMA application_id = 7;", "not a read snapshot").await;
    refused_sql("PRAGMA user_version = 9;", "schema version 9").await;
}

#[tokio::test]
async fn a_trigger() {
    let sql = "CREATE TRIGGER evil AFTER INSERT ON catalog_tracks BEGIN DELETE FROM catalog_tracks; END;";
    refused_sql(sql, "the trigger `evil`").await;
}

#[tokio::test]
async fn a_view_in_the_place_of_a_table() {
    let sql = "DROP TABLE catalog_lyrics; CREATE VIEW catalog_lyrics AS SELECT 1 AS song_id, 'evil' AS lyrics, NULL AS language,
        NULL AS others_json;";
    refused_sql(sql, "`catalog_lyrics`").await;
}

#[tokio::test]
async fn a_virtual_table_more() {
    refused_sql("CREATE VIRTUAL TABLE evil USING fts5(terms);", "the virtual table `evil`").await;
}

#[tokio::test]
async fn a_virtual_table_in_disguise() {
    let sql = "PRAGMA writable_schema = on;
        INSERT INTO sqlite_schema VALUES ('table', 'evil', 'evil', 0,
            'CREATE/**/VIRTUAL TABLE evil USING fts5(x, content='''')');
        PRAGMA writable_schema = off;";
    refused_sql(sql, "the virtual table `evil`").await;
}

#[tokio::test]
async fn a_computed_column() {
    refused_sql("ALTER TABLE catalog_tracks ADD COLUMN evil AS (zeroblob(1000000000));", "computed column").await;
    refused_sql("CREATE TABLE evil (a, b AS (upper(a)) STORED);", "computed column `evil.b`").await;
}

#[tokio::test]
async fn a_search_table_that_is_another() {
    let sql = "DROP TABLE catalog_search; CREATE VIRTUAL TABLE catalog_search USING fts5(terms);";
    refused_sql(sql, "`catalog_search`").await;
}

#[tokio::test]
async fn a_column_of_another_type() {
    let sql = "DROP TABLE catalog_lyrics; CREATE TABLE catalog_lyrics (song_id INTEGER PRIMARY KEY, lyrics BLOB NOT NULL, language TEXT, others_json TEXT);";
    refused_sql(sql, "`catalog_lyrics` is not made").await;
}

#[tokio::test]
async fn two_tables_of_one_name() {
    let sql = "PRAGMA writable_schema = on;
        INSERT INTO sqlite_schema SELECT type, name, tbl_name, rootpage, 'CREATE TABLE catalog_lyrics (evil)'
            FROM sqlite_schema WHERE name = 'catalog_lyrics';
        PRAGMA writable_schema = off;";
    refused_sql(sql, "").await;
}

#[tokio::test]
async fn a_check_that_runs_for_ever_is_never_run() {
    let (publisher, cache) = (Publisher::new(), folder());
    let sql = "CREATE TABLE later (x CHECK (length(printf('%.*c', 10000000, x)) > 0 OR x = 1));
        PRAGMA ignore_check_constraints = on;
        WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 20000) INSERT INTO later SELECT x FROM n;";
    publisher.publish_with(1, "a table more", sql, |_| ());
    let mut edge = TestEdge::open(&[&publisher.url()], cache.path());
    edge.refresh().await.expect("tables may be added, and what they check is nobody's to run");
    assert_eq!(edge.track_name().await, "a table more");
}

#[tokio::test]
async fn a_statement_of_the_schema_that_is_too_long() {
    let comment = "x".repeat(200_000);
    refused_sql(&format!("CREATE TABLE evil (x /* {comment} */);"), "").await;
}

#[tokio::test]
async fn a_table_with_a_thousand_columns() {
    let columns: Vec<String> = (0..1000).map(|number| format!("c{number}")).collect();
    refused_sql(&format!("CREATE TABLE evil ({});", columns.join(", ")), "").await;
}

/// The bytes of a database in which the one page of the table `catalog_lyrics` is scribbled over.
fn damaged_page() -> Vec<u8> {
    let folder = folder();
    let path = folder.path().join("damaged.db");
    database(&path, "evil", "");
    let page: i64 = rusqlite::Connection::open(&path)
        .and_then(|db| {
            db.query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'catalog_lyrics'", [], |row| row.get(0))
        })
        .expect("the page");
    let mut plain = fs::read(path).expect("the database");
    let at = usize::try_from(page - 1).expect("a page") * 4096;
    plain[at + 3..at + 8].fill(0xff);
    plain
}

#[tokio::test]
async fn a_damaged_page() {
    refused_bytes(&damaged_page(), "damaged").await;
}

#[tokio::test]
async fn pages_are_not_checked_again_when_the_publisher_signed_them() {
    // Proof that the check is left out: nobody but the publisher can make such a snapshot.
    let (publisher, cache, key) = (Publisher::new(), folder(), SigningKey::from_seed(&[1; 32]));
    publisher.publish_bytes(1, &damaged_page(), |manifest| sign(manifest, &key));
    let mut edge = TestEdge::trusting(&[&key], &[&publisher.url()], cache.path());
    edge.refresh().await.expect("signed, and the bytes are those that were signed");
    publisher.publish_with(2, "wrong count", "", |manifest| {
        manifest.file_count = 9;
        sign(manifest, &key);
    });
    assert!(edge.refusal().await.contains("0 files where the manifest says 9"), "counts are not signed");
}
