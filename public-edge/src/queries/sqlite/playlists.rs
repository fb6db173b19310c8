//! Playlists and toplists; their entries are tracks and stand with those.

use catalog_core::model::{Playlist, PlaylistId, Toplist};
use catalog_core::ports::NameKey;
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::columns::{Columns, collect, is_web, signed, unsigned};

/// What [`playlist`] reads, in its order.
macro_rules! playlist_columns {
    () => {
        "playlist_id, name, sort_key, description, platform, cover_url, cover_id, play_count, entry_count, duration_ms"
    };
}

/// What [`toplist`] reads, in its order.
macro_rules! toplist_columns {
    () => {
        "toplist_id, position, playlist_id, group_name, name, description, platform, cover_url, play_count, song_count"
    };
}

const BY_NAME: &str = concat!(
    "SELECT ",
    playlist_columns!(),
    " FROM catalog_playlists WHERE (sort_key, playlist_id) > (:key, :id) ORDER BY sort_key, playlist_id LIMIT :limit"
);
const BY_ID: &str = concat!("SELECT ", playlist_columns!(), " FROM catalog_playlists WHERE playlist_id = :id");
const TOPLISTS: &str = concat!(
    "SELECT ",
    toplist_columns!(),
    " FROM catalog_toplists WHERE position > :after ORDER BY position LIMIT :limit"
);
const TOPLIST: &str = concat!("SELECT ", toplist_columns!(), " FROM catalog_toplists WHERE toplist_id = :id");

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[BY_NAME, BY_ID, TOPLISTS, TOPLIST];

pub(super) fn list(connection: &Connection, after: NameKey<'_>, limit: usize) -> rusqlite::Result<Vec<Playlist>> {
    let (key, id) = after.unwrap_or(("", -1));
    let range = named_params! {":key": key, ":id": id, ":limit": signed(limit)};
    collect(connection.prepare_cached(BY_NAME)?, range, playlist)
}

pub(super) fn find(connection: &Connection, id: PlaylistId) -> rusqlite::Result<Option<Playlist>> {
    connection.prepare_cached(BY_ID)?.query_row(named_params! {":id": id.number()}, playlist).optional()
}

pub(super) fn list_toplists(
    connection: &Connection,
    after: Option<u64>,
    limit: usize,
) -> rusqlite::Result<Vec<Toplist>> {
    let range = named_params! {":after": after.map_or(-1, signed), ":limit": signed(limit)};
    collect(connection.prepare_cached(TOPLISTS)?, range, toplist)
}

pub(super) fn find_toplist(connection: &Connection, id: &str) -> rusqlite::Result<Option<Toplist>> {
    connection.prepare_cached(TOPLIST)?.query_row(named_params! {":id": id}, toplist).optional()
}

fn playlist(row: &Row<'_>) -> rusqlite::Result<Playlist> {
    let mut columns = Columns::of(row);
    Ok(Playlist {
        id: columns.id(PlaylistId::new)?,
        name: columns.next()?,
        sort_key: columns.next()?,
        description: columns.next()?,
        platform: columns.next()?,
        cover_url: columns.next::<Option<String>>()?.filter(|url| is_web(url)),
        has_cover: columns.next::<Option<i64>>()?.is_some(),
        play_count: unsigned(columns.next()?),
        entry_count: unsigned(columns.next()?),
        duration_ms: unsigned(columns.next()?),
    })
}

fn toplist(row: &Row<'_>) -> rusqlite::Result<Toplist> {
    let mut columns = Columns::of(row);
    Ok(Toplist {
        id: columns.next()?,
        position: unsigned(columns.next()?),
        playlist_id: columns.id(PlaylistId::new)?,
        group_name: columns.next()?,
        name: columns.next()?,
        description: columns.next()?,
        platform: columns.next()?,
        cover_url: columns.next::<Option<String>>()?.filter(|url| is_web(url)),
        play_count: unsigned(columns.next()?),
        song_count: unsigned(columns.next()?),
    })
}
