//! Releases that are still to be asked whose they are and who released them, and what came of it.

use catalog_core::editing::Edits;
use rusqlite::{Connection, Transaction, named_params};

use super::AlbumOfRelease;
use super::apply::enrich_album;
use crate::library::LibraryError;

/// Albums of a known release of which that is not known, or was only guessed.
macro_rules! unasked {
    ($what:literal, $then:literal) => {
        concat!(
            "SELECT ",
            $what,
            " FROM albums a LEFT JOIN release_asks r ON r.release_id = a.musicbrainz_id
            WHERE a.album_id > :after AND a.musicbrainz_id IS NOT NULL
            AND (a.labels IS NULL OR a.artist IS NULL OR a.artist IN ('Various Artists', '[unknown]'))
            AND (r.release_id IS NULL OR r.ask_again_at <= :now)",
            $then
        )
    };
}

const UNASKED: &str = unasked!("a.album_id, a.musicbrainz_id", " ORDER BY a.album_id LIMIT :limit");
const COUNT_UNASKED: &str = unasked!("count(*)", "");
const PUT: &str = "INSERT OR REPLACE INTO release_asks (release_id, ask_again_at) VALUES (:release_id, :ask_again_at)";

/// Albums whose release is to be asked, `limit` at most, by id, those after `after`.
///
/// # Errors
/// When the database cannot be read.
pub fn list_releases_to_ask(
    connection: &Connection,
    after: i64,
    now: i64,
    limit: u32,
) -> Result<Vec<AlbumOfRelease>, LibraryError> {
    let mut statement = connection.prepare_cached(UNASKED)?;
    let values = named_params! { ":after": after, ":now": now, ":limit": limit };
    let albums = statement.query_map(values, |row| {
        Ok(AlbumOfRelease { album_id: row.get("album_id")?, release_id: row.get("musicbrainz_id")? })
    })?;
    Ok(albums.collect::<rusqlite::Result<_>>()?)
}

/// How many they are.
///
/// # Errors
/// When the database cannot be read.
pub fn count_releases_to_ask(connection: &Connection, now: i64) -> Result<u64, LibraryError> {
    let values = named_params! { ":after": 0, ":now": now };
    let count: i64 = connection.prepare_cached(COUNT_UNASKED)?.query_row(values, |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// Keeps what came of asking about an album's release, and shows it.
///
/// # Errors
/// When the database cannot be written.
pub fn enrich_by_release(
    tx: &Transaction<'_>,
    album: &AlbumOfRelease,
    found: &Edits,
    ask_again_at: i64,
    now: i64,
) -> Result<(), LibraryError> {
    let values = named_params! { ":release_id": album.release_id, ":ask_again_at": ask_again_at };
    tx.prepare_cached(PUT)?.execute(values)?;
    enrich_album(tx, album.album_id, found, now)
}
