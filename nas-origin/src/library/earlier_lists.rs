//! Playlists and toplists of the earlier system, as its database has them now.

use std::collections::{HashMap, HashSet};

use rusqlite::{OptionalExtension, Transaction, named_params};

use super::sources::Source;
use super::{LibraryError, settings};

const TRACKS: &str = "SELECT source_id, track_id FROM tracks WHERE source = :source";
const FIND: &str = "SELECT playlist_id FROM playlists WHERE source = :source AND source_id = :key";
const ADD: &str = "INSERT INTO playlists (source, source_id, name) VALUES (:source, :key, '')";
const REPLACE: &str = "UPDATE playlists SET name = :name, description = :description, cover_url = :cover_url,
    play_count = :play_count, song_count = :song_count, missing_since = NULL WHERE playlist_id = :id";
const DROP_ENTRIES: &str = "DELETE FROM playlist_tracks WHERE playlist_id = :id";
const ADD_ENTRY: &str = "INSERT INTO playlist_tracks (playlist_id, position, track_id) VALUES (?1, ?2, ?3)";
const PRESENT: &str = "SELECT playlist_id FROM playlists WHERE source = :source AND missing_since IS NULL";
const MISS: &str = "UPDATE playlists SET missing_since = :now WHERE playlist_id = :id";
const HIDDEN_POOLS: &str = "SELECT external_id FROM playlist_pools
    WHERE platform = :source AND pool_kind = 'toplist' AND is_public = 0";
const DROP_POOLS: &str = "DELETE FROM playlist_pools WHERE platform = :source AND pool_kind = 'toplist'";
const ADD_POOL: &str = "INSERT INTO playlist_pools (platform, pool_kind, external_id, name, is_public)
    VALUES (:source, 'toplist', :external_id, :name, :is_public)";
const ADD_TO_POOL: &str = "INSERT OR IGNORE INTO pool_playlists (pool_id, playlist_id) VALUES (?1, ?2)";

/// A playlist of a source that is a database.
#[derive(Clone, Debug, Default)]
pub struct ListedPlaylist {
    /// Its id in that database.
    pub id: i64,
    /// Its id within the source.
    pub key: String,
    /// The name.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// Its picture.
    pub cover_url: Option<String>,
    /// How often it was played.
    pub play_count: u64,
    /// What the source claims.
    pub song_count: u64,
    /// Ids of tracks within the source, in order.
    pub tracks: Vec<String>,
}

/// A place of a playlist in a toplist.
#[derive(Clone, Debug, Default)]
pub struct ListedToplist {
    /// The pool's id in that database.
    pub pool_id: i64,
    /// What edges know it by.
    pub external_id: String,
    /// The name.
    pub name: String,
    /// [`ListedPlaylist::id`].
    pub playlist_id: i64,
}

/// All lists of a source that is a database.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    /// Another one when anything in them changed.
    pub digest: String,
    /// The public playlists.
    pub playlists: Vec<ListedPlaylist>,
    /// The places of playlists in toplists.
    pub toplists: Vec<ListedToplist>,
}

/// Makes the source's playlists and toplists what they are there. Ids stay; what is gone is missing. Nothing is done when
/// `is_same_music` says that no track came, and the digest that no list changed. The answer is whether anything was done.
///
/// # Errors
/// When the database cannot be written.
pub fn replace(
    tx: &Transaction<'_>,
    source: &Source,
    lists: &Lists,
    is_same_music: bool,
    now: i64,
) -> Result<bool, LibraryError> {
    let setting = format!("lists of {}", source.name);
    if is_same_music && settings::find(tx, &setting)?.as_ref() == Some(&lists.digest) {
        return Ok(false);
    }
    let ids = put_all(tx, source, &lists.playlists)?;
    miss_others(tx, source, &ids.values().copied().collect(), now)?;
    put_toplists(tx, source, &ids, &lists.toplists)?;
    settings::replace(tx, &setting, &lists.digest)?;
    settings::bump_change_mark(tx)?;
    Ok(true)
}

/// The playlists' ids here by their ids there.
fn put_all(tx: &Transaction<'_>, source: &Source, lists: &[ListedPlaylist]) -> Result<HashMap<i64, i64>, LibraryError> {
    let mut statement = tx.prepare(TRACKS)?;
    let tracks = statement.query_map(named_params! { ":source": source.name }, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let tracks: HashMap<String, i64> = tracks.collect::<rusqlite::Result<_>>()?;
    let mut ids = HashMap::new();
    for list in lists {
        ids.insert(list.id, put(tx, source, list, &tracks)?);
    }
    Ok(ids)
}

fn put(
    tx: &Transaction<'_>,
    source: &Source,
    list: &ListedPlaylist,
    tracks: &HashMap<String, i64>,
) -> Result<i64, LibraryError> {
    let key = named_params! { ":source": source.name, ":key": list.key };
    let known = tx.prepare_cached(FIND)?.query_row(key, |row| row.get("playlist_id")).optional()?;
    let id: i64 = if let Some(id) = known { id } else { tx.prepare_cached(ADD)?.insert(key)? };
    tx.prepare_cached(REPLACE)?.execute(named_params! {
        ":id": id, ":name": list.name, ":description": list.description, ":cover_url": list.cover_url,
        ":play_count": list.play_count.cast_signed(), ":song_count": list.song_count.cast_signed(),
    })?;
    tx.prepare_cached(DROP_ENTRIES)?.execute(named_params! { ":id": id })?;
    let mut add = tx.prepare_cached(ADD_ENTRY)?;
    let found = list.tracks.iter().filter_map(|track| tracks.get(track));
    for (position, track) in (0_i64..).zip(found) {
        add.execute((id, position, track))?;
    }
    Ok(id)
}

fn miss_others(tx: &Transaction<'_>, source: &Source, kept: &HashSet<i64>, now: i64) -> Result<(), LibraryError> {
    let mut statement = tx.prepare(PRESENT)?;
    let present = statement.query_map(named_params! { ":source": source.name }, |row| row.get("playlist_id"))?;
    let present: Vec<i64> = present.collect::<rusqlite::Result<_>>()?;
    for id in present.into_iter().filter(|id| !kept.contains(id)) {
        tx.prepare_cached(MISS)?.execute(named_params! { ":id": id, ":now": now })?;
    }
    Ok(())
}

/// Toplists are known by their external ids, so that their rows may be made anew. Those that the owner hides stay hidden.
fn put_toplists(
    tx: &Transaction<'_>,
    source: &Source,
    ids: &HashMap<i64, i64>,
    toplists: &[ListedToplist],
) -> Result<(), LibraryError> {
    let mut hidden = tx.prepare_cached(HIDDEN_POOLS)?;
    let hidden = hidden.query_map(named_params! { ":source": source.name }, |row| row.get("external_id"))?;
    let hidden: HashSet<String> = hidden.collect::<rusqlite::Result<_>>()?;
    tx.execute(DROP_POOLS, named_params! { ":source": source.name })?;
    let mut pools: HashMap<i64, i64> = HashMap::new();
    for place in toplists {
        let Some(playlist) = ids.get(&place.playlist_id) else { continue };
        let pool = if let Some(pool) = pools.get(&place.pool_id) {
            *pool
        } else {
            let values = named_params! {
                ":source": source.name, ":external_id": place.external_id, ":name": place.name,
                ":is_public": !hidden.contains(&place.external_id),
            };
            let pool = tx.prepare_cached(ADD_POOL)?.insert(values)?;
            pools.insert(place.pool_id, pool);
            pool
        };
        tx.prepare_cached(ADD_TO_POOL)?.execute((pool, playlist))?;
    }
    Ok(())
}
