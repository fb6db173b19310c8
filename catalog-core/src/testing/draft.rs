//! A catalog as a person would write it down; the numbers that follow from it are worked out here.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::MemoryCatalog;
use crate::model::{
    Album, AlbumId, AlbumRef, AnyId, Artist, ArtistId, Cover, Credit, CreditRole, Genre, GenreId, Playlist, PlaylistId,
    Toplist, Track, TrackFile, TrackId,
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
    /// With their ids; the position is worked out.
    pub toplists: Vec<Toplist>,
}

/// An album; its credits, counts and sort key are worked out.
#[derive(Clone, Debug, Default)]
pub struct AlbumDraft {
    /// The album artists.
    pub artists: Vec<String>,
    /// Its picture.
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
    /// The place of its album in [`CatalogDraft::albums`].
    pub album: Option<usize>,
    /// A picture of its own.
    pub cover: Option<Cover>,
    /// As tagged.
    pub lyrics: Option<String>,
    /// By location.
    pub files: Vec<TrackFile>,
    /// The rest.
    pub track: Track,
}

/// A playlist; its counts and sort key are worked out.
#[derive(Clone, Debug, Default)]
pub struct PlaylistDraft {
    /// Positions, rising, and places in [`CatalogDraft::tracks`].
    pub entries: Vec<(i64, usize)>,
    /// Its picture.
    pub cover: Option<Cover>,
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
        for (at, draft) in self.playlists.into_iter().enumerate() {
            add_playlist(&mut catalog, at, draft);
        }
        catalog.toplists = (0..).zip(self.toplists).map(|(position, list)| Toplist { position, ..list }).collect();
        sum_albums(&mut catalog);
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
        names.iter().map(|name| Credit { artist_id: self.id(name), name: name.clone(), role }).collect()
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
        has_cover: draft.cover.is_some(),
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
    let album_cover = album.as_ref().and_then(|album| catalog.own_cover(AnyId::Album(album.id)));
    let mut credits = artists.credits(&draft.artists, CreditRole::Artist);
    credits.extend(artists.credits(&draft.composers, CreditRole::Composer));
    let track = Track {
        id,
        artist: shown(&draft.artists),
        credits,
        has_cover: draft.cover.is_some() || album_cover.is_some(),
        has_own_cover: draft.cover.is_some() && draft.cover.as_ref() != album_cover,
        composer: shown(&draft.composers),
        album: album.map(Arc::new),
        ..draft.track
    };
    catalog.tracks.push(track);
    catalog.covers.extend(draft.cover.map(|cover| (AnyId::Track(id), cover)));
    catalog.lyrics.extend(draft.lyrics.map(|lyrics| (id, lyrics)));
    catalog.files.insert(id, draft.files);
}

fn add_playlist(catalog: &mut MemoryCatalog, at: usize, draft: PlaylistDraft) {
    let id = nth(at, PlaylistId::new);
    let entries: Vec<(i64, TrackId)> =
        draft.entries.iter().map(|(position, track)| (*position, nth(*track, TrackId::new))).collect();
    let tracks = entries.iter().filter_map(|(_, track)| catalog.track(*track));
    catalog.playlists.push(Playlist {
        id,
        sort_key: sort_key(&draft.playlist.name),
        has_cover: draft.cover.is_some(),
        entry_count: entries.len() as u64,
        duration_ms: tracks.filter_map(|track| track.duration_ms).sum(),
        ..draft.playlist
    });
    catalog.entries.insert(id, entries);
    catalog.covers.extend(draft.cover.map(|cover| (AnyId::Playlist(id), cover)));
}

fn sum_albums(catalog: &mut MemoryCatalog) {
    let sums: Vec<(u64, u64)> = catalog.albums.iter().map(|album| sum(&catalog.album_tracks(album.id))).collect();
    for (album, (song_count, duration_ms)) in catalog.albums.iter_mut().zip(sums) {
        (album.song_count, album.duration_ms) = (song_count, duration_ms);
    }
}

fn sum(tracks: &[&Track]) -> (u64, u64) {
    (tracks.len() as u64, tracks.iter().filter_map(|track| track.duration_ms).sum())
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
