//! Albums and lists of them.

use catalog_core::model::Album;
use catalog_core::ports::{AlbumOrder, AlbumsOf, CatalogReader, ReadError, ReadResult};

use super::{Asked, Outcome, draw};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::params::{DEFAULT_COUNT, Params};
use crate::http::subsonic::printed_lists::PrintedList;
use crate::http::subsonic::printer::Printer;
use crate::http::subsonic::views;

/// The list that differs from call to call.
pub(in crate::http::subsonic) const RANDOM: &str = "random";

/// What stands around the albums of an answer is shorter, in bytes.
const ENDS_BYTES: usize = 64;

/// What holds the albums of `getAlbumList2`.
const BY_TAGS: &str = "albumList2";

/// What an album of a list usually takes, in bytes.
const USUAL_ALBUM_BYTES: usize = 640;

/// `getAlbum`.
pub(in crate::http::subsonic) fn album(asked: &Asked<'_>, reader: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    let id = asked.params.id("album")?;
    let (album, tracks) = reader.find_album_with_tracks(id)?.ok_or(SubsonicError::NotFound("album"))?;
    answer.object("album", |object| {
        views::album(object, &album);
        object.list("song", &tracks, views::song);
    });
    Ok(())
}

/// `getAlbumList2`: albums by their tags.
pub(in crate::http::subsonic) fn list_by_tags(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    let page = Page::read(asked.params)?;
    let order = page.order().filter(|_| answer.takes_loose_items());
    match order.and_then(|order| asked.printed.find(order, page.offset, page.size)) {
        Some(list) => cut(&list, &page, answer),
        None => print(BY_TAGS, asked, &page, reader, answer, views::album),
    }
}

/// `getAlbumList`: the same albums as directories.
pub(in crate::http::subsonic) fn list_as_directories(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    let page = Page::read(asked.params)?;
    let view = |object: &mut Printer, album: &Album| views::album_as_directory(object, album, None);
    print("albumList", asked, &page, reader, answer, view)
}

/// Prints albums as they are read: of a list that breaks off, nothing is sent.
fn print(
    name: &str,
    asked: &Asked<'_>,
    page: &Page<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
    view: impl Fn(&mut Printer, &Album),
) -> Outcome {
    answer.expect(page.size * USUAL_ALBUM_BYTES);
    let mut read = Ok(());
    answer.object(name, |list| {
        read = list.items("album", |albums| {
            page.each(asked.seed, reader, &mut |album| albums.item(|object| view(object, album)))
        });
    });
    Ok(read?)
}

/// Takes the albums from the printed list.
fn cut(printed: &PrintedList, page: &Page<'_>, answer: &mut Printer) -> Outcome {
    let place = printed.place(page.offset, page.size);
    answer.expect(place.len() + BY_TAGS.len() + ENDS_BYTES);
    let mut read = Ok(());
    answer.object(BY_TAGS, |list| {
        read = list.items("album", |albums| albums.printed(place.len(), |bytes| printed.read(place.start, bytes)));
    });
    Ok(read.map_err(|source| ReadError { what: "a printed list", source: Box::new(source) })?)
}

/// A page of a list of albums.
struct Page<'a> {
    kind: Kind<'a>,
    offset: u64,
    size: usize,
}

/// Which list.
enum Kind<'a> {
    Random,
    Listed(AlbumsOf),
    /// What nothing has is an empty list.
    Genre(&'a str),
    /// Nobody can star anything here.
    Starred,
}

impl<'a> Page<'a> {
    fn read(params: &'a Params) -> Result<Self, SubsonicError> {
        let kind = Kind::read(params)?;
        Ok(Self { kind, offset: params.number("offset", 0)?, size: params.count("size", DEFAULT_COUNT)? })
    }

    /// The order of the whole catalog that is asked for, if it is one.
    fn order(&self) -> Option<AlbumOrder> {
        match self.kind {
            Kind::Listed(AlbumsOf::Order(order)) => Some(order),
            _ => None,
        }
    }

    /// Shows the albums to `see`, one by one.
    fn each(&self, seed: u64, reader: &dyn CatalogReader, see: &mut dyn FnMut(&Album)) -> ReadResult<()> {
        match self.kind {
            Kind::Random => draw::albums(reader, self.size, seed)?.iter().for_each(see),
            Kind::Listed(of) => reader.each_album(of, self.offset, self.size, see)?,
            Kind::Genre(name) => {
                if let Some(genre) = reader.find_genre_named(name)? {
                    reader.each_album(AlbumsOf::Genre(genre.id), self.offset, self.size, see)?;
                }
            }
            Kind::Starred => {}
        }
        Ok(())
    }
}

impl<'a> Kind<'a> {
    /// No edge knows what was played when, or rated: `recent` is what came last, `highest` what is played most.
    fn read(params: &'a Params) -> Result<Self, SubsonicError> {
        Ok(match params.required("type")? {
            RANDOM => Self::Random,
            "newest" | "recent" => Self::Listed(AlbumsOf::Order(AlbumOrder::Newest)),
            "frequent" | "highest" => Self::Listed(AlbumsOf::Order(AlbumOrder::MostPlayed)),
            "alphabeticalByName" => Self::Listed(AlbumsOf::Order(AlbumOrder::ByName)),
            "alphabeticalByArtist" => Self::Listed(AlbumsOf::Order(AlbumOrder::ByArtist)),
            "byYear" => {
                Self::Listed(AlbumsOf::Years { first: year(params, "fromYear")?, last: year(params, "toYear")? })
            }
            "byGenre" => Self::Genre(params.required("genre")?),
            "starred" => Self::Starred,
            _ => return Err(SubsonicError::BadParameter { name: "type", expected: "a list of albums" }),
        })
    }
}

fn year(params: &Params, name: &'static str) -> Result<i32, SubsonicError> {
    params.year(name)?.ok_or(SubsonicError::MissingParameter(name))
}
