//! Playlists and toplists of an earlier system's database.

use std::collections::HashMap;

use super::EarlierCatalog;
use crate::snapshot::build::BuildError;
use crate::snapshot::build::from_catalogsync::Catalogsync;
use crate::snapshot::build::input::{CatalogInput, Skipped};

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
