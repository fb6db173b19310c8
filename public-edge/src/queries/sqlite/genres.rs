//! Genres: by name, and one by id or name.

use catalog_core::model::{Genre, GenreId};
use catalog_core::ports::NameKey;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::columns::{Columns, collect, signed, unsigned};

/// What [`genre`] reads, in its order.
macro_rules! genre_columns {
    () => {
        "genre_id, name, sort_key, song_count, album_count"
    };
}

const BY_SORT_KEY: &str = concat!(
    "SELECT ",
    genre_columns!(),
    " FROM catalog_genres WHERE (sort_key, genre_id) > (:key, :id) ORDER BY sort_key, genre_id LIMIT :limit"
);
const BY_ID: &str = concat!("SELECT ", genre_columns!(), " FROM catalog_genres WHERE genre_id = :id");
const BY_NAME: &str = concat!("SELECT ", genre_columns!(), " FROM catalog_genres WHERE name = :name");

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[BY_SORT_KEY, BY_ID, BY_NAME];

pub(super) fn list(connection: &Connection, after: NameKey<'_>, limit: usize) -> rusqlite::Result<Vec<Genre>> {
    let (key, id) = after.unwrap_or(("", -1));
    let range = named_params! {":key": key, ":id": id, ":limit": signed(limit)};
    collect(connection.prepare_cached(BY_SORT_KEY)?, range, genre)
}

pub(super) fn find(connection: &Connection, id: GenreId) -> rusqlite::Result<Option<Genre>> {
    connection.prepare_cached(BY_ID)?.query_row(named_params! {":id": id.number()}, genre).optional()
}

pub(super) fn find_named(connection: &Connection, name: &str) -> rusqlite::Result<Option<Genre>> {
    connection.prepare_cached(BY_NAME)?.query_row(named_params! {":name": name}, genre).optional()
}

fn genre(row: &Row<'_>) -> rusqlite::Result<Genre> {
    let mut columns = Columns::of(row);
    Ok(Genre {
        id: columns.id(GenreId::new)?,
        name: columns.next()?,
        sort_key: columns.next()?,
        song_count: unsigned(columns.next()?),
        album_count: unsigned(columns.next()?),
    })
}
