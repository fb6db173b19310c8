//! The fixtures of the earlier system against `snapshot-format/testdata`, and what trips a naive export.

use std::collections::BTreeMap;
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

const CATALOG_ROWS: &str = include_str!("tests/catalog.sql");

fn built_from_catalog(folder: &TempDir, rows: &str) -> BuiltDatabase {
    let catalog = Connection::open_in_memory().expect("a catalog");
    catalog.execute_batch(&crate::library::schema_sql()).and_then(|()| catalog.execute_batch(rows)).expect("rows");
    build_from_catalog(&catalog, &folder.path().join("read.db")).expect("a database")
}

#[test]
fn a_catalog_gives_the_golden_rows() {
    let folder = TempDir::new().expect("a folder");
    let built = built_from_catalog(&folder, CATALOG_ROWS);
    let database = Connection::open(&built.path).expect("the database opens");
    assert_golden("catalog.rows.txt", &dump(&database));
}

/// The three tables that every `catalogsync.db` has, without types: anything may stand in them.
const LOOSE: &str = "
CREATE TABLE playlists (id integer primary key, platform, remote_playlist_id, name, description, cover_url, play_count,
  collected_song_count, is_public, later_column);
CREATE TABLE songs (id integer primary key, platform, remote_song_id, name, singers, ext, file_size_bytes, metadata_json);
CREATE TABLE playlist_songs (playlist_id, song_id, position);";

fn rows(database: &Connection, sql: &str) -> Vec<String> {
    let mut statement = database.prepare(sql).expect(sql);
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| {
        let values = (0..columns).map(|at| Ok(values::text(row, at)?.unwrap_or("NULL".into()).into_owned()));
        Ok(values.collect::<rusqlite::Result<Vec<_>>>()?.join("|"))
    };
    statement.query_map([], row).expect(sql).map(|row| row.expect(sql)).collect()
}

#[test]
fn values_of_wrong_types_survive() {
    let folder = TempDir::new().expect("a folder");
    let sql = format!(
        "{LOOSE}
         INSERT INTO songs VALUES (1, 7, 3.5, x'e6b5b7ff', 'a' || char(0) || 'b', NULL, -5, 'null');
         INSERT INTO songs VALUES (2, 'p', 'r', 'n', '', '', 9223372036854775807, '{{\"duration_ms\": -3, \"album\": 5}}');
         INSERT INTO songs VALUES (3, NULL, NULL, NULL, NULL, NULL, 'large', '{{');
         INSERT INTO songs VALUES (-1, 'p', 'r', 'negative', '', '', 1, NULL);
         INSERT INTO songs VALUES (9223372036854775807, 'p', 'r', 'huge', '', '', 1, NULL);
         INSERT INTO playlists VALUES (1, 'p', 1, 'list', NULL, 'javascript:alert(1)', 'many', -4, NULL, 'x');
         INSERT INTO playlist_songs VALUES ('1', 1, 1), (1, 2, 'second'), (1, 1, NULL), (1, 3, -2), (1, 1, '3');"
    );
    let (built, database) = built(&folder, &sql);
    assert_eq!(
        rows(
            &database,
            "SELECT song_id, platform, remote_song_id, name, singers, file_size_bytes, metadata_json FROM catalog_tracks"
        ),
        [
            "1|7|3.5|海\u{fffd}|ab|NULL|NULL",
            r#"2|p|r|n|NULL|9223372036854775807|{"album":5,"duration_ms":-3}"#,
            "3||||NULL|NULL|NULL",
        ]
    );
    assert_eq!(
        rows(&database, "SELECT name, play_count, song_count, cover_url FROM catalog_playlists"),
        ["list|0|0|NULL"]
    );
    assert_eq!(
        rows(&database, "SELECT song_id, position FROM catalog_playlist_tracks"),
        ["3|1", "1|2", "2|3", "1|4"],
        "renumbered: by position, those without one last, in the order of reading"
    );
    let skipped: Vec<(&str, u64)> = built.skipped.iter().map(|(reason, count)| (reason.as_str(), *count)).collect();
    assert_eq!(
        skipped,
        [
            ("metadata_json that is not a JSON object", 1),
            ("playlist row without its playlist", 1),
            ("song without a usable id", 2),
        ]
    );
}

#[test]
fn positions_are_kept_where_each_is_there_once() {
    let folder = TempDir::new().expect("a folder");
    let sql = format!(
        "{LOOSE}
         INSERT INTO songs (id, name) VALUES (1, 'a'), (2, 'b');
         INSERT INTO playlists (id, name, is_public) VALUES (1, 'gaps', 1), (2, 'twice', 1), (3, 'own', 0), (4, 'empty', 1);
         INSERT INTO playlist_songs VALUES (2, 2, 5), (1, 2, 70), (1, 1, 0), (2, 1, 5), (1, 2, -3), (2, 2, 1), (3, 1, 1), (8, 1, 1);"
    );
    let (built, database) = built(&folder, &sql);
    assert_eq!(
        rows(&database, "SELECT playlist_id, song_id, position FROM catalog_playlist_tracks"),
        ["1|2|-3", "1|1|0", "1|2|70", "2|2|1", "2|2|2", "2|1|3"]
    );
    assert_eq!(rows(&database, "SELECT playlist_id, entry_count FROM catalog_playlists"), ["1|3", "2|3", "4|0"]);
    assert_eq!(built.skipped.get("playlist row without its playlist"), Some(&1));
    assert_eq!(built.skipped.len(), 1, "a list that is not public is left out in silence");
}

