//! An artist with the albums that are by them.

use catalog_core::model::{AlbumId, ArtistId};
use rusqlite::{Connection, Row, named_params};
use serde::Serialize;

use super::Said;
use crate::library::LibraryError;
use crate::library::editing::{ArtistEdits, KnownArtist};

const ALBUMS: &str = "SELECT a.album_id, a.name, a.release_date,
      EXISTS (SELECT 1 FROM tracks t WHERE t.album_id = a.album_id AND NOT t.is_hidden AND t.missing_since IS NULL)
        AS is_shown
    FROM albums a WHERE a.album_id IN (SELECT album_id FROM album_artists WHERE artist_id = :id)
    ORDER BY coalesce(a.release_date, a.original_date), a.album_id LIMIT 2000";

/// An artist as the owner sees them.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ArtistDetail {
    id: String,
    name: String,
    sort_name: String,
    musicbrainz_id: String,
    #[serde(flatten)]
    said: Said,
    albums: Vec<AlbumOfArtist>,
}

/// An album that is by an artist.
#[derive(Clone, PartialEq, Debug, Serialize)]
struct AlbumOfArtist {
    id: String,
    name: String,
    release_date: Option<String>,
    is_shown: bool,
}

impl ArtistDetail {
    /// The artist of this id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find(connection: &Connection, id: i64) -> Result<Option<Self>, LibraryError> {
        let Some(artist) = KnownArtist::find(connection, id)? else { return Ok(None) };
        let edits = ArtistEdits::find(connection, id)?.unwrap_or_default();
        let mut statement = connection.prepare_cached(ALBUMS)?;
        let albums = statement.query_map(named_params! { ":id": id }, album)?;
        Ok(Some(Self {
            id: ArtistId::new(id).unwrap_or_default().to_string(),
            name: artist.name,
            sort_name: artist.sort_name.unwrap_or_default(),
            musicbrainz_id: artist.musicbrainz_id.unwrap_or_default(),
            said: Said::of(&edits.edited, &edits.tagged),
            albums: albums.collect::<rusqlite::Result<_>>()?,
        }))
    }
}

fn album(row: &Row<'_>) -> rusqlite::Result<AlbumOfArtist> {
    Ok(AlbumOfArtist {
        id: AlbumId::new(row.get("album_id")?).unwrap_or_default().to_string(),
        name: row.get("name")?,
        release_date: row.get("release_date")?,
        is_shown: row.get("is_shown")?,
    })
}
