//! Artists and genres: tables of names, each once by its folded spelling.

use std::collections::{HashMap, HashSet};

use catalog_core::import::{ArtistName, identity_key};
use rusqlite::{Connection, OptionalExtension, named_params};

use super::{Batch, LibraryError};

/// The statements of one table.
pub(super) struct NameSql {
    load: &'static str,
    find: &'static str,
    create: &'static str,
}

pub(super) const ARTISTS: NameSql = NameSql {
    load: "SELECT artist_id AS id, name_key, sort_name IS NOT NULL AND musicbrainz_id IS NOT NULL AS is_complete FROM artists",
    find: "SELECT artist_id AS id FROM artists WHERE name_key = :key",
    create: "INSERT INTO artists (name, name_key) VALUES (:name, :key)",
};
pub(super) const GENRES: NameSql = NameSql {
    load: "SELECT genre_id AS id, name_key, TRUE AS is_complete FROM genres",
    find: "SELECT genre_id AS id FROM genres WHERE name_key = :key",
    create: "INSERT INTO genres (name, name_key) VALUES (:name, :key)",
};
const COMPLETE_ARTIST: &str = "UPDATE artists SET
    sort_name = coalesce(sort_name, :sort_name), musicbrainz_id = coalesce(musicbrainz_id, :musicbrainz_id)
    WHERE artist_id = :id";

/// Ids by spelling.
#[derive(Default)]
pub(super) struct NameTable {
    /// By spelling as it comes: folding is needed once for each.
    spellings: HashMap<String, i64>,
    /// Whether all of the table was read.
    knows_all: bool,
    by_key: HashMap<String, i64>,
    /// Those of which nothing more can be learned.
    complete: HashSet<i64>,
}

impl NameTable {
    pub(super) fn load(connection: &Connection, sql: &NameSql) -> Result<Self, LibraryError> {
        let mut table = Self { knows_all: true, ..Self::default() };
        let mut statement = connection.prepare(sql.load)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = row.get("id")?;
            table.by_key.insert(row.get("name_key")?, id);
            if row.get("is_complete")? {
                table.complete.insert(id);
            }
        }
        Ok(table)
    }

    /// The id of a name; it is made when nobody has it.
    pub(super) fn id_of(&mut self, connection: &Connection, sql: &NameSql, name: &str) -> Result<i64, LibraryError> {
        if let Some(id) = self.spellings.get(name) {
            return Ok(*id);
        }
        let key = identity_key(name);
        let known = self.by_key.get(&key).copied();
        let id = if let Some(id) = known.map_or_else(|| self.find(connection, sql, &key), |id| Ok(Some(id)))? {
            id
        } else {
            let id = connection.prepare_cached(sql.create)?.insert(named_params! { ":name": name, ":key": key })?;
            self.by_key.insert(key, id);
            id
        };
        self.spellings.insert(name.to_owned(), id);
        Ok(id)
    }

    fn find(&self, connection: &Connection, sql: &NameSql, key: &str) -> Result<Option<i64>, LibraryError> {
        if self.knows_all {
            return Ok(None);
        }
        let mut statement = connection.prepare_cached(sql.find)?;
        Ok(statement.query_row(named_params! { ":key": key }, |row| row.get("id")).optional()?)
    }
}

impl Batch<'_> {
    /// The id of an artist; what the catalog doesn't know of it yet is filled in.
    pub(super) fn artist_id(&mut self, artist: &ArtistName) -> Result<i64, LibraryError> {
        let artists = &mut self.caches.artists;
        let id = artists.id_of(self.tx, &ARTISTS, &artist.name)?;
        let brings_something = artist.sort_name.is_some() || artist.musicbrainz_id.is_some();
        if brings_something && artists.complete.insert(id) {
            let is_complete = artist.sort_name.is_some() && artist.musicbrainz_id.is_some();
            self.tx.prepare_cached(COMPLETE_ARTIST)?.execute(named_params! {
                ":id": id, ":sort_name": artist.sort_name, ":musicbrainz_id": artist.musicbrainz_id,
            })?;
            if !is_complete {
                self.caches.artists.complete.remove(&id);
            }
        }
        Ok(id)
    }

    pub(super) fn genre_id(&mut self, name: &str) -> Result<i64, LibraryError> {
        self.caches.genres.id_of(self.tx, &GENRES, name)
    }
}
