//! Public playlists, their entries, and the pools of kind `toplist`.

use rusqlite::{Connection, Row};

use super::{BuildError, SHOWN_PLAYLIST, SHOWN_TRACK, remote_id};
use crate::snapshot::build::input::{EntryRow, PlaylistRow, ToplistRow, VisitEntry};
use crate::snapshot::build::values;

pub(super) fn list(source: &Connection) -> Result<Vec<PlaylistRow>, BuildError> {
    let remote_id = remote_id("p", "playlist_id");
    let sql = format!(
        "SELECT p.playlist_id, s.kind, {remote_id}, p.name, p.description, p.cover_url, p.play_count, p.song_count, c.cover_id
         FROM playlists p JOIN sources s ON s.name = p.source
         LEFT JOIN covers c ON c.cover_id = p.cover_id AND c.is_unreadable = 0
         LEFT JOIN storage_backends b ON b.backend_id = s.backend_id
         WHERE {SHOWN_PLAYLIST} ORDER BY p.playlist_id"
    );
    super::list(source, "playlists", &sql, playlist)
}

fn playlist(row: &Row<'_>) -> rusqlite::Result<PlaylistRow> {
    let cover_url: Option<String> = row.get(5)?;
    Ok(PlaylistRow {
        id: row.get(0)?,
        platform: row.get(1)?,
        remote_id: row.get(2)?,
        name: row.get(3)?,
        description: row.get(4)?,
        cover_url: cover_url.as_deref().and_then(values::public_link).map(str::to_owned),
        cover_id: row.get(8)?,
        play_count: values::count(row, 6)?.unwrap_or(0),
        song_count: values::count(row, 7)?.unwrap_or(0),
    })
}

/// Public playlists' entries. One that is a file that a sheet cuts up becomes the file's tracks, and what follows it moves back.
pub(super) fn each_entry(source: &Connection, visit: VisitEntry<'_>) -> Result<(), BuildError> {
    let at = |source| BuildError::Source { what: "playlist rows", source };
    let sql = format!(
        "SELECT e.playlist_id, t.track_id, e.position
         FROM playlist_tracks e JOIN playlists p USING (playlist_id) JOIN tracks named ON named.track_id = e.track_id
         LEFT JOIN track_cuts c ON c.whole_id = named.track_id AND named.is_cut_up
         LEFT JOIN tracks part ON part.track_id = c.track_id
         JOIN tracks t ON t.track_id = coalesce(part.twin_of, part.track_id, named.twin_of, named.track_id)
         JOIN sources s ON s.name = t.source
         WHERE {SHOWN_PLAYLIST} AND {SHOWN_TRACK} ORDER BY e.playlist_id, e.position, c.number"
    );
    let mut statement = source.prepare(&sql).map_err(at)?;
    let mut rows = statement.query([]).map_err(at)?;
    let (mut last, mut moved_by) = (None, 0);
    while let Some(row) = rows.next().map_err(at)? {
        let read = || Ok(EntryRow { playlist_id: row.get(0)?, track_id: row.get(1)?, position: row.get(2)? });
        let entry = read().map_err(at)?;
        moved_by = match last {
            Some((playlist_id, position)) if playlist_id == entry.playlist_id => {
                moved_by + i64::from(position == entry.position)
            }
            _ => 0,
        };
        last = Some((entry.playlist_id, entry.position));
        visit(EntryRow { position: entry.position.map(|position| position + moved_by), ..entry })?;
    }
    Ok(())
}

pub(super) fn toplists(source: &Connection) -> Result<Vec<ToplistRow>, BuildError> {
    let sql = format!(
        "SELECT q.pool_id, q.external_id, q.name, m.playlist_id
         FROM pool_playlists m JOIN playlist_pools q USING (pool_id) JOIN playlists p USING (playlist_id)
         WHERE q.pool_kind = 'toplist' AND q.is_public <> 0 AND {SHOWN_PLAYLIST} ORDER BY q.pool_id, m.playlist_id"
    );
    super::list(source, "toplists", &sql, |row| {
        Ok(ToplistRow {
            pool_id: row.get(0)?,
            external_id: row.get(1)?,
            pool_name: row.get(2)?,
            playlist_id: row.get(3)?,
        })
    })
}
