//! Search: the full-text index answers in row id order, which is best first (`snapshot_format::search_rowid`).

use catalog_core::ports::{Hit, SearchKind};
use catalog_core::search_text::SearchQuery;
use rusqlite::{Connection, named_params};
use snapshot_format::search_rowid::{self, Kind};

use super::columns::{collect, signed};

const HITS: &str = "SELECT rowid FROM catalog_search WHERE catalog_search MATCH :query \
     AND rowid BETWEEN :first AND :last ORDER BY rowid LIMIT :limit OFFSET :offset";
const WORDS: &str =
    "SELECT word FROM catalog_search_words WHERE word >= :first AND word < :end ORDER BY word LIMIT :limit";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[HITS, WORDS];

/// How deep a search can be paged; nobody reads further.
const MAX_OFFSET: u64 = 10_000;

pub(super) fn search(
    connection: &Connection,
    kind: SearchKind,
    query: &str,
    offset: u64,
    limit: usize,
) -> rusqlite::Result<Vec<Hit>> {
    let Some(query) = SearchQuery::parse(query) else { return Ok(Vec::new()) };
    let expression = query.to_match(|prefix, limit| words(connection, prefix, limit))?;
    let Some(expression) = expression.filter(|_| offset <= MAX_OFFSET) else { return Ok(Vec::new()) };
    let (first, last) = search_rowid::range(match kind {
        SearchKind::Artist => Kind::Artist,
        SearchKind::Album => Kind::Album,
        SearchKind::Track => Kind::Track,
        SearchKind::Playlist => Kind::Playlist,
    });
    let wanted = named_params! {
        ":query": expression, ":first": first, ":last": last, ":limit": signed(limit), ":offset": signed(offset),
    };
    collect(connection.prepare_cached(HITS)?, wanted, |row| Ok(search_rowid::id_of(row.get(0)?)))
}

/// The words of the vocabulary that begin so.
fn words(connection: &Connection, prefix: &str, limit: usize) -> rusqlite::Result<Vec<String>> {
    // No text has a character above U+10FFFF, so this is where the words of the prefix end.
    let end = format!("{prefix}\u{10ffff}");
    let range = named_params! {":first": prefix, ":end": end, ":limit": signed(limit)};
    collect(connection.prepare_cached(WORDS)?, range, |row| row.get(0))
}
