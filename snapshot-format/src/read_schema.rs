//! The tables of `catalog_read.db`: one text for the writer, every reader and their tests.

use crate::Sha256Hex;

/// `PRAGMA application_id` of a read snapshot: "MCRs".
pub const APPLICATION_ID: i32 = 0x4d43_5273;

/// `schema_version` of the manifest and `PRAGMA user_version` of the database.
pub const SCHEMA_VERSION: u32 = 1;

/// The version of this reader, compared with a manifest's `min_reader_version`.
pub const READER_VERSION: u32 = 1;

/// `PRAGMA page_size`, in bytes.
pub const PAGE_SIZE_BYTES: u32 = 4096;

/// Tracks between two rows of `catalog_track_pages`.
pub const TRACKS_PER_PAGE: u64 = 128;

/// An artist with more tracks has rows in `catalog_artist_top_tracks`.
pub const MANY_TRACKS: usize = 500;

const SQL: &str = include_str!("read_schema.sql");
const SEARCH_MARK: &str = "-- @search\n";
const ADDED_MARK: &str = "-- @added\n";
const INDEX_MARK: &str = "-- @indexes\n";

/// The orders of `catalog_album_lists`, which has the lists of genres too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AlbumList {
    /// By sort key.
    ByName = 1,
    /// By the artist's sort key and id, then year, then name.
    ByArtist = 2,
    /// The latest additions first.
    Newest = 3,
    /// By year, then name; albums without a year are not in it.
    ByYear = 4,
    /// The most played first.
    MostPlayed = 5,
}

/// The statements whose tables and columns every database of this schema version has: a reader may rely on them, and on
/// nothing else. What was added to the version later comes after them.
pub fn required_sql() -> &'static str {
    required_part(SQL)
}

fn required_part(sql: &str) -> &str {
    sql.split_once(ADDED_MARK).map_or(sql, |(required, _)| required)
}

/// The statements that make the tables, before any row.
pub fn table_sql() -> &'static str {
    SQL.split_once(INDEX_MARK).map_or(SQL, |(tables, _)| tables)
}

/// The part of [`table_sql`] that makes the search tables; the builder fills them in a file of their own.
pub fn search_sql() -> &'static str {
    required_sql().split_once(SEARCH_MARK).map_or("", |(_, search)| search)
}

/// The statements that make the indexes, after the rows.
pub fn index_sql() -> &'static str {
    SQL.split_once(INDEX_MARK).map_or("", |(_, indexes)| indexes)
}

/// The fingerprint of a schema: over the `sql` of all its objects that have one, white space and comments as SQLite
/// keeps them, sorted by name. A reader compares the file's with its own made from [`table_sql`] and [`index_sql`].
pub fn fingerprint<'a>(objects: impl Iterator<Item = (&'a str, &'a str)>) -> Sha256Hex {
    let mut lines: Vec<String> = objects.map(|(name, sql)| format!("{name}\0{sql}\0")).collect();
    lines.sort_unstable();
    Sha256Hex::of(lines.concat().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_falls_into_tables_and_indexes() {
        assert!(table_sql().contains("CREATE VIRTUAL TABLE catalog_search"));
        assert!(!table_sql().contains("CREATE INDEX"));
        assert!(search_sql().contains("catalog_search_words") && !search_sql().contains("CREATE TABLE catalog_lyrics"));
        assert!(index_sql().contains("CREATE INDEX") && !index_sql().contains("CREATE TABLE"));
    }
}
