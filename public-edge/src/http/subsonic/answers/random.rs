//! `getRandomSongs`: other songs with each call.

use std::ops::RangeInclusive;

use catalog_core::model::Track;
use catalog_core::ports::{CatalogReader, ReadResult};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use super::draw::{self, Looks};
use super::{Asked, Outcome};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::params::{DEFAULT_COUNT, Params};
use crate::http::subsonic::printer::Printer;
use crate::http::subsonic::views;

/// How far a wish for years is followed where no order knows the years of tracks: 2,000 tracks.
const LOOKS: Looks = Looks { pages: 20, page_size: 100 };

/// `getRandomSongs`.
pub(in crate::http::subsonic) fn songs(asked: &Asked<'_>, reader: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    let wish = Wish::read(asked.params)?;
    let tracks = wish.draw(reader, &mut StdRng::seed_from_u64(asked.seed))?;
    answer.object("randomSongs", |list| list.list("song", &tracks, views::song));
    Ok(())
}

/// What the songs should be.
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
            return self.draw_from(total, reader, random, |offset, limit| reader.list_tracks_at(offset, limit));
        };
        let Some(genre) = reader.find_genre_named(name)? else { return Ok(Vec::new()) };
        let list = |offset, limit| reader.list_genre_tracks(genre.id, offset, limit);
        self.draw_from(genre.song_count, reader, random, list)
    }

    fn draw_from(
        &self,
        total: u64,
        reader: &dyn CatalogReader,
        random: &mut StdRng,
        list: impl Fn(u64, usize) -> ReadResult<Vec<Track>>,
    ) -> ReadResult<Vec<Track>> {
        let Some(years) = &self.years else { return draw::tracks(total, self.size, random, list) };
        let is_wanted = |track: &Track| track.year.is_some_and(|year| years.contains(&year));
        let mut tracks = draw::tracks_like(total, LOOKS, random, list, is_wanted)?;
        if tracks.is_empty() && self.genre.is_none() {
            tracks = on_albums_of(reader, years, self.size, random)?;
            tracks.retain(is_wanted);
        }
        tracks.truncate(self.size);
        Ok(tracks)
    }
}

/// Tracks of some albums of years that are too rare to be met by lot.
fn on_albums_of(
    reader: &dyn CatalogReader,
    years: &RangeInclusive<i32>,
    count: usize,
    random: &mut StdRng,
) -> ReadResult<Vec<Track>> {
    let mut albums = reader.list_albums_of_years(*years.start(), *years.end(), 0, LOOKS.page_size)?;
    albums.shuffle(random);
    let mut tracks = Vec::new();
    for album in albums {
        if tracks.len() >= count {
            break;
        }
        let found = reader.find_album_with_tracks(album.id)?;
        tracks.extend(found.into_iter().flat_map(|(_, tracks)| tracks));
    }
    tracks.shuffle(random);
    Ok(tracks)
}
