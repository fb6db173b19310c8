//! Genres and their songs.

use catalog_core::ports::CatalogReader;

use super::{Asked, Outcome};
use crate::http::subsonic::params::DEFAULT_COUNT;
use crate::http::subsonic::printer::Printer;
use crate::http::subsonic::views;

/// Subsonic has no pages for genres; a library with more has tags that are none.
const MAX_GENRES: usize = 10_000;

/// `getGenres`.
pub(in crate::http::subsonic) fn genres(_: &Asked<'_>, reader: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    let genres = reader.list_genres(None, MAX_GENRES)?;
    answer.object("genres", |list| {
        list.list("genre", &genres, |object, genre| {
            object.number("songCount", genre.song_count);
            object.number("albumCount", genre.album_count);
            object.value(&genre.name);
        });
    });
    Ok(())
}

/// `getSongsByGenre`; a genre that nothing has is an empty list.
pub(in crate::http::subsonic) fn songs(asked: &Asked<'_>, reader: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    let genre = reader.find_genre_named(asked.params.required("genre")?)?;
    let (offset, count) = (asked.params.number("offset", 0)?, asked.params.count("count", DEFAULT_COUNT)?);
    let tracks = genre.map_or(Ok(Vec::new()), |genre| reader.list_genre_tracks(genre.id, offset, count))?;
    answer.object("songsByGenre", |list| list.list("song", &tracks, views::song));
    Ok(())
}
