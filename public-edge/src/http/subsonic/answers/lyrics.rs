//! Lyrics, by song and (for older clients) by names.

use catalog_core::lyrics::{LyricLine, LyricLines};
use catalog_core::model::{Lyrics, LyricsKind, Track, TrackId};
use catalog_core::ports::{CatalogReader, ReadResult, SearchKind};

use super::{Asked, Outcome};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::printer::Printer;

/// Tags do not say the language.
const UNKNOWN_LANGUAGE: &str = "und";
/// Songs with the words of artist and title that are looked through for the very names, and how many are read at once.
const LOOKED_THROUGH: usize = 500;
const READ_AT_ONCE: usize = 20;

/// `getLyricsBySongId`: all lyrics of a song. Translations, pronunciations and the times of words are only for clients
/// that ask for them (`enhanced`, version 2 of `songLyrics`).
pub(in crate::http::subsonic) fn by_song(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    let track = reader.find_track(asked.params.id("song")?)?.ok_or(SubsonicError::NotFound("song"))?;
    let is_enhanced = asked.params.find("enhanced") == Some("true");
    let mut lyrics = reader.list_lyrics(track.id)?;
    lyrics.retain(|lyrics| is_enhanced || lyrics.kind == LyricsKind::Main);
    answer.object("lyricsList", |list| {
        list.list("structuredLyrics", &lyrics, |object, lyrics| print(object, &track, lyrics, is_enhanced));
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
    let text = track.as_ref().map_or(Ok(Vec::new()), |track| reader.list_lyrics(track.id))?;
    answer.object("lyrics", |lyrics| {
        if let (Some(track), Some(text)) = (&track, text.first()) {
            lyrics.optional_text("artist", track.artist.as_deref());
            lyrics.text("title", &track.title);
            lyrics.value(&LyricLines::parse(&text.text).to_text());
        } else {
            lyrics.value("");
        }
    });
    Ok(())
}

fn print(object: &mut Printer, track: &Track, lyrics: &Lyrics, is_enhanced: bool) {
    let parsed = LyricLines::parse(&lyrics.text);
    object.optional_text("displayArtist", track.artist.as_deref());
    object.text("displayTitle", &track.title);
    object.text("lang", lyrics.language.as_deref().unwrap_or(UNKNOWN_LANGUAGE));
    object.number("offset", 0_u32);
    object.flag("synced", parsed.is_synced);
    if is_enhanced {
        object.text("kind", lyrics.kind.name());
    }
    object.list("line", &parsed.lines, |object, line| {
        object.optional_number("start", line.start_ms);
        object.value(&line.text);
    });
    if is_enhanced {
        let timed = (0_u64..).zip(&parsed.lines).filter(|(_, line)| !line.words.is_empty());
        object.list("cueLine", timed, |object, (index, line)| cue_line(object, index, line));
    }
}

fn cue_line(object: &mut Printer, index: u64, line: &LyricLine) {
    object.number("index", index);
    object.optional_number("start", line.words.first().map(|word| word.start_ms));
    object.optional_number("end", line.words.last().and_then(|word| word.end_ms));
    object.text("value", &line.text);
    object.list("cue", &line.words, |object, word| {
        object.number("start", word.start_ms);
        object.optional_number("end", word.end_ms);
        object.number("byteStart", word.first_byte as u64);
        object.number("byteEnd", word.last_byte as u64);
        object.value(line.text.get(word.first_byte..=word.last_byte).unwrap_or_default());
    });
}

fn find_named(reader: &dyn CatalogReader, artist: Option<&str>, title: Option<&str>) -> ReadResult<Option<Track>> {
    let Some(title) = title else { return Ok(None) };
    let query = format!("{} {title}", artist.unwrap_or_default());
    let hits = reader.search(SearchKind::Track, &query, 0, LOOKED_THROUGH)?;
    let ids: Vec<_> = hits.into_iter().filter_map(TrackId::new).collect();
    let is_wanted = |track: &Track| track.title == title && (artist.is_none() || track.artist.as_deref() == artist);
    for some in ids.chunks(READ_AT_ONCE) {
        if let Some(track) = reader.find_tracks(some)?.into_iter().find(is_wanted) {
            return Ok(Some(track));
        }
    }
    Ok(None)
}
