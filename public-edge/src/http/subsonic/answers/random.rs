//! `getRandomSongs`: other songs with each call.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use catalog_core::model::Track;
use catalog_core::ports::{CatalogReader, ReadResult};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::draw::{self, Looks};
use super::{Asked, Outcome};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::params::{DEFAULT_COUNT, Params};
use crate::http::subsonic::printer::Printer;
use crate::http::subsonic::views;

/// What is looked through for years, or for years of a genre: no fewer pages than the first number, so that the songs
/// of a common year are not all of one album, and no more than the second.
const LOOKS: Looks = Looks { least: 20, most: 200, page_size: 100 };

/// `getRandomSongs`.
pub(in crate::http::subsonic) fn songs(asked: &Asked<'_>, reader: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    let wish = Wish::read(asked.params)?;
    let tracks = wish.draw(reader, &mut StdRng::seed_from_u64(asked.seed))?;
    answer.object("randomSongs", |list| list.list("song", &tracks, views::song));
    Ok(())
}

/// What the songs should be.
#[derive(Debug)]
struct Wish<'a> {
    size: usize,
    genre: Option<&'a str>,
    years: Option<RangeInclusive<i32>>,
}

impl<'a> Wish<'a> {
    fn read(params: &'a Params) -> Result<Self, SubsonicError> {
        let (from, to) = (params.year("fromYear")?, params.year("toYear")?);
        let years = (from.is_some() || to.is_some()).then(|| from.unwrap_or(i32::MIN)..=to.unwrap_or(i32::MAX));
        Ok(Self { size: params.count("size", DEFAULT_COUNT)?, genre: params.find("genre"), years })
    }

    fn draw(&self, reader: &dyn CatalogReader, random: &mut StdRng) -> ReadResult<Vec<Track>> {
        let Some(name) = self.genre else {
            let total = reader.counts()?.tracks;
            return self.draw_from(total, &|offset, limit| reader.list_tracks_at(offset, limit), reader, random);
        };
        let Some(genre) = reader.find_genre_named(name)? else { return Ok(Vec::new()) };
        let list = |offset, limit| reader.list_genre_tracks(genre.id, offset, limit);
        self.draw_from(genre.song_count, &list, reader, random)
    }

    /// Draws from the `total` tracks that `list` pages.
    fn draw_from(
        &self,
        total: u64,
        list: &dyn Fn(u64, usize) -> ReadResult<Vec<Track>>,
        reader: &dyn CatalogReader,
        random: &mut StdRng,
    ) -> ReadResult<Vec<Track>> {
        let Some(years) = &self.years else { return draw::tracks(total, self.size, random, list) };
        let is_wanted = |track: &Track| {
            let is_of_genre = self.genre.is_none_or(|name| track.genres.iter().any(|genre| genre == name));
            is_of_genre && track.year.is_some_and(|year| years.contains(&year))
        };
        // Few tracks of the years are looked through one by one, which misses none; of many, pages hold enough.
        let dated = reader.list_track_ids_of_years(*years.start(), *years.end(), LOOKS.items())?;
        if dated.len() < LOOKS.items() && (dated.len() as u64) < total {
            return draw::tracks_among(dated, self.size, random, |ids| reader.find_tracks(ids), is_wanted);
        }
        let mut tracks = draw::tracks_like(total, self.size, LOOKS, random, list, is_wanted)?;
        if tracks.len() < self.size && total > LOOKS.items() as u64 {
            let known: HashSet<_> = tracks.iter().map(|track| track.id).collect();
            let others = dated.into_iter().filter(|id| !known.contains(id)).collect();
            let missing = self.size - tracks.len();
            tracks.extend(draw::tracks_among(others, missing, random, |ids| reader.find_tracks(ids), is_wanted)?);
        }
        Ok(tracks)
    }
}

#[cfg(test)]
mod tests {
    use catalog_core::testing::{CatalogDraft, FakeReader, TrackDraft};

    use super::*;

    /// 2,500 songs without an album: each 100th is of 1955, each 50th and the one after it is `Chant`.
    fn reader() -> FakeReader {
        let track = |number: i32| {
            let genres = if number % 50 < 2 { vec!["Chant".to_owned()] } else { Vec::new() };
            let year = Some(if number % 100 == 0 { 1955 } else { 2001 });
            TrackDraft {
                track: Track { title: number.to_string(), year, genres, ..Track::default() },
                ..TrackDraft::default()
            }
        };
        FakeReader::new(CatalogDraft { tracks: (0..2500).map(track).collect(), ..CatalogDraft::default() }.finish())
    }

    #[test]
    fn all_there_are_of_a_rare_year_are_given_and_never_more_than_asked_for() {
        let reader = reader();
        for (genre, years, size, count) in [
            (None, 1955..=1955, 500, 25),
            (None, 1950..=1960, 10, 10),
            (None, 1900..=1950, 10, 0),
            (None, i32::MIN..=i32::MAX, 500, 500),
            (Some("Chant"), 1955..=1955, 500, 25),
            (Some("Chant"), 1956..=2030, 500, 75),
            (Some("Chant"), 1955..=2030, 20, 20),
            (Some("No such genre"), 1955..=2030, 20, 0),
        ] {
            for seed in 0..5 {
                let wish = Wish { size, genre, years: Some(years.clone()) };
                let drawn = wish.draw(&reader, &mut StdRng::seed_from_u64(seed)).expect("songs");
                let distinct: HashSet<_> = drawn.iter().map(|track| track.id).collect();
                assert_eq!((drawn.len(), distinct.len()), (count, count), "{wish:?}");
                assert!(drawn.iter().all(|track| track.year.is_some_and(|year| years.contains(&year))), "{wish:?}");
            }
        }
    }
}
