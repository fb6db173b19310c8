//! An album as `AlbumID3`, and as the `Child` that older clients browse.

use catalog_core::model::{Advisory, Album, AlbumId, AnyId, Credit};

use super::{empty_lists, genres, moment, named_artists, seconds};
use crate::http::subsonic::printer::Printer;

/// An album by its tags.
pub(in crate::http::subsonic) fn album(object: &mut Printer, album: &Album) {
    object.id("id", album.id);
    object.text("name", &album.name);
    object.text("version", album.version.as_deref().unwrap_or_default());
    object.text("sortName", album.sort_name.as_deref().unwrap_or_default());
    shared(object, album);
    object.number("songCount", album.song_count);
    object.flag("isCompilation", album.is_compilation);
    genres(object, &album.genres);
    named_artists(object, "artists", album_artists(album));
    object.list("recordLabels", &album.labels, |label, name| label.text("name", name));
    object.texts("releaseTypes", album.release_types.iter().map(String::as_str));
    object.texts("moods", album.moods.iter().map(String::as_str));
    object.list("discTitles", &album.disc_titles, |disc, title| {
        disc.number("disc", title.disc_number);
        disc.text("title", &title.title);
    });
    object.object("originalReleaseDate", |date| item_date(date, album.original_date.as_deref()));
    object.object("releaseDate", |date| item_date(date, album.release_date.as_deref()));
}

/// An album as a directory below another, or below its artist.
pub(in crate::http::subsonic) fn album_as_directory(object: &mut Printer, album: &Album, parent: Option<AnyId>) {
    let own = album_artists(album).next().map(|credit| AnyId::Artist(credit.artist_id));
    object.id("id", album.id);
    if let Some(parent) = parent.or(own) {
        object.id("parent", parent);
    }
    object.flag("isDir", true);
    object.flag("isVideo", false);
    object.text("mediaType", "album");
    object.text("title", &album.name);
    object.text("album", &album.name);
    object.id("albumId", album.id);
    object.text("sortName", album.sort_name.as_deref().unwrap_or_default());
    shared(object, album);
    object.text("displayAlbumArtist", album.artist.as_deref().unwrap_or_default());
    without_value(object);
    genres(object, &album.genres);
    named_artists(object, "artists", album_artists(album));
    named_artists(object, "albumArtists", album_artists(album));
    object.texts("moods", album.moods.iter().map(String::as_str));
    empty_lists(object, &["isrc", "contributors", "works", "movements", "groupings"]);
    object.object("replayGain", |_| ());
}

/// Fields of both shapes.
fn shared(object: &mut Printer, album: &Album) {
    object.optional_text("artist", album.artist.as_deref());
    object.text("displayArtist", album.artist.as_deref().unwrap_or_default());
    if let Some(credit) = album_artists(album).next() {
        object.id("artistId", credit.artist_id);
    }
    if let Some(cover) = cover(album) {
        object.id("coverArt", cover);
    }
    object.number("duration", seconds(album.duration_ms));
    object.number("playCount", album.play_count);
    moment(object, "created", album.added_at);
    object.optional_number("year", album.year);
    object.optional_text("genre", album.genres.first().map(String::as_str));
    object.text("musicBrainzId", album.musicbrainz_id.as_deref().unwrap_or_default());
    object.text("explicitStatus", album.advisory.map_or("", Advisory::name));
}

/// What a `Child` has and an album has not.
fn without_value(object: &mut Printer) {
    for name in ["bitDepth", "samplingRate", "channelCount", "bpm"] {
        object.number(name, 0_u32);
    }
    object.text("comment", "");
    object.text("displayComposer", "");
}

fn album_artists(album: &Album) -> impl Iterator<Item = &Credit> {
    album.credits.iter().filter(|credit| !credit.role.is_contributor())
}

fn cover(album: &Album) -> Option<AlbumId> {
    album.has_cover.then_some(album.id)
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD` in parts; nothing for anything else.
fn item_date(object: &mut Printer, date: Option<&str>) {
    let mut rest = date.map(str::as_bytes);
    let Some(year) = next_number(&mut rest) else { return };
    object.number("year", year);
    let Some(month) = next_number(&mut rest).filter(|month| (1..=12).contains(month)) else { return };
    object.number("month", month);
    let day = next_number(&mut rest).filter(|day| rest.is_none() && (1..=31).contains(day));
    object.optional_number("day", day);
}

/// The number that a few digits make, to the next hyphen, or to the end, behind which nothing is left.
fn next_number(rest: &mut Option<&[u8]>) -> Option<u32> {
    let text = rest.take()?;
    let mut number = 0;
    for (place, byte) in text.iter().enumerate() {
        match byte {
            b'-' if place > 0 => {
                *rest = Some(&text[place + 1..]);
                return Some(number);
            }
            b'0'..=b'9' if place < 9 => number = 10 * number + u32::from(byte - b'0'),
            _ => return None,
        }
    }
    (!text.is_empty()).then_some(number)
}
