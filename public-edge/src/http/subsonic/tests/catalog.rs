//! A small catalog in memory: an album with everything on it, one with nothing, a song on no album, a playlist.

use catalog_core::model::{
    Album, AlbumId, AlbumRef, Artist, ArtistId, ArtistInitial, Cover, Credit, CreditRole, DiscTitle, Genre, GenreId,
    Playlist, PlaylistEntry, PlaylistId, ReplayGain, Toplist, Track, TrackFile, TrackId,
};
use catalog_core::ports::{AlbumOrder, CatalogCounts, CatalogReader, Hit, NameKey, PictureOf, ReadResult, SearchKind};

/// The catalog.
pub(super) struct SampleCatalog {
    artists: Vec<Artist>,
    albums: Vec<Album>,
    tracks: Vec<Track>,
    genre: Genre,
    playlist: Playlist,
}

const BJORK: &str = "Björk & <Friends>";

fn artist(number: i64, name: &str, albums: u64) -> Artist {
    let id = ArtistId::new(number).expect("an id");
    let musicbrainz_id = (number == 1).then(|| "87c5dedd-371d-4a53-9f7f-80522fb7f3cb".to_owned());
    let has_cover = number == 1;
    Artist { id, name: name.into(), album_count: albums, song_count: 1, has_cover, musicbrainz_id, ..Artist::default() }
}

fn credit(artist: i64, name: &str, role: CreditRole) -> Credit {
    Credit { artist_id: ArtistId::new(artist).expect("an id"), name: name.into(), role }
}

fn albums() -> Vec<Album> {
    let full = Album {
        id: AlbumId::new(1).expect("an id"),
        name: "Homogenic \"Live\"".into(),
        artist: Some(BJORK.into()),
        credits: vec![credit(1, BJORK, CreditRole::AlbumArtist)],
        year: Some(1997),
        release_date: Some("1997-09-22".into()),
        original_date: Some("1997".into()),
        song_count: 2,
        duration_ms: 305_900,
        genres: vec!["Rock".into(), "Art pop".into()],
        has_cover: true,
        added_at: 1_700_000_000,
        disc_titles: vec![DiscTitle { disc_number: 1, title: "Day".into() }],
        ..Album::default()
    };
    let bare = Album {
        id: AlbumId::new(2).expect("an id"),
        name: "七里香".into(),
        artist: Some("周杰伦".into()),
        credits: vec![credit(2, "周杰伦", CreditRole::AlbumArtist)],
        song_count: 1,
        is_compilation: true,
        added_at: 1_600_000_000,
        ..Album::default()
    };
    vec![full, bare]
}

fn on(album: &Album) -> AlbumRef {
    let Album { id, name, artist, credits, .. } = album.clone();
    AlbumRef { id, name, artist, credits }
}

fn tracks(albums: &[Album]) -> Vec<Track> {
    let full = Track {
        id: TrackId::new(1).expect("an id"),
        title: "Jóga / <Remix>".into(),
        sort_title: Some("Joga".into()),
        artist: Some(BJORK.into()),
        credits: vec![credit(1, BJORK, CreditRole::Artist), credit(3, "Sjón", CreditRole::Composer)],
        album: Some(on(&albums[0])),
        disc_number: Some(1),
        track_number: Some(2),
        year: Some(1997),
        genres: vec!["Rock".into(), "Art pop".into()],
        duration_ms: Some(305_400),
        ext: Some("flac".into()),
        file_size_bytes: Some(31_415_926),
        bit_rate_kbps: Some(920),
        sample_rate_hz: Some(44_100),
        bit_depth: Some(16),
        channels: Some(2),
        play_count: 3,
        has_cover: true,
        has_own_cover: true,
        added_at: 1_700_000_000,
        bpm: Some(87),
        comment: Some("line one\nline two".into()),
        composer: Some("Sjón".into()),
        isrcs: vec!["GBAAA9700001".into()],
        musicbrainz_id: Some("ba2fb2b5-1d4c-4b9c-8d5b-7cd2f4d2c5e1".into()),
        replay_gain: ReplayGain { track_gain_db: Some(-7.5), track_peak: Some(0.988), ..ReplayGain::default() },
    };
    let id = |number| TrackId::new(number).expect("an id");
    let on_first =
        Track { id: id(2), title: "Hunter".into(), album: Some(on(&albums[0])), has_cover: true, ..full.clone() };
    let on_second = Track { id: id(3), title: "七里香".into(), album: Some(on(&albums[1])), ..Track::default() };
    let credits = vec![credit(1, BJORK, CreditRole::Artist)];
    let loose = Track { id: id(4), title: "Oceania".into(), credits, year: Some(2004), ..Track::default() };
    vec![full, Track { has_own_cover: false, ..on_first }, on_second, loose]
}

