//! The reading of the tracks: each is written and handed to the search index as it comes, and what has to be known of
//! all of them is kept for the other tables.
//!
//! Kept small, a few dozen bytes a track: tracks, albums and artists are known by their place in the input here.

use rusqlite::Connection;
use snapshot_format::row_json::{AdvisoryJson, RoleJson, TrackExtra};

use super::BuildError;
use super::input::{CatalogInput, CreditRow, Skipped, TrackRow};
use super::roles::Roles;
use super::rows::TrackRows;
use super::search::SearchFeed;

/// Stands for a track's missing album.
pub(super) const NO_ALBUM: u32 = u32::MAX;
/// Stands for a track's missing genre.
const NO_GENRE: u32 = u32::MAX;
/// Stands for a track's missing year.
const NO_YEAR: i16 = i16::MIN;

/// All tracks, in id order, a column each.
#[derive(Default)]
pub(super) struct Tracks {
    pub(super) ids: Vec<i64>,
    /// [`NO_ALBUM`] where there is none.
    pub(super) albums: Vec<u32>,
    pub(super) durations_ms: Vec<u32>,
    /// 0 where there is none.
    pub(super) covers: Vec<u32>,
    /// [`NO_GENRE`] where there is none.
    first_genres: Vec<u32>,
    /// [`NO_YEAR`] where there is none.
    years: Vec<i16>,
    /// The places of those that were ever played, and how often.
    plays: Vec<(u32, u64)>,
}

/// What tracks add up to on an album.
#[derive(Default, Clone)]
pub(super) struct AlbumSum {
    pub(super) song_count: u32,
    pub(super) duration_ms: u64,
    pub(super) play_count: u64,
    /// In the order of first appearance.
    pub(super) genres: Vec<u32>,
    /// In the order of first appearance.
    pub(super) moods: Vec<String>,
    /// Explicit when a track is.
    pub(super) advisory: Option<AdvisoryJson>,
    /// Of the first track in the album's order that has one.
    pub(super) cover_id: Option<i64>,
    /// Where that track stands.
    cover_position: u32,
}

impl AlbumSum {
    fn add_extra(&mut self, extra: &TrackExtra) {
        for mood in &extra.moods {
            if !self.moods.contains(mood) {
                self.moods.push(mood.clone());
            }
        }
        if self.advisory != Some(AdvisoryJson::Explicit) {
            self.advisory = extra.advisory.or(self.advisory);
        }
    }
}

/// What the reading gives. Links are pairs of places, in the order of reading.
#[derive(Default)]
pub(super) struct Collected {
    pub(super) tracks: Tracks,
    pub(super) album_sums: Vec<AlbumSum>,
    /// Performers and their tracks.
    pub(super) artist_tracks: Vec<(u32, u32)>,
    /// Who is credited on a track of which album, as performer.
    pub(super) performer_albums: Vec<(u32, u32)>,
    /// Who is credited on a track of which album, as anything else.
    pub(super) contributor_albums: Vec<(u32, u32)>,
    /// What each artist did on tracks.
    pub(super) artist_roles: Vec<Roles>,
    pub(super) genre_tracks: Vec<(u32, u32)>,
}

impl Collected {
    /// Reads all tracks, writes their rows and hands their names to the search index.
    pub(super) fn read(
        input: &mut dyn CatalogInput,
        database: &Connection,
        search: &mut SearchFeed,
        skipped: &mut Skipped,
    ) -> Result<Self, BuildError> {
        let mut collected = Self::default();
        let mut rows = TrackRows::new(database)?;
        input.each_track(skipped, &mut |track| {
            collected.add(track);
            rows.write(track)?;
            search.add_track(track)
        })?;
        collected.performer_albums.sort_unstable();
        collected.performer_albums.dedup();
        collected.contributor_albums.sort_unstable();
        collected.contributor_albums.dedup();
        Ok(collected)
    }

