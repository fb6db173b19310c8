//! One thing with what belongs to it, and search over all kinds.

use crate::model::{Album, AlbumId, Artist, ArtistId, Playlist, PlaylistId, Track, TrackFile, TrackId};
use crate::ports::{CatalogReader, ReadResult, SearchKind};

/// An album with its tracks.
#[derive(Clone, PartialEq, Debug)]
pub struct AlbumDetail {
    /// The album.
    pub album: Album,
    /// In the album's order.
    pub tracks: Vec<Track>,
}

/// An artist with every album that credits it.
#[derive(Clone, PartialEq, Debug)]
pub struct ArtistDetail {
    /// The artist.
    pub artist: Artist,
    /// Own ones first, by year.
    pub albums: Vec<Album>,
}

/// A track with its files and lyrics.
#[derive(Clone, PartialEq, Debug)]
pub struct TrackDetail {
    /// The track.
    pub track: Track,
    /// The files that can be played.
    pub files: Vec<TrackFile>,
    /// As tagged.
    pub lyrics: Option<String>,
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

/// An album with its tracks.
pub fn find_album(reader: &dyn CatalogReader, id: AlbumId) -> ReadResult<Option<AlbumDetail>> {
    let found = reader.find_album_with_tracks(id)?;
    Ok(found.map(|(album, tracks)| AlbumDetail { album, tracks }))
}

/// An artist with its albums.
pub fn find_artist(reader: &dyn CatalogReader, id: ArtistId) -> ReadResult<Option<ArtistDetail>> {
    let Some(artist) = reader.find_artist(id)? else { return Ok(None) };
    Ok(Some(ArtistDetail { artist, albums: reader.list_artist_albums(id)? }))
}

/// A track with its files and lyrics.
pub fn find_track(reader: &dyn CatalogReader, id: TrackId) -> ReadResult<Option<TrackDetail>> {
    let Some(track) = reader.find_track(id)? else { return Ok(None) };
    Ok(Some(TrackDetail { track, files: reader.list_track_files(id)?, lyrics: reader.find_lyrics(id)? }))
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
