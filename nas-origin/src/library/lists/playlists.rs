//! What can be done to playlists: made, changed, published, given a picture, removed.

use catalog_core::model::TrackId;
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::{ListFailure, checked_description, checked_length, checked_name, note, own_source};
use crate::config::OWNER;

const TRACK_IDS: &str = "SELECT track_id FROM playlist_tracks WHERE playlist_id = :id ORDER BY position";
const HAS_TRACK: &str = "SELECT EXISTS (SELECT 1 FROM tracks WHERE track_id = :id)";
/// Its own id is what it is known by outside, too.
const ADD: &str = "INSERT INTO playlists (source, source_id, name) VALUES (:source, 'owner ' || :nonce, '')";
const REPLACE: &str = "UPDATE playlists SET name = :name, description = :description, is_public = :is_public,
    song_count = :song_count WHERE playlist_id = :id";
const PUBLISH: &str = "UPDATE playlists SET is_public = :is_public WHERE playlist_id = :id";
const SET_COVER: &str = "UPDATE playlists SET cover_id = :cover_id WHERE playlist_id = :id";
const DROP_ENTRIES: &str = "DELETE FROM playlist_tracks WHERE playlist_id = :id";
const ADD_ENTRY: &str = "INSERT INTO playlist_tracks (playlist_id, position, track_id) VALUES (?1, ?2, ?3)";
const DELETE: &str = "DELETE FROM playlists WHERE playlist_id = :id";

/// A playlist to make.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct NewPlaylist {
    /// What it is called.
    pub name: String,
    /// Free text.
    pub description: String,
    /// Whether it is published.
    pub is_public: bool,
    /// Its tracks in order, some perhaps several times.
    pub tracks: Vec<TrackId>,
}

/// What is to be another one; what is left out stays.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PlaylistChange {
    /// What it is called.
    pub name: Option<String>,
    /// Free text.
    pub description: Option<String>,
    /// Whether it is published.
    pub is_public: Option<bool>,
    /// All of its tracks, in order.
    pub tracks: Option<Vec<TrackId>>,
    /// Tracks to put in before a place from 0; at the end where none is given.
    pub insert: Option<(Option<usize>, Vec<TrackId>)>,
    /// A place from 0 to take out.
    pub remove: Option<usize>,
}

impl PlaylistChange {
    fn is_of_owners_alone(&self) -> bool {
        let has_entries = self.tracks.is_some() || self.insert.is_some() || self.remove.is_some();
        has_entries || self.name.is_some() || self.description.is_some()
    }
}

/// Makes a playlist; the answer is its id.
///
/// # Errors
/// When it has no name, is too long or names a track that isn't there, and when the database cannot be written.
pub fn create_playlist(tx: &Transaction<'_>, new: &NewPlaylist) -> Result<i64, ListFailure> {
    own_source(tx)?;
    let nonce = format!("{:032x}", rand::random::<u128>());
    let id = tx.prepare_cached(ADD)?.insert(named_params! { ":source": OWNER, ":nonce": nonce })?;
    let row = OwnRow {
        name: checked_name(&new.name)?,
        description: checked_description(&new.description)?,
        is_public: new.is_public,
    };
    write_entries(tx, id, &new.tracks)?;
    row.write(tx, id, new.tracks.len())?;
    note(tx, new.is_public)?;
    Ok(id)
}

/// Changes a playlist. Nothing is written where nothing is another one.
///
/// # Errors
/// When there is none, when it is an import's and that is the import's, when it can't be so, and when the database cannot be
/// written.
pub fn change_playlist(tx: &Transaction<'_>, id: i64, change: &PlaylistChange) -> Result<(), ListFailure> {
    let (source_name, before) = OwnRow::find(tx, id)?;
    if source_name != OWNER {
        if change.is_of_owners_alone() {
            return Err(ListFailure::Imported { source_name });
        }
        return publish(tx, id, before.is_public, change.is_public.unwrap_or(before.is_public));
    }
    let tracks = track_ids(tx, id)?;
    let wanted = change.entries(&tracks)?;
    let after = change.row(&before)?;
    let is_same_list = wanted == tracks;
    if !is_same_list {
        write_entries(tx, id, &wanted)?;
    }
    if !is_same_list || after != before {
        after.write(tx, id, wanted.len())?;
        note(tx, before.is_public || after.is_public)?;
    }
    Ok(())
}

/// Removes a playlist for good.
///
/// # Errors
/// When there is none, when it is an import's, and when the database cannot be written.
pub fn delete_playlist(tx: &Transaction<'_>, id: i64) -> Result<(), ListFailure> {
    let (source_name, before) = OwnRow::find(tx, id)?;
    if source_name != OWNER {
        return Err(ListFailure::Imported { source_name });
    }
    tx.prepare_cached(DELETE)?.execute(named_params! { ":id": id })?;
    Ok(note(tx, before.is_public)?)
}

