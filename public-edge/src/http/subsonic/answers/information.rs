//! What is known about an artist or an album beyond its songs: the `MusicBrainz` id. Nobody is similar to anybody.

use catalog_core::model::{Album, AnyId, Artist};
use catalog_core::ports::CatalogReader;

use super::{Asked, Outcome};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::printer::Printer;

/// `getArtistInfo`.
pub(in crate::http::subsonic) fn artist(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    print_artist("artistInfo", asked, reader, answer)
}

/// `getArtistInfo2`.
pub(in crate::http::subsonic) fn artist2(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    print_artist("artistInfo2", asked, reader, answer)
}

/// `getAlbumInfo` and `getAlbumInfo2`.
pub(in crate::http::subsonic) fn album(asked: &Asked<'_>, reader: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    let album = find_album(asked.params.id("album")?, reader)?;
    let musicbrainz_id = album.as_ref().and_then(|album| album.musicbrainz_id.as_deref());
    answer.object("albumInfo", |info| print_id(info, musicbrainz_id));
    Ok(())
}

/// `getSimilarSongs`.
pub(in crate::http::subsonic) fn similar(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    print_similar("similarSongs", asked, reader, answer)
}

/// `getSimilarSongs2`.
pub(in crate::http::subsonic) fn similar2(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    print_similar("similarSongs2", asked, reader, answer)
}

fn print_artist(name: &str, asked: &Asked<'_>, reader: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    let artist = find_artist(asked.params.id("artist")?, reader)?;
    let musicbrainz_id = artist.as_ref().and_then(|artist| artist.musicbrainz_id.as_deref());
    answer.object(name, |info| {
        print_id(info, musicbrainz_id);
        info.texts("similarArtist", []);
    });
    Ok(())
}

fn print_similar(name: &str, asked: &Asked<'_>, reader: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    find_artist(asked.params.id("song")?, reader)?;
    answer.object(name, |list| list.texts("song", []));
    Ok(())
}

fn print_id(info: &mut Printer, musicbrainz_id: Option<&str>) {
    if let Some(id) = musicbrainz_id {
        info.text_element("musicBrainzId", id);
    }
}

/// The artist that an id leads to: an artist's, an album's or a song's; `None` for songs without one.
fn find_artist(id: AnyId, reader: &dyn CatalogReader) -> Result<Option<Artist>, SubsonicError> {
    let missing = SubsonicError::NotFound("artist, album or song");
    let credits = match id {
        AnyId::Artist(id) => return reader.find_artist(id)?.map(Some).ok_or(missing),
        AnyId::Album(id) => reader.find_album(id)?.ok_or(missing)?.credits,
        AnyId::Track(id) => reader.find_track(id)?.ok_or(missing)?.credits,
        AnyId::Playlist(_) => return Err(missing),
    };
    Ok(credits.first().map_or(Ok(None), |credit| reader.find_artist(credit.artist_id))?)
}

/// The album that an id leads to: an album's or a song's; `None` for songs on none.
fn find_album(id: AnyId, reader: &dyn CatalogReader) -> Result<Option<Album>, SubsonicError> {
    let missing = SubsonicError::NotFound("album or song");
    match id {
        AnyId::Album(id) => reader.find_album(id)?.map(Some).ok_or(missing),
        AnyId::Track(id) => {
            let album = reader.find_track(id)?.ok_or(missing)?.album;
            Ok(album.map_or(Ok(None), |album| reader.find_album(album.id))?)
        }
        AnyId::Artist(_) | AnyId::Playlist(_) => Err(missing),
    }
}
