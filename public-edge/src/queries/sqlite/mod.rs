//! The catalog reader over a snapshot's SQLite file: a module for each family of queries.
//!
//! Statements stand as constants on top of their module and are prepared once for each connection. Every list has an
//! ORDER BY and a LIMIT, and none of them scans or sorts a table that grows with the library: a test reads the plan of
//! each one.

mod album_lists;
mod albums;
mod artists;
mod called;
mod columns;
mod covers;
mod genres;
mod lyrics;
mod playlists;
mod search;
mod track_files;
mod tracks;

use std::path::Path;

use catalog_core::model::{
    Album, AlbumId, AlbumPlace, Artist, ArtistId, ArtistInitial, Cover, Genre, GenreId, Lyrics, Playlist,
    PlaylistEntry, PlaylistId, Toplist, Track, TrackFile, TrackId,
};
use catalog_core::ports::{
    AlbumOrder, AlbumsOf, CatalogCounts, CatalogReader, Hit, NameKey, PictureOf, ReadError, ReadResult, SearchKind,
};
use rusqlite::Connection;

use crate::snapshot::current::Reader;
use crate::snapshot::open::open_read_only;

/// Statements that a connection keeps prepared: all of this module's.
const STATEMENTS: usize = 64;

/// A reader on a verified, immutable database file.
///
/// # Errors
/// A file that isn't there, or is no database.
pub fn open_reader(path: &Path) -> ReadResult<Reader> {
    let connection = open_read_only(path).map_err(failed("the database file"))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(Box::new(SqliteReader { connection }))
}

/// A reader with a connection of its own.
struct SqliteReader {
    connection: Connection,
}

/// Values of the albums that are shown one by one.
fn collect_albums(each: impl FnOnce(&mut dyn FnMut(&Album)) -> ReadResult<()>) -> ReadResult<Vec<Album>> {
    let mut albums = Vec::new();
    each(&mut |album| albums.push(album.clone()))?;
    Ok(albums)
}

/// Names what was read when the database answers with an error.
fn failed(what: &'static str) -> impl Fn(rusqlite::Error) -> ReadError {
    move |error| ReadError { what, source: Box::new(error) }
}

impl CatalogReader for SqliteReader {
    fn counts(&self) -> ReadResult<CatalogCounts> {
        columns::counts(&self.connection).map_err(failed("the counts"))
    }

    fn find_track(&self, id: TrackId) -> ReadResult<Option<Track>> {
        tracks::find(&self.connection, id).map_err(failed("a track"))
    }

    fn find_tracks(&self, ids: &[TrackId]) -> ReadResult<Vec<Track>> {
        let found = ids.iter().filter_map(|id| tracks::find(&self.connection, *id).transpose());
        found.collect::<Result<_, _>>().map_err(failed("tracks"))
    }

    fn list_tracks(&self, after: Option<TrackId>, limit: usize) -> ReadResult<Vec<Track>> {
        tracks::list(&self.connection, after, limit).map_err(failed("tracks"))
    }

    fn list_tracks_at(&self, offset: u64, limit: usize) -> ReadResult<Vec<Track>> {
        tracks::list_at(&self.connection, offset, limit).map_err(failed("tracks by place"))
    }

    fn list_artist_tracks(&self, id: ArtistId, after: Option<TrackId>, limit: usize) -> ReadResult<Vec<Track>> {
        tracks::list_of_artist(&self.connection, id, after, limit).map_err(failed("an artist's tracks"))
    }

    fn list_loose_tracks(&self, id: ArtistId) -> ReadResult<Vec<Track>> {
        let count = artists::count_loose_tracks(&self.connection, id).map_err(failed("an artist's loose tracks"))?;
        tracks::list_loose_of_artist(&self.connection, id, count).map_err(failed("an artist's loose tracks"))
    }

    fn list_top_tracks(&self, id: ArtistId, limit: usize) -> ReadResult<Vec<TrackId>> {
        tracks::list_top(&self.connection, id, limit).map_err(failed("an artist's top tracks"))
    }

