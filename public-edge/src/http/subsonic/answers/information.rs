//! What is known about an artist or an album beyond its songs: the `MusicBrainz` id, pictures, and who is like whom.

use catalog_core::model::{Album, AnyId, Artist};
use catalog_core::ports::{CatalogReader, ReadResult};
use snapshot_format::{Sha256Hex, cover_sizes, keys};

use super::{Asked, Outcome};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::printer::Printer;
use crate::http::subsonic::views;

/// Similar artists when a client does not say how many.
const DEFAULT_SIMILAR: u64 = 20;
/// The names of pictures, and the sizes in pixels that they should have.
const IMAGES: [(&str, u32); 3] = [("smallImageUrl", 64), ("mediumImageUrl", 300), ("largeImageUrl", 1200)];

/// Pictures by name.
type Images = [(&'static str, String); 3];
/// How an artist is shown.
type View = fn(&mut Printer, &Artist);

/// `getArtistInfo`.
pub(in crate::http::subsonic) fn artist(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    print_artist("artistInfo", asked, reader, answer, views::artist_as_directory)
}

/// `getArtistInfo2`.
pub(in crate::http::subsonic) fn artist2(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    print_artist("artistInfo2", asked, reader, answer, views::artist)
}

/// `getAlbumInfo` and `getAlbumInfo2`.
pub(in crate::http::subsonic) fn album(asked: &Asked<'_>, reader: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    let album = find_album(asked.params.id("album")?, reader)?;
    let images = album.as_ref().map_or(Ok(None), |album| images(AnyId::Album(album.id), asked, reader))?;
    answer.object("albumInfo", |info| {
        print_known(info, album.as_ref().and_then(|album| album.musicbrainz_id.as_deref()), images.as_ref());
    });
    Ok(())
}

fn print_artist(
    name: &str,
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
    view: View,
) -> Outcome {
    let artist = find_artist(asked.params.id("artist")?, reader)?;
    let count = asked.params.count("count", DEFAULT_SIMILAR)?;
    let images = artist.as_ref().map_or(Ok(None), |artist| images(AnyId::Artist(artist.id), asked, reader))?;
    let mut similar = artist.as_ref().map_or(Ok(Vec::new()), |artist| reader.list_similar_artists(artist.id))?;
    similar.truncate(count);
    let similar = reader.find_artists(&similar)?;
    answer.object(name, |info| {
        print_known(info, artist.as_ref().and_then(|artist| artist.musicbrainz_id.as_deref()), images.as_ref());
        info.list("similarArtist", &similar, view);
    });
    Ok(())
}

fn print_known(info: &mut Printer, musicbrainz_id: Option<&str>, images: Option<&Images>) {
    if let Some(id) = musicbrainz_id {
        info.text_element("musicBrainzId", id);
    }
    for (name, url) in images.into_iter().flatten() {
        info.text_element(name, url);
    }
}

/// Addresses of the picture in sizes, where anyone can fetch it without this edge.
fn images(of: AnyId, asked: &Asked<'_>, reader: &dyn CatalogReader) -> ReadResult<Option<Images>> {
    let (Some(base), Some(cover)) = (asked.public_base, reader.find_cover(of)?) else { return Ok(None) };
    let Ok(picture) = Sha256Hex::try_from(cover.sha256) else { return Ok(None) };
    let url = |wanted| {
        let size = cover_sizes::choose(Some(wanted), cover.largest_size);
        format!("{}/{}", base.trim_end_matches('/'), keys::cover(&picture, size, &cover.ext))
    };
    Ok(Some(IMAGES.map(|(name, wanted)| (name, url(wanted)))))
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
