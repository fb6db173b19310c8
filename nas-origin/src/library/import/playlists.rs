//! Playlists that lie beside the music.

use catalog_core::import::{PlaylistRecord, ScannedFile};
use catalog_core::model::{PlaylistId, TrackId};
use rusqlite::{OptionalExtension, named_params};

use super::{Batch, LibraryError};

const FIND: &str = "SELECT playlist_id, name, song_count, missing_since FROM playlists
    WHERE source = :source AND source_id = :path";
const ADD: &str = "INSERT INTO playlists (source, source_id, name) VALUES (:source, :path, '')";
const REPLACE: &str = "UPDATE playlists SET name = :name, song_count = :listed, size_bytes = :size_bytes,
    mtime_ns = :mtime_ns, missing_since = NULL WHERE playlist_id = :id";
const ENTRIES: &str = "SELECT track_id FROM playlist_tracks WHERE playlist_id = :id ORDER BY position";
const DROP_ENTRIES: &str = "DELETE FROM playlist_tracks WHERE playlist_id = :id";
const ADD_ENTRY: &str = "INSERT INTO playlist_tracks (playlist_id, position, track_id) VALUES (?1, ?2, ?3)";
const MISS: &str = "UPDATE playlists SET missing_since = :now WHERE playlist_id = :id";

impl Batch<'_> {
    pub(super) fn put_playlist(&mut self, file: &ScannedFile, playlist: &PlaylistRecord) -> Result<(), LibraryError> {
        let (id, is_same_row) = self.find_or_add(file, playlist)?;
        let listed = playlist.listed.cast_signed();
        self.tx.prepare_cached(REPLACE)?.execute(named_params! {
            ":id": id, ":name": playlist.name, ":listed": listed,
            ":size_bytes": file.stamp.size_bytes.cast_signed(), ":mtime_ns": file.stamp.mtime_ns,
        })?;
        let wanted: Vec<i64> = playlist.tracks.iter().copied().map(TrackId::number).collect();
        let key = named_params! { ":id": id };
        let found: Vec<i64> =
            self.tx.prepare_cached(ENTRIES)?.query_map(key, |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        self.is_visible |= !is_same_row || found != wanted;
        if found != wanted {
            self.tx.prepare_cached(DROP_ENTRIES)?.execute(key)?;
            let mut add = self.tx.prepare_cached(ADD_ENTRY)?;
            for (position, track_id) in (0_i64..).zip(wanted) {
                add.execute((id, position, track_id))?;
            }
        }
        Ok(())
    }

    /// The playlist of a file, and whether its row already says the same.
    fn find_or_add(&self, file: &ScannedFile, playlist: &PlaylistRecord) -> Result<(i64, bool), LibraryError> {
        let key = named_params! { ":source": self.source.name, ":path": file.path };
        let known = self.tx.prepare_cached(FIND)?.query_row(key, |row| {
            let is_same = row.get::<_, String>("name")? == playlist.name
                && row.get::<_, i64>("song_count")? == playlist.listed.cast_signed()
                && row.get::<_, Option<i64>>("missing_since")?.is_none();
            Ok((row.get("playlist_id")?, is_same))
        });
        match known.optional()? {
            Some(known) => Ok(known),
            None => Ok((self.tx.prepare_cached(ADD)?.insert(key)?, false)),
        }
    }

    pub(super) fn miss_playlist(&mut self, id: PlaylistId) -> Result<(), LibraryError> {
        self.is_visible = true;
        let values = named_params! { ":id": id.number(), ":now": self.now };
        self.tx.prepare_cached(MISS)?.execute(values)?;
        Ok(())
    }
}