#[test]
fn files_in_any_order_give_the_same_rows() {
    let source = |locations: &str| {
        format!(
            "{LOOSE}
             CREATE TABLE storage_backends (id, name, backend_type, config_json);
             CREATE TABLE file_assets (id integer primary key, song_id);
             CREATE TABLE file_locations (id, file_asset_id, backend_id, locator, status, is_primary);
             INSERT INTO songs (id, name) VALUES (1, 'a'), (2, 'b');
             INSERT INTO storage_backends VALUES (1, 'nas', 'local', NULL);
             INSERT INTO file_assets VALUES (1, 1), (2, 2), (3, 1), (4, 9);
             INSERT INTO file_locations VALUES {locations};"
        )
    };
    let files = |locations: &str| {
        let folder = TempDir::new().expect("a folder");
        let (built, database) = built(&folder, &source(locations));
        (rows(&database, "SELECT song_id, location_id FROM catalog_track_files"), built.skipped)
    };
    let in_order = "(1, 1, 1, 'x', 'active', 1), (2, 3, 1, 'x', 'active', 0), (3, 2, 1, 'x', 'active', 1),
                    (4, 4, 1, 'x', 'active', 1), (5, 2, 7, 'x', 'active', 1)";
    let in_disorder = "(5, 2, 7, 'x', 'active', 1), (4, 4, 1, 'x', 'active', 1), (3, 1, 1, 'x', 'active', 1),
                       (1, 2, 1, 'x', 'active', 1), (2, 3, 1, 'x', 'active', 0), (2, 3, 1, 'twice', 'active', 0)";
    let left_out = |built: &BTreeMap<String, u64>| -> u64 { built.values().sum() };
    let (rows, skipped) = files(in_order);
    assert_eq!((rows, left_out(&skipped)), (vec!["1|1".into(), "1|2".into(), "2|3".into()], 2));
    let (rows, skipped) = files(in_disorder);
    assert_eq!((rows, left_out(&skipped)), (vec!["1|2".into(), "1|3".into(), "2|1".into()], 3));
}

