//! An earlier system's rows as the import takes them in: the same reading as for a snapshot, as owned values.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use super::metadata::Metadata;
use super::names::split;
use super::{Catalogsync, schema};
use crate::snapshot::build::BuildError;
use crate::snapshot::build::input::{CatalogInput, FileOrder, FileRow, Skipped, TrackRow};
use crate::snapshot::build::source::{self, Keeper};

/// An earlier system's database inside one read transaction.
pub(crate) struct EarlierCatalog(Connection);

/// A song.
pub(crate) struct EarlierSong {
    pub(crate) id: i64,
    /// `platform:remote_song_id`.
    pub(crate) key: String,
    pub(crate) name: String,
    /// As shown.
    pub(crate) singers: Option<String>,
    pub(crate) album: Option<String>,
    pub(crate) album_artist: Option<String>,
    pub(crate) release_date: Option<String>,
    pub(crate) genres: Vec<String>,
    pub(crate) disc_number: Option<u32>,
    pub(crate) track_number: Option<u32>,
    pub(crate) duration_ms: Option<u64>,
    pub(crate) bit_rate_kbps: Option<u32>,
    pub(crate) ext: Option<String>,
    pub(crate) size_bytes: Option<i64>,
}

impl EarlierSong {
    /// The names in a text of singers.
    pub(crate) fn names(text: &str) -> Vec<String> {
        split(text).map(str::to_owned).collect()
    }
}

/// An active file of a song.
pub(crate) struct EarlierFile {
    pub(crate) song_id: i64,
    pub(crate) backend: Arc<EarlierBackend>,
    pub(crate) locator: String,
    pub(crate) ext: Option<String>,
    pub(crate) size_bytes: Option<i64>,
    pub(crate) quality: Option<String>,
    pub(crate) is_primary: bool,
}

/// Where files are.
#[derive(Hash)]
pub(crate) struct EarlierBackend {
    pub(crate) name: String,
    /// `local` or `object_storage`.
    pub(crate) kind: String,
    pub(crate) base_path: Option<String>,
    pub(crate) public_base: Option<String>,
}

/// A public playlist with the ids of its songs, in order.
#[derive(Hash)]
pub(crate) struct EarlierPlaylist {
    pub(crate) id: i64,
    /// `platform:remote_playlist_id`.
    pub(crate) key: String,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) cover_url: Option<String>,
    pub(crate) play_count: u64,
    /// What the earlier system claims.
    pub(crate) song_count: u64,
    pub(crate) songs: Vec<i64>,
}

/// A place of a playlist in a pool of kind `toplist`.
#[derive(Hash)]
pub(crate) struct EarlierToplist {
    pub(crate) pool_id: i64,
    pub(crate) external_id: String,
    pub(crate) name: String,
    pub(crate) playlist_id: i64,
}

impl EarlierCatalog {
    /// Opens it read-only.
    ///
    /// # Errors
    /// What is not there or is no such database.
    pub(crate) fn open(path: &Path) -> Result<Self, BuildError> {
        match source::open(path)? {
            (connection, Keeper::Earlier) => Ok(Self(connection)),
            (_, Keeper::Ours) => Err(BuildError::NotACatalog { path: path.to_owned() }),
        }
    }

    /// Songs in id order.
    pub(crate) fn each_song(&self, mut visit: impl FnMut(EarlierSong)) -> Result<(), BuildError> {
        Catalogsync::new(&self.0).each_track(&mut Skipped::default(), &mut |row| {
            visit(song(row));
            Ok(())
        })
    }

