//! Reading a published catalog. Every list is bounded by its caller; nothing gets slower with depth.

use crate::model::{
    Album, AlbumId, AlbumPlace, AnyId, Artist, ArtistId, ArtistInitial, Cover, Genre, GenreId, Lyrics, Playlist,
    PlaylistEntry, PlaylistId, Toplist, Track, TrackFile, TrackId,
};

/// The catalog cannot be read: a damaged file, a full descriptor table, a bug. Never "not found".
#[derive(Debug, thiserror::Error)]
#[error("reading the catalog failed: {what}")]
pub struct ReadError {
    /// What was being read.
    pub what: &'static str,
    /// The adapter's own error.
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// What reading gives.
pub type ReadResult<T> = Result<T, ReadError>;

/// How much there is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CatalogCounts {
    /// Tracks.
    pub tracks: u64,
    /// Albums.
    pub albums: u64,
    /// Artists that have albums or tracks: the ones that lists show.
    pub artists: u64,
    /// Public playlists.
    pub playlists: u64,
    /// Genres.
    pub genres: u64,
    /// Albums that [`AlbumOrder::ByYear`] lists.
    pub dated_albums: u64,
}

/// The orders that albums can be listed in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AlbumOrder {
    /// By sort key.
    ByName,
    /// By the artist's sort key and id, then year, then name.
    ByArtist,
    /// The latest additions first.
    Newest,
    /// By year, then name; albums without a year are left out.
    ByYear,
    /// The most played first.
    MostPlayed,
}

/// The albums of a list that is paged by depth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AlbumsOf {
    /// All, in an order.
    Order(AlbumOrder),
    /// As [`CatalogReader::list_albums_of_years`].
    Years {
        /// The year to begin with.
        first: i32,
        /// The year to end with.
        last: i32,
    },
    /// Of a genre, by name.
    Genre(GenreId),
}

/// The place behind which a list by name goes on: the last item's sort key and number.
pub type NameKey<'a> = Option<(&'a str, i64)>;

/// Tracks that [`CatalogReader::list_top_tracks`] lists of one artist.
pub const MOST_TOP_TRACKS: usize = 100;

/// What a search looks for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SearchKind {
    /// Artists.
    Artist,
    /// Albums.
    Album,
    /// Tracks.
    Track,
    /// Playlists.
    Playlist,
}

/// What a search found: the catalog's number of a thing of the kind that was asked for, best first.
pub type Hit = i64;

/// Whose picture is wanted.
pub type PictureOf = AnyId;

/// A read snapshot. Lists take `limit` (and where they page by depth `offset`) and answer at most `limit` items.
/// Lists by name page with the last item's key. All orders are total, so pages never repeat or miss an item.
pub trait CatalogReader {
    /// How much there is.
    fn counts(&self) -> ReadResult<CatalogCounts>;

    /// One track.
    fn find_track(&self, id: TrackId) -> ReadResult<Option<Track>>;
    /// Tracks by id, in the given order; unknown ones are left out.
    fn find_tracks(&self, ids: &[TrackId]) -> ReadResult<Vec<Track>>;
    /// Tracks in id order behind `after`.
    fn list_tracks(&self, after: Option<TrackId>, limit: usize) -> ReadResult<Vec<Track>>;
    /// Tracks in id order from the `offset`th, counted from 0.
    fn list_tracks_at(&self, offset: u64, limit: usize) -> ReadResult<Vec<Track>>;
    /// Tracks that an artist performs, in id order behind `after`.
    fn list_artist_tracks(&self, id: ArtistId, after: Option<TrackId>, limit: usize) -> ReadResult<Vec<Track>>;
    /// Tracks that an artist performs and that are on no album, in id order.
    fn list_loose_tracks(&self, id: ArtistId) -> ReadResult<Vec<Track>>;
    /// The tracks that an artist performs, the most played first, [`MOST_TOP_TRACKS`] at most.
    fn list_top_tracks(&self, id: ArtistId, limit: usize) -> ReadResult<Vec<TrackId>>;
    /// Tracks of an album, in the album's order behind `after`.
    fn list_album_tracks(&self, id: AlbumId, after: Option<AlbumPlace>, limit: usize) -> ReadResult<Vec<Track>>;
    /// Tracks of a genre.
    fn list_genre_tracks(&self, id: GenreId, offset: u64, limit: usize) -> ReadResult<Vec<Track>>;
    /// Tracks that say they are of the years `first..=last`, by year, then id.
    fn list_track_ids_of_years(&self, first: i32, last: i32, limit: usize) -> ReadResult<Vec<TrackId>>;
    /// The files of a track that can be played.
    fn list_track_files(&self, id: TrackId) -> ReadResult<Vec<TrackFile>>;
    /// A track's lyrics, the main ones first.
    fn list_lyrics(&self, id: TrackId) -> ReadResult<Vec<Lyrics>>;

