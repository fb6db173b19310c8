//! The picture to show for a thing.

use catalog_core::model::{AnyId, Cover};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

const OF_TRACK: &str = "SELECT c.sha256, c.ext, c.largest_size FROM catalog_tracks t \
     LEFT JOIN catalog_albums a ON a.album_id = t.album_id \
     CROSS JOIN catalog_covers c ON c.cover_id = coalesce(t.cover_id, a.cover_id) WHERE t.song_id = :id";
const OF_ALBUM: &str = "SELECT c.sha256, c.ext, c.largest_size FROM catalog_albums o \
     CROSS JOIN catalog_covers c ON c.cover_id = o.cover_id WHERE o.album_id = :id";
const OF_ARTIST: &str = "SELECT c.sha256, c.ext, c.largest_size FROM catalog_artists o \
     CROSS JOIN catalog_covers c ON c.cover_id = o.cover_id WHERE o.artist_id = :id";
const OF_PLAYLIST: &str = "SELECT c.sha256, c.ext, c.largest_size FROM catalog_playlists o \
     CROSS JOIN catalog_covers c ON c.cover_id = o.cover_id WHERE o.playlist_id = :id";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[OF_TRACK, OF_ALBUM, OF_ARTIST, OF_PLAYLIST];

pub(super) fn find(connection: &Connection, of: AnyId) -> rusqlite::Result<Option<Cover>> {
    let (sql, id) = match of {
        AnyId::Track(id) => (OF_TRACK, id.number()),
        AnyId::Album(id) => (OF_ALBUM, id.number()),
        AnyId::Artist(id) => (OF_ARTIST, id.number()),
        AnyId::Playlist(id) => (OF_PLAYLIST, id.number()),
    };
    connection.prepare_cached(sql)?.query_row(named_params! {":id": id}, cover).optional()
}

fn cover(row: &Row<'_>) -> rusqlite::Result<Cover> {
    Ok(Cover { sha256: row.get(0)?, ext: row.get(1)?, largest_size: row.get(2)? })
}