/// Gives a playlist a picture, or takes it away.
///
/// # Errors
/// When there is none, and when the database cannot be written.
pub fn set_cover(tx: &Transaction<'_>, id: i64, cover_id: Option<i64>) -> Result<(), ListFailure> {
    let before: Option<Option<i64>> = tx
        .prepare_cached("SELECT cover_id FROM playlists WHERE playlist_id = :id")?
        .query_row(named_params! { ":id": id }, |row| row.get("cover_id"))
        .optional()?;
    let before = before.ok_or(ListFailure::Unknown)?;
    if before == cover_id {
        return Ok(());
    }
    tx.prepare_cached(SET_COVER)?.execute(named_params! { ":id": id, ":cover_id": cover_id })?;
    Ok(note(tx, true)?)
}

fn publish(tx: &Transaction<'_>, id: i64, before: bool, is_public: bool) -> Result<(), ListFailure> {
    if before == is_public {
        return Ok(());
    }
    tx.prepare_cached(PUBLISH)?.execute(named_params! { ":id": id, ":is_public": is_public })?;
    Ok(note(tx, true)?)
}

/// What the owner says of a playlist beside its tracks.
#[derive(Clone, PartialEq, Eq, Debug)]
struct OwnRow {
    name: String,
    description: Option<String>,
    is_public: bool,
}

impl OwnRow {
    /// With the source's name.
    fn find(tx: &Connection, id: i64) -> Result<(String, Self), ListFailure> {
        let mut statement =
            tx.prepare_cached("SELECT source, name, description, is_public FROM playlists WHERE playlist_id = :id")?;
        let found = statement.query_row(named_params! { ":id": id }, |row| {
            let (name, description) = (row.get("name")?, row.get("description")?);
            Ok((row.get("source")?, Self { name, description, is_public: row.get("is_public")? }))
        });
        found.optional()?.ok_or(ListFailure::Unknown)
    }

    fn write(&self, tx: &Connection, id: i64, count: usize) -> Result<(), ListFailure> {
        tx.prepare_cached(REPLACE)?.execute(named_params! {
            ":id": id, ":name": self.name, ":description": self.description, ":is_public": self.is_public,
            ":song_count": count.cast_signed(),
        })?;
        Ok(())
    }
}

impl PlaylistChange {
    fn row(&self, before: &OwnRow) -> Result<OwnRow, ListFailure> {
        let name = self.name.as_deref().map(checked_name).transpose()?;
        let description = self.description.as_deref().map(checked_description).transpose()?;
        Ok(OwnRow {
            name: name.unwrap_or_else(|| before.name.clone()),
            description: description.unwrap_or_else(|| before.description.clone()),
            is_public: self.is_public.unwrap_or(before.is_public),
        })
    }

    /// The tracks that it is to have.
    fn entries(&self, before: &[TrackId]) -> Result<Vec<TrackId>, ListFailure> {
        let mut entries = self.tracks.clone().unwrap_or_else(|| before.to_vec());
        let count = entries.len();
        if let Some((position, tracks)) = &self.insert {
            let position = position.unwrap_or(count);
            if position > count {
                return Err(ListFailure::NoPlace { position, count });
            }
            entries.splice(position..position, tracks.iter().copied());
        }
        if let Some(position) = self.remove {
            if position >= entries.len() {
                return Err(ListFailure::NoPlace { position, count });
            }
            entries.remove(position);
        }
        Ok(entries)
    }
}

fn track_ids(tx: &Connection, id: i64) -> Result<Vec<TrackId>, ListFailure> {
    let mut statement = tx.prepare_cached(TRACK_IDS)?;
    let rows = statement.query_map(named_params! { ":id": id }, |row| row.get("track_id"))?;
    let ids: Vec<i64> = rows.collect::<rusqlite::Result<_>>()?;
    Ok(ids.into_iter().filter_map(TrackId::new).collect())
}

fn write_entries(tx: &Transaction<'_>, id: i64, tracks: &[TrackId]) -> Result<(), ListFailure> {
    checked_length(tracks)?;
    tx.prepare_cached(DROP_ENTRIES)?.execute(named_params! { ":id": id })?;
    let mut has_track = tx.prepare_cached(HAS_TRACK)?;
    let mut add = tx.prepare_cached(ADD_ENTRY)?;
    for (position, track) in (0_i64..).zip(tracks) {
        if !has_track.query_row(named_params! { ":id": track.number() }, |row| row.get(0))? {
            return Err(ListFailure::NoSuch { what: "track", id: track.to_string() });
        }
        add.execute((id, position, track.number()))?;
    }
    Ok(())
}