    /// One album.
    fn find_album(&self, id: AlbumId) -> ReadResult<Option<Album>>;
    /// One album and its tracks, in the album's order; an album that has more than any album is cut.
    fn find_album_with_tracks(&self, id: AlbumId) -> ReadResult<Option<(Album, Vec<Track>)>>;
    /// Albums by id, in the given order; unknown ones are left out.
    fn find_albums(&self, ids: &[AlbumId]) -> ReadResult<Vec<Album>>;
    /// Albums by name behind `after`.
    fn list_albums(&self, after: NameKey<'_>, limit: usize) -> ReadResult<Vec<Album>>;
    /// Albums in an order from the `offset`th, counted from 0.
    fn list_albums_at(&self, order: AlbumOrder, offset: u64, limit: usize) -> ReadResult<Vec<Album>>;
    /// Albums of the years `first..=last` in year order, or of `last..=first` the other way round when `first > last`.
    fn list_albums_of_years(&self, first: i32, last: i32, offset: u64, limit: usize) -> ReadResult<Vec<Album>>;
    /// Shows the albums of a list to `see`, one by one from the `offset`th: what long lists are printed from, since none
    /// of them is kept.
    fn each_album(&self, of: AlbumsOf, offset: u64, limit: usize, see: &mut dyn FnMut(&Album)) -> ReadResult<()> {
        let albums = match of {
            AlbumsOf::Order(order) => self.list_albums_at(order, offset, limit)?,
            AlbumsOf::Years { first, last } => self.list_albums_of_years(first, last, offset, limit)?,
            AlbumsOf::Genre(id) => self.list_genre_albums(id, offset, limit)?,
        };
        albums.iter().for_each(see);
        Ok(())
    }
    /// Albums of a genre.
    fn list_genre_albums(&self, id: GenreId, offset: u64, limit: usize) -> ReadResult<Vec<Album>>;
    /// The albums that credit an artist: own ones first, by year.
    fn list_artist_albums(&self, id: ArtistId, offset: u64, limit: usize) -> ReadResult<Vec<Album>>;

    /// One artist.
    fn find_artist(&self, id: ArtistId) -> ReadResult<Option<Artist>>;
    /// Artists by id, in the given order; unknown ones are left out.
    fn find_artists(&self, ids: &[ArtistId]) -> ReadResult<Vec<Artist>>;
    /// The artists that one is most like, the most alike first.
    fn list_similar_artists(&self, id: ArtistId) -> ReadResult<Vec<ArtistId>>;
    /// Artists that have albums or tracks, by name behind `after`.
    fn list_artists(&self, after: NameKey<'_>, limit: usize) -> ReadResult<Vec<Artist>>;
    /// Artists that have albums or tracks, by name from the `offset`th, counted from 0.
    fn list_artists_at(&self, offset: u64, limit: usize) -> ReadResult<Vec<Artist>>;
    /// All artists that have albums or tracks, under their letters.
    fn list_artist_initials(&self) -> ReadResult<Vec<ArtistInitial>>;

    /// Genres by name behind `after`.
    fn list_genres(&self, after: NameKey<'_>, limit: usize) -> ReadResult<Vec<Genre>>;
    /// One genre.
    fn find_genre(&self, id: GenreId) -> ReadResult<Option<Genre>>;
    /// The genre of this very name.
    fn find_genre_named(&self, name: &str) -> ReadResult<Option<Genre>>;

    /// Playlists by name behind `after`.
    fn list_playlists(&self, after: NameKey<'_>, limit: usize) -> ReadResult<Vec<Playlist>>;
    /// One playlist.
    fn find_playlist(&self, id: PlaylistId) -> ReadResult<Option<Playlist>>;
    /// Playlists by id, in the given order; unknown ones are left out.
    fn find_playlists(&self, ids: &[PlaylistId]) -> ReadResult<Vec<Playlist>>;
    /// Entries behind the position `after`.
    fn list_playlist_entries(&self, id: PlaylistId, after: Option<i64>, limit: usize)
    -> ReadResult<Vec<PlaylistEntry>>;
    /// Toplists in their order behind the position `after`.
    fn list_toplists(&self, after: Option<u64>, limit: usize) -> ReadResult<Vec<Toplist>>;
    /// One toplist.
    fn find_toplist(&self, id: &str) -> ReadResult<Option<Toplist>>;

    /// What matches all words of a query, best first: artists, albums and playlists whose sort key is the query's, up to a
    /// hundred, then by popularity. `query` is what a listener typed.
    fn search(&self, kind: SearchKind, query: &str, offset: u64, limit: usize) -> ReadResult<Vec<Hit>>;

    /// The picture to show for a thing, if there is one in the store.
    fn find_cover(&self, of: PictureOf) -> ReadResult<Option<Cover>>;
}
