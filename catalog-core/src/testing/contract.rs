//! What every catalog reader has to do: the answers of the plain one, and pages without a repeat or a gap.

use std::fmt::Debug;

use super::{AlbumDraft, CatalogDraft, FakeReader, MemoryCatalog, TrackDraft, sample_catalog};
use crate::model::{Album, AlbumId, AnyId, ArtistId, GenreId, PlaylistId, Track, TrackId};
use crate::ports::{AlbumOrder, AlbumsOf, CatalogReader, NameKey, ReadResult, SearchKind};

/// Every order that albums have.
const ORDERS: [AlbumOrder; 5] =
    [AlbumOrder::ByName, AlbumOrder::ByArtist, AlbumOrder::Newest, AlbumOrder::ByYear, AlbumOrder::MostPlayed];
/// Every kind that search knows.
const KINDS: [SearchKind; 4] = [SearchKind::Artist, SearchKind::Album, SearchKind::Track, SearchKind::Playlist];
/// More than any sample has.
const ALL: usize = 10_000;
/// No catalog has it.
const UNKNOWN: i64 = 999_999;
/// What listeners type, and what they shouldn't.
const QUERIES: [&str; 24] = [
    "zjl",
    "zhoujielun",
    "zhou jie lun",
    "周杰",
    "周杰倫",
    "周",
    "bjork",
    "BJÖRK",
    "björk hunter",
    "hunter bjork",
    "joga",
    "the w",
    "qingtian",
    "hyperball",
    "late nig",
    "华语",
    "",
    "\"\"",
    "' OR 1=1 --",
    "* AND (",
    "zzzz",
    "dr",
    "Björk",
    "The Who",
];

/// Checks a reader of the [sample](sample_catalog) that `open` makes, and readers of an empty catalog.
///
/// # Panics
/// At the first answer that differs.
pub fn reader_contract(open: &dyn Fn(&MemoryCatalog) -> Box<dyn CatalogReader>) {
    let reader = open(&sample_catalog());
    finds_what_listeners_type(reader.as_ref());
    knows_nothing_of_unknown_ids(reader.as_ref());
    lists_years_both_ways(reader.as_ref());
    keeps_duplicates_of_playlists(reader.as_ref());
    finds_stretches_in_one_piece(open);
    compares_artists(open);
    for catalog in [sample_catalog(), MemoryCatalog::default()] {
        answers_like_the_plain_reader(&catalog, open(&catalog).as_ref());
    }
}

/// Artists of several genres and eras, and one with more tracks than any other.
fn compares_artists(open: &dyn Fn(&MemoryCatalog) -> Box<dyn CatalogReader>) {
    let track = |number: i32| {
        let artist = if number % 4 > 0 { 0 } else { number % 41 };
        let genre = ["Rock", "Jazz", "Chant"].get(usize::try_from(artist % 4).unwrap_or_default());
        let track = Track {
            title: format!("Song {number}"),
            genres: genre.map(|genre| (*genre).to_owned()).into_iter().collect(),
            year: (artist % 5 > 0).then_some(1960 + artist),
            play_count: u64::from(number.unsigned_abs() * 7919 % 13),
            ..Track::default()
        };
        let artists = vec![format!("Artist {artist}"), format!("Guest {}", number % 7)];
        TrackDraft { artists, album: usize::try_from(number / 40).ok(), track, ..TrackDraft::default() }
    };
    let album = |number: i32| {
        let album = Album { name: format!("Album {number}"), ..Album::default() };
        AlbumDraft { album, ..AlbumDraft::default() }
    };
    let (albums, tracks) = ((0..9).map(album).collect(), (0..720).map(track).collect());
    let catalog = CatalogDraft { albums, tracks, ..CatalogDraft::default() }.finish();
    let (plain, reader) = (FakeReader::new(catalog.clone()), open(&catalog));
    Same { plain: &plain, reader: reader.as_ref() }.likenesses(&catalog);
}

fn some<T>(result: ReadResult<T>) -> T {
    result.unwrap_or_else(|error| unreadable(&error))
}

#[expect(clippy::panic, reason = "a contract suite fails by panicking")]
fn unreadable(error: &dyn Debug) -> ! {
    panic!("{error:?}")
}

fn finds_what_listeners_type(reader: &dyn CatalogReader) {
    let artists = |query: &str| {
        let ids = some(reader.search(SearchKind::Artist, query, 0, 10)).into_iter().filter_map(ArtistId::new);
        let found = some(reader.find_artists(&ids.collect::<Vec<_>>()));
        found.into_iter().map(|artist| artist.name).collect::<Vec<_>>()
    };
    for query in ["zjl", "zhoujielun", "zhou jie lun", "周", "周杰", "杰伦", "周杰伦", "周杰倫", "ZHOUJIE"] {
        assert_eq!(artists(query), ["周杰伦"], "{query}");
    }
    for query in ["bjork", "Björk", "BJÖ"] {
        assert_eq!(artists(query), ["Björk"], "{query}");
    }
    assert_eq!(artists("b"), ["Björk", "Mark Bell"], "who only composed is found too, behind those with songs");
    for query in ["", "\"\"", "  ", "zzzz", "jork"] {
        assert!(artists(query).is_empty(), "{query}");
    }
}

