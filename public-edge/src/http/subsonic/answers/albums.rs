//! Albums and lists of them.

use catalog_core::model::Album;
use catalog_core::ports::{AlbumOrder, CatalogReader, ReadResult};

use super::{Asked, Outcome, draw, genres};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::params::{DEFAULT_COUNT, Params};
use crate::http::subsonic::printer::Printer;
use crate::http::subsonic::views;

/// The list that differs from call to call.
pub(in crate::http::subsonic) const RANDOM: &str = "random";

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
    let albums = Page::read(asked.params)?.albums(asked.seed, reader)?;
    answer.object("albumList2", |list| list.list("album", &albums, views::album));
    Ok(())
}

/// `getAlbumList`: the same albums as directories.
pub(in crate::http::subsonic) fn list_as_directories(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    let albums = Page::read(asked.params)?.albums(asked.seed, reader)?;
    answer.object("albumList", |list| {
        list.list("album", &albums, |object, album| views::album_as_directory(object, album, None));
    });
    Ok(())
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
    Ordered(AlbumOrder),
    Years {
        first: i32,
        last: i32,
    },
    Genre(&'a str),
    /// Nobody can star anything here.
    Starred,
}

impl<'a> Page<'a> {
    fn read(params: &'a Params) -> Result<Self, SubsonicError> {
        let kind = Kind::read(params)?;
        Ok(Self { kind, offset: params.number("offset", 0)?, size: params.count("size", DEFAULT_COUNT)? })
    }

    fn albums(&self, seed: u64, reader: &dyn CatalogReader) -> ReadResult<Vec<Album>> {
        match self.kind {
            Kind::Random => draw::albums(reader, self.size, seed),
            Kind::Ordered(order) => reader.list_albums_at(order, self.offset, self.size),
            Kind::Years { first, last } => reader.list_albums_of_years(first, last, self.offset, self.size),
            Kind::Genre(name) => genres::albums(reader, name, self.offset, self.size),
            Kind::Starred => Ok(Vec::new()),
        }
    }
}

impl<'a> Kind<'a> {
    /// No edge knows what was played when, or rated: `recent` is what came last, `highest` what is played most.
    fn read(params: &'a Params) -> Result<Self, SubsonicError> {
        Ok(match params.required("type")? {
            RANDOM => Self::Random,
            "newest" | "recent" => Self::Ordered(AlbumOrder::Newest),
            "frequent" | "highest" => Self::Ordered(AlbumOrder::MostPlayed),
            "alphabeticalByName" => Self::Ordered(AlbumOrder::ByName),
            "alphabeticalByArtist" => Self::Ordered(AlbumOrder::ByArtist),
            "byYear" => Self::Years { first: year(params, "fromYear")?, last: year(params, "toYear")? },
            "byGenre" => Self::Genre(params.required("genre")?),
            "starred" => Self::Starred,
            _ => return Err(SubsonicError::BadParameter { name: "type", expected: "a list of albums" }),
        })
    }
}

fn year(params: &Params, name: &'static str) -> Result<i32, SubsonicError> {
    params.year(name)?.ok_or(SubsonicError::MissingParameter(name))
}
