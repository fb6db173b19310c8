//! Playlists, their entries and the toplists.

use catalog_core::model::AnyId;
use catalog_core::testing::MemoryCatalog;
use rusqlite::{Connection, Result, params};

use super::{Covers, number, run};

const PLAYLIST_TRACKS: &str = "catalog_playlist_tracks (playlist_id, song_id, position)";
const PLAYLISTS: &str = "catalog_playlists (playlist_id, platform, remote_playlist_id, name, description, cover_url, play_count, \
     song_count, is_public, sort_key, entry_count, duration_ms, cover_id)";
const TOPLISTS: &str = "catalog_toplists (toplist_id, platform, name, description, cover_url, play_count, song_count, group_name, \
     playlist_id, position)";

pub(super) fn insert(connection: &Connection, catalog: &MemoryCatalog, covers: &Covers<'_>) -> Result<()> {
    for list in &catalog.playlists {
        let id = list.id.number();
        run(
            connection,
            PLAYLISTS,
            params![
                id,
                list.platform,
                id.to_string(),
                list.name,
                list.description,
                list.cover_url,
                number(list.play_count),
                number(list.entry_count),
                true,
                list.sort_key,
                number(list.entry_count),
                number(list.duration_ms),
                covers.own(AnyId::Playlist(list.id)),
            ],
        )?;
        for (position, track) in catalog.entries.get(&list.id).into_iter().flatten() {
            run(connection, PLAYLIST_TRACKS, params![id, track.number(), position])?;
        }
    }
    for list in &catalog.toplists {
        run(
            connection,
            TOPLISTS,
            params![
                list.id,
                list.platform,
                list.name,
                list.description,
                list.cover_url,
                number(list.play_count),
                number(list.song_count),
                list.group_name,
                list.playlist_id.number(),
                number(list.position),
            ],
        )?;
    }
    Ok(())
}