impl SampleCatalog {
    pub(super) fn new() -> Self {
        let albums = albums();
        let tracks = tracks(&albums);
        let genre = Genre {
            id: GenreId::new(1).expect("an id"),
            name: "Rock".into(),
            song_count: 2,
            album_count: 1,
            ..Genre::default()
        };
        let playlist = Playlist {
            id: PlaylistId::new(1).expect("an id"),
            name: "Twice & again".into(),
            description: Some("One song, two times".into()),
            has_cover: true,
            entry_count: 2,
            duration_ms: 610_800,
            ..Playlist::default()
        };
        let artists = vec![artist(1, BJORK, 1), artist(2, "周杰伦", 1), artist(3, "Sjón", 0)];
        Self { artists, albums, tracks, genre, playlist }
    }
}

fn page<T: Clone>(items: &[T], offset: u64, limit: usize) -> Vec<T> {
    items.iter().skip(usize::try_from(offset).unwrap_or(usize::MAX)).take(limit).cloned().collect()
}

fn with<T: Clone>(items: &[T], is_wanted: impl Fn(&T) -> bool) -> Vec<T> {
    items.iter().filter(|item| is_wanted(item)).cloned().collect()
}

impl CatalogReader for SampleCatalog {
    fn counts(&self) -> ReadResult<CatalogCounts> {
        Ok(CatalogCounts { tracks: 4, albums: 2, artists: 2, playlists: 1, genres: 1, dated_albums: 1 })
    }
    fn find_track(&self, id: TrackId) -> ReadResult<Option<Track>> {
        Ok(with(&self.tracks, |track| track.id == id).pop())
    }
    fn find_tracks(&self, ids: &[TrackId]) -> ReadResult<Vec<Track>> {
        Ok(with(&self.tracks, |track| ids.contains(&track.id)))
    }
    fn list_tracks(&self, _: Option<TrackId>, _: usize) -> ReadResult<Vec<Track>> {
        Ok(self.tracks.clone())
    }
    fn list_tracks_at(&self, offset: u64, limit: usize) -> ReadResult<Vec<Track>> {
        Ok(page(&self.tracks, offset, limit))
    }
    fn list_album_tracks(&self, id: AlbumId) -> ReadResult<Vec<Track>> {
        Ok(with(&self.tracks, |track| track.album.as_ref().is_some_and(|album| album.id == id)))
    }
    fn list_artist_tracks(&self, id: ArtistId, _: Option<TrackId>, limit: usize) -> ReadResult<Vec<Track>> {
        let performs = |credit: &Credit| credit.artist_id == id && credit.role == CreditRole::Artist;
        Ok(page(&with(&self.tracks, |track| track.credits.iter().any(performs)), 0, limit))
    }
    fn list_genre_tracks(&self, _: GenreId, offset: u64, limit: usize) -> ReadResult<Vec<Track>> {
        Ok(page(&self.tracks[..2], offset, limit))
    }
    fn list_track_files(&self, _: TrackId) -> ReadResult<Vec<TrackFile>> {
        Ok(Vec::new())
    }
    fn find_lyrics(&self, id: TrackId) -> ReadResult<Option<String>> {
        Ok((id.number() == 1).then(|| "[00:01.50]Emotional landscapes\n[00:05.00]they puzzle me".to_owned()))
    }
    fn find_album(&self, id: AlbumId) -> ReadResult<Option<Album>> {
        Ok(with(&self.albums, |album| album.id == id).pop())
    }
    fn find_albums(&self, ids: &[AlbumId]) -> ReadResult<Vec<Album>> {
        Ok(with(&self.albums, |album| ids.contains(&album.id)))
    }
    fn list_albums(&self, _: NameKey<'_>, _: usize) -> ReadResult<Vec<Album>> {
        Ok(self.albums.clone())
    }
    fn list_albums_at(&self, _: AlbumOrder, offset: u64, limit: usize) -> ReadResult<Vec<Album>> {
        Ok(page(&self.albums, offset, limit))
    }
    fn list_albums_of_years(&self, first: i32, last: i32, offset: u64, limit: usize) -> ReadResult<Vec<Album>> {
        let years = first.min(last)..=first.max(last);
        Ok(page(&with(&self.albums, |album| album.year.is_some_and(|year| years.contains(&year))), offset, limit))
    }
    fn list_genre_albums(&self, _: GenreId, offset: u64, limit: usize) -> ReadResult<Vec<Album>> {
        Ok(page(&self.albums[..1], offset, limit))
    }
    fn list_artist_albums(&self, id: ArtistId) -> ReadResult<Vec<Album>> {
        Ok(with(&self.albums, |album| album.credits.iter().any(|credit| credit.artist_id == id)))
    }
    fn find_artist(&self, id: ArtistId) -> ReadResult<Option<Artist>> {
        Ok(with(&self.artists, |artist| artist.id == id).pop())
    }
    fn find_artists(&self, ids: &[ArtistId]) -> ReadResult<Vec<Artist>> {
        Ok(with(&self.artists, |artist| ids.contains(&artist.id)))
    }
    fn list_artists(&self, _: NameKey<'_>, limit: usize) -> ReadResult<Vec<Artist>> {
        self.list_artists_at(0, limit)
    }
    fn list_artists_at(&self, offset: u64, limit: usize) -> ReadResult<Vec<Artist>> {
        Ok(page(&self.artists[..2], offset, limit))
    }
    fn list_artist_initials(&self) -> ReadResult<Vec<ArtistInitial>> {
        let letters = ["B", "Z"].into_iter().zip(&self.artists);
        Ok(letters
            .map(|(key, artist)| ArtistInitial { index_key: key.into(), artists: vec![artist.clone()] })
            .collect())
    }
    fn list_genres(&self) -> ReadResult<Vec<Genre>> {
        Ok(vec![self.genre.clone()])
    }
    fn find_genre(&self, id: GenreId) -> ReadResult<Option<Genre>> {
        Ok(Some(self.genre.clone()).filter(|genre| genre.id == id))
    }
    fn find_genre_named(&self, name: &str) -> ReadResult<Option<Genre>> {
        Ok(Some(self.genre.clone()).filter(|genre| genre.name == name))
    }
    fn list_playlists(&self, _: NameKey<'_>, _: usize) -> ReadResult<Vec<Playlist>> {
        Ok(vec![self.playlist.clone()])
    }
    fn find_playlist(&self, id: PlaylistId) -> ReadResult<Option<Playlist>> {
        Ok(Some(self.playlist.clone()).filter(|playlist| playlist.id == id))
    }
    fn find_playlists(&self, _: &[PlaylistId]) -> ReadResult<Vec<Playlist>> {
        Ok(vec![self.playlist.clone()])
    }
    fn list_playlist_entries(&self, _: PlaylistId, _: Option<i64>, _: usize) -> ReadResult<Vec<PlaylistEntry>> {
        Ok([1, 2].map(|position| PlaylistEntry { position, track: self.tracks[0].clone() }).into())
    }
    fn list_toplists(&self, _: Option<u64>, _: usize) -> ReadResult<Vec<Toplist>> {
        Ok(Vec::new())
    }
    fn find_toplist(&self, _: &str) -> ReadResult<Option<Toplist>> {
        Ok(None)
    }
    fn search(&self, kind: SearchKind, query: &str, offset: u64, limit: usize) -> ReadResult<Vec<Hit>> {
        let names: Vec<(Hit, &str)> = match kind {
            SearchKind::Artist => {
                self.artists.iter().map(|artist| (artist.id.number(), artist.name.as_str())).collect()
            }
            SearchKind::Album => self.albums.iter().map(|album| (album.id.number(), album.name.as_str())).collect(),
            SearchKind::Track => self.tracks.iter().map(|track| (track.id.number(), track.title.as_str())).collect(),
            SearchKind::Playlist => vec![(1, self.playlist.name.as_str())],
        };
        let hits: Vec<_> = names.into_iter().filter(|(_, name)| name.contains(query)).map(|(id, _)| id).collect();
        Ok(page(&hits, offset, limit))
    }
    fn find_cover(&self, _: PictureOf) -> ReadResult<Option<Cover>> {
        Ok(None)
    }
}
