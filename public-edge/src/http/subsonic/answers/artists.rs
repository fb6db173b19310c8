//! Artists by their tags.

use catalog_core::ports::CatalogReader;

use super::{Asked, Outcome};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::printer::Printer;
use crate::http::subsonic::views;

/// Subsonic has no pages for an artist's albums. No artist has more, "Various Artists" aside, whose list ends here.
pub(super) const MAX_ALBUMS: usize = 100_000;
/// Words that names are not sorted by.
pub(super) const IGNORED_ARTICLES: &str = "The An A";

/// `getArtists`.
pub(in crate::http::subsonic) fn artists(_: &Asked<'_>, reader: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    let initials = reader.list_artist_initials()?;
    answer.object("artists", |artists| {
        artists.text("ignoredArticles", IGNORED_ARTICLES);
        artists.list("index", &initials, |index, initial| {
            index.text("name", &initial.index_key);
            index.list("artist", &initial.artists, views::artist);
        });
    });
    Ok(())
}

/// `getArtist`.
pub(in crate::http::subsonic) fn artist(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    let id = asked.params.id("artist")?;
    let artist = reader.find_artist(id)?.ok_or(SubsonicError::NotFound("artist"))?;
    let albums = reader.list_artist_albums(id, 0, MAX_ALBUMS)?;
    answer.object("artist", |object| {
        views::artist(object, &artist);
        object.list("album", &albums, views::album);
    });
    Ok(())
}
