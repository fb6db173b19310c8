//! Orders and lists: where everything stands, computed once for both inputs.

use catalog_core::search_text;
use catalog_core::similar_artists::{Performer, Scene};
use snapshot_format::read_schema::AlbumList;
use snapshot_format::row_json::RoleJson;

use super::BuildError;
use super::collect::{AlbumSum, Collected, Tracks};
use super::input::{AlbumRow, ArtistRow, CatalogInput, GenreRow};
use super::roles::Roles;

/// Everything that the rows are written from. Albums, artists and genres are known by their place.
pub(super) struct Derived {
    pub(super) tracks: Tracks,
    pub(super) albums: Vec<AlbumRow>,
    pub(super) album_sums: Vec<AlbumSum>,
    pub(super) album_keys: Vec<Box<str>>,
    /// The place of each album in the order by name.
    pub(super) album_name_ranks: Vec<u32>,
    pub(super) artists: Vec<ArtistRow>,
    pub(super) artist_keys: Vec<Box<str>>,
    pub(super) artist_roles: Vec<Roles>,
    /// Every artist whose name a reader can meet.
    pub(super) artist_is_shown: Vec<bool>,
    /// Those that lists show, in order.
    pub(super) listed_artists: Vec<u32>,
    /// Artist, album and whether it is the artist's own, in the order to write.
    pub(super) artist_albums: Vec<(u32, u32, bool)>,
    pub(super) artist_tracks: Vec<(u32, u32)>,
    pub(super) genres: Vec<GenreRow>,
    pub(super) genre_tracks: Vec<(u32, u32)>,
    /// Who is like whom.
    pub(super) scene: Scene,
}

impl Derived {
    /// Reads the remaining lists of an input and puts everything in order.
    pub(super) fn new(input: &mut dyn CatalogInput, collected: Collected) -> Result<Self, BuildError> {
        let (albums, artists, genres) = (input.albums()?, input.artists()?, input.genres()?);
        let Collected { tracks, mut album_sums, mut artist_tracks, mut artist_roles, mut genre_tracks, .. } = collected;
        artist_roles.resize(artists.len(), Roles::default());
        album_sums.resize(albums.len(), AlbumSum::default());
        artist_tracks.sort_unstable();
        artist_tracks.dedup();
        genre_tracks.sort_unstable();
        genre_tracks.dedup();
        let scene = Scene::new(performers(artists.len(), &artist_tracks, &tracks), &collected.performer_albums);
        let album_keys = albums.iter().map(|album| key(album.sort_name.as_deref().unwrap_or(&album.name))).collect();
        let artist_keys = artists.iter().map(artist_key).collect();
        let mut derived = Self {
            tracks,
            album_name_ranks: vec![0; albums.len()],
            albums,
            album_sums,
            album_keys,
            artist_is_shown: vec![false; artists.len()],
            artists,
            artist_keys,
            artist_roles,
            listed_artists: Vec::new(),
            artist_albums: Vec::new(),
            artist_tracks,
            genres,
            genre_tracks,
            scene,
        };
        derived.rank_albums();
        derived.link_artists(collected.performer_albums, collected.contributor_albums);
        Ok(derived)
    }

    /// Whether an album has any track to show.
    pub(super) fn is_album_shown(&self, album: u32) -> bool {
        self.album_sums[album as usize].song_count > 0
    }

    fn shown_albums(&self) -> Vec<u32> {
        (0..place(self.albums.len())).filter(|album| self.is_album_shown(*album)).collect()
    }

    fn rank_albums(&mut self) {
        for (rank, album) in (0..).zip(self.list_albums(AlbumList::ByName)) {
            self.album_name_ranks[album as usize] = rank;
        }
    }

    /// The albums of a list, in its order.
    pub(super) fn list_albums(&self, list: AlbumList) -> Vec<u32> {
        let mut albums = self.shown_albums();
        let id = |album: &u32| self.albums[*album as usize].id;
        let rank = |album: &u32| self.album_name_ranks[*album as usize];
        match list {
            AlbumList::ByName => {
                let key = |album: &u32| (&*self.album_keys[*album as usize], id(album));
                albums.sort_unstable_by(|one, other| key(one).cmp(&key(other)));
            }
            AlbumList::ByArtist => {
                let keys: Vec<String> = self.albums.iter().map(|album| self.album_artist_key(album)).collect();
                // Artists whose names sort alike are kept apart all the same.
                let artist =
                    |album: &u32| self.albums[*album as usize].artists.first().map(|at| self.artists[*at as usize].id);
                let key = |album: &u32| (&keys[*album as usize], artist(album), self.year_or_last(*album), rank(album));
                albums.sort_unstable_by(|one, other| key(one).cmp(&key(other)));
            }
            AlbumList::Newest => {
                albums.sort_unstable_by_key(|album| (-self.albums[*album as usize].added_at, -id(album)));
            }
            AlbumList::ByYear => {
                albums.retain(|album| self.albums[*album as usize].year.is_some());
                albums.sort_unstable_by_key(|album| (self.albums[*album as usize].year, rank(album)));
            }
            AlbumList::MostPlayed => {
                albums.sort_unstable_by_key(|album| {
                    (u64::MAX - self.album_sums[*album as usize].play_count, rank(album))
                });
            }
        }
        albums
    }

