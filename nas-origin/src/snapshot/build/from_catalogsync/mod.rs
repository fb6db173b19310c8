//! An earlier system's `catalogsync.db` as an input (DESIGN section 4).
//!
//! It knows songs, playlists and files; artists, albums and genres are made from what the songs say, numbered in the
//! order of first appearance, so that ids stay while songs are only added.

mod albums;
mod files;
mod for_import;
mod metadata;
mod names;
mod playlists;
mod schema;
mod songs;

use std::collections::HashMap;

use rusqlite::Connection;

use super::BuildError;
use super::input::{
    AlbumRow, ArtistRow, CatalogInput, CoverRow, FileOrder, GenreRow, PlaylistRow, Skipped, ToplistRow, VisitEntry,
    VisitFile, VisitLyrics, VisitTrack,
};
pub(crate) use for_import::{
    EarlierBackend, EarlierCatalog, EarlierFile, EarlierPlaylist, EarlierSong, EarlierToplist,
};

use albums::Albums;
use names::Names;

/// The tables that every `catalogsync.db` has.
pub(super) const TABLES: [&str; 3] = ["playlists", "songs", "playlist_songs"];

/// A `catalogsync.db` inside one read transaction.
pub(super) struct Catalogsync<'c> {
    source: &'c Connection,
    artists: Names,
    genres: Names,
    albums: Albums,
    /// Whether each playlist is public, by id.
    playlists: HashMap<i64, bool>,
}

impl<'c> Catalogsync<'c> {
    pub(super) fn new(source: &'c Connection) -> Self {
        let (artists, genres) = (Names::default(), Names::default());
        Self { source, artists, genres, albums: Albums::default(), playlists: HashMap::new() }
    }
}

impl CatalogInput for Catalogsync<'_> {
    fn each_track(&mut self, skipped: &mut Skipped, visit: VisitTrack<'_>) -> Result<(), BuildError> {
        songs::each(self, skipped, visit)
    }

    fn artists(&mut self) -> Result<Vec<ArtistRow>, BuildError> {
        let row = |(number, name): (u32, &str)| ArtistRow {
            id: Names::id(number),
            name: name.into(),
            sort_name: None,
            musicbrainz_id: None,
            cover_id: None,
        };
        Ok((0..).zip(self.artists.iter()).map(row).collect())
    }

    fn albums(&mut self) -> Result<Vec<AlbumRow>, BuildError> {
        Ok(self.albums.rows(&self.artists))
    }

    fn genres(&mut self) -> Result<Vec<GenreRow>, BuildError> {
        let row = |(number, name): (u32, &str)| GenreRow { id: Names::id(number), name: name.into() };
        Ok((0..).zip(self.genres.iter()).map(row).collect())
    }

    fn covers(&mut self) -> Result<Vec<CoverRow>, BuildError> {
        Ok(Vec::new())
    }

    fn playlists(&mut self, skipped: &mut Skipped) -> Result<Vec<PlaylistRow>, BuildError> {
        playlists::list(self, skipped)
    }

    fn each_entry(&mut self, skipped: &mut Skipped, visit: VisitEntry<'_>) -> Result<(), BuildError> {
        playlists::each_entry(self, skipped, visit)
    }

    fn toplists(&mut self, skipped: &mut Skipped) -> Result<Vec<ToplistRow>, BuildError> {
        playlists::toplists(self, skipped)
    }

    fn each_file(&mut self, order: FileOrder, skipped: &mut Skipped, visit: VisitFile<'_>) -> Result<(), BuildError> {
        files::each(self.source, order, skipped, visit)
    }

    fn each_lyrics(&mut self, _: VisitLyrics<'_>) -> Result<(), BuildError> {
        Ok(())
    }
}
