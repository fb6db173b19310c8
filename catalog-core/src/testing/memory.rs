//! A whole catalog as plain values: what a test's database is filled from and what it is compared with.

use std::collections::BTreeMap;

use crate::model::{
    Album, AlbumId, AnyId, Artist, ArtistId, Cover, Genre, Lyrics, Playlist, PlaylistId, Toplist, Track, TrackFile,
    TrackId,
};

/// A catalog in memory. [`CatalogDraft::finish`](super::CatalogDraft::finish) makes one in which all numbers agree.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct MemoryCatalog {
    /// By id.
    pub tracks: Vec<Track>,
    /// By id.
    pub albums: Vec<Album>,
    /// By id; those without albums too.
    pub artists: Vec<Artist>,
    /// By id.
    pub genres: Vec<Genre>,
    /// By id.
    pub playlists: Vec<Playlist>,
    /// Positions and tracks, by position.
    pub entries: BTreeMap<PlaylistId, Vec<(i64, TrackId)>>,
    /// In their order.
    pub toplists: Vec<Toplist>,
    /// By location.
    pub files: BTreeMap<TrackId, Vec<TrackFile>>,
    /// As tagged.
    pub lyrics: BTreeMap<TrackId, Vec<Lyrics>>,
    /// Pictures of albums, and of tracks that have another than their album.
    pub covers: Vec<(AnyId, Cover)>,
}

impl MemoryCatalog {
    /// One track.
    pub fn track(&self, id: TrackId) -> Option<&Track> {
        self.tracks.iter().find(|track| track.id == id)
    }

    /// One album.
    pub fn album(&self, id: AlbumId) -> Option<&Album> {
        self.albums.iter().find(|album| album.id == id)
    }

    /// One artist.
    pub fn artist(&self, id: ArtistId) -> Option<&Artist> {
        self.artists.iter().find(|artist| artist.id == id)
    }

    /// The picture that a thing has itself.
    pub fn own_cover(&self, of: AnyId) -> Option<&Cover> {
        self.covers.iter().find(|(owner, _)| *owner == of).map(|(_, cover)| cover)
    }

    /// The picture to show for a thing: a track shows its album's when it has none, an artist that of the first own
    /// album.
    pub fn shown_cover(&self, of: AnyId) -> Option<&Cover> {
        match of {
            AnyId::Track(id) => self.own_cover(of).or_else(|| {
                let album = self.track(id)?.album.as_ref()?;
                self.own_cover(AnyId::Album(album.id))
            }),
            AnyId::Artist(id) => {
                let own = self.artist_albums(id).into_iter().filter(|album| self.is_own_album(id, album));
                own.into_iter().find_map(|album| self.own_cover(AnyId::Album(album.id)))
            }
            AnyId::Album(_) | AnyId::Playlist(_) => self.own_cover(of),
        }
    }
}