    fn list_genre_tracks(&self, id: GenreId, offset: u64, limit: usize) -> ReadResult<Vec<Track>> {
        tracks::list_of_genre(&self.connection, id, offset, limit).map_err(failed("a genre's tracks"))
    }

    fn list_album_tracks(&self, id: AlbumId, after: Option<AlbumPlace>, limit: usize) -> ReadResult<Vec<Track>> {
        tracks::list_part_of_album(&self.connection, id, after, limit).map_err(failed("an album's tracks"))
    }

    fn list_track_ids_of_years(&self, first: i32, last: i32, limit: usize) -> ReadResult<Vec<TrackId>> {
        tracks::list_ids_of_years(&self.connection, first, last, limit).map_err(failed("tracks of years"))
    }

    fn list_track_files(&self, id: TrackId) -> ReadResult<Vec<TrackFile>> {
        track_files::list(&self.connection, id).map_err(failed("a track's files"))
    }

    fn list_lyrics(&self, id: TrackId) -> ReadResult<Vec<Lyrics>> {
        lyrics::list(&self.connection, id).map_err(failed("lyrics"))
    }

    fn find_album(&self, id: AlbumId) -> ReadResult<Option<Album>> {
        albums::find(&self.connection, id).map_err(failed("an album"))
    }

    fn find_album_with_tracks(&self, id: AlbumId) -> ReadResult<Option<(Album, Vec<Track>)>> {
        let found = albums::find_with_cover(&self.connection, id).map_err(failed("an album"))?;
        let Some((album, cover)) = found else { return Ok(None) };
        let tracks = tracks::list_of_album(&self.connection, &album, cover).map_err(failed("an album's tracks"))?;
        Ok(Some((album, tracks)))
    }

    fn find_albums(&self, ids: &[AlbumId]) -> ReadResult<Vec<Album>> {
        let found = ids.iter().filter_map(|id| albums::find(&self.connection, *id).transpose());
        found.collect::<Result<_, _>>().map_err(failed("albums"))
    }

    fn list_albums(&self, after: NameKey<'_>, limit: usize) -> ReadResult<Vec<Album>> {
        albums::list(&self.connection, after, limit).map_err(failed("albums"))
    }

    fn list_albums_at(&self, order: AlbumOrder, offset: u64, limit: usize) -> ReadResult<Vec<Album>> {
        collect_albums(|see| self.each_album(AlbumsOf::Order(order), offset, limit, see))
    }

    fn list_albums_of_years(&self, first: i32, last: i32, offset: u64, limit: usize) -> ReadResult<Vec<Album>> {
        collect_albums(|see| self.each_album(AlbumsOf::Years { first, last }, offset, limit, see))
    }

    fn each_album(&self, of: AlbumsOf, offset: u64, limit: usize, see: &mut dyn FnMut(&Album)) -> ReadResult<()> {
        let listed = match of {
            AlbumsOf::Order(order) => album_lists::each_at(&self.connection, order, offset, limit, see),
            AlbumsOf::Years { first, last } => {
                album_lists::each_of_years(&self.connection, (first, last), offset, limit, see)
            }
            AlbumsOf::Genre(id) => album_lists::each_of_genre(&self.connection, id, offset, limit, see),
        };
        listed.map_err(failed("a list of albums"))
    }

    fn list_genre_albums(&self, id: GenreId, offset: u64, limit: usize) -> ReadResult<Vec<Album>> {
        collect_albums(|see| self.each_album(AlbumsOf::Genre(id), offset, limit, see))
    }

    fn list_artist_albums(&self, id: ArtistId, offset: u64, limit: usize) -> ReadResult<Vec<Album>> {
        albums::list_of_artist(&self.connection, id, offset, limit).map_err(failed("an artist's albums"))
    }

    fn find_artist(&self, id: ArtistId) -> ReadResult<Option<Artist>> {
        artists::find(&self.connection, id).map_err(failed("an artist"))
    }

