//! Lyrics, by song and (for older clients) by names.

use catalog_core::model::{Track, TrackId};
use catalog_core::ports::{CatalogReader, ReadResult, SearchKind};

use super::{Asked, Outcome};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::lrc::Lyrics;
use crate::http::subsonic::printer::Printer;

/// Tags do not say the language.
const UNKNOWN_LANGUAGE: &str = "und";
/// Songs of one title that are looked through for the artist.
const LOOKED_THROUGH: usize = 20;

/// `getLyricsBySongId`: a list with one entry, or with none.
pub(in crate::http::subsonic) fn by_song(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    let track = reader.find_track(asked.params.id("song")?)?.ok_or(SubsonicError::NotFound("song"))?;
    let lyrics = reader.find_lyrics(track.id)?.map(|text| Lyrics::parse(&text));
    answer.object("lyricsList", |list| {
        list.list("structuredLyrics", &lyrics, |object, lyrics| print(object, &track, lyrics));
    });
    Ok(())
}

/// `getLyrics`: the text of the song of this artist and title, or nothing.
pub(in crate::http::subsonic) fn by_names(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    let (artist, title) = (asked.params.find("artist"), asked.params.find("title"));
    let track = find_named(reader, artist, title)?;
    let text = track.as_ref().map_or(Ok(None), |track| reader.find_lyrics(track.id))?;
    answer.object("lyrics", |lyrics| {
        if let (Some(track), Some(text)) = (&track, &text) {
            lyrics.optional_text("artist", track.artist.as_deref());
            lyrics.text("title", &track.title);
            lyrics.value(&Lyrics::parse(text).to_text());
        } else {
            lyrics.value("");
        }
    });
    Ok(())
}

fn print(object: &mut Printer, track: &Track, lyrics: &Lyrics) {
    object.optional_text("displayArtist", track.artist.as_deref());
    object.text("displayTitle", &track.title);
    object.text("lang", UNKNOWN_LANGUAGE);
    object.number("offset", 0_u32);
    object.flag("synced", lyrics.is_synced);
    object.list("line", &lyrics.lines, |object, line| {
        object.optional_number("start", line.start_ms);
        object.value(&line.text);
    });
}

fn find_named(reader: &dyn CatalogReader, artist: Option<&str>, title: Option<&str>) -> ReadResult<Option<Track>> {
    let Some(title) = title else { return Ok(None) };
    let query = format!("{} {title}", artist.unwrap_or_default());
    let ids: Vec<_> =
        reader.search(SearchKind::Track, &query, 0, LOOKED_THROUGH)?.into_iter().filter_map(TrackId::new).collect();
    let is_wanted = |track: &Track| track.title == title && (artist.is_none() || track.artist.as_deref() == artist);
    Ok(reader.find_tracks(&ids)?.into_iter().find(is_wanted))
}
