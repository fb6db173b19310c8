//! Songs like another, like an album's or like an artist's: what the artist and those that are like it are played by
//! most, in turns, and then the neighbours in the genre. The same question has the same answer: nothing is left to chance.

use std::collections::HashSet;

use catalog_core::model::{AlbumId, AnyId, ArtistId, Credit, CreditRole, TrackId};
use catalog_core::ports::{CatalogReader, ReadResult};

use super::{Asked, Outcome};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::printer::Printer;
use crate::http::subsonic::views;

/// Songs when a client does not say how many.
const DEFAULT_SONGS: u64 = 50;

/// `getSimilarSongs`.
pub(in crate::http::subsonic) fn songs(asked: &Asked<'_>, reader: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    print("similarSongs", asked, reader, answer)
}

/// `getSimilarSongs2`.
pub(in crate::http::subsonic) fn songs2(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    print("similarSongs2", asked, reader, answer)
}

fn print(name: &str, asked: &Asked<'_>, reader: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    let start = Start::find(asked.params.id("song")?, reader)?;
    let count = asked.params.count("count", DEFAULT_SONGS)?;
    let tracks = reader.find_tracks(&start.songs(count, reader)?)?;
    answer.object(name, |list| list.list("song", &tracks, views::song));
    Ok(())
}

/// Where listeners come from.
#[derive(Default)]
struct Start {
    /// The number of the thing that was asked for.
    number: i64,
    artist: Option<ArtistId>,
    genre: Option<String>,
    /// What was asked for is not like itself.
    own: HashSet<TrackId>,
}

impl Start {
    fn find(id: AnyId, reader: &dyn CatalogReader) -> Result<Self, SubsonicError> {
        let missing = || SubsonicError::NotFound("artist, album or song");
        match id {
            AnyId::Artist(id) => Self::of_artist(id, reader)?.ok_or_else(missing),
            AnyId::Album(id) => Self::of_album(id, reader)?.ok_or_else(missing),
            AnyId::Track(id) => Self::of_track(id, reader)?.ok_or_else(missing),
            AnyId::Playlist(_) => Err(missing()),
        }
    }

    fn of_artist(id: ArtistId, reader: &dyn CatalogReader) -> ReadResult<Option<Self>> {
        let Some(artist) = reader.find_artist(id)? else { return Ok(None) };
        let top = reader.find_tracks(&reader.list_top_tracks(id, 1)?)?;
        let genre = top.into_iter().find_map(|track| track.genres.into_iter().next());
        Ok(Some(Self { number: id.number(), artist: Some(artist.id), genre, ..Self::default() }))
    }

    fn of_album(id: AlbumId, reader: &dyn CatalogReader) -> ReadResult<Option<Self>> {
        let Some((album, tracks)) = reader.find_album_with_tracks(id)? else { return Ok(None) };
        let performer = tracks.first().and_then(|track| performer(&track.credits));
        Ok(Some(Self {
            number: id.number(),
            artist: album.credits.first().map(|credit| credit.artist_id).or(performer),
            genre: album.genres.into_iter().next(),
            own: tracks.into_iter().map(|track| track.id).collect(),
        }))
    }

    fn of_track(id: TrackId, reader: &dyn CatalogReader) -> ReadResult<Option<Self>> {
        let Some(track) = reader.find_track(id)? else { return Ok(None) };
        let (artist, genre) = (performer(&track.credits), track.genres.into_iter().next());
        Ok(Some(Self { number: id.number(), artist, genre, own: HashSet::from([id]) }))
    }

    fn songs(&self, count: usize, reader: &dyn CatalogReader) -> ReadResult<Vec<TrackId>> {
        let mut tops = Vec::new();
        for artist in self.artists(reader)? {
            tops.push(reader.list_top_tracks(artist, count)?);
        }
        let mut chosen = Chosen { known: self.own.clone(), ids: Vec::new(), count };
        chosen.add(in_turns(&tops));
        if chosen.ids.len() < count {
            chosen.add(self.neighbours(count, reader)?);
        }
        Ok(chosen.ids)
    }

