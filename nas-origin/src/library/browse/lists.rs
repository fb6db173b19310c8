//! Lists of all there is, page by page behind a key: tracks by id, albums and artists by name. The same song in several
//! files is one track. A search looks the rows through, and leaves off after so many.

use catalog_core::model::{AlbumId, ArtistId, TrackId};
use catalog_core::search_text::NameFinder;
use rusqlite::{Connection, Row, Rows, named_params};
use serde::Serialize;

use crate::library::LibraryError;

const TRACKS: &str = "SELECT t.track_id, t.title, t.artist, t.album_id, t.album_name, t.duration_ms, t.source,
      NOT t.is_hidden AND t.missing_since IS NULL AS is_shown, e.track_id IS NOT NULL AS is_edited
    FROM tracks t LEFT JOIN track_edits e USING (track_id)
    WHERE t.track_id > :id AND t.twin_of IS NULL AND NOT t.is_cut_up
    ORDER BY t.track_id LIMIT :limit";
const ALBUMS: &str = "SELECT a.album_id, a.name, a.artist, a.release_date, e.album_id IS NOT NULL AS is_edited,
      EXISTS (SELECT 1 FROM tracks t WHERE t.album_id = a.album_id AND NOT t.is_hidden AND t.missing_since IS NULL
        AND NOT t.is_cut_up)
        AS is_shown
    FROM albums a LEFT JOIN album_edits e USING (album_id)
    WHERE a.name COLLATE NOCASE >= :name AND (a.name COLLATE NOCASE > :name OR a.album_id > :id)
    ORDER BY a.name COLLATE NOCASE, a.album_id LIMIT :limit";
const ARTISTS: &str = "SELECT a.artist_id, a.name, a.sort_name, e.artist_id IS NOT NULL AS is_edited
    FROM artists a LEFT JOIN artist_edits e USING (artist_id)
    WHERE a.name COLLATE NOCASE >= :name AND (a.name COLLATE NOCASE > :name OR a.artist_id > :id)
    ORDER BY a.name COLLATE NOCASE, a.artist_id LIMIT :limit";

/// Which rows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ListQuery {
    /// The name that the page before ended with.
    pub after_name: String,
    /// The id that it ended with.
    pub after_id: i64,
    /// How many at most.
    pub limit: u32,
    /// What the names have to have.
    pub text: Option<String>,
}

/// Rows that a page is looked for in, when a text is searched: about a second of work at most, 4 µs or 5 a row.
const MAX_EXAMINED: u32 = 200_000;

/// A row with the name and the id that it stands at.
pub type Keyed<T> = (String, i64, T);

/// What a page was found to have.
#[derive(Debug)]
pub struct Found<T> {
    /// As many as were asked for, or all that there are.
    pub rows: Vec<Keyed<T>>,
    /// The name and the id behind which more may be found, where looking for more would take too long.
    pub left_off: Option<(String, i64)>,
}

/// A track in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TrackSummary {
    id: String,
    title: String,
    artist: Option<String>,
    album_id: Option<String>,
    album: Option<String>,
    duration_ms: Option<u64>,
    source: String,
    is_shown: bool,
    is_edited: bool,
}

/// An album in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct AlbumSummary {
    id: String,
    name: String,
    artist: Option<String>,
    release_date: Option<String>,
    is_shown: bool,
    is_edited: bool,
}

/// An artist in a list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ArtistSummary {
    id: String,
    name: String,
    sort_name: Option<String>,
    is_edited: bool,
}

/// A kind of thing that is listed.
pub trait Listed: Serialize + Send + Sized + 'static {
    /// The list's name in its cursors.
    const LIST: &'static str;

    /// The rows that are asked for, in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn list(connection: &Connection, query: &ListQuery) -> Result<Found<Self>, LibraryError>;
}

impl Listed for TrackSummary {
    const LIST: &'static str = "tracks";

    fn list(connection: &Connection, query: &ListQuery) -> Result<Found<Self>, LibraryError> {
        let values = named_params! { ":id": query.after_id, ":limit": query.to_examine() };
        let names = ["title", "artist", "album_name"];
        look_through(connection.prepare_cached(TRACKS)?.query(values)?, query, &names, track)
    }
}

impl Listed for AlbumSummary {
    const LIST: &'static str = "albums";

    fn list(connection: &Connection, query: &ListQuery) -> Result<Found<Self>, LibraryError> {
        by_name(connection, ALBUMS, query, &["name", "artist"], album)
    }
}

impl Listed for ArtistSummary {
    const LIST: &'static str = "artists";