#[test]
fn albums_are_made_from_what_songs_say() {
    let folder = TempDir::new().expect("a folder");
    let song = |id: u32, singers: &str, metadata: &str| {
        format!("INSERT INTO songs VALUES ({id}, 'p', '{id}', 'n{id}', '{singers}', NULL, NULL, '{metadata}');")
    };
    let sql = [
        LOOSE.to_owned(),
        song(1, "A / B", r#"{"album":"Shared","track_number":2,"year":1999}"#),
        song(2, "B / C", r#"{"album":"Shared","track_number":1,"genre":"Rock; Pop"}"#),
        song(3, "A", r#"{"album":"Mixed","date":"2001-02-03","duration_ms":1000}"#),
        song(4, "C", r#"{"album":"Mixed","track_number":9,"genre":["Pop"]}"#),
        song(5, "C", r#"{"album":"Given","album_artist":"D / E"}"#),
        song(6, "C", r#"{"album":"Given"}"#),
        song(7, "C", "{}"),
        song(8, "F", "{}"),
    ]
    .concat();
    let (built, database) = built(&folder, &sql);
    assert_eq!(
        rows(
            &database,
            "SELECT album_id, name, artist, artist_id, is_compilation, year, release_date, song_count, genre FROM catalog_albums"
        ),
        [
            "1|Shared|B|2|0|1999|1999|2|Rock",
            "2|Mixed|Various Artists|4|1|2001|2001-02-03|2|Pop",
            "3|Given|D / E|5|0|NULL|NULL|1|NULL",
            "4|Given|C|3|0|NULL|NULL|1|NULL",
        ]
    );
    assert_eq!(
        rows(&database, "SELECT song_id, album_id, album_position FROM catalog_tracks ORDER BY song_id"),
        ["1|1|2", "2|1|1", "3|2|65535", "4|2|9", "5|3|65535", "6|4|65535", "7|NULL|65535", "8|NULL|65535"],
        "tracks without a number come last"
    );
    assert_eq!(
        rows(&database, "SELECT artist_id, name FROM catalog_artists"),
        ["1|A", "2|B", "3|C", "4|Various Artists", "5|D", "6|E", "7|F"]
    );
    assert_eq!(
        rows(
            &database,
            "SELECT name, extra_json ->> 'loose_song_count' FROM catalog_artists WHERE artist_id IN (1, 3, 7)"
        ),
        ["A|NULL", "C|1", "F|NULL"],
        "only where there are albums too"
    );
    assert_eq!(
        rows(&database, "SELECT artist_id, album_id, is_own FROM catalog_artist_albums"),
        ["1|1|0", "1|2|0", "2|1|1", "3|4|1", "3|1|0", "3|2|0", "3|3|0", "4|2|1", "5|3|1", "6|3|1"],
        "own albums first, then by year"
    );
    assert_eq!(rows(&database, "SELECT name, song_count, album_count FROM catalog_genres"), ["Rock|1|1", "Pop|2|2"]);
    assert_eq!((built.counts.albums, built.counts.artists), (4, 7));
}

#[test]
fn artists_whose_names_sort_alike_keep_their_albums_together() {
    use snapshot_format::album_list::{ListedAlbum, row_id, split};
    use snapshot_format::read_schema::AlbumList;

    let folder = TempDir::new().expect("a folder");
    let song = |id: u32, singer: &str, year: u32| {
        let metadata = format!(r#"{{"album":"n{id}","year":{year}}}"#);
        format!("INSERT INTO songs VALUES ({id}, 'p', '{id}', 'n', '{singer}', NULL, NULL, '{metadata}');")
    };
    let sql = [LOOSE.to_owned(), song(1, "Abba", 2001), song(2, "ABBA", 2002), song(3, "Abba", 2003)].concat();
    let (_, database) = built(&folder, &sql);
    let sql = "SELECT albums FROM catalog_album_lists WHERE row_id = ?";
    let row: Vec<u8> =
        database.query_row(sql, [row_id(AlbumList::ByArtist, 0)], |row| row.get(0)).expect("the list by artist");
    let albums = split(&row).map(|album| album.and_then(ListedAlbum::read).expect("an album"));
    let artists: Vec<_> = albums.map(|album| (album.artist, album.year)).collect();
    let [mixed, upper] = [Some("Abba"), Some("ABBA")];
    assert_eq!(artists, [(mixed, Some(2001)), (mixed, Some(2003)), (upper, Some(2002))]);
}

#[test]
fn ids_stay_while_songs_are_added() {
    let ids = |sql: &str| {
        let folder = TempDir::new().expect("a folder");
        let (_, database) = built(&folder, sql);
        let mut ids = rows(&database, "SELECT 'artist', artist_id, name FROM catalog_artists");
        ids.extend(rows(&database, "SELECT 'album', album_id, name FROM catalog_albums"));
        ids
    };
    let first =
        format!(r#"{LOOSE} INSERT INTO songs VALUES (5, 'p', '1', 'n', 'Zoe / Abe', NULL, NULL, '{{"album":"Z"}}');"#);
    let second =
        format!(r#"{first} INSERT INTO songs VALUES (6, 'p', '2', 'm', 'Ada / Abe', NULL, NULL, '{{"album":"A"}}');"#);
    let (first, second) = (ids(&first), ids(&second));
    assert!(first.iter().all(|id| second.contains(id)), "{first:?} {second:?}");
}

#[test]
fn a_name_is_found_by_what_listeners_type() {
    use catalog_core::search_text::SearchQuery;
    use snapshot_format::search_rowid::{Kind, id_of};

    let folder = TempDir::new().expect("a folder");
    let sql = fs::read_to_string(testdata("catalogsync-full.sql")).expect("a fixture");
    let (_, database) = built(&folder, &sql);
    let words_with = |prefix: &str, limit: usize| {
        let sql = "SELECT word FROM catalog_search_words WHERE word >= ?1 AND word < ?1 || char(1114111) LIMIT ?2";
        let mut statement = database.prepare(sql)?;
        let words = statement.query_map((prefix, i64::try_from(limit).unwrap_or(i64::MAX)), |row| row.get(0))?;
        words.collect::<rusqlite::Result<Vec<String>>>()
    };
    let find = |kind: Kind, text: &str| -> Vec<i64> {
        let Some(expression) =
            SearchQuery::parse(text).and_then(|query| query.to_match(kind.mark(), words_with).expect("words"))
        else {
            return Vec::new();
        };
        let sql = "SELECT rowid FROM catalog_search WHERE catalog_search MATCH ?1 ORDER BY rowid";
        let mut statement = database.prepare(sql).expect(sql);
        let found = statement.query_map([expression], |row| row.get(0)).expect(sql);
        found.map(|rowid| id_of(rowid.expect("a row id"))).collect()
    };
    for text in ["周", "杰", "周杰伦", "周傑倫", "zjl", "zhoujielun", "zhoujiel", "zhou jie lun"] {
        assert_eq!(find(Kind::Artist, text), [4], "{text}");
        assert_eq!(find(Kind::Track, text), [12], "{text}");
    }
    assert_eq!(find(Kind::Track, "qingtian zhou"), [12]);
    assert_eq!(find(Kind::Track, "JOGA bjo"), [11]);
    assert_eq!(find(Kind::Artist, "crabb"), [2]);
    assert_eq!(find(Kind::Playlist, "酷我"), [1, 2], "more plays first");
    assert_eq!(find(Kind::Playlist, "kwxgb"), [2]);
    assert!(find(Kind::Track, "nothing").is_empty());
}

mod twins;