    /// The artist and those that are like it.
    fn artists(&self, reader: &dyn CatalogReader) -> ReadResult<Vec<ArtistId>> {
        let similar = self.artist.map_or(Ok(Vec::new()), |artist| reader.list_similar_artists(artist))?;
        Ok(self.artist.into_iter().chain(similar).collect())
    }

    /// Songs of the genre, from a place that only the number decides.
    fn neighbours(&self, count: usize, reader: &dyn CatalogReader) -> ReadResult<Vec<TrackId>> {
        let Some(genre) = self.genre.as_deref().map_or(Ok(None), |name| reader.find_genre_named(name))? else {
            return Ok(Vec::new());
        };
        let wanted = count + self.own.len();
        let place = self.number.unsigned_abs() % genre.song_count.max(1);
        let mut tracks = reader.list_genre_tracks(genre.id, place, wanted)?;
        if tracks.len() < wanted {
            tracks.extend(reader.list_genre_tracks(genre.id, 0, wanted - tracks.len())?);
        }
        Ok(tracks.into_iter().map(|track| track.id).collect())
    }
}

/// Songs in the order of being chosen, each once.
struct Chosen {
    known: HashSet<TrackId>,
    ids: Vec<TrackId>,
    count: usize,
}

impl Chosen {
    fn add(&mut self, ids: impl IntoIterator<Item = TrackId>) {
        for id in ids {
            if self.ids.len() < self.count && self.known.insert(id) {
                self.ids.push(id);
            }
        }
    }
}

fn performer(credits: &[Credit]) -> Option<ArtistId> {
    credits.iter().find(|credit| credit.role == CreditRole::Artist).map(|credit| credit.artist_id)
}

/// The first of each list, then the second of each, and so on.
fn in_turns(lists: &[Vec<TrackId>]) -> Vec<TrackId> {
    let longest = lists.iter().map(Vec::len).max().unwrap_or(0);
    (0..longest).flat_map(|turn| lists.iter().filter_map(move |list| list.get(turn).copied())).collect()
}

#[cfg(test)]
mod tests {
    use catalog_core::testing::{FakeReader, sample_catalog};

    use super::*;

    fn songs(id: &str, count: usize) -> Vec<TrackId> {
        let reader = FakeReader::new(sample_catalog());
        let id = id.parse().expect("an id");
        Start::find(id, &reader).and_then(|start| Ok(start.songs(count, &reader)?)).expect("songs")
    }

    #[test]
    fn songs_are_like_others_and_never_the_one_that_was_asked_for() {
        let catalog = sample_catalog();
        for track in &catalog.tracks {
            let found = songs(&format!("tr-{}", track.id.number()), 500);
            let distinct: HashSet<_> = found.iter().collect();
            assert!(distinct.len() == found.len() && !distinct.contains(&track.id), "{track:?}");
        }
        for album in &catalog.albums {
            let own: Vec<_> = catalog.album_tracks(album.id).iter().map(|track| track.id).collect();
            assert!(songs(&format!("al-{}", album.id.number()), 500).iter().all(|id| !own.contains(id)), "{album:?}");
        }
    }

    #[test]
    fn an_artist_comes_first_and_then_others_take_turns() {
        let catalog = sample_catalog();
        let artist = catalog.artists.iter().find(|artist| artist.name == "周杰伦").expect("an artist");
        let found = songs(&format!("ar-{}", artist.id.number()), 500);
        assert_eq!(found.first(), catalog.top_tracks(artist.id).first().map(|track| &track.id));
        assert_eq!(
            songs(&format!("ar-{}", artist.id.number()), 2),
            found[..2],
            "asked for fewer, the first of them come"
        );
        let [one, two, three] = [1, 2, 3].map(|number| TrackId::new(number).expect("an id"));
        assert_eq!(in_turns(&[vec![one, three], vec![two]]), [one, two, three]);
    }
}