/// Names may have every pair of characters of a query, and not the query.
fn finds_stretches_in_one_piece(open: &dyn Fn(&MemoryCatalog) -> Box<dyn CatalogReader>) {
    let track = |title: &str| {
        let track = Track { title: title.to_owned(), ..Track::default() };
        TrackDraft { artists: vec!["北京 京城".to_owned()], track, ..TrackDraft::default() }
    };
    let tracks = ["北京 京城", "老北京城墙", "京城", "北京城", "北 京城"].map(track).to_vec();
    let reader = open(&CatalogDraft { tracks, ..CatalogDraft::default() }.finish());
    let found = |query: &str, offset, limit| some(reader.search(SearchKind::Track, query, offset, limit));
    assert_eq!(found("北京城", 0, 10), [2, 4]);
    assert_eq!((found("北京城", 0, 1), found("北京城", 1, 1), found("北京城", 2, 1)), (vec![2], vec![4], vec![]));
    assert_eq!(found("北京城墙", 0, 10), [2]);
    assert_eq!(found("北京 京城", 0, 10), [1, 2, 3, 4, 5], "the performer has both");
    assert!(some(reader.search(SearchKind::Artist, "北京城", 0, 10)).is_empty());
}

fn knows_nothing_of_unknown_ids(reader: &dyn CatalogReader) {
    let (Some(track), Some(album), Some(artist)) =
        (TrackId::new(UNKNOWN), AlbumId::new(UNKNOWN), ArtistId::new(UNKNOWN))
    else {
        return;
    };
    assert_eq!(some(reader.find_track(track)), None);
    assert_eq!(some(reader.list_lyrics(track)), []);
    assert!(some(reader.list_track_files(track)).is_empty());
    assert_eq!(some(reader.find_album(album)), None);
    assert_eq!(some(reader.find_album_with_tracks(album)), None);
    assert_eq!(some(reader.find_artist(artist)), None);
    assert!(some(reader.list_artist_albums(artist, 0, ALL)).is_empty());
    assert!(
        some(reader.list_similar_artists(artist)).is_empty() && some(reader.list_top_tracks(artist, ALL)).is_empty()
    );
    assert!(some(reader.list_album_tracks(album, None, ALL)).is_empty());
    assert_eq!(some(reader.find_toplist("no such toplist")), None);
    assert_eq!(some(reader.find_genre_named("No Such Genre")), None);
    for id in [AnyId::Track(track), AnyId::Album(album), AnyId::Artist(artist)] {
        assert_eq!(some(reader.find_cover(id)), None);
    }
    let ids: Vec<TrackId> = [3, UNKNOWN, 1, 3].into_iter().filter_map(TrackId::new).collect();
    let found: Vec<i64> = some(reader.find_tracks(&ids)).iter().map(|track| track.id.number()).collect();
    assert_eq!(found, [3, 1, 3], "tracks come in the order asked for, unknown ones left out");
}

fn lists_years_both_ways(reader: &dyn CatalogReader) {
    let years = |first, last, offset, limit| {
        let albums = some(reader.list_albums_of_years(first, last, offset, limit));
        albums.into_iter().filter_map(|album| album.year).collect::<Vec<_>>()
    };
    assert_eq!(years(1997, 2003, 0, 10), [1997, 1999, 2001, 2001, 2003]);
    assert_eq!(years(2003, 1997, 0, 10), [2003, 2001, 2001, 1999, 1997]);
    assert_eq!(years(1998, 2002, 1, 1), [2001]);
    assert_eq!(years(2002, 1996, 3, 5), [1997]);
    assert!(years(1900, 1950, 0, 10).is_empty() && years(2020, 2010, 0, 10).is_empty());
    assert_eq!(years(i32::MIN, i32::MAX, 0, ALL).len(), 7);
}

fn keeps_duplicates_of_playlists(reader: &dyn CatalogReader) {
    let entries = some(reader.list_playlist_entries(PlaylistId::new(1).unwrap_or_default(), None, ALL));
    let places: Vec<(i64, i64)> = entries.iter().map(|entry| (entry.position, entry.track.id.number())).collect();
    assert_eq!(places, [(0, 4), (1, 11), (2, 4), (5, 1), (6, 4)]);
}

