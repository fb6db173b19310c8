//! Read use cases: pages of every list, and what takes more than one question to a reader.

mod cursor;
mod detail;
mod page;
mod pages;

pub use cursor::{AlbumCursor, Cursor, EntryCursor, NameCursor, PlaceCursor, TrackCursor};
pub use detail::{AlbumDetail, ArtistDetail, Found, TrackDetail, find_album, find_artist, find_track, search};
pub use page::{DEFAULT_LIMIT, MAX_LIMIT, Page, PageAfter, PagingError, parse_limit};
pub use pages::{
    list_album_tracks, list_albums, list_artist_albums, list_artist_tracks, list_artists, list_genre_albums,
    list_genre_tracks, list_genres, list_playlist_entries, list_playlists, list_toplists, list_tracks,
};
