//! Which picture stands for what, and the pictures that are shown at all.

use std::collections::BTreeSet;

use rusqlite::Connection;
use snapshot_format::cover_sizes;

use super::Insert;
use crate::snapshot::build::BuildError;
use crate::snapshot::build::collect::NO_ALBUM;
use crate::snapshot::build::derive::Derived;
use crate::snapshot::build::input::{CatalogInput, PlaylistRow};

/// The format of the renditions.
const RENDITION_EXT: &str = "jpg";

/// The covers that shown things use.
pub(super) struct Shown {
    ids: BTreeSet<i64>,
}

impl Shown {
    pub(super) fn new(derived: &Derived, playlists: &[PlaylistRow]) -> Self {
        let tracks = (0..derived.tracks.ids.len()).filter_map(|track| derived.tracks.cover(track));
        let albums = (0..derived.albums.len()).filter(|album| derived.album_sums[*album].song_count > 0);
        let artists = derived.artists.iter().zip(&derived.artist_is_shown).filter(|(_, is_shown)| **is_shown);
        let of_albums = albums.filter_map(|album| of_album(derived, album));
        let of_artists = artists.filter_map(|(artist, _)| artist.cover_id);
        let of_playlists = playlists.iter().filter_map(|list| list.cover_id);
        Self { ids: tracks.chain(of_albums).chain(of_artists).chain(of_playlists).collect() }
    }

    /// Writes the shown pictures and counts them.
    pub(super) fn write(self, input: &mut dyn CatalogInput, database: &Connection) -> Result<u64, BuildError> {
        let mut insert = Insert::new(database, "covers", "INSERT INTO catalog_covers VALUES (?, ?, ?, ?)")?;
        let mut written = 0;
        for cover in input.covers()?.into_iter().filter(|cover| self.ids.contains(&cover.id)) {
            let largest_size = cover_sizes::renditions(cover.longest_side).last();
            insert.row((cover.id, cover.sha256, RENDITION_EXT, largest_size))?;
            written += 1;
        }
        Ok(written)
    }
}

/// An album's own picture, else that of its first track that has one.
pub(super) fn of_album(derived: &Derived, album: usize) -> Option<i64> {
    derived.albums[album].cover_id.or(derived.album_sums[album].cover_id)
}

/// A track's own picture, else its album's.
pub(super) fn of_track(derived: &Derived, track: usize) -> Option<i64> {
    let album = derived.tracks.albums[track];
    derived.tracks.cover(track).or_else(|| if album == NO_ALBUM { None } else { of_album(derived, album as usize) })
}
