//! A catalog as a person would write it down; the numbers that follow from it are worked out here.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::MemoryCatalog;
use crate::model::{
    Advisory, Album, AlbumId, AlbumRef, AnyId, Artist, ArtistId, Cover, Credit, CreditRole, Genre, GenreId, Lyrics,
    Playlist, PlaylistId, Toplist, Track, TrackFile, TrackId,
};
use crate::search_text::sort_key;

/// What a catalog is made from.
#[derive(Clone, Debug, Default)]
pub struct CatalogDraft {
    /// The first becomes `al-1`.
    pub albums: Vec<AlbumDraft>,
    /// The first becomes `tr-1`.
    pub tracks: Vec<TrackDraft>,
    /// The first becomes `pl-1`.
    pub playlists: Vec<PlaylistDraft>,
    /// With their ids, groups and claims; the position and what the playlist says are worked out.
    pub toplists: Vec<Toplist>,
}

/// An album; its credits, counts, genres and sort key are worked out.
#[derive(Clone, Debug, Default)]
pub struct AlbumDraft {
    /// The album artists.
    pub artists: Vec<String>,
    /// Its picture; without one it shows that of its first track that has one.
    pub cover: Option<Cover>,
    /// The rest.
    pub album: Album,
}

/// A track; its credits and album are worked out.
#[derive(Clone, Debug, Default)]
pub struct TrackDraft {
    /// The performers.
    pub artists: Vec<String>,
    /// The composers.
    pub composers: Vec<String>,
    /// Other contributors: the part, the name and what a performer plays.
    pub others: Vec<(CreditRole, String, Option<String>)>,
    /// The place of its album in [`CatalogDraft::albums`].
    pub album: Option<usize>,
    /// A picture of its own.
    pub cover: Option<Cover>,
    /// The main ones first.
    pub lyrics: Vec<Lyrics>,
    /// By location.
    pub files: Vec<TrackFile>,
    /// The rest.
    pub track: Track,
}

/// A playlist; its counts and sort key are worked out, and its picture: that of its first entry that has one.
#[derive(Clone, Debug, Default)]
pub struct PlaylistDraft {
    /// Positions, rising, and places in [`CatalogDraft::tracks`].
    pub entries: Vec<(i64, usize)>,
    /// The rest.
    pub playlist: Playlist,
}

impl CatalogDraft {
    /// The catalog, with every count and credit in agreement.
    pub fn finish(self) -> MemoryCatalog {
        let mut catalog = MemoryCatalog::default();
        let mut artists = Artists::default();
        for (at, draft) in self.albums.into_iter().enumerate() {
            add_album(&mut catalog, &mut artists, at, draft);
        }
        for (at, draft) in self.tracks.into_iter().enumerate() {
            add_track(&mut catalog, &mut artists, at, draft);
        }
        sum_albums(&mut catalog);
        show_covers(&mut catalog);
        for (at, draft) in self.playlists.into_iter().enumerate() {
            add_playlist(&mut catalog, at, draft);
        }
        catalog.toplists = (0..).zip(self.toplists).map(|(position, list)| toplist(&catalog, position, list)).collect();
        add_artists(&mut catalog, artists);
        add_genres(&mut catalog);
        catalog
    }
}

/// The ids of artists in the order of their first mention.
#[derive(Default)]
struct Artists {
    names: Vec<String>,
}

impl Artists {
    fn credits(&mut self, names: &[String], role: CreditRole) -> Vec<Credit> {
        names.iter().map(|name| self.credit(name, role, None)).collect()
    }

    fn credit(&mut self, name: &str, role: CreditRole, instrument: Option<String>) -> Credit {
        Credit { artist_id: self.id(name), name: name.to_owned(), role, instrument }
    }

    fn id(&mut self, name: &str) -> ArtistId {
        let known = self.names.iter().position(|known| known == name);
        let at = known.unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        nth(at, ArtistId::new)
    }
}

/// The id of the item at a place: ids count from 1.
fn nth<T: Default>(at: usize, id: impl Fn(i64) -> Option<T>) -> T {
    i64::try_from(at + 1).ok().and_then(id).unwrap_or_default()
}

/// Names as shown, when there are any.
fn shown(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| names.join(" / "))
}

fn add_album(catalog: &mut MemoryCatalog, artists: &mut Artists, at: usize, draft: AlbumDraft) {
    let id = nth(at, AlbumId::new);
    catalog.covers.extend(draft.cover.clone().map(|cover| (AnyId::Album(id), cover)));
    catalog.albums.push(Album {
        id,
        sort_key: sort_key(draft.album.sort_name.as_deref().unwrap_or(&draft.album.name)),
        artist: shown(&draft.artists),
        credits: artists.credits(&draft.artists, CreditRole::AlbumArtist),
        ..draft.album
    });
}

fn add_track(catalog: &mut MemoryCatalog, artists: &mut Artists, at: usize, draft: TrackDraft) {
    let id = nth(at, TrackId::new);
    let album = draft.album.and_then(|at| catalog.albums.get(at)).map(|album| AlbumRef {
        id: album.id,
        name: album.name.clone(),
        artist: album.artist.clone(),
        credits: album.credits.clone(),
    });
    let mut credits = artists.credits(&draft.artists, CreditRole::Artist);
    credits.extend(artists.credits(&draft.composers, CreditRole::Composer));
    credits.extend(draft.others.into_iter().map(|(role, name, instrument)| artists.credit(&name, role, instrument)));
    let track = Track {
        id,
        artist: shown(&draft.artists),
        credits,
        composer: shown(&draft.composers),
        album: album.map(Arc::new),
        ..draft.track
    };
    catalog.tracks.push(track);
    catalog.covers.extend(draft.cover.map(|cover| (AnyId::Track(id), cover)));
    if !draft.lyrics.is_empty() {
        catalog.lyrics.insert(id, draft.lyrics);
    }
    catalog.files.insert(id, draft.files);
}

