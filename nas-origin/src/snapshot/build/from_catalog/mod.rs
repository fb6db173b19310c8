//! Our own `catalog.db` as an input: what is hidden, missing or not public stays behind.

mod albums;
mod artists;
mod columns;
mod files;
mod links;
mod lyrics;
mod playlists;
mod tracks;
mod twins;

use std::rc::Rc;

use rusqlite::{Connection, Row};

use super::BuildError;
use super::input::{
    AlbumRow, ArtistRow, CatalogInput, CoverRow, FileOrder, GenreRow, PlaylistRow, Skipped, ToplistRow, VisitEntry,
    VisitFile, VisitLyrics, VisitTrack,
};

/// Which rows of `tracks t JOIN sources s` are shown.
const SHOWN_TRACK: &str = "t.missing_since IS NULL AND t.is_hidden = 0 AND t.twin_of IS NULL AND t.is_cut_up = 0 AND NOT (t.is_untagged <> 0 AND s.untagged = 'hide')";

/// Which rows of `playlists p` are shown.
const SHOWN_PLAYLIST: &str = "p.missing_since IS NULL AND p.is_public <> 0";

/// What a source's own id of a thing may be shown as: `source_id` of `{alias}`, unless it is a file's name.
fn remote_id(alias: &str, id: &str) -> String {
    format!(
        "CASE WHEN s.kind = 'catalogsync' OR (s.kind = 'object_store' AND b.public_base_url IS NOT NULL)
              THEN {alias}.source_id ELSE CAST({alias}.{id} AS TEXT) END"
    )
}

/// A catalog inside one read transaction.
pub(super) struct Catalog<'c> {
    source: &'c Connection,
    /// In order.
    artist_ids: Vec<i64>,
    /// In the order of ids.
    artist_names: Vec<Rc<str>>,
    /// In order.
    album_ids: Vec<i64>,
    /// The name and the artist as shown, in the order of ids.
    album_names: Vec<(Box<str>, Option<Box<str>>)>,
    genres: Vec<GenreRow>,
}

impl<'c> Catalog<'c> {
    /// Reads what tracks name.
    pub(super) fn new(source: &'c Connection) -> Result<Self, BuildError> {
        let artist_ids = list(source, "artists", "SELECT artist_id FROM artists ORDER BY artist_id", |row| row.get(0))?;
        let sql = "SELECT name FROM artists ORDER BY artist_id";
        let artist_names = list(source, "artists", sql, |row| row.get(0))?;
        let genres = list(source, "genres", "SELECT genre_id, name FROM genres ORDER BY genre_id", |row| {
            Ok(GenreRow { id: row.get(0)?, name: row.get(1)? })
        })?;
        let sql = "SELECT album_id FROM albums ORDER BY album_id";
        let album_ids = list(source, "albums", sql, |row| row.get(0))?;
        let sql = "SELECT name, artist FROM albums ORDER BY album_id";
        let album_names = list(source, "albums", sql, |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self { source, artist_ids, artist_names, album_ids, album_names, genres })
    }
}

impl CatalogInput for Catalog<'_> {
    fn each_track(&mut self, _: &mut Skipped, visit: VisitTrack<'_>) -> Result<(), BuildError> {
        tracks::each(self, visit)
    }

    fn artists(&mut self) -> Result<Vec<ArtistRow>, BuildError> {
        artists::list(self.source)
    }

    fn albums(&mut self) -> Result<Vec<AlbumRow>, BuildError> {
        albums::list(self.source, &self.artist_ids)
    }

    fn genres(&mut self) -> Result<Vec<GenreRow>, BuildError> {
        Ok(self.genres.iter().map(|genre| GenreRow { id: genre.id, name: genre.name.clone() }).collect())
    }

    fn covers(&mut self) -> Result<Vec<CoverRow>, BuildError> {
        let sql = "SELECT cover_id, sha256, max(width, height) FROM covers ORDER BY cover_id";
        list(self.source, "covers", sql, |row| {
            Ok(CoverRow { id: row.get(0)?, sha256: row.get(1)?, longest_side: row.get(2)? })
        })
    }

    fn playlists(&mut self, _: &mut Skipped) -> Result<Vec<PlaylistRow>, BuildError> {
        playlists::list(self.source)
    }

    fn each_entry(&mut self, _: &mut Skipped, visit: VisitEntry<'_>) -> Result<(), BuildError> {
        playlists::each_entry(self.source, visit)
    }

    fn toplists(&mut self, _: &mut Skipped) -> Result<Vec<ToplistRow>, BuildError> {
        playlists::toplists(self.source)
    }

    fn each_file(&mut self, _: FileOrder, _: &mut Skipped, visit: VisitFile<'_>) -> Result<(), BuildError> {
        files::each(self.source, visit)
    }

    fn each_lyrics(&mut self, visit: VisitLyrics<'_>) -> Result<(), BuildError> {
        lyrics::each(self.source, visit)
    }
}

/// Several texts in one column, separated by U+001F.
fn texts(joined: Option<&str>) -> Vec<String> {
    joined.iter().flat_map(|joined| joined.split('\u{1f}')).map(str::to_owned).collect()
}

/// All rows of a query.
fn list<T>(
    source: &Connection,
    what: &'static str,
    sql: &str,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, BuildError> {
    let at = |source| BuildError::Source { what, source };
    let mut statement = source.prepare(sql).map_err(at)?;
    let rows = statement.query_map([], read).map_err(at)?;
    rows.collect::<rusqlite::Result<_>>().map_err(at)
}

/// The place of an id in ids that are in order.
fn place_of(ids: &[i64], id: i64) -> Option<u32> {
    ids.binary_search(&id).ok().and_then(|place| u32::try_from(place).ok())
}
