//! After an older catalog was restored: which ids has the store seen? Until it was asked, nothing is imported.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use snapshot_format::Manifest;
use snapshot_format::manifest::ManifestError;

use super::store::{Store, StoreError};
use super::unpack::{UnpackError, unpack};
use crate::config::PublishConfig;
use crate::library::ids::{self, HighestIds};
use crate::library::{Library, LibraryError, settings};

/// The highest ids that are shown.
const HIGHEST: &str = "SELECT
    (SELECT coalesce(max(song_id), 0) FROM catalog_tracks) AS tracks,
    (SELECT coalesce(max(location_id), 0) FROM catalog_track_files) AS track_files,
    (SELECT coalesce(max(album_id), 0) FROM catalog_albums) AS albums,
    (SELECT coalesce(max(artist_id), 0) FROM catalog_artists) AS artists,
    (SELECT coalesce(max(genre_id), 0) FROM catalog_genres) AS genres,
    (SELECT coalesce(max(playlist_id), 0) FROM catalog_playlists) AS playlists,
    (SELECT coalesce(max(cover_id), 0) FROM catalog_covers) AS covers";

/// Why it is not certain which ids were given.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// There is no store to ask, and the catalog was published to one.
    #[error(
        "the catalog was restored and publish.store is not set: the store that it was published to has to be asked which \
         ids it has seen, before anything is imported"
    )]
    NoStore,
    /// The store should have a snapshot.
    #[error(
        "the catalog was restored, and the store, which tells the ids that were given, has no snapshot: mount it, or \
         publish to it first"
    )]
    Empty,
    /// The store can't be asked.
    #[error(
        "the catalog was restored, and the store has to be asked which ids it has seen before anything is imported"
    )]
    Store(#[from] StoreError),
    /// The store's manifest is damaged.
    #[error("the catalog was restored, and the store's manifest.json, which tells the ids that were given, is damaged")]
    Manifest(#[from] ManifestError),
    /// The live database can't be had.
    #[error("the catalog was restored, and the live snapshot, which tells the ids that were given, can't be read")]
    Database(#[from] UnpackError),
    /// The live database can't be read.
    #[error("the catalog was restored, and the live snapshot, which tells the ids that were given, can't be read")]
    Query(#[from] rusqlite::Error),
    /// There is no room for the live database.
    #[error("no work folder can be made in the data folder")]
    Folder(#[from] std::io::Error),
    /// The catalog.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

/// Asks the configured store, unless that was done since the last restore. Blocks.
///
/// # Errors
/// When the answer can't be had; the next call asks again.
pub fn settle_ids(library: &Library, config: &PublishConfig) -> Result<(), SettleError> {
    if library.read(ids::is_settled)? {
        return Ok(());
    }
    let highest = if config.store.is_some() {
        ask(&Store::open_to_read(config)?, library)?
    } else if library.read(ids::was_published)? {
        return Err(SettleError::NoStore);
    } else {
        HighestIds::default()
    };
    library.write(|tx| ids::settle(tx, highest))?;
    tracing::info!(tracks = highest.tracks, "the store was asked: new ids begin above what it has seen");
    Ok(())
}

/// What the live snapshot shows, if this catalog made it.
fn ask(store: &Store, library: &Library) -> Result<HighestIds, SettleError> {
    let Some(stored) = store.read_manifest()? else {
        let was_published = library.read(ids::was_published)?;
        return if was_published { Err(SettleError::Empty) } else { Ok(HighestIds::default()) };
    };
    let manifest = Manifest::from_bytes(&stored.bytes)?;
    if manifest.publisher_id != Some(library.read(settings::publisher_id)?) {
        return Ok(HighestIds::default());
    }
    let work = tempfile::tempdir_in(library.data_dir())?;
    let plain = unpack(store, &manifest.database, work.path())?;
    Ok(highest_of(&plain)?)
}

fn highest_of(database: &Path) -> rusqlite::Result<HighestIds> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.query_row(HIGHEST, [], |row| {
        Ok(HighestIds {
            tracks: row.get("tracks")?,
            track_files: row.get("track_files")?,
            albums: row.get("albums")?,
            artists: row.get("artists")?,
            genres: row.get("genres")?,
            playlists: row.get("playlists")?,
            covers: row.get("covers")?,
        })
    })
}
