//! Playlists that lie beside the music.

use catalog_core::import::{ListedTrack, PlaylistRecord, ScannedFile};
use catalog_core::model::{PlaylistId, TrackId};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Batch, LibraryError};

const BEFORE: &str = "SELECT name, song_count, missing_since FROM playlists WHERE playlist_id = :id";
const ADD: &str = "INSERT INTO playlists (source, source_id, name) VALUES (:source, :path, '')";
const REPLACE: &str = "UPDATE playlists SET source_id = :path, name = :name, song_count = :listed,
    size_bytes = :size_bytes, mtime_ns = :mtime_ns, missing_since = NULL WHERE playlist_id = :id";
const ENTRIES: &str = "SELECT track_id, source_path FROM playlist_tracks WHERE playlist_id = :id ORDER BY position";
const DROP_ENTRIES: &str = "DELETE FROM playlist_tracks WHERE playlist_id = :id";
const ADD_ENTRY: &str =
    "INSERT INTO playlist_tracks (playlist_id, position, track_id, source_path) VALUES (?1, ?2, ?3, ?4)";
const MISS: &str = "UPDATE playlists SET missing_since = :now WHERE playlist_id = :id";

/// What was found of a playlist's entries.
pub(super) fn list_entries(connection: &Connection, id: PlaylistId) -> Result<Vec<ListedTrack>, LibraryError> {
    let mut statement = connection.prepare_cached(ENTRIES)?;
    let rows = statement.query_map(named_params! { ":id": id.number() }, entry)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<ListedTrack> {
    let path: Option<Box<str>> = row.get("source_path")?;
    Ok(ListedTrack { path: path.unwrap_or_default(), track: TrackId::new(row.get("track_id")?).unwrap_or_default() })
}

impl Batch<'_> {
    pub(super) fn put_playlist(
        &mut self,
        id: Option<PlaylistId>,
        file: &ScannedFile,
        playlist: &PlaylistRecord,
    ) -> Result<(), LibraryError> {
        let id = id.map_or_else(|| self.add_playlist(file), Ok)?;
        let is_same_row = self.is_playlist(id, playlist)?;
        self.tx.prepare_cached(REPLACE)?.execute(named_params! {
            ":id": id.number(), ":path": file.path, ":name": playlist.name, ":listed": playlist.listed.cast_signed(),
            ":size_bytes": file.stamp.size_bytes.cast_signed(), ":mtime_ns": file.stamp.mtime_ns,
        })?;
        let found = list_entries(self.tx, id)?;
        let tracks = |entries: &[ListedTrack]| entries.iter().map(|entry| entry.track).collect::<Vec<_>>();
        self.is_visible |= !is_same_row || tracks(&found) != tracks(&playlist.entries);
        if found == playlist.entries { Ok(()) } else { self.write_entries(id, &playlist.entries) }
    }

    fn add_playlist(&self, file: &ScannedFile) -> Result<PlaylistId, LibraryError> {
        let key = named_params! { ":source": self.source.name, ":path": file.path };
        let id = self.tx.prepare_cached(ADD)?.insert(key)?;
        Ok(PlaylistId::new(id).unwrap_or_default())
    }

    /// Whether the row says what it should already.
    fn is_playlist(&self, id: PlaylistId, playlist: &PlaylistRecord) -> Result<bool, LibraryError> {
        let same = self.tx.prepare_cached(BEFORE)?.query_row(named_params! { ":id": id.number() }, |row| {
            Ok(row.get::<_, String>("name")? == playlist.name
                && row.get::<_, i64>("song_count")? == playlist.listed.cast_signed()
                && row.get::<_, Option<i64>>("missing_since")?.is_none())
        });
        Ok(same.optional()?.unwrap_or(false))
    }

    fn write_entries(&self, id: PlaylistId, entries: &[ListedTrack]) -> Result<(), LibraryError> {
        self.tx.prepare_cached(DROP_ENTRIES)?.execute(named_params! { ":id": id.number() })?;
        let mut add = self.tx.prepare_cached(ADD_ENTRY)?;
        for (position, entry) in (0_i64..).zip(entries) {
            add.execute((id.number(), position, entry.track.number(), &entry.path))?;
        }
        Ok(())
    }

    pub(super) fn miss_playlist(&mut self, id: PlaylistId) -> Result<(), LibraryError> {
        self.is_visible = true;
        let values = named_params! { ":id": id.number(), ":now": self.now };
        self.tx.prepare_cached(MISS)?.execute(values)?;
        Ok(())
    }
}
