//! Albums: alone, by name, of an artist. `album_lists` has them by their place in an order and of a genre.

use catalog_core::model::{Album, AlbumId, ArtistId, CreditRole, DiscTitle};
use catalog_core::ports::NameKey;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use snapshot_format::row_json::{AlbumExtra, DiscTitleJson};

use super::columns::{Columns, advisory, alone, collect, signed, unsigned};

/// What [`album`] reads, in its order.
macro_rules! album_columns {
    () => {
        "a.album_id, a.name, a.sort_key, a.artist, a.artist_id, a.credits_json, a.year, a.release_date, \
         a.original_date, a.song_count, a.duration_ms, a.play_count, a.genre, a.is_compilation, a.cover_id, \
         a.added_at, a.extra_json"
    };
}

const BY_ID: &str = concat!("SELECT ", album_columns!(), " FROM catalog_albums a WHERE a.album_id = :id");
const BY_NAME: &str = concat!(
    "SELECT ",
    album_columns!(),
    " FROM catalog_albums a WHERE (a.sort_key, a.album_id) > (:key, :id) ORDER BY a.sort_key, a.album_id LIMIT :limit"
);
const OF_ARTIST: &str = concat!(
    "SELECT ",
    album_columns!(),
    " FROM catalog_artist_albums l CROSS JOIN catalog_albums a ON a.album_id = l.album_id \
     WHERE l.artist_id = :artist AND l.rank >= :offset ORDER BY l.rank LIMIT :limit"
);

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[BY_ID, BY_NAME, OF_ARTIST];

pub(super) fn find(connection: &Connection, id: AlbumId) -> rusqlite::Result<Option<Album>> {
    connection.prepare_cached(BY_ID)?.query_row(named_params! {":id": id.number()}, album).optional()
}

/// An album, and the number of its cover.
pub(super) fn find_with_cover(connection: &Connection, id: AlbumId) -> rusqlite::Result<Option<(Album, Option<i64>)>> {
    let wanted = named_params! {":id": id.number()};
    connection.prepare_cached(BY_ID)?.query_row(wanted, album_and_cover).optional()
}

pub(super) fn list(connection: &Connection, after: NameKey<'_>, limit: usize) -> rusqlite::Result<Vec<Album>> {
    let (key, id) = after.unwrap_or(("", -1));
    let range = named_params! {":key": key, ":id": id, ":limit": signed(limit)};
    collect(connection.prepare_cached(BY_NAME)?, range, album)
}

pub(super) fn list_of_artist(
    connection: &Connection,
    id: ArtistId,
    offset: u64,
    limit: usize,
) -> rusqlite::Result<Vec<Album>> {
    let range = named_params! {":artist": id.number(), ":offset": signed(offset), ":limit": signed(limit)};
    collect(connection.prepare_cached(OF_ARTIST)?, range, album)
}

fn album(row: &Row<'_>) -> rusqlite::Result<Album> {
    album_and_cover(row).map(|(album, _)| album)
}

fn album_and_cover(row: &Row<'_>) -> rusqlite::Result<(Album, Option<i64>)> {
    let mut columns = Columns::of(row);
    let id = columns.id(AlbumId::new)?;
    let (name, sort_key) = (columns.next()?, columns.next()?);
    let artist: Option<String> = columns.next()?;
    let alone = alone(columns.next()?, artist.as_deref(), CreditRole::AlbumArtist);
    let mut album = Album { id, name, sort_key, credits: columns.credits(alone)?, artist, ..Album::default() };
    album.year = columns.next()?;
    album.release_date = columns.next()?;
    album.original_date = columns.next()?;
    album.song_count = unsigned(columns.next()?);
    album.duration_ms = unsigned(columns.next()?);
    album.play_count = unsigned(columns.next()?);
    album.genres = columns.next::<Option<String>>()?.into_iter().collect();
    album.is_compilation = columns.next()?;
    let cover: Option<i64> = columns.next()?;
    album.has_cover = cover.is_some();
    album.added_at = columns.next()?;
    add_extra(&mut album, columns.json()?);
    Ok((album, cover))
}

/// Puts the extra fields into an album that has the others.
pub(super) fn add_extra(album: &mut Album, extra: AlbumExtra) {
    if !extra.genres.is_empty() {
        album.genres = extra.genres;
    }
    album.sort_name = extra.sort_name;
    album.musicbrainz_id = extra.musicbrainz_id;
    let title = |DiscTitleJson { disc_number, title }| DiscTitle { disc_number, title };
    album.disc_titles = extra.disc_titles.into_iter().map(title).collect();
    album.version = extra.version;
    album.release_types = extra.release_types;
    album.labels = extra.labels;
    album.moods = extra.moods;
    album.advisory = extra.advisory.map(advisory);
}
