//! The catalog reader in its plainest form: every answer worked out from scratch. Slow, and easy to believe.

use std::cmp::Reverse;

use super::MemoryCatalog;
use crate::model::{
    Album, AlbumId, AlbumPlace, Artist, ArtistId, ArtistInitial, Cover, Genre, GenreId, Lyrics, Playlist,
    PlaylistEntry, PlaylistId, Toplist, Track, TrackFile, TrackId,
};
use crate::ports::{
    AlbumOrder, CatalogCounts, CatalogReader, Hit, MOST_TOP_TRACKS, NameKey, PictureOf, ReadResult, SearchKind,
};
use crate::search_text::{SearchQuery, Term, document_terms, index_letter, sort_key};

/// A reader over a catalog in memory.
#[derive(Clone, Debug)]
pub struct FakeReader {
    catalog: MemoryCatalog,
}

impl FakeReader {
    /// A reader of `catalog`.
    pub fn new(catalog: MemoryCatalog) -> Self {
        Self { catalog }
    }

    fn genre(&self, id: GenreId) -> Option<&Genre> {
        self.catalog.genres.iter().find(|genre| genre.id == id)
    }

    fn playlist(&self, id: PlaylistId) -> Option<&Playlist> {
        self.catalog.playlists.iter().find(|playlist| playlist.id == id)
    }

    fn entry(&self, (position, id): (i64, TrackId)) -> Option<PlaylistEntry> {
        self.catalog.track(id).map(|track| PlaylistEntry { position, track: track.clone() })
    }

    /// Everything of a kind that a search looks at.
    fn documents(&self, kind: SearchKind) -> Vec<Document<'_>> {
        let catalog = &self.catalog;
        match kind {
            SearchKind::Artist => catalog.artists.iter().map(Document::of_artist).collect(),
            SearchKind::Album => catalog.albums.iter().map(Document::of_album).collect(),
            SearchKind::Track => catalog.tracks.iter().map(Document::of_track).collect(),
            SearchKind::Playlist => catalog.playlists.iter().map(Document::of_playlist).collect(),
        }
    }
}

/// What a search knows of a thing.
struct Document<'a> {
    number: i64,
    popularity: u64,
    /// What lists sort it by; tracks stand in none.
    sort_key: Option<&'a str>,
    names: Vec<&'a str>,
}

impl<'a> Document<'a> {
    fn of_artist(artist: &'a Artist) -> Self {
        let (number, sort_key) = (artist.id.number(), Some(artist.sort_key.as_str()));
        Self { number, popularity: artist.song_count, sort_key, names: names(&artist.name, None) }
    }

    fn of_album(album: &'a Album) -> Self {
        let (number, sort_key) = (album.id.number(), Some(album.sort_key.as_str()));
        Self { number, popularity: album.song_count, sort_key, names: names(&album.name, album.artist.as_deref()) }
    }

    fn of_track(track: &'a Track) -> Self {
        let names = names(&track.title, track.artist.as_deref());
        Self { number: track.id.number(), popularity: track.play_count, sort_key: None, names }
    }

    fn of_playlist(list: &'a Playlist) -> Self {
        let (number, sort_key) = (list.id.number(), Some(list.sort_key.as_str()));
        Self { number, popularity: list.play_count, sort_key, names: names(&list.name, None) }
    }
}

/// What a thing is found by: its name and its artists.
fn names<'a>(name: &'a str, artists: Option<&'a str>) -> Vec<&'a str> {
    std::iter::once(name).chain(artists.into_iter().flat_map(|artists| artists.split(" / "))).collect()
}

/// The items of a page.
fn page<'a, T: Clone + 'a>(items: impl IntoIterator<Item = &'a T>, offset: u64, limit: usize) -> Vec<T> {
    items.into_iter().skip(usize::try_from(offset).unwrap_or(usize::MAX)).take(limit).cloned().collect()
}

/// The items behind a key.
fn behind<'a, T: Clone + 'a>(
    items: Vec<&'a T>,
    after: NameKey<'_>,
    limit: usize,
    key: impl Fn(&'a T) -> (&'a str, i64),
) -> Vec<T> {
    page(items.into_iter().filter(|item| after.is_none_or(|after| key(item) > after)), 0, limit)
}

/// Whether a thing has all terms of an alternative, and each stretch in one piece.
fn matches(query: &SearchQuery, names: &[&str]) -> bool {
    let terms: String = names.iter().map(|name| document_terms(name)).collect();
    let has = |wanted: &Term| {
        terms.split_whitespace().any(|term| match wanted {
            Term::Exact(text) => term == text,
            Term::Prefix(start) => term.starts_with(start),
        })
    };
    query.alternatives().iter().any(|wanted| wanted.iter().all(has)) && query.is_whole_in(names.iter().copied())
}