    /// Active files, in any order.
    pub(crate) fn each_file(&self, mut visit: impl FnMut(EarlierFile)) -> Result<(), BuildError> {
        let folders = self.folders()?;
        let mut known: HashMap<i64, Arc<EarlierBackend>> = HashMap::new();
        let mut input = Catalogsync::new(&self.0);
        input.each_file(FileOrder::AsStored, &mut Skipped::default(), &mut |row| {
            let backend = known.entry(row.backend.id).or_insert_with(|| {
                let folder = folders.get(&row.backend.id).cloned().flatten();
                Arc::new(EarlierBackend {
                    name: row.backend.name.clone(),
                    kind: row.backend.kind.clone(),
                    base_path: folder.filter(|_| row.backend.kind == "local"),
                    public_base: row.backend.public_base.clone(),
                })
            });
            visit(file(row, backend));
            Ok(())
        })
    }

    fn folders(&self) -> Result<HashMap<i64, Option<String>>, BuildError> {
        if !schema::has_table(&self.0, "storage_backends")? {
            return Ok(HashMap::new());
        }
        let at = |source| BuildError::Source { what: "storage backends", source };
        let columns = schema::select_list(&self.0, "storage_backends", "b", &["id", "base_path"])?;
        let mut statement = self.0.prepare(&format!("SELECT {columns} FROM storage_backends b")).map_err(at)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(at)?;
        rows.collect::<rusqlite::Result<_>>().map_err(at)
    }

    /// Public playlists with their songs, and their places in toplists.
    pub(crate) fn lists(&self) -> Result<(Vec<EarlierPlaylist>, Vec<EarlierToplist>), BuildError> {
        let (mut input, mut skipped) = (Catalogsync::new(&self.0), Skipped::default());
        let rows = input.playlists(&mut skipped)?;
        let mut entries: HashMap<i64, Vec<(Option<i64>, i64)>> = HashMap::new();
        input.each_entry(&mut skipped, &mut |row| {
            entries.entry(row.playlist_id).or_default().push((row.position, row.track_id));
            Ok(())
        })?;
        let playlists = rows.into_iter().map(|row| {
            let mut songs = entries.remove(&row.id).unwrap_or_default();
            songs.sort_by_key(|(position, _)| (position.is_none(), *position));
            EarlierPlaylist {
                id: row.id,
                key: format!("{}:{}", row.platform, row.remote_id),
                name: row.name,
                description: row.description,
                cover_url: row.cover_url,
                play_count: row.play_count,
                song_count: row.song_count,
                songs: songs.into_iter().map(|(_, song)| song).collect(),
            }
        });
        let playlists = playlists.collect();
        let toplists = input.toplists(&mut skipped)?.into_iter().map(|row| EarlierToplist {
            pool_id: row.pool_id,
            external_id: row.external_id,
            name: row.pool_name,
            playlist_id: row.playlist_id,
        });
        Ok((playlists, toplists.collect()))
    }
}

fn song(row: &TrackRow<'_>) -> EarlierSong {
    let metadata = row.metadata_json.as_deref().and_then(Metadata::parse).unwrap_or_default();
    let text = |key: &str| metadata.text(key).map(std::borrow::Cow::into_owned);
    EarlierSong {
        id: row.id,
        key: format!("{}:{}", row.platform, row.remote_id),
        name: row.name.clone().into_owned(),
        singers: row.singers.clone().map(std::borrow::Cow::into_owned),
        album: text("album"),
        album_artist: text("album_artist"),
        release_date: metadata.date(),
        genres: metadata.genres(),
        disc_number: row.disc_number,
        track_number: row.track_number,
        duration_ms: row.duration_ms,
        bit_rate_kbps: row.bit_rate_kbps,
        ext: row.ext.clone().map(std::borrow::Cow::into_owned),
        size_bytes: row.file_size_bytes,
    }
}

fn file(row: &FileRow<'_>, backend: &Arc<EarlierBackend>) -> EarlierFile {
    EarlierFile {
        song_id: row.track_id,
        backend: Arc::clone(backend),
        locator: row.locator.clone().into_owned(),
        ext: row.ext.clone().map(std::borrow::Cow::into_owned),
        size_bytes: row.file_size_bytes,
        quality: row.quality_label.clone().map(std::borrow::Cow::into_owned),
        is_primary: row.is_primary,
    }
}
