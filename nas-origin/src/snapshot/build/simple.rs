//! The contract tables of a catalog, row by row.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::file::Filled;
use super::{BuildError, DatabaseCounts};

const SHOWN: &str = "t.missing_since IS NULL AND t.is_hidden = 0";

/// Copies what is shown.
pub(super) fn copy_catalog(catalog: &Connection, database: &Connection) -> Result<Filled, BuildError> {
    let copy = |what, from: String, into: &str| copy_rows(catalog, database, what, &from, into);
    let tracks = copy(
        "tracks",
        format!(
            "SELECT t.track_id, s.kind, CAST(t.track_id AS TEXT), t.title, t.artist, f.ext, f.size_bytes, t.album_id,
                    coalesce(t.disc_number, 1) * 10000 + coalesce(t.track_number, 0), t.disc_number, t.track_number,
                    t.duration_ms, t.play_count, t.added_at
             FROM tracks t JOIN sources s ON s.name = t.source
             LEFT JOIN track_files f ON f.track_id = t.track_id AND f.status = 'active' AND f.is_primary
             WHERE {SHOWN} GROUP BY t.track_id ORDER BY t.track_id"
        ),
        "INSERT INTO catalog_tracks (song_id, platform, remote_song_id, name, singers, ext, file_size_bytes, album_id,
         album_position, disc_number, track_number, duration_ms, play_count, added_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    )?;
    let files = copy(
        "files",
        format!(
            "SELECT t.track_id, f.quality_label, f.ext, f.size_bytes, b.backend_type, b.name,
                    'location:' || f.location_id, 'active', f.is_primary, f.location_id, f.bit_rate_kbps
             FROM track_files f JOIN tracks t USING (track_id) JOIN storage_backends b USING (backend_id)
             WHERE {SHOWN} AND f.status = 'active' ORDER BY t.track_id, f.location_id"
        ),
        "INSERT INTO catalog_track_files (song_id, quality_label, ext, file_size_bytes, backend_type, backend_name,
         locator, status, is_primary, location_id, bit_rate_kbps) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
    )?;
    let playlists = copy(
        "playlists",
        "SELECT p.playlist_id, s.kind, CAST(p.playlist_id AS TEXT), p.name, p.description, p.play_count, p.song_count,
                lower(p.name)
         FROM playlists p JOIN sources s ON s.name = p.source
         WHERE p.is_public AND p.missing_since IS NULL ORDER BY p.playlist_id"
            .to_owned(),
        "INSERT INTO catalog_playlists (playlist_id, platform, remote_playlist_id, name, description, play_count,
         song_count, is_public, sort_key, entry_count, duration_ms) VALUES (?1,?2,?3,?4,?5,?6,?7,1,?8,0,0)",
    )?;
    copy(
        "playlist rows",
        format!(
            "SELECT p.playlist_id, e.track_id, e.position
             FROM playlist_tracks e JOIN playlists p USING (playlist_id) JOIN tracks t USING (track_id)
             WHERE p.is_public AND p.missing_since IS NULL AND {SHOWN} ORDER BY p.playlist_id, e.position"
        ),
        "INSERT INTO catalog_playlist_tracks VALUES (?,?,?)",
    )?;
    Ok((DatabaseCounts { playlists, tracks, files, ..DatabaseCounts::default() }, BTreeMap::new()))
}

fn copy_rows(
    from: &Connection,
    into: &Connection,
    what: &'static str,
    select: &str,
    insert: &str,
) -> Result<u64, BuildError> {
    let at_source = |source| BuildError::Source { what, source };
    let at_target = |source| BuildError::Target { what, source };
    let mut select = from.prepare(select).map_err(at_source)?;
    let columns = select.column_count();
    let mut insert = into.prepare(insert).map_err(at_target)?;
    let mut rows = select.query([]).map_err(at_source)?;
    let mut count = 0;
    while let Some(row) = rows.next().map_err(at_source)? {
        let values = (0..columns).map(|at| row.get::<_, rusqlite::types::Value>(at)).collect::<Result<Vec<_>, _>>();
        insert.execute(rusqlite::params_from_iter(values.map_err(at_source)?)).map_err(at_target)?;
        count += 1;
    }
    Ok(count)
}
