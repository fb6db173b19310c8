//! Artists by their tags.

use catalog_core::model::{Album, ArtistId};
use catalog_core::ports::{CatalogReader, ReadResult};

use super::{Asked, Outcome};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::printer::Printer;
use crate::http::subsonic::views;

/// Subsonic has no pages for an artist's albums. No artist has more, "Various Artists" aside, whose list ends here.
const MAX_ALBUMS: u64 = 100_000;
/// Albums that are read at once.
const BATCH: usize = 500;
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
    let mut read: ReadResult<()> = Ok(());
    answer.object("artist", |object| {
        views::artist(object, &artist);
        read = object.items("album", |albums| {
            each_album(reader, id, &mut |album| albums.item(|object| views::album(object, album)))
        });
    });
    Ok(read?)
}

/// Shows an artist's albums to `see`, one by one.
pub(super) fn each_album(reader: &dyn CatalogReader, id: ArtistId, see: &mut dyn FnMut(&Album)) -> ReadResult<()> {
    for offset in (0..MAX_ALBUMS).step_by(BATCH) {
        let batch = reader.list_artist_albums(id, offset, BATCH)?;
        batch.iter().for_each(&mut *see);
        if batch.len() < BATCH {
            break;
        }
    }
    Ok(())
}
