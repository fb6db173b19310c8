//! Albums by their place in an order or in a genre: compact rows, in the list's own place of the file (`snapshot_format::album_list`).
//!
//! A list of hundreds shows one album after the other in the same memory: making a value of each would take longer than
//! reading and printing it.

use std::ops::Range;

use catalog_core::model::{Album, AlbumId, ArtistId, Credit, CreditRole, GenreId};
use catalog_core::ports::AlbumOrder;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, named_params};
use snapshot_format::album_list::{self, Damaged, ListNumber, ListedAlbum};
use snapshot_format::read_schema::AlbumList;

use super::albums::add_extra;
use super::columns::{alone, parsed_json, shown_credits, unsigned};

/// Rows from the one that has the first rank on. The list's own first row is the last to look back to.
const ROWS: &str = "SELECT row_id, albums FROM catalog_album_lists WHERE row_id >= \
     (SELECT row_id FROM catalog_album_lists WHERE row_id BETWEEN :list AND :first ORDER BY row_id DESC LIMIT 1) \
     AND row_id < :end ORDER BY row_id LIMIT :limit";
const FIRST_OF_YEARS: &str = "SELECT first_rank FROM catalog_album_years WHERE year >= :year ORDER BY year LIMIT 1";
const END_OF_YEARS: &str =
    "SELECT first_rank + album_count FROM catalog_album_years WHERE year <= :year ORDER BY year DESC LIMIT 1";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[ROWS, FIRST_OF_YEARS, END_OF_YEARS];

/// The column of the albums.
const ALBUMS_AT: usize = 1;

/// Albums of an order from the `offset`th on.
pub(super) fn each_at(
    connection: &Connection,
    order: AlbumOrder,
    offset: u64,
    limit: usize,
    see: &mut dyn FnMut(&Album),
) -> rusqlite::Result<()> {
    let list = match order {
        AlbumOrder::ByName => AlbumList::ByName,
        AlbumOrder::ByArtist => AlbumList::ByArtist,
        AlbumOrder::Newest => AlbumList::Newest,
        AlbumOrder::ByYear => AlbumList::ByYear,
        AlbumOrder::MostPlayed => AlbumList::MostPlayed,
    };
    each_of_list(connection, list.into(), offset, limit, see)
}

/// Albums of a genre by name, from the `offset`th on.
pub(super) fn each_of_genre(
    connection: &Connection,
    id: GenreId,
    offset: u64,
    limit: usize,
    see: &mut dyn FnMut(&Album),
) -> rusqlite::Result<()> {
    let list = ListNumber::of_genre(id.number());
    list.map_or(Ok(()), |list| each_of_list(connection, list, offset, limit, see))
}

fn each_of_list(
    connection: &Connection,
    list: ListNumber,
    offset: u64,
    limit: usize,
    see: &mut dyn FnMut(&Album),
) -> rusqlite::Result<()> {
    let end = offset.saturating_add(limit as u64);
    each_rank(connection, list, offset..end, album_of(see))
}

/// Albums of the years `first..=last`, or of `last..=first` backwards.
pub(super) fn each_of_years(
    connection: &Connection,
    (first, last): (i32, i32),
    offset: u64,
    limit: usize,
    see: &mut dyn FnMut(&Album),
) -> rusqlite::Result<()> {
    let rank = |sql, year: i32| {
        let year = named_params! {":year": year};
        connection.prepare_cached(sql)?.query_row(year, |row| row.get(0).map(unsigned)).optional()
    };
    let start = rank(FIRST_OF_YEARS, first.min(last))?;
    let end = rank(END_OF_YEARS, first.max(last))?;
    let (Some(start), Some(end)) = (start, end) else { return Ok(()) };
    let by_year = ListNumber::from(AlbumList::ByYear);
    if first <= last {
        let start = start.saturating_add(offset);
        return each_rank(connection, by_year, start..end.min(start.saturating_add(limit as u64)), album_of(see));
    }
    let end = end.saturating_sub(offset);
    let start = start.max(end.saturating_sub(limit as u64));
    // What is shown last stands first in its row, so all are kept until then.
    let mut albums: Vec<Box<[u8]>> = Vec::new();
    each_rank(connection, by_year, start..end, |album| {
        albums.push(album.into());
        Ok(())
    })?;
    albums.iter().rev().map(|album| &album[..]).try_for_each(album_of(see))
}