fn add_playlist(catalog: &mut MemoryCatalog, at: usize, draft: PlaylistDraft) {
    let id = nth(at, PlaylistId::new);
    let entries: Vec<(i64, TrackId)> =
        draft.entries.iter().map(|(position, track)| (*position, nth(*track, TrackId::new))).collect();
    let tracks = entries.iter().filter_map(|(_, track)| catalog.track(*track));
    let cover = entries.iter().find_map(|(_, track)| catalog.shown_cover(AnyId::Track(*track))).cloned();
    let playlist = Playlist {
        id,
        sort_key: sort_key(&draft.playlist.name),
        has_cover: cover.is_some(),
        entry_count: entries.len() as u64,
        duration_ms: tracks.filter_map(|track| track.duration_ms).sum(),
        ..draft.playlist
    };
    catalog.playlists.push(playlist);
    catalog.entries.insert(id, entries);
    catalog.covers.extend(cover.map(|cover| (AnyId::Playlist(id), cover)));
}

/// A toplist says what its playlist says.
fn toplist(catalog: &MemoryCatalog, position: u64, list: Toplist) -> Toplist {
    let Some(playlist) = catalog.playlists.iter().find(|playlist| playlist.id == list.playlist_id) else {
        return Toplist { position, ..list };
    };
    let Playlist { name, description, platform, cover_url, play_count, .. } = playlist.clone();
    Toplist { position, name, description, platform, cover_url, play_count, ..list }
}

/// An album's counts are its tracks', and its genres theirs, in the order of their ids.
fn sum_albums(catalog: &mut MemoryCatalog) {
    let mut albums = std::mem::take(&mut catalog.albums);
    for album in &mut albums {
        let mut tracks = catalog.album_tracks(album.id);
        tracks.sort_by_key(|track| track.id);
        album.song_count = tracks.len() as u64;
        album.duration_ms = tracks.iter().filter_map(|track| track.duration_ms).sum();
        album.play_count = tracks.iter().map(|track| track.play_count).sum();
        album.genres = distinct(tracks.iter().flat_map(|track| &track.genres));
        album.moods = distinct(tracks.iter().flat_map(|track| &track.moods));
        let advisories: Vec<Advisory> = tracks.iter().filter_map(|track| track.advisory).collect();
        let is_explicit = advisories.contains(&Advisory::Explicit);
        album.advisory = if is_explicit { Some(Advisory::Explicit) } else { advisories.first().copied() };
    }
    catalog.albums = albums;
}

fn distinct<'a>(values: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for value in values {
        if !all.contains(value) {
            all.push(value.clone());
        }
    }
    all
}

fn show_covers(catalog: &mut MemoryCatalog) {
    for at in 0..catalog.albums.len() {
        let id = catalog.albums[at].id;
        if catalog.own_cover(AnyId::Album(id)).is_none() {
            let tracks = catalog.album_tracks(id);
            let first = tracks.into_iter().find_map(|track| catalog.own_cover(AnyId::Track(track.id))).cloned();
            catalog.covers.extend(first.map(|cover| (AnyId::Album(id), cover)));
        }
        catalog.albums[at].has_cover = catalog.own_cover(AnyId::Album(id)).is_some();
    }
    for at in 0..catalog.tracks.len() {
        let of = AnyId::Track(catalog.tracks[at].id);
        let album = catalog.tracks[at].album.as_ref().map(|album| AnyId::Album(album.id));
        let (own, albums) = (catalog.own_cover(of), album.and_then(|album| catalog.own_cover(album)));
        let (has_cover, has_own_cover) = (own.or(albums).is_some(), own.is_some() && own != albums);
        (catalog.tracks[at].has_cover, catalog.tracks[at].has_own_cover) = (has_cover, has_own_cover);
    }
}

fn add_artists(catalog: &mut MemoryCatalog, artists: Artists) {
    let with_counts = |(at, name): (usize, String)| {
        let id = nth(at, ArtistId::new);
        Artist {
            id,
            sort_key: sort_key(&name),
            album_count: catalog.artist_albums(id).len() as u64,
            song_count: catalog.artist_tracks(id).len() as u64,
            has_cover: catalog.shown_cover(AnyId::Artist(id)).is_some(),
            roles: catalog.roles_of(id),
            name,
            ..Artist::default()
        }
    };
    catalog.artists = artists.names.into_iter().enumerate().map(with_counts).collect();
}

fn add_genres(catalog: &mut MemoryCatalog) {
    let mut counts: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for name in catalog.tracks.iter().flat_map(|track| &track.genres) {
        counts.entry(name.clone()).or_default().0 += 1;
    }
    for name in catalog.albums.iter().flat_map(|album| &album.genres) {
        counts.entry(name.clone()).or_default().1 += 1;
    }
    let genre = |(at, (name, (song_count, album_count))): (usize, (String, (u64, u64)))| Genre {
        id: nth(at, GenreId::new),
        sort_key: sort_key(&name),
        name,
        song_count,
        album_count,
    };
    catalog.genres = counts.into_iter().enumerate().map(genre).collect();
}