    /// Albums without an artist come last.
    fn album_artist_key(&self, album: &AlbumRow) -> String {
        match (album.artists.first(), &album.artist) {
            (Some(artist), _) => self.artist_keys[*artist as usize].to_string(),
            (None, Some(shown)) => search_text::sort_key(shown),
            (None, None) => "\u{7f}".to_owned(),
        }
    }

    fn year_or_last(&self, album: u32) -> i32 {
        self.albums[album as usize].year.unwrap_or(i32::MAX)
    }

    fn link_artists(&mut self, performers: Vec<(u32, u32)>, contributors: Vec<(u32, u32)>) {
        let mut own: Vec<(u32, u32)> = Vec::new();
        for album in self.shown_albums() {
            own.extend(self.albums[album as usize].artists.iter().map(|artist| (*artist, album)));
        }
        own.sort_unstable();
        own.dedup();
        for (artist, _) in &own {
            self.artist_roles[*artist as usize].add(RoleJson::AlbumArtist);
        }
        let mut is_listed = vec![false; self.artists.len()];
        for (artist, _) in own.iter().chain(&performers).chain(&self.artist_tracks) {
            is_listed[*artist as usize] = true;
        }
        let is_others = |link: &(u32, u32)| own.binary_search(link).is_err();
        let others: Vec<(u32, u32)> = performers.into_iter().chain(contributors).filter(is_others).collect();
        self.artist_albums = self.order_artist_albums(&own, others);
        self.note_shown();
        self.listed_artists = (0..place(self.artists.len())).filter(|artist| is_listed[*artist as usize]).collect();
        let key = |artist: &u32| (&*self.artist_keys[*artist as usize], self.artists[*artist as usize].id);
        self.listed_artists.sort_unstable_by(|one, other| key(one).cmp(&key(other)));
    }

    /// Of each artist the own albums, then the others, by year and name.
    fn order_artist_albums(&self, own: &[(u32, u32)], others: Vec<(u32, u32)>) -> Vec<(u32, u32, bool)> {
        let mut by_year = self.shown_albums();
        by_year.sort_unstable_by_key(|album| (self.year_or_last(*album), self.album_name_ranks[*album as usize]));
        let mut places = vec![0; self.albums.len()];
        for (place, album) in (0..).zip(&by_year) {
            places[*album as usize] = place;
        }
        let link = |(artist, album): (u32, u32), is_others| (artist, is_others, places[album as usize]);
        let mut links: Vec<(u32, bool, u32)> = own.iter().map(|pair| link(*pair, false)).collect();
        links.extend(others.into_iter().map(|pair| link(pair, true)));
        links.sort_unstable();
        links.dedup();
        links.into_iter().map(|(artist, is_others, place)| (artist, by_year[place as usize], !is_others)).collect()
    }

    fn note_shown(&mut self) {
        let of_albums = self.artist_albums.iter().map(|(artist, ..)| artist);
        for artist in of_albums.chain(self.artist_tracks.iter().map(|(artist, _)| artist)) {
            self.artist_is_shown[*artist as usize] = true;
        }
    }
}

/// What each artist is known by; those that perform nothing are known by nothing.
fn performers(count: usize, artist_tracks: &[(u32, u32)], tracks: &Tracks) -> Vec<Performer> {
    let mut performers = vec![Performer::default(); count];
    for links in artist_tracks.chunk_by(|one, other| one.0 == other.0) {
        performers[links[0].0 as usize] = Performer::of(links.iter().map(|(_, track)| tracks.likeness(*track)));
    }
    performers
}

/// A length as a place; more than 2^32 things do not occur.
pub(super) fn place(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn key(name: &str) -> Box<str> {
    search_text::sort_key(name).into()
}

fn artist_key(artist: &ArtistRow) -> Box<str> {
    key(artist.sort_name.as_deref().unwrap_or(&artist.name))
}