    fn find_artists(&self, ids: &[ArtistId]) -> ReadResult<Vec<Artist>> {
        let found = ids.iter().filter_map(|id| artists::find(&self.connection, *id).transpose());
        found.collect::<Result<_, _>>().map_err(failed("artists"))
    }

    fn list_artists(&self, after: NameKey<'_>, limit: usize) -> ReadResult<Vec<Artist>> {
        artists::list(&self.connection, after, limit).map_err(failed("artists"))
    }

    fn list_similar_artists(&self, id: ArtistId) -> ReadResult<Vec<ArtistId>> {
        artists::list_similar(&self.connection, id).map_err(failed("similar artists"))
    }

    fn list_artists_at(&self, offset: u64, limit: usize) -> ReadResult<Vec<Artist>> {
        artists::list_at(&self.connection, offset, limit).map_err(failed("artists by place"))
    }

    fn list_artist_initials(&self) -> ReadResult<Vec<ArtistInitial>> {
        artists::list_initials(&self.connection).map_err(failed("the artist index"))
    }

    fn list_genres(&self, after: NameKey<'_>, limit: usize) -> ReadResult<Vec<Genre>> {
        genres::list(&self.connection, after, limit).map_err(failed("genres"))
    }

    fn find_genre(&self, id: GenreId) -> ReadResult<Option<Genre>> {
        genres::find(&self.connection, id).map_err(failed("a genre"))
    }

    fn find_genre_named(&self, name: &str) -> ReadResult<Option<Genre>> {
        genres::find_named(&self.connection, name).map_err(failed("a genre"))
    }

    fn list_playlists(&self, after: NameKey<'_>, limit: usize) -> ReadResult<Vec<Playlist>> {
        playlists::list(&self.connection, after, limit).map_err(failed("playlists"))
    }

    fn find_playlist(&self, id: PlaylistId) -> ReadResult<Option<Playlist>> {
        playlists::find(&self.connection, id).map_err(failed("a playlist"))
    }

    fn find_playlists(&self, ids: &[PlaylistId]) -> ReadResult<Vec<Playlist>> {
        let found = ids.iter().filter_map(|id| playlists::find(&self.connection, *id).transpose());
        found.collect::<Result<_, _>>().map_err(failed("playlists"))
    }

    fn list_playlist_entries(
        &self,
        id: PlaylistId,
        after: Option<i64>,
        limit: usize,
    ) -> ReadResult<Vec<PlaylistEntry>> {
        tracks::list_entries(&self.connection, id, after, limit).map_err(failed("a playlist's entries"))
    }

    fn list_toplists(&self, after: Option<u64>, limit: usize) -> ReadResult<Vec<Toplist>> {
        playlists::list_toplists(&self.connection, after, limit).map_err(failed("toplists"))
    }

    fn find_toplist(&self, id: &str) -> ReadResult<Option<Toplist>> {
        playlists::find_toplist(&self.connection, id).map_err(failed("a toplist"))
    }

    fn search(&self, kind: SearchKind, query: &str, offset: u64, limit: usize) -> ReadResult<Vec<Hit>> {
        search::search(&self.connection, kind, query, offset, limit).map_err(failed("the search index"))
    }

    fn find_cover(&self, of: PictureOf) -> ReadResult<Option<Cover>> {
        covers::find(&self.connection, of).map_err(failed("a cover"))
    }
}

/// All statements, for the test that reads their plans.
#[cfg(test)]
fn statements() -> Vec<&'static str> {
    [
        album_lists::STATEMENTS,
        albums::STATEMENTS,
        artists::STATEMENTS,
        called::STATEMENTS,
        columns::STATEMENTS,
        covers::STATEMENTS,
        genres::STATEMENTS,
        playlists::STATEMENTS,
        search::STATEMENTS,
        lyrics::STATEMENTS,
        track_files::STATEMENTS,
        tracks::STATEMENTS,
    ]
    .concat()
}

#[cfg(test)]
mod tests;
