//! Playlists and toplists of the earlier system, as its database has them now.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, named_params};

use super::sources::Source;
use super::{LibraryError, settings};

const TRACK: &str = "SELECT track_id FROM tracks WHERE source = :source AND source_id = :key";
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
    /// Ids of its songs in that database, in order.
    pub songs: Vec<i64>,
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

/// The tracks of songs, by the songs' ids in that database: a million take 16 MB.
#[derive(Debug, Default)]
pub struct SongTracks(Vec<(i64, i64)>);

impl SongTracks {
    fn find(&self, song: i64) -> Option<i64> {
        self.0.binary_search_by_key(&song, |(song, _)| *song).ok().map(|place| self.0[place].1)
    }
}

/// Finds the tracks of songs, one after the other.
pub struct TrackFinder<'c> {
    source: &'c str,
    statement: CachedStatement<'c>,
    found: rusqlite::Result<SongTracks>,
}

impl<'c> TrackFinder<'c> {
    /// A finder of the tracks of `source`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn new(connection: &'c Connection, source: &'c Source) -> Result<Self, LibraryError> {
        let statement = connection.prepare_cached(TRACK)?;
        Ok(Self { source: &source.name, statement, found: Ok(SongTracks::default()) })
    }

    /// Notes the track of a song, whose id is above those before. No more songs are asked for when that failed.
    pub fn add(&mut self, song: i64, key: &str) -> ControlFlow<()> {
        let Ok(tracks) = &mut self.found else { return ControlFlow::Break(()) };
        let values = named_params! { ":source": self.source, ":key": key };
        match self.statement.query_row(values, |row| row.get("track_id")).optional() {
            Ok(track) => tracks.0.extend(track.map(|track| (song, track))),
            Err(error) => self.found = Err(error),
        }
        ControlFlow::Continue(())
    }

    /// What was found.
    ///
    /// # Errors
    /// When the database could not be read.
    pub fn finish(self) -> Result<SongTracks, LibraryError> {
        Ok(self.found?)
    }
}

/// Whether the source's lists were written as they are now.
///
/// # Errors
/// When the database cannot be read.
pub fn are_written(connection: &Connection, source: &Source, lists: &Lists) -> Result<bool, LibraryError> {
    Ok(settings::find(connection, &setting_of(source))?.as_ref() == Some(&lists.digest))
}

fn setting_of(source: &Source) -> String {
    format!("lists of {}", source.name)
}

/// Makes the source's playlists and toplists what they are there. Ids stay; what is gone is missing.
///
/// # Errors
/// When the database cannot be written.
pub fn replace(
    tx: &Transaction<'_>,
    source: &Source,
    lists: &Lists,
    tracks: &SongTracks,
    now: i64,
) -> Result<(), LibraryError> {
    let mut ids = HashMap::new();
    for list in &lists.playlists {
        ids.insert(list.id, put(tx, source, list, tracks)?);
    }
    miss_others(tx, source, &ids.values().copied().collect(), now)?;
    put_toplists(tx, source, &ids, &lists.toplists)?;
    settings::replace(tx, &setting_of(source), &lists.digest)?;
    settings::bump_change_mark(tx)
}

fn put(tx: &Transaction<'_>, source: &Source, list: &ListedPlaylist, tracks: &SongTracks) -> Result<i64, LibraryError> {
    let key = named_params! { ":source": source.name, ":key": list.key };
    let known = tx.prepare_cached(FIND)?.query_row(key, |row| row.get("playlist_id")).optional()?;
    let id: i64 = if let Some(id) = known { id } else { tx.prepare_cached(ADD)?.insert(key)? };
    tx.prepare_cached(REPLACE)?.execute(named_params! {
        ":id": id, ":name": list.name, ":description": list.description, ":cover_url": list.cover_url,
        ":play_count": list.play_count.cast_signed(), ":song_count": list.song_count.cast_signed(),
    })?;
    tx.prepare_cached(DROP_ENTRIES)?.execute(named_params! { ":id": id })?;
    let mut add = tx.prepare_cached(ADD_ENTRY)?;
    let found = list.songs.iter().filter_map(|song| tracks.find(*song));
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
