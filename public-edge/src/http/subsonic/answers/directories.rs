//! The catalog as a tree of directories, for clients that browse by folder: artist, album, song.

use catalog_core::model::{Album, AlbumId, AnyId, ArtistId, Track};
use catalog_core::ports::CatalogReader;

use super::artists::{IGNORED_ARTICLES, MAX_ALBUMS};
use super::{Asked, Outcome};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::printer::Printer;
use crate::http::subsonic::views;

/// `getIndexes`: no index for clients that have this snapshot's.
pub(in crate::http::subsonic) fn indexes(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    let last_modified = asked.edition.generated_at.as_millisecond();
    let known = i64::try_from(asked.params.number("ifModifiedSince", 0)?).unwrap_or(i64::MAX);
    let initials = if known >= last_modified { Vec::new() } else { reader.list_artist_initials()? };
    answer.object("indexes", |indexes| {
        indexes.number("lastModified", last_modified);
        indexes.text("ignoredArticles", IGNORED_ARTICLES);
        indexes.texts("shortcut", []);
        indexes.list("index", &initials, |index, initial| {
            index.text("name", &initial.index_key);
            index.list("artist", &initial.artists, views::artist_as_directory);
        });
        indexes.texts("child", []);
    });
    Ok(())
}

/// `getMusicDirectory`.
pub(in crate::http::subsonic) fn directory(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    let directory = match asked.params.id("directory")? {
        AnyId::Artist(id) => of_artist(reader, id)?,
        AnyId::Album(id) => of_album(reader, id)?,
        AnyId::Track(_) | AnyId::Playlist(_) => return Err(SubsonicError::NotFound("directory")),
    };
    answer.object("directory", |object| print(object, &directory));
    Ok(())
}

/// A directory and what is directly below it.
struct Directory {
    id: AnyId,
    parent: Option<AnyId>,
    name: String,
    albums: Vec<Album>,
    tracks: Vec<Track>,
}

/// What stands in a directory.
enum Child<'a> {
    Album(&'a Album),
    Track(&'a Track),
}

impl Directory {
    /// Albums, then tracks.
    fn children(&self) -> impl Iterator<Item = Child<'_>> {
        self.albums.iter().map(Child::Album).chain(self.tracks.iter().map(Child::Track))
    }
}

/// Albums, then the tracks that are on none.
fn of_artist(reader: &dyn CatalogReader, id: ArtistId) -> Result<Directory, SubsonicError> {
    let artist = reader.find_artist(id)?.ok_or(SubsonicError::NotFound("directory"))?;
    let albums = reader.list_artist_albums(id, 0, MAX_ALBUMS)?;
    let tracks = reader.list_loose_tracks(id)?;
    Ok(Directory { id: AnyId::Artist(id), parent: None, name: artist.name, albums, tracks })
}

fn of_album(reader: &dyn CatalogReader, id: AlbumId) -> Result<Directory, SubsonicError> {
    let (album, tracks) = reader.find_album_with_tracks(id)?.ok_or(SubsonicError::NotFound("directory"))?;
    let parent = album.credits.first().map(|credit| AnyId::Artist(credit.artist_id));
    Ok(Directory { id: AnyId::Album(id), parent, name: album.name, albums: Vec::new(), tracks })
}

fn print(object: &mut Printer, directory: &Directory) {
    object.id("id", directory.id);
    if let Some(parent) = directory.parent {
        object.id("parent", parent);
    }
    object.text("name", &directory.name);
    object.list("child", directory.children(), |object, child| match child {
        Child::Album(album) => views::album_as_directory(object, album, Some(directory.id)),
        Child::Track(track) => views::song_below(object, track, Some(directory.id)),
    });
}