impl CatalogReader for FakeReader {
    fn counts(&self) -> ReadResult<CatalogCounts> {
        Ok(CatalogCounts {
            tracks: self.catalog.tracks.len() as u64,
            albums: self.catalog.albums.len() as u64,
            artists: self.catalog.listed_artists().len() as u64,
            playlists: self.catalog.playlists.len() as u64,
            genres: self.catalog.genres.len() as u64,
            dated_albums: self.catalog.albums_in(AlbumOrder::ByYear).len() as u64,
        })
    }

    fn find_track(&self, id: TrackId) -> ReadResult<Option<Track>> {
        Ok(self.catalog.track(id).cloned())
    }

    fn find_tracks(&self, ids: &[TrackId]) -> ReadResult<Vec<Track>> {
        Ok(ids.iter().filter_map(|id| self.catalog.track(*id)).cloned().collect())
    }

    fn list_tracks(&self, after: Option<TrackId>, limit: usize) -> ReadResult<Vec<Track>> {
        Ok(page(self.catalog.tracks.iter().filter(|track| Some(track.id) > after), 0, limit))
    }

    fn list_tracks_at(&self, offset: u64, limit: usize) -> ReadResult<Vec<Track>> {
        Ok(page(&self.catalog.tracks, offset, limit))
    }

    fn list_artist_tracks(&self, id: ArtistId, after: Option<TrackId>, limit: usize) -> ReadResult<Vec<Track>> {
        Ok(page(self.catalog.artist_tracks(id).into_iter().filter(|track| Some(track.id) > after), 0, limit))
    }

    fn list_loose_tracks(&self, id: ArtistId) -> ReadResult<Vec<Track>> {
        Ok(self.catalog.loose_tracks(id).into_iter().cloned().collect())
    }

    fn list_top_tracks(&self, id: ArtistId, limit: usize) -> ReadResult<Vec<TrackId>> {
        let tracks = self.catalog.top_tracks(id).into_iter().take(limit.min(MOST_TOP_TRACKS));
        Ok(tracks.map(|track| track.id).collect())
    }

    fn list_genre_tracks(&self, id: GenreId, offset: u64, limit: usize) -> ReadResult<Vec<Track>> {
        let genre = self.genre(id);
        Ok(genre.map_or_else(Vec::new, |genre| page(self.catalog.genre_tracks(genre), offset, limit)))
    }

    fn list_album_tracks(&self, id: AlbumId, after: Option<AlbumPlace>, limit: usize) -> ReadResult<Vec<Track>> {
        let behind = |track: &&Track| Some(track.album_place()) > after;
        Ok(page(self.catalog.album_tracks(id).into_iter().filter(behind), 0, limit))
    }

    fn list_track_ids_of_years(&self, first: i32, last: i32, limit: usize) -> ReadResult<Vec<TrackId>> {
        let dated = self.catalog.tracks.iter().filter_map(|track| Some((track.year?, track.id)));
        let mut wanted: Vec<_> = dated.filter(|(year, _)| (first..=last).contains(year)).collect();
        wanted.sort_unstable();
        Ok(wanted.into_iter().take(limit).map(|(_, id)| id).collect())
    }

    fn list_track_files(&self, id: TrackId) -> ReadResult<Vec<TrackFile>> {
        Ok(self.catalog.files.get(&id).cloned().unwrap_or_default())
    }

    fn list_lyrics(&self, id: TrackId) -> ReadResult<Vec<Lyrics>> {
        Ok(self.catalog.lyrics.get(&id).cloned().unwrap_or_default())
    }

    fn find_album(&self, id: AlbumId) -> ReadResult<Option<Album>> {
        Ok(self.catalog.album(id).cloned())
    }

    fn find_album_with_tracks(&self, id: AlbumId) -> ReadResult<Option<(Album, Vec<Track>)>> {
        let album = self.find_album(id)?;
        Ok(album.map(|album| (album, page(self.catalog.album_tracks(id), 0, usize::MAX))))
    }

    fn find_albums(&self, ids: &[AlbumId]) -> ReadResult<Vec<Album>> {
        Ok(ids.iter().filter_map(|id| self.catalog.album(*id)).cloned().collect())
    }

    fn list_albums(&self, after: NameKey<'_>, limit: usize) -> ReadResult<Vec<Album>> {
        let albums = self.catalog.albums_in(AlbumOrder::ByName);
        Ok(behind(albums, after, limit, |album| (&album.sort_key, album.id.number())))
    }

    fn list_albums_at(&self, order: AlbumOrder, offset: u64, limit: usize) -> ReadResult<Vec<Album>> {
        Ok(page(self.catalog.albums_in(order), offset, limit))
    }

    fn list_albums_of_years(&self, first: i32, last: i32, offset: u64, limit: usize) -> ReadResult<Vec<Album>> {
        let mut albums = self.catalog.albums_in(AlbumOrder::ByYear);
        albums.retain(|album| album.year.is_some_and(|year| (first.min(last)..=first.max(last)).contains(&year)));
        if first > last {
            albums.reverse();
        }
        Ok(page(albums, offset, limit))
    }

