//! The catalog as a tree of directories, for clients that browse by folder: artist, album, song.

use catalog_core::model::{AlbumId, AnyId, ArtistId};
use catalog_core::ports::{CatalogReader, ReadResult};

use super::artists::{IGNORED_ARTICLES, each_album};
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
    match asked.params.id("directory")? {
        AnyId::Artist(id) => of_artist(reader, id, answer),
        AnyId::Album(id) => of_album(reader, id, answer),
        AnyId::Track(_) | AnyId::Playlist(_) => Err(SubsonicError::NotFound("directory")),
    }
}

/// Albums, then the tracks that are on none.
fn of_artist(reader: &dyn CatalogReader, id: ArtistId, answer: &mut Printer) -> Outcome {
    let artist = reader.find_artist(id)?.ok_or(SubsonicError::NotFound("directory"))?;
    let (tracks, own) = (reader.list_loose_tracks(id)?, Some(AnyId::Artist(id)));
    let mut read: ReadResult<()> = Ok(());
    answer.object("directory", |directory| {
        directory.id("id", id);
        directory.text("name", &artist.name);
        read = directory.items("child", |children| {
            each_album(reader, id, &mut |album| {
                children.item(|child| views::album_as_directory(child, album, own));
            })?;
            for track in &tracks {
                children.item(|child| views::song_below(child, track, own));
            }
            Ok(())
        });
    });
    Ok(read?)
}

/// The album's tracks.
fn of_album(reader: &dyn CatalogReader, id: AlbumId, answer: &mut Printer) -> Outcome {
    let (album, tracks) = reader.find_album_with_tracks(id)?.ok_or(SubsonicError::NotFound("directory"))?;
    answer.object("directory", |directory| {
        directory.id("id", id);
        if let Some(parent) = album.credits.first() {
            directory.id("parent", parent.artist_id);
        }
        directory.text("name", &album.name);
        directory.list("child", &tracks, |child, track| views::song_below(child, track, Some(AnyId::Album(id))));
    });
    Ok(())
}
