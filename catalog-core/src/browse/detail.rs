//! One thing with what belongs to it, and search over all kinds.

use super::pages::{ARTIST_ALBUMS, cut_album};
use super::{MAX_LIMIT, Page, PageAfter};
use crate::model::{Album, AlbumId, Artist, ArtistId, Lyrics, Playlist, PlaylistId, Track, TrackFile, TrackId};
use crate::ports::{CatalogReader, ReadResult, SearchKind};

/// An album with its tracks.
#[derive(Clone, PartialEq, Debug)]
pub struct AlbumDetail {
    /// The album.
    pub album: Album,
    /// In the album's order; where there are more, [`list_album_tracks`](super::list_album_tracks) goes on.
    pub tracks: Page<Track>,
}

/// An artist with the albums that credit it.
#[derive(Clone, PartialEq, Debug)]
pub struct ArtistDetail {
    /// The artist.
    pub artist: Artist,
    /// Own ones first, by year; where there are more, [`list_artist_albums`](super::list_artist_albums) goes on.
    pub albums: Page<Album>,
}

/// A track with its files and lyrics.
#[derive(Clone, PartialEq, Debug)]
pub struct TrackDetail {
    /// The track.
    pub track: Track,
    /// The files that can be played.
    pub files: Vec<TrackFile>,
    /// The main ones first.
    pub lyrics: Vec<Lyrics>,
}

/// What a search found, best first.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Found {
    /// Tracks.
    pub tracks: Vec<Track>,
    /// Albums.
    pub albums: Vec<Album>,
    /// Artists.
    pub artists: Vec<Artist>,
    /// Playlists.
    pub playlists: Vec<Playlist>,
}

/// An album with its first tracks: all of them, but where an album is none.
pub fn find_album(reader: &dyn CatalogReader, id: AlbumId) -> ReadResult<Option<AlbumDetail>> {
    let found = reader.find_album_with_tracks(id)?;
    Ok(found.map(|(album, tracks)| AlbumDetail { album, tracks: cut_album(tracks, MAX_LIMIT) }))
}

/// An artist with its first albums.
pub fn find_artist(reader: &dyn CatalogReader, id: ArtistId) -> ReadResult<Option<ArtistDetail>> {
    let Some(artist) = reader.find_artist(id)? else { return Ok(None) };
    let albums = reader.list_artist_albums(id, 0, MAX_LIMIT + 1)?;
    let first_page = PageAfter { after: None, limit: MAX_LIMIT };
    Ok(Some(ArtistDetail { artist, albums: first_page.cut(ARTIST_ALBUMS, albums) }))
}

/// A track with its files and lyrics.
pub fn find_track(reader: &dyn CatalogReader, id: TrackId) -> ReadResult<Option<TrackDetail>> {
    let Some(track) = reader.find_track(id)? else { return Ok(None) };
    Ok(Some(TrackDetail { track, files: reader.list_track_files(id)?, lyrics: reader.list_lyrics(id)? }))
}

/// At most `limit` of each kind that matches what a listener typed.
pub fn search(reader: &dyn CatalogReader, query: &str, limit: usize) -> ReadResult<Found> {
    let hits = |kind| reader.search(kind, query, 0, limit);
    Ok(Found {
        tracks: reader.find_tracks(&ids(hits(SearchKind::Track)?, TrackId::new))?,
        albums: reader.find_albums(&ids(hits(SearchKind::Album)?, AlbumId::new))?,
        artists: reader.find_artists(&ids(hits(SearchKind::Artist)?, ArtistId::new))?,
        playlists: reader.find_playlists(&ids(hits(SearchKind::Playlist)?, PlaylistId::new))?,
    })
}

fn ids<T>(hits: Vec<i64>, id: impl Fn(i64) -> Option<T>) -> Vec<T> {
    hits.into_iter().filter_map(id).collect()
}
