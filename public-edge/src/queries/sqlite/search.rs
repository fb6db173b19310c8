//! Search: the full-text index answers in row id order, which is best first (`snapshot_format::search_rowid`).

use catalog_core::ports::{Hit, SearchKind};
use catalog_core::search_text::SearchQuery;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use snapshot_format::search_rowid::{self, Kind};

use super::called;
use super::columns::{collect, signed};

const HITS: &str = "SELECT rowid FROM catalog_search WHERE catalog_search MATCH :query \
     AND rowid BETWEEN :first AND :last ORDER BY rowid LIMIT :limit OFFSET :offset";
const WORDS: &str =
    "SELECT word FROM catalog_search_words WHERE word >= :first AND word < :end ORDER BY word LIMIT :limit";

const NAMES_OF_ARTIST: &str = "SELECT name, NULL FROM catalog_artists WHERE artist_id = :id";
const NAMES_OF_ALBUM: &str = "SELECT name, artist FROM catalog_albums WHERE album_id = :id";
const NAMES_OF_TRACK: &str = "SELECT name, singers FROM catalog_tracks WHERE song_id = :id";
const NAMES_OF_PLAYLIST: &str = "SELECT name, NULL FROM catalog_playlists WHERE playlist_id = :id";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] =
    &[HITS, WORDS, NAMES_OF_ARTIST, NAMES_OF_ALBUM, NAMES_OF_TRACK, NAMES_OF_PLAYLIST];

/// How deep a search can be paged; nobody reads further.
const MAX_OFFSET: u64 = 10_000;
/// How many hits are looked at one by one, when the index alone can't tell.
const MAX_LOOKED_AT: u64 = 20_000;

/// What is called so, then what has the words.
pub(super) fn search(
    connection: &Connection,
    kind: SearchKind,
    query: &str,
    offset: u64,
    limit: usize,
) -> rusqlite::Result<Vec<Hit>> {
    if offset > MAX_OFFSET || query.trim().is_empty() {
        return Ok(Vec::new());
    }
    let called = called::list(connection, kind, query)?;
    let skipped = usize::try_from(offset).unwrap_or(usize::MAX).min(called.len());
    let mut hits: Vec<Hit> = called[skipped..].iter().copied().take(limit).collect();
    let behind = Page { offset: offset - skipped as u64, limit: limit - hits.len() };
    if let Some(words) = SearchQuery::parse(query).filter(|_| behind.limit > 0) {
        hits.extend(matches(connection, kind, &words, &called, &behind)?);
    }
    Ok(hits)
}

/// A part of the hits.
struct Page {
    offset: u64,
    limit: usize,
}

/// What has all words, but for what was `called` so, the most popular first.
fn matches(
    connection: &Connection,
    kind: SearchKind,
    query: &SearchQuery,
    called: &[Hit],
    page: &Page,
) -> rusqlite::Result<Vec<Hit>> {
    let expression = query.to_match(|prefix, limit| words(connection, prefix, limit))?;
    let Some(expression) = expression else { return Ok(Vec::new()) };
    let (kind, names) = match kind {
        SearchKind::Artist => (Kind::Artist, NAMES_OF_ARTIST),
        SearchKind::Album => (Kind::Album, NAMES_OF_ALBUM),
        SearchKind::Track => (Kind::Track, NAMES_OF_TRACK),
        SearchKind::Playlist => (Kind::Playlist, NAMES_OF_PLAYLIST),
    };
    let (first, last) = search_rowid::range(kind);
    let is_counted = query.is_certain() && called.is_empty();
    let (at_most, skipped) = match (is_counted, query.is_certain()) {
        (true, _) => (page.limit as u64, page.offset),
        (false, true) => (page.offset + (page.limit + called.len()) as u64, 0),
        (false, false) => (MAX_LOOKED_AT, 0),
    };
    let wanted = named_params! {
        ":query": expression, ":first": first, ":last": last, ":limit": signed(at_most), ":offset": signed(skipped),
    };
    let id = |row: &Row<'_>| Ok(search_rowid::id_of(row.get(0)?));
    let mut statement = connection.prepare_cached(HITS)?;
    let hits = statement.query_map(wanted, id)?;
    if is_counted {
        return hits.collect();
    }
    page_of(hits, page, |hit| Ok(!called.contains(&hit) && is_whole(connection, names, hit, query)?))
}

/// The wanted page of what passes; nothing behind it is looked for.
fn page_of(
    hits: impl Iterator<Item = rusqlite::Result<Hit>>,
    page: &Page,
    passes: impl Fn(Hit) -> rusqlite::Result<bool>,
) -> rusqlite::Result<Vec<Hit>> {
    let passing = hits.filter_map(|hit| {
        let is_passing = hit.and_then(|hit| passes(hit).map(|passes| passes.then_some(hit)));
        is_passing.transpose()
    });
    passing.skip(usize::try_from(page.offset).unwrap_or(usize::MAX)).take(page.limit).collect()
}

/// Whether the query's stretches of Chinese, Japanese or Korean stand whole in a thing's names.
fn is_whole(connection: &Connection, names: &str, id: Hit, query: &SearchQuery) -> rusqlite::Result<bool> {
    if query.is_certain() {
        return Ok(true);
    }
    let whole = connection.prepare_cached(names)?.query_row(named_params! {":id": id}, |row| {
        let (name, others): (String, Option<String>) = (row.get(0)?, row.get(1)?);
        Ok(query.is_whole_in(std::iter::once(name.as_str()).chain(others.as_deref())))
    });
    Ok(whole.optional()?.unwrap_or(false))
}

/// The words of the vocabulary that begin so.
fn words(connection: &Connection, prefix: &str, limit: usize) -> rusqlite::Result<Vec<String>> {
    // No text has a character above U+10FFFF, so this is where the words of the prefix end.
    let end = format!("{prefix}\u{10ffff}");
    let range = named_params! {":first": prefix, ":end": end, ":limit": signed(limit)};
    collect(connection.prepare_cached(WORDS)?, range, |row| row.get(0))
}
