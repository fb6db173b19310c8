//! Toplists: pools of playlists.

use catalog_core::model::PlaylistId;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};
use serde::Serialize;

use super::{ListFailure, checked_length, checked_name, note};
use crate::config::OWNER;
use crate::library::LibraryError;

const COLUMNS: &str = "pool_id, platform, external_id, name, is_public";
const PLAYLISTS: &str = "SELECT p.playlist_id, p.name, p.is_public AND p.missing_since IS NULL AS is_shown
    FROM pool_playlists m JOIN playlists p USING (playlist_id) WHERE m.pool_id = :id ORDER BY m.playlist_id";
const ADD: &str = "INSERT INTO playlist_pools (platform, pool_kind, external_id, name, is_public)
    VALUES (:platform, 'toplist', :external_id, :name, :is_public)";
const REPLACE: &str = "UPDATE playlist_pools SET name = :name, is_public = :is_public WHERE pool_id = :id";
const DELETE: &str = "DELETE FROM playlist_pools WHERE pool_id = :id";
const HAS_PLAYLIST: &str = "SELECT EXISTS (SELECT 1 FROM playlists WHERE playlist_id = :id)";
const DROP_PLAYLISTS: &str = "DELETE FROM pool_playlists WHERE pool_id = :id";
const ADD_PLAYLIST: &str = "INSERT OR IGNORE INTO pool_playlists (pool_id, playlist_id) VALUES (?1, ?2)";

/// A toplist with its playlists.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct ToplistDetail {
    /// `tl-2`, here alone.
    id: String,
    /// What edges know it by, with the playlist's number behind it where it has several.
    external_id: String,
    name: String,
    source: String,
    /// Whether its name and playlists are an import's.
    is_imported: bool,
    is_public: bool,
    playlists: Vec<ListedPlaylist>,
}

/// A playlist of a toplist.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
struct ListedPlaylist {
    id: String,
    name: String,
    /// Whether the playlist itself is published.
    is_shown: bool,
}

/// A toplist to make.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct NewToplist {
    /// What it is called.
    pub name: String,
    /// Whether it is published.
    pub is_public: bool,
    /// Its playlists.
    pub playlists: Vec<PlaylistId>,
}

/// What is to be another one; what is left out stays.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ToplistChange {
    /// What it is called.
    pub name: Option<String>,
    /// Whether it is published.
    pub is_public: Option<bool>,
    /// All of its playlists.
    pub playlists: Option<Vec<PlaylistId>>,
}

impl ToplistDetail {
    /// The toplist of this id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find(connection: &Connection, id: i64) -> Result<Option<Self>, LibraryError> {
        let sql = format!("SELECT {COLUMNS} FROM playlist_pools WHERE pool_id = :id AND pool_kind = 'toplist'");
        let mut statement = connection.prepare_cached(&sql)?;
        let found = statement.query_row(named_params! { ":id": id }, toplist).optional()?;
        found.map(|found| with_playlists(connection, found)).transpose()
    }
}

/// Toplists behind an id, in the order in which they came.
///
/// # Errors
/// When the database cannot be read.
pub fn list_toplists(
    connection: &Connection,
    after: i64,
    limit: u32,
) -> Result<Vec<(i64, ToplistDetail)>, LibraryError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM playlist_pools WHERE pool_id > :after AND pool_kind = 'toplist'
         ORDER BY pool_id LIMIT :limit"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(named_params! { ":after": after, ":limit": limit }, toplist)?;
    let found: Vec<(i64, ToplistDetail)> = rows.collect::<rusqlite::Result<_>>()?;
    found.into_iter().map(|found| Ok((found.0, with_playlists(connection, found)?))).collect()
}