    fn list(connection: &Connection, query: &ListQuery) -> Result<Found<Self>, LibraryError> {
        by_name(connection, ARTISTS, query, &["name", "sort_name"], artist)
    }
}

impl ListQuery {
    /// How many rows to read at most.
    fn to_examine(&self) -> u32 {
        if self.text.is_some() { MAX_EXAMINED } else { self.limit }
    }
}

/// A list that stands by name, then by id.
fn by_name<T>(
    connection: &Connection,
    sql: &str,
    query: &ListQuery,
    names: &[&str],
    read: fn(&Row<'_>) -> rusqlite::Result<Keyed<T>>,
) -> Result<Found<T>, LibraryError> {
    let values = named_params! { ":name": query.after_name, ":id": query.after_id, ":limit": query.to_examine() };
    look_through(connection.prepare_cached(sql)?.query(values)?, query, names, read)
}

/// The rows that are wanted, each by what it has in the columns of names.
fn look_through<T>(
    mut rows: Rows<'_>,
    query: &ListQuery,
    names: &[&str],
    read: fn(&Row<'_>) -> rusqlite::Result<Keyed<T>>,
) -> Result<Found<T>, LibraryError> {
    let mut found = Found { rows: Vec::new(), left_off: None };
    let mut finder = match query.text.as_deref().map(NameFinder::new) {
        // Nothing has what has no letter and no digit.
        Some(None) => return Ok(found),
        finder => finder.flatten(),
    };
    let mut examined = 0;
    while let Some(row) = rows.next()? {
        examined += 1;
        let is_wanted = finder.as_mut().is_none_or(|finder| is_found(finder, row, names));
        if is_wanted {
            found.rows.push(read(row)?);
        }
        if found.rows.len() >= query.limit as usize {
            break;
        }
        if finder.is_some() && examined == MAX_EXAMINED {
            let (name, id, _) = read(row)?;
            found.left_off = Some((name, id));
        }
    }
    Ok(found)
}

fn is_found(finder: &mut NameFinder, row: &Row<'_>, names: &[&str]) -> bool {
    finder.finds(names.iter().filter_map(|name| row.get_ref(*name).ok()?.as_str().ok()))
}

fn track(row: &Row<'_>) -> rusqlite::Result<Keyed<TrackSummary>> {
    let (id, album_id): (i64, Option<i64>) = (row.get("track_id")?, row.get("album_id")?);
    let summary = TrackSummary {
        id: TrackId::new(id).unwrap_or_default().to_string(),
        title: row.get("title")?,
        artist: row.get("artist")?,
        album_id: album_id.and_then(AlbumId::new).map(|id| id.to_string()),
        album: row.get("album_name")?,
        duration_ms: row.get::<_, Option<i64>>("duration_ms")?.map(i64::cast_unsigned),
        source: row.get("source")?,
        is_shown: row.get("is_shown")?,
        is_edited: row.get("is_edited")?,
    };
    Ok((String::new(), id, summary))
}

fn album(row: &Row<'_>) -> rusqlite::Result<Keyed<AlbumSummary>> {
    let (id, name): (i64, String) = (row.get("album_id")?, row.get("name")?);
    let summary = AlbumSummary {
        id: AlbumId::new(id).unwrap_or_default().to_string(),
        name: name.clone(),
        artist: row.get("artist")?,
        release_date: row.get("release_date")?,
        is_shown: row.get("is_shown")?,
        is_edited: row.get("is_edited")?,
    };
    Ok((name, id, summary))
}

fn artist(row: &Row<'_>) -> rusqlite::Result<Keyed<ArtistSummary>> {
    let (id, name): (i64, String) = (row.get("artist_id")?, row.get("name")?);
    let summary = ArtistSummary {
        id: ArtistId::new(id).unwrap_or_default().to_string(),
        name: name.clone(),
        sort_name: row.get("sort_name")?,
        is_edited: row.get("is_edited")?,
    };
    Ok((name, id, summary))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;

    #[test]
    fn a_page_is_found_by_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap();
        for (sql, index) in [
            (TRACKS, "INTEGER PRIMARY KEY (rowid>?)"),
            (ALBUMS, "USING INDEX albums_by_name"),
            (ARTISTS, "USING INDEX artists_by_name"),
        ] {
            let plan = library.read(|read| {
                let mut statement = read.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                // Whatever the values are.
                let lines = statement.raw_query().mapped(|row| row.get("detail"));
                Ok::<_, LibraryError>(lines.collect::<rusqlite::Result<Vec<String>>>()?.join("\n"))
            });
            let plan = plan.unwrap();
            assert!(plan.contains(index) && !plan.contains("TEMP B-TREE") && !plan.contains("SCAN"), "{plan}");
        }
    }
}
