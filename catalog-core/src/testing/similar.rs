//! Similar artists and top songs of a catalog in memory: every artist is compared with every other.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::MemoryCatalog;
use crate::model::{Artist, ArtistId, Genre, Track};
use crate::similar_artists::{MOST_PERFORMERS, MOST_SIMILAR, NEIGHBOURS, Performer, affinity};

impl MemoryCatalog {
    /// An artist's tracks, the most played first.
    pub fn top_tracks(&self, id: ArtistId) -> Vec<&Track> {
        let mut tracks = self.artist_tracks(id);
        tracks.sort_by_key(|track| (Reverse(track.play_count), track.id));
        tracks
    }

    /// The artists that one is most like.
    pub fn similar_artists(&self, id: ArtistId) -> Vec<&Artist> {
        let performers: BTreeMap<ArtistId, Performer> =
            self.artists.iter().map(|artist| (artist.id, self.performer(artist.id))).collect();
        let Some(own) = performers.get(&id) else { return Vec::new() };
        let albums = self.albums_of_few(id);
        let mut scored = Vec::new();
        for other in self.artists.iter().filter(|other| other.id != id) {
            let shared = albums.iter().filter(|performers| performers.contains(&other.id)).count();
            if shared > 0 || are_neighbours(&performers, id, other.id) {
                let affinity = affinity(own, &performers[&other.id], u32::try_from(shared).unwrap_or(u32::MAX));
                scored.push((Reverse(affinity), Reverse(other.song_count), other));
            }
        }
        scored.sort_by_key(|(affinity, song_count, other)| (*affinity, *song_count, other.id));
        scored.into_iter().take(MOST_SIMILAR).map(|(_, _, other)| other).collect()
    }

    fn performer(&self, id: ArtistId) -> Performer {
        let number = |name: &String| self.genres.iter().find(|genre| genre.name == *name).and_then(number);
        let tracks = self.artist_tracks(id).into_iter();
        Performer::of(tracks.map(|track| (track.genres.first().and_then(number), track.year)))
    }

    /// The performers of each album of an artist that has few.
    fn albums_of_few(&self, id: ArtistId) -> Vec<BTreeSet<ArtistId>> {
        let performers = self.albums.iter().map(|album| {
            let credits = self.album_tracks(album.id).into_iter().flat_map(|track| &track.credits);
            credits.filter(|credit| !credit.role.is_contributor()).map(|credit| credit.artist_id).collect()
        });
        performers.filter(|of: &BTreeSet<_>| of.contains(&id) && of.len() <= MOST_PERFORMERS).collect()
    }
}

/// Whether few stand between two artists in the order of a main genre of both.
fn are_neighbours(performers: &BTreeMap<ArtistId, Performer>, one: ArtistId, other: ArtistId) -> bool {
    performers[&one].genres.iter().flatten().any(|genre| {
        let is_of_genre = |performer: &Performer| performer.genres.contains(&Some(*genre));
        let mut order: Vec<_> = performers.iter().filter(|(_, performer)| is_of_genre(performer)).collect();
        order.sort_by_key(|(id, performer)| (performer.year.unwrap_or(i32::MAX), **id));
        let place = |wanted| order.iter().position(|(id, _)| **id == wanted);
        place(one).zip(place(other)).is_some_and(|(one, other)| one.abs_diff(other) <= NEIGHBOURS)
    })
}

fn number(genre: &Genre) -> Option<u32> {
    u32::try_from(genre.id.number()).ok()
}
