//! Albums with their artists and disc titles.

use rusqlite::{Connection, Row};
use snapshot_format::row_json::DiscTitleJson;

use super::{BuildError, place_of, texts};
use crate::snapshot::build::input::AlbumRow;
use crate::snapshot::build::values;

const ALBUMS: &str =
    "SELECT a.album_id, a.name, a.sort_name, a.artist, a.is_compilation, a.release_date, a.original_date,
    a.musicbrainz_id, c.cover_id, a.added_at, a.version, a.release_types, a.labels
    FROM albums a LEFT JOIN covers c ON c.cover_id = a.cover_id AND c.is_unreadable = 0 ORDER BY a.album_id";

const ALBUM_ARTISTS: &str = "SELECT album_id, artist_id FROM album_artists ORDER BY album_id, position";

const DISC_TITLES: &str = "SELECT album_id, disc_number, title FROM disc_titles ORDER BY album_id, disc_number";

/// All albums in id order; artists by their place in `artist_ids`.
pub(super) fn list(source: &Connection, artist_ids: &[i64]) -> Result<Vec<AlbumRow>, BuildError> {
    let mut albums = super::list(source, "albums", ALBUMS, album)?;
    let artists = super::list(source, "album artists", ALBUM_ARTISTS, |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (album, artist) in artists {
        if let (Some(album), Some(artist)) = (find(&mut albums, album), place_of(artist_ids, artist)) {
            album.artists.push(artist);
        }
    }
    let titles = super::list(source, "disc titles", DISC_TITLES, |row| {
        Ok((row.get(0)?, DiscTitleJson { disc_number: row.get(1)?, title: row.get(2)? }))
    })?;
    for (album, title) in titles {
        if let Some(album) = find(&mut albums, album) {
            album.disc_titles.push(title);
        }
    }
    Ok(albums)
}

fn find(albums: &mut [AlbumRow], id: i64) -> Option<&mut AlbumRow> {
    let place = albums.binary_search_by_key(&id, |album| album.id).ok()?;
    albums.get_mut(place)
}

fn album(row: &Row<'_>) -> rusqlite::Result<AlbumRow> {
    let release_date: Option<Box<str>> = row.get(5)?;
    let original_date: Option<Box<str>> = row.get(6)?;
    let year = [&release_date, &original_date].into_iter().flatten().find_map(|date| values::year_of(date));
    Ok(AlbumRow {
        id: row.get(0)?,
        name: row.get(1)?,
        sort_name: row.get(2)?,
        artist: row.get(3)?,
        artists: Vec::new(),
        year,
        release_date,
        original_date,
        is_compilation: row.get(4)?,
        cover_id: row.get(8)?,
        added_at: row.get(9)?,
        musicbrainz_id: row.get(7)?,
        disc_titles: Vec::new(),
        version: row.get(10)?,
        release_types: texts(row.get_ref("release_types")?.as_str_or_null()?),
        labels: texts(row.get_ref("labels")?.as_str_or_null()?),
    })
}
