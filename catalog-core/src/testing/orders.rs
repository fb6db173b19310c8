//! The orders of a catalog in memory: sorted on every call, so that nothing can be stale.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::MemoryCatalog;
use crate::model::{Album, AlbumId, Artist, ArtistId, CreditRole, Genre, Playlist, Track};
use crate::ports::AlbumOrder;

impl MemoryCatalog {
    /// Albums in an order.
    pub fn albums_in(&self, order: AlbumOrder) -> Vec<&Album> {
        let mut albums: Vec<&Album> = self.albums.iter().collect();
        match order {
            AlbumOrder::ByName => albums.sort_by_key(|album| (&album.sort_key, album.id)),
            AlbumOrder::ByArtist => {
                albums.sort_by_key(|album| (self.artist_key(album), by_year(album)));
            }
            AlbumOrder::Newest => albums.sort_by_key(|album| Reverse((album.added_at, album.id))),
            AlbumOrder::ByYear => {
                albums.retain(|album| album.year.is_some());
                albums.sort_by_key(|album| (album.year, &album.sort_key, album.id));
            }
            AlbumOrder::MostPlayed => {
                albums.sort_by_key(|album| (Reverse(album.play_count), &album.sort_key, album.id));
            }
        }
        albums
    }

    fn artist_key(&self, album: &Album) -> (&str, Option<ArtistId>) {
        let artist = album.credits.first().and_then(|credit| self.artist(credit.artist_id));
        artist.map_or(("\u{7f}", None), |artist| (&artist.sort_key, Some(artist.id)))
    }

    /// Performers and album artists by name; who composed alone is not among them.
    pub fn listed_artists(&self) -> Vec<&Artist> {
        let has_albums = |id: ArtistId| self.albums.iter().any(|album| self.is_own_album(id, album));
        let is_listed = |artist: &&Artist| artist.song_count > 0 || has_albums(artist.id);
        let mut artists: Vec<&Artist> = self.artists.iter().filter(is_listed).collect();
        artists.sort_by_key(|artist| (&artist.sort_key, artist.id));
        artists
    }

    /// Playlists by name.
    pub fn playlists_by_name(&self) -> Vec<&Playlist> {
        let mut playlists: Vec<&Playlist> = self.playlists.iter().collect();
        playlists.sort_by_key(|playlist| (&playlist.sort_key, playlist.id));
        playlists
    }

    /// Genres by name.
    pub fn genres_by_name(&self) -> Vec<&Genre> {
        let mut genres: Vec<&Genre> = self.genres.iter().collect();
        genres.sort_by_key(|genre| (&genre.sort_key, genre.id));
        genres
    }

    /// An album's tracks, by disc and number: without a disc on the first, without a number at its end.
    pub fn album_tracks(&self, id: AlbumId) -> Vec<&Track> {
        let on_it = |track: &&Track| track.album.as_ref().is_some_and(|album| album.id == id);
        let mut tracks: Vec<&Track> = self.tracks.iter().filter(on_it).collect();
        tracks.sort_by_key(|track| track.album_place());
        tracks
    }

    /// Tracks that an artist performs, by id.
    pub fn artist_tracks(&self, id: ArtistId) -> Vec<&Track> {
        self.tracks.iter().filter(|track| performs(track, id)).collect()
    }

    /// Those of an artist's tracks that are on no album.
    pub fn loose_tracks(&self, id: ArtistId) -> Vec<&Track> {
        self.artist_tracks(id).into_iter().filter(|track| track.album.is_none()).collect()
    }

    /// All parts that an artist has, each once.
    pub fn roles_of(&self, id: ArtistId) -> Vec<CreditRole> {
        let of_tracks = self.tracks.iter().flat_map(|track| &track.credits);
        let credits = of_tracks.chain(self.albums.iter().flat_map(|album| &album.credits));
        let roles: BTreeSet<_> = credits.filter(|credit| credit.artist_id == id).map(|credit| credit.role).collect();
        roles.into_iter().collect()
    }

    /// Whether an artist stands on an album's cover.
    pub fn is_own_album(&self, id: ArtistId, album: &Album) -> bool {
        album.credits.iter().any(|credit| credit.artist_id == id)
    }

    /// Every album that credits an artist: own ones first, by year.
    pub fn artist_albums(&self, id: ArtistId) -> Vec<&Album> {
        let is_credited = |track: &Track| track.credits.iter().any(|credit| credit.artist_id == id);
        let is_on = |album: &Album| self.album_tracks(album.id).into_iter().any(is_credited);
        let mut albums: Vec<&Album> =
            self.albums.iter().filter(|album| self.is_own_album(id, album) || is_on(album)).collect();
        albums.sort_by_key(|album| (!self.is_own_album(id, album), by_year(album)));
        albums
    }

    /// Tracks of a genre, by id.
    pub fn genre_tracks(&self, genre: &Genre) -> Vec<&Track> {
        self.tracks.iter().filter(|track| track.genres.contains(&genre.name)).collect()
    }

    /// Albums of a genre, by name.
    pub fn genre_albums(&self, genre: &Genre) -> Vec<&Album> {
        let mut albums = self.albums_in(AlbumOrder::ByName);
        albums.retain(|album| album.genres.contains(&genre.name));
        albums
    }
}

/// By year, those without one last, then name.
fn by_year(album: &Album) -> (i32, &str, AlbumId) {
    (album.year.unwrap_or(i32::MAX), &album.sort_key, album.id)
}

fn performs(track: &Track, id: ArtistId) -> bool {
    track.credits.iter().any(|credit| credit.role == CreditRole::Artist && credit.artist_id == id)
}
