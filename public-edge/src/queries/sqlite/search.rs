//! Search: the full-text index answers in row id order, which is best first (`snapshot_format::search_rowid`).

use catalog_core::ports::{Hit, SearchKind};
use catalog_core::search_text::{NameFinder, SearchQuery};
use rusqlite::{Connection, OptionalExtension, Statement, named_params};
use snapshot_format::search_rowid::{self, Kind};

use super::called;
use super::columns::{collect, signed};

const HITS: &str = "SELECT rowid FROM catalog_search WHERE catalog_search MATCH :query \
     ORDER BY rowid LIMIT :limit OFFSET :offset";
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
/// So many names are looked at in less time than it takes to step through the list of what has a short beginning (ADR 0016).
const FEW: usize = 200;

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
        let shelf = Shelf::of(connection, kind);
        let found = match shelf.among_few(&words, &called, &behind)? {
            Some(found) => found,
            None => shelf.matches(&words, &called, &behind)?,
        };
        hits.extend(found);
    }
    Ok(hits)
}

/// A part of the hits.
struct Page {
    offset: u64,
    limit: usize,
}

impl Page {
    /// The part that is wanted of what passes; nothing behind it is looked for.
    fn of(
        &self,
        hits: impl Iterator<Item = rusqlite::Result<Hit>>,
        mut passes: impl FnMut(Hit) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<Vec<Hit>> {
        let passing = hits.filter_map(|hit| {
            let is_passing = hit.and_then(|hit| passes(hit).map(|passes| passes.then_some(hit)));
            is_passing.transpose()
        });
        passing.skip(usize::try_from(self.offset).unwrap_or(usize::MAX)).take(self.limit).collect()
    }
}

/// Things of one kind.
struct Shelf<'c> {
    connection: &'c Connection,
    kind: Kind,
    /// The statement for a thing's names.
    names: &'static str,
}

impl<'c> Shelf<'c> {
    fn of(connection: &'c Connection, kind: SearchKind) -> Self {
        let (kind, names) = match kind {
            SearchKind::Artist => (Kind::Artist, NAMES_OF_ARTIST),
            SearchKind::Album => (Kind::Album, NAMES_OF_ALBUM),
            SearchKind::Track => (Kind::Track, NAMES_OF_TRACK),
            SearchKind::Playlist => (Kind::Playlist, NAMES_OF_PLAYLIST),
        };
        Self { connection, kind, names }
    }

    /// What has all words, but for what was `called` so, the most popular first.
    fn matches(&self, query: &SearchQuery, called: &[Hit], page: &Page) -> rusqlite::Result<Vec<Hit>> {
        let Some(expression) = self.expression(query)? else { return Ok(Vec::new()) };
        let is_counted = query.is_certain() && called.is_empty();
        let (at_most, skipped) = match (is_counted, query.is_certain()) {
            (true, _) => (page.limit as u64, page.offset),
            (false, true) => (page.offset + (page.limit + called.len()) as u64, 0),
            (false, false) => (MAX_LOOKED_AT, 0),
        };
        let mut statement = self.connection.prepare_cached(HITS)?;
        let hits = hits(&mut statement, &expression, at_most, skipped)?;
        if is_counted {
            return hits.collect();
        }
        page.of(hits, |hit| Ok(!called.contains(&hit) && self.is_whole(hit, query)?))
    }

    /// The same where the longer words of the query leave few things: their names are looked at for its short beginnings.
    /// Each of these is a list of up to a quarter of all things, which the index steps through from one hit to the next.
    fn among_few(&self, query: &SearchQuery, called: &[Hit], page: &Page) -> rusqlite::Result<Option<Vec<Hit>>> {
        let Some(wider) = query.without_short_beginnings() else { return Ok(None) };
        let Some(expression) = self.expression(&wider)? else { return Ok(Some(Vec::new())) };
        let mut statement = self.connection.prepare_cached(HITS)?;
        let hits: Vec<Hit> = hits(&mut statement, &expression, FEW as u64 + 1, 0)?.collect::<Result<_, _>>()?;
        if hits.len() > FEW {
            return Ok(None);
        }
        let mut finder = NameFinder::of(query.clone());
        let mut has_all = |hit| {
            self.look(hit, |name, others| {
                finder.finds(std::iter::once(name).chain(others.into_iter().flat_map(|others| others.split(" / "))))
            })
        };
        page.of(hits.into_iter().map(Ok), |hit| Ok(!called.contains(&hit) && has_all(hit)?)).map(Some)
    }

    /// `None` when nothing can match.
    fn expression(&self, query: &SearchQuery) -> rusqlite::Result<Option<String>> {
        query.to_match(self.kind.mark(), |prefix, limit| words(self.connection, prefix, limit))
    }

    /// Whether the query's stretches of Chinese, Japanese or Korean stand whole in a thing's names.
    fn is_whole(&self, id: Hit, query: &SearchQuery) -> rusqlite::Result<bool> {
        if query.is_certain() {
            return Ok(true);
        }
        self.look(id, |name, others| query.is_whole_in(std::iter::once(name).chain(others)))
    }

    /// Looks at a thing's name and those of its artists, parted by ` / `.
    fn look(&self, id: Hit, is_wanted: impl FnOnce(&str, Option<&str>) -> bool) -> rusqlite::Result<bool> {
        let wanted = self.connection.prepare_cached(self.names)?.query_row(named_params! {":id": id}, |row| {
            let (name, others) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str_or_null()?);
            Ok(is_wanted(name, others))
        });
        Ok(wanted.optional()?.unwrap_or(false))
    }
}

/// Row ids become ids.
fn hits<'s>(
    statement: &'s mut Statement<'_>,
    expression: &str,
    at_most: u64,
    skipped: u64,
) -> rusqlite::Result<impl Iterator<Item = rusqlite::Result<Hit>> + use<'s>> {
    let wanted = named_params! { ":query": expression, ":limit": signed(at_most), ":offset": signed(skipped) };
    statement.query_map(wanted, |row| Ok(search_rowid::id_of(row.get(0)?)))
}

/// The words of the vocabulary that begin so.
fn words(connection: &Connection, prefix: &str, limit: usize) -> rusqlite::Result<Vec<String>> {
    // No text has a character above U+10FFFF, so this is where the words of the prefix end.
    let end = format!("{prefix}\u{10ffff}");
    let range = named_params! {":first": prefix, ":end": end, ":limit": signed(limit)};
    collect(connection.prepare_cached(WORDS)?, range, |row| row.get(0))
}