    fn list_genre_albums(&self, id: GenreId, offset: u64, limit: usize) -> ReadResult<Vec<Album>> {
        let genre = self.genre(id);
        Ok(genre.map_or_else(Vec::new, |genre| page(self.catalog.genre_albums(genre), offset, limit)))
    }

    fn list_artist_albums(&self, id: ArtistId, offset: u64, limit: usize) -> ReadResult<Vec<Album>> {
        Ok(page(self.catalog.artist_albums(id), offset, limit))
    }

    fn find_artist(&self, id: ArtistId) -> ReadResult<Option<Artist>> {
        Ok(self.catalog.artist(id).cloned())
    }

    fn find_artists(&self, ids: &[ArtistId]) -> ReadResult<Vec<Artist>> {
        Ok(ids.iter().filter_map(|id| self.catalog.artist(*id)).cloned().collect())
    }

    fn list_similar_artists(&self, id: ArtistId) -> ReadResult<Vec<ArtistId>> {
        Ok(self.catalog.similar_artists(id).into_iter().map(|artist| artist.id).collect())
    }

    fn list_artists(&self, after: NameKey<'_>, limit: usize) -> ReadResult<Vec<Artist>> {
        Ok(behind(self.catalog.listed_artists(), after, limit, |artist| (&artist.sort_key, artist.id.number())))
    }

    fn list_artists_at(&self, offset: u64, limit: usize) -> ReadResult<Vec<Artist>> {
        Ok(page(self.catalog.listed_artists(), offset, limit))
    }

    fn list_artist_initials(&self) -> ReadResult<Vec<ArtistInitial>> {
        let mut initials: Vec<ArtistInitial> = Vec::new();
        for artist in self.catalog.listed_artists() {
            let index_key = index_letter(&artist.sort_key);
            match initials.iter_mut().find(|initial| initial.index_key == index_key) {
                Some(initial) => initial.artists.push(artist.clone()),
                None => initials.push(ArtistInitial { index_key, artists: vec![artist.clone()] }),
            }
        }
        Ok(initials)
    }

    fn list_genres(&self, after: NameKey<'_>, limit: usize) -> ReadResult<Vec<Genre>> {
        Ok(behind(self.catalog.genres_by_name(), after, limit, |genre| (&genre.sort_key, genre.id.number())))
    }

    fn find_genre(&self, id: GenreId) -> ReadResult<Option<Genre>> {
        Ok(self.genre(id).cloned())
    }

    fn find_genre_named(&self, name: &str) -> ReadResult<Option<Genre>> {
        Ok(self.catalog.genres.iter().find(|genre| genre.name == name).cloned())
    }

    fn list_playlists(&self, after: NameKey<'_>, limit: usize) -> ReadResult<Vec<Playlist>> {
        Ok(behind(self.catalog.playlists_by_name(), after, limit, |list| (&list.sort_key, list.id.number())))
    }

    fn find_playlist(&self, id: PlaylistId) -> ReadResult<Option<Playlist>> {
        Ok(self.playlist(id).cloned())
    }

    fn find_playlists(&self, ids: &[PlaylistId]) -> ReadResult<Vec<Playlist>> {
        Ok(ids.iter().filter_map(|id| self.playlist(*id)).cloned().collect())
    }

    fn list_playlist_entries(
        &self,
        id: PlaylistId,
        after: Option<i64>,
        limit: usize,
    ) -> ReadResult<Vec<PlaylistEntry>> {
        let entries = self.catalog.entries.get(&id).into_iter().flatten();
        let behind = entries.filter(|(position, _)| after.is_none_or(|after| *position > after));
        Ok(behind.take(limit).filter_map(|entry| self.entry(*entry)).collect())
    }

    fn list_toplists(&self, after: Option<u64>, limit: usize) -> ReadResult<Vec<Toplist>> {
        Ok(page(self.catalog.toplists.iter().filter(|list| Some(list.position) > after), 0, limit))
    }

    fn find_toplist(&self, id: &str) -> ReadResult<Option<Toplist>> {
        Ok(self.catalog.toplists.iter().find(|list| list.id == id).cloned())
    }

    fn search(&self, kind: SearchKind, query: &str, offset: u64, limit: usize) -> ReadResult<Vec<Hit>> {
        if query.trim().is_empty() {
            return Ok(Vec::new());
        }
        let (words, key) = (SearchQuery::parse(query), sort_key(query));
        let has_words = |document: &Document<'_>| words.as_ref().is_some_and(|words| matches(words, &document.names));
        let is_called = |document: &Document<'_>| document.sort_key == Some(&key);
        let mut found = self.documents(kind);
        found.retain(|document| is_called(document) || has_words(document));
        found.sort_by_key(|document| (!is_called(document), Reverse(document.popularity), document.number));
        let hits: Vec<Hit> = found.into_iter().map(|document| document.number).collect();
        Ok(page(&hits, offset, limit))
    }

    fn find_cover(&self, of: PictureOf) -> ReadResult<Option<Cover>> {
        Ok(self.catalog.shown_cover(of).cloned())
    }
}