/// Compares every answer with the plain reader's, page by page.
///
/// # Panics
/// At the first answer that differs.
pub fn answers_like_the_plain_reader(catalog: &MemoryCatalog, reader: &dyn CatalogReader) {
    let plain = FakeReader::new(catalog.clone());
    let same = Same { plain: &plain, reader };
    same.answer("counts", |reader| reader.counts());
    same.answer("initials", |reader| reader.list_artist_initials());
    same.each_thing(catalog);
    same.likenesses(catalog);
    same.lists_by_key();
    same.lists_by_place(catalog);
    same.searches();
}

/// Two readers of one catalog.
struct Same<'a> {
    plain: &'a dyn CatalogReader,
    reader: &'a dyn CatalogReader,
}

impl Same<'_> {
    fn answer<T: PartialEq + Debug>(&self, what: &str, ask: impl Fn(&dyn CatalogReader) -> ReadResult<T>) -> T {
        let answer = some(ask(self.reader));
        assert_eq!(answer, some(ask(self.plain)), "{what}");
        answer
    }

    fn each_thing(&self, catalog: &MemoryCatalog) {
        for id in catalog.tracks.iter().map(|track| track.id) {
            self.answer("a track", |reader| reader.find_track(id));
            self.answer("files", |reader| reader.list_track_files(id));
            self.answer("lyrics", |reader| reader.list_lyrics(id));
            self.answer("a track's cover", |reader| reader.find_cover(AnyId::Track(id)));
        }
        for id in catalog.albums.iter().map(|album| album.id) {
            self.answer("an album", |reader| reader.find_album(id));
            self.answer("an album with its tracks", |reader| reader.find_album_with_tracks(id));
            self.answer("an album's cover", |reader| reader.find_cover(AnyId::Album(id)));
        }
        for id in catalog.artists.iter().map(|artist| artist.id) {
            self.answer("an artist", |reader| reader.find_artist(id));
            self.answer("an artist's cover", |reader| reader.find_cover(AnyId::Artist(id)));
            let next = |reader: &dyn CatalogReader, after, limit| reader.list_artist_tracks(id, after, limit);
            self.pages("an artist's tracks", next, |track| track.id);
            self.answer("an artist's tracks on no album", |reader| reader.list_loose_tracks(id));
        }
        for id in catalog.playlists.iter().map(|playlist| playlist.id) {
            self.answer("a playlist", |reader| reader.find_playlist(id));
            self.answer("a playlist's cover", |reader| reader.find_cover(AnyId::Playlist(id)));
            let next = |reader: &dyn CatalogReader, after, limit| reader.list_playlist_entries(id, after, limit);
            self.pages("its entries", next, |entry| entry.position);
        }
        for toplist in &catalog.toplists {
            self.answer("a toplist", |reader| reader.find_toplist(&toplist.id));
        }
        for genre in &catalog.genres {
            self.answer("a genre", |reader| reader.find_genre(genre.id));
            self.answer("a genre by name", |reader| reader.find_genre_named(&genre.name));
        }
    }

    fn likenesses(&self, catalog: &MemoryCatalog) {
        for id in catalog.artists.iter().map(|artist| artist.id) {
            self.answer("similar artists", |reader| reader.list_similar_artists(id));
            for limit in [ALL, 2, 0] {
                self.answer("top tracks", |reader| reader.list_top_tracks(id, limit));
            }
        }
    }

    fn lists_by_key(&self) {
        let tracks = |reader: &dyn CatalogReader, after, limit| reader.list_tracks(after, limit);
        self.pages("tracks", tracks, |track| track.id);
        let toplists = |reader: &dyn CatalogReader, after, limit| reader.list_toplists(after, limit);
        self.pages("toplists", toplists, |toplist| toplist.position);
        let albums = |reader: &dyn CatalogReader, after: Key, limit| reader.list_albums(borrow(&after), limit);
        self.pages("albums", albums, |album| (album.sort_key.clone(), album.id.number()));
        let artists = |reader: &dyn CatalogReader, after: Key, limit| reader.list_artists(borrow(&after), limit);
        self.pages("artists", artists, |artist| (artist.sort_key.clone(), artist.id.number()));
        let playlists = |reader: &dyn CatalogReader, after: Key, limit| reader.list_playlists(borrow(&after), limit);
        self.pages("playlists", playlists, |playlist| (playlist.sort_key.clone(), playlist.id.number()));
        let genres = |reader: &dyn CatalogReader, after: Key, limit| reader.list_genres(borrow(&after), limit);
        self.pages("genres", genres, |genre| (genre.sort_key.clone(), genre.id.number()));
        for key in [("", 0), ("m", 5), ("\u{10ffff}", 1)] {
            self.answer("genres behind a key that isn't there", |reader| reader.list_genres(Some(key), 3));
            self.answer("albums behind a key that isn't there", |reader| reader.list_albums(Some(key), 3));
            self.answer("artists behind a key that isn't there", |reader| reader.list_artists(Some(key), 3));
        }
    }

    /// Goes through a list in pages of three: together they are the whole list, and nothing comes after it.
    fn pages<T: Clone + PartialEq + Debug, K>(
        &self,
        what: &str,
        next: impl Fn(&dyn CatalogReader, Option<K>, usize) -> ReadResult<Vec<T>>,
        key: impl Fn(&T) -> K,
    ) {
        let whole = self.answer(what, |reader| next(reader, None, ALL));
        let mut paged: Vec<T> = Vec::new();
        loop {
            let page = some(next(self.reader, paged.last().map(&key), 3));
            if page.is_empty() {
                break;
            }
            assert!(page.len() <= 3 && paged.len() < whole.len(), "{what}: pages repeat");
            paged.extend(page);
        }
        assert_eq!(paged, whole, "{what} in pages");
        assert!(some(next(self.reader, None, 0)).is_empty(), "{what}: no item was asked for");
    }

    fn lists_by_place(&self, catalog: &MemoryCatalog) {
        for (offset, limit) in [(0, ALL), (0, 1), (2, 3), (7, 500), (35, 10), (1_000_000, 5), (u64::MAX, 5), (0, 0)] {
            self.answer("tracks by place", |reader| reader.list_tracks_at(offset, limit));
            self.answer("artists by place", |reader| reader.list_artists_at(offset, limit));
            for order in ORDERS {
                self.answer("albums by place", |reader| reader.list_albums_at(order, offset, limit).map(by_place));
                self.answer("albums one by one", |reader| each(reader, AlbumsOf::Order(order), offset, limit));
            }
            for (first, last) in [(1990, 2003), (2003, 1990), (2001, 2001), (2010, 1996), (1, 2)] {
                let years =
                    |reader: &dyn CatalogReader| reader.list_albums_of_years(first, last, offset, limit).map(by_place);
                self.answer("albums of years", years);
                let of = AlbumsOf::Years { first, last };
                self.answer("albums of years one by one", |reader| each(reader, of, offset, limit));
            }
            for (first, last) in [(i32::MIN, i32::MAX), (1999, 2001), (2001, 1999), (1, 2)] {
                let ids = |reader: &dyn CatalogReader| reader.list_track_ids_of_years(first, last, limit);
                self.answer("tracks of years", ids);
            }
            for id in catalog.artists.iter().map(|artist| artist.id) {
                self.answer("an artist's albums", |reader| reader.list_artist_albums(id, offset, limit));
            }
            for id in catalog.albums.iter().map(|album| album.id) {
                let place = |offset: u64| {
                    let index = usize::try_from(offset).ok()?.checked_sub(1)?;
                    catalog.album_tracks(id).get(index).map(|track| track.album_place())
                };
                let after = place(offset);
                self.answer("an album's tracks", |reader| reader.list_album_tracks(id, after, limit));
            }
            let unknown = GenreId::new(UNKNOWN);
            for id in catalog.genres.iter().map(|genre| genre.id).chain(unknown) {
                self.answer("a genre's tracks", |reader| reader.list_genre_tracks(id, offset, limit));
                self.answer("a genre's albums", |reader| reader.list_genre_albums(id, offset, limit).map(by_place));
                self.answer("a genre's albums one by one", |reader| each(reader, AlbumsOf::Genre(id), offset, limit));
            }
        }
    }

    fn searches(&self) {
        for kind in KINDS {
            for query in QUERIES {
                for (offset, limit) in [(0, ALL), (0, 2), (2, 2), (500, 2), (0, 0)] {
                    let what = format!("{kind:?} {query} {offset} {limit}");
                    self.answer(&what, |reader| reader.search(kind, query, offset, limit));
                }
            }
        }
    }
}

/// The albums that are shown one by one.
fn each(reader: &dyn CatalogReader, of: AlbumsOf, offset: u64, limit: usize) -> ReadResult<Vec<Album>> {
    let mut albums = Vec::new();
    reader.each_album(of, offset, limit, &mut |album| albums.push(album.clone()))?;
    Ok(by_place(albums))
}

/// Albums without what lists by place need not have.
fn by_place(albums: Vec<Album>) -> Vec<Album> {
    albums.into_iter().map(|album| Album { sort_key: String::new(), ..album }).collect()
}

type Key = Option<(String, i64)>;

fn borrow(key: &Key) -> NameKey<'_> {
    key.as_ref().map(|(key, id)| (key.as_str(), *id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_reader_keeps_the_contract() {
        reader_contract(&|catalog| Box::new(FakeReader::new(catalog.clone())));
    }
}