    fn add(&mut self, track: &TrackRow<'_>) {
        let at = u32::try_from(self.tracks.ids.len()).unwrap_or(u32::MAX);
        let duration_ms = track.duration_ms.unwrap_or(0);
        self.tracks.ids.push(track.id);
        self.tracks.albums.push(track.album.map_or(NO_ALBUM, |(album, _)| album));
        self.tracks.durations_ms.push(u32::try_from(duration_ms).unwrap_or(u32::MAX));
        self.tracks.covers.push(track.cover_id.and_then(|cover| u32::try_from(cover).ok()).unwrap_or(0));
        self.tracks.first_genres.push(track.genres.first().copied().unwrap_or(NO_GENRE));
        self.tracks.years.push(track.year.and_then(|year| i16::try_from(year).ok()).unwrap_or(NO_YEAR));
        self.tracks.plays.extend((track.play_count > 0).then_some((at, track.play_count)));
        self.genre_tracks.extend(track.genres.iter().map(|genre| (*genre, at)));
        for credit in track.credits {
            self.add_role(credit);
            if credit.role == RoleJson::Artist && self.artist_tracks.last() != Some(&(credit.artist, at)) {
                self.artist_tracks.push((credit.artist, at));
            }
        }
        if let Some((album, _)) = track.album {
            self.add_to_album(album, track, duration_ms);
        }
    }

    fn add_role(&mut self, credit: &CreditRow) {
        let place = credit.artist as usize;
        if self.artist_roles.len() <= place {
            self.artist_roles.resize(place + 1, Roles::default());
        }
        self.artist_roles[place].add(credit.role);
    }

    fn add_to_album(&mut self, album: u32, track: &TrackRow<'_>, duration_ms: u64) {
        let place = album as usize;
        if self.album_sums.len() <= place {
            self.album_sums.resize(place + 1, AlbumSum::default());
        }
        let sum = &mut self.album_sums[place];
        sum.song_count += 1;
        sum.duration_ms = sum.duration_ms.saturating_add(duration_ms);
        sum.play_count = sum.play_count.saturating_add(track.play_count);
        for genre in track.genres {
            if !sum.genres.contains(genre) {
                sum.genres.push(*genre);
            }
        }
        if let Some(extra) = &track.extra {
            sum.add_extra(extra);
        }
        if track.cover_id.is_some() && (sum.cover_id.is_none() || track.album_position() < sum.cover_position) {
            (sum.cover_id, sum.cover_position) = (track.cover_id, track.album_position());
        }
        for credit in track.credits {
            match credit.role {
                RoleJson::Artist | RoleJson::AlbumArtist => self.performer_albums.push((credit.artist, album)),
                _ => self.contributor_albums.push((credit.artist, album)),
            }
        }
    }
}

impl Tracks {
    /// The place of a track.
    pub(super) fn place_of(&self, id: i64) -> Option<usize> {
        let guess = usize::try_from(id - self.ids.first()?).ok()?;
        if self.ids.get(guess) == Some(&id) {
            return Some(guess);
        }
        self.ids.binary_search(&id).ok()
    }

    /// The track's first genre and its year.
    pub(super) fn likeness(&self, place: u32) -> (Option<u32>, Option<i32>) {
        let (genre, year) = (self.first_genres[place as usize], self.years[place as usize]);
        (Some(genre).filter(|genre| *genre != NO_GENRE), Some(i32::from(year)).filter(|_| year != NO_YEAR))
    }

    /// How often the track was played.
    pub(super) fn play_count(&self, place: u32) -> u64 {
        self.plays.binary_search_by_key(&place, |(played, _)| *played).map_or(0, |at| self.plays[at].1)
    }

    /// The track's own cover.
    pub(super) fn cover(&self, place: usize) -> Option<i64> {
        Some(i64::from(self.covers[place])).filter(|cover| *cover > 0)
    }
}