/// Makes a toplist; the answer is its id.
///
/// # Errors
/// When it has no name or names a playlist that isn't there, and when the database cannot be written.
pub fn create_toplist(tx: &Transaction<'_>, new: &NewToplist) -> Result<i64, ListFailure> {
    let external_id = format!("owner-{:016x}", rand::random::<u64>());
    let id = tx.prepare_cached(ADD)?.insert(named_params! {
        ":platform": OWNER, ":external_id": external_id, ":name": checked_name(&new.name)?,
        ":is_public": new.is_public,
    })?;
    write_playlists(tx, id, &new.playlists)?;
    note(tx, new.is_public)?;
    Ok(id)
}

/// Changes a toplist. Nothing is written where nothing is another one.
///
/// # Errors
/// When there is none, when it is an import's and that is the import's, when it can't be so, and when the database cannot be
/// written.
pub fn change_toplist(tx: &Transaction<'_>, id: i64, change: &ToplistChange) -> Result<(), ListFailure> {
    let before = ToplistDetail::find(tx, id)?.ok_or(ListFailure::Unknown)?;
    if before.is_imported && (change.name.is_some() || change.playlists.is_some()) {
        return Err(ListFailure::Imported { source_name: before.source });
    }
    let name = change.name.as_deref().map(checked_name).transpose()?.unwrap_or_else(|| before.name.clone());
    let is_public = change.is_public.unwrap_or(before.is_public);
    tx.prepare_cached(REPLACE)?.execute(named_params! { ":id": id, ":name": name, ":is_public": is_public })?;
    change.playlists.as_deref().map_or(Ok(()), |playlists| write_playlists(tx, id, playlists))?;
    let is_same = ToplistDetail::find(tx, id)?.as_ref() == Some(&before);
    Ok(note(tx, !is_same && (before.is_public || is_public))?)
}

/// Removes a toplist for good; its playlists stay.
///
/// # Errors
/// When there is none, when it is an import's, and when the database cannot be written.
pub fn delete_toplist(tx: &Transaction<'_>, id: i64) -> Result<(), ListFailure> {
    let before = ToplistDetail::find(tx, id)?.ok_or(ListFailure::Unknown)?;
    if before.is_imported {
        return Err(ListFailure::Imported { source_name: before.source });
    }
    tx.prepare_cached(DELETE)?.execute(named_params! { ":id": id })?;
    Ok(note(tx, before.is_public)?)
}

fn write_playlists(tx: &Transaction<'_>, id: i64, playlists: &[PlaylistId]) -> Result<(), ListFailure> {
    checked_length(playlists)?;
    tx.prepare_cached(DROP_PLAYLISTS)?.execute(named_params! { ":id": id })?;
    let mut has_playlist = tx.prepare_cached(HAS_PLAYLIST)?;
    let mut add = tx.prepare_cached(ADD_PLAYLIST)?;
    for playlist in playlists {
        if !has_playlist.query_row(named_params! { ":id": playlist.number() }, |row| row.get(0))? {
            return Err(ListFailure::NoSuch { what: "playlist", id: playlist.to_string() });
        }
        add.execute((id, playlist.number()))?;
    }
    Ok(())
}

fn with_playlists(connection: &Connection, (id, toplist): (i64, ToplistDetail)) -> Result<ToplistDetail, LibraryError> {
    let mut statement = connection.prepare_cached(PLAYLISTS)?;
    let rows = statement.query_map(named_params! { ":id": id }, |row| {
        let id = PlaylistId::new(row.get("playlist_id")?).unwrap_or_default().to_string();
        Ok(ListedPlaylist { id, name: row.get("name")?, is_shown: row.get("is_shown")? })
    })?;
    Ok(ToplistDetail { playlists: rows.collect::<rusqlite::Result<_>>()?, ..toplist })
}

fn toplist(row: &Row<'_>) -> rusqlite::Result<(i64, ToplistDetail)> {
    let (id, source): (i64, String) = (row.get("pool_id")?, row.get("platform")?);
    let toplist = ToplistDetail {
        id: format!("tl-{id}"),
        external_id: row.get("external_id")?,
        name: row.get("name")?,
        is_imported: source != OWNER,
        source,
        is_public: row.get("is_public")?,
        playlists: Vec::new(),
    };
    Ok((id, toplist))
}