/// Shows the bytes of a range of ranks, as many as there are, where they stand in the page of the file: copying them
/// together first takes a sixth of a request.
fn each_rank(
    connection: &Connection,
    list: ListNumber,
    ranks: Range<u64>,
    mut see: impl FnMut(&[u8]) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let (Ok(first), end) = (u32::try_from(ranks.start), u32::try_from(ranks.end).unwrap_or(u32::MAX)) else {
        return Ok(());
    };
    if first >= end {
        return Ok(());
    }
    let wanted = i64::from(first)..i64::from(end);
    let mut statement = connection.prepare_cached(ROWS)?;
    let mut rows = statement.query(named_params! {
        ":list": album_list::row_id(list, 0), ":first": album_list::row_id(list, first),
        ":end": album_list::row_id(list, end), ":limit": i64::from(end - first),
    })?;
    while let Some(row) = rows.next()? {
        let first_rank = album_list::first_rank(row.get(0)?);
        for (rank, album) in (first_rank..wanted.end).zip(album_list::split(row.get_ref(ALBUMS_AT)?.as_blob()?)) {
            let album = album.map_err(damaged)?;
            if rank >= wanted.start {
                see(album)?;
            }
        }
    }
    Ok(())
}

/// Reads an album into the same memory each time and shows it.
fn album_of(see: &mut dyn FnMut(&Album)) -> impl FnMut(&[u8]) -> rusqlite::Result<()> {
    let mut album = Album::default();
    move |bytes| {
        let listed = ListedAlbum::read(bytes).map_err(damaged)?;
        fill(&mut album, &listed)?;
        see(&album);
        if listed.extra_json.is_some() {
            album = Album::default();
        }
        Ok(())
    }
}

/// Puts a listed album into one that had no extra fields before.
fn fill(album: &mut Album, listed: &ListedAlbum<'_>) -> rusqlite::Result<()> {
    album.id = AlbumId::new(listed.album_id).ok_or_else(|| damaged(Damaged))?;
    put(&mut album.name, listed.name);
    put_optional(&mut album.artist, listed.artist);
    put_credits(&mut album.credits, listed)?;
    album.year = listed.year.and_then(|year| i32::try_from(year).ok());
    put_optional(&mut album.release_date, listed.release_date);
    put_optional(&mut album.original_date, listed.original_date);
    album.song_count = unsigned(listed.song_count);
    album.duration_ms = unsigned(listed.duration_ms);
    album.play_count = unsigned(listed.play_count);
    match (&mut album.genres[..], listed.genre) {
        ([genre], Some(name)) => put(genre, name),
        (_, genre) => album.genres = genre.map(str::to_owned).into_iter().collect(),
    }
    album.is_compilation = listed.is_compilation;
    album.has_cover = listed.has_cover;
    album.added_at = listed.added_at;
    if listed.extra_json.is_some() {
        add_extra(album, parsed_json(listed.extra_json, ALBUMS_AT)?);
    }
    Ok(())
}

fn put_credits(credits: &mut Vec<Credit>, listed: &ListedAlbum<'_>) -> rusqlite::Result<()> {
    let one = listed.artist_id.and_then(ArtistId::new).zip(listed.artist);
    match (&mut credits[..], one, listed.credits_json) {
        ([credit], Some((artist_id, name)), None)
            if credit.role == CreditRole::AlbumArtist && credit.instrument.is_none() =>
        {
            credit.artist_id = artist_id;
            put(&mut credit.name, name);
        }
        (_, _, json) => {
            let alone = alone(listed.artist_id, listed.artist, CreditRole::AlbumArtist);
            *credits = shown_credits(parsed_json(json, ALBUMS_AT)?, alone);
        }
    }
    Ok(())
}

fn put(to: &mut String, text: &str) {
    to.clear();
    to.push_str(text);
}

fn put_optional(to: &mut Option<String>, text: Option<&str>) {
    match (to.as_mut(), text) {
        (Some(to), Some(text)) => put(to, text),
        (_, text) => *to = text.map(str::to_owned),
    }
}

fn damaged(error: Damaged) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(ALBUMS_AT, Type::Blob, Box::new(error))
}
