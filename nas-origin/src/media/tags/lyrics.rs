//! Lyrics inside a file: plain or timed texts of several languages, and `ID3v2`'s own timed frames.

use std::fmt::Write;

use catalog_core::model::{Lyrics, LyricsKind};
use lofty::id3::v2::{BinaryFrame, SyncTextContentType, SynchronizedTextFrame, TimestampFormat};
use lofty::tag::ItemKey;

use super::values::{Tags, distinct};
use crate::media::text_file::tidy_lines;

/// Longest lyrics, in bytes; longer ones are left out.
const MAX_BYTES: usize = 256 * 1024;
/// Most lyrics of a track.
const MAX_COUNT: usize = 8;

/// All of them, the main ones first, timed ones before plain ones of the same kind.
pub(super) fn of(tags: &Tags<'_>) -> Vec<Lyrics> {
    let named = tags.unmapped.texts(&["SYNCEDLYRICS"]).into_iter().map(|text| lyrics(text, "", None));
    let texts =
        tags.all.iter().flat_map(|tag| tag.get_items(ItemKey::Lyrics).chain(tag.get_items(ItemKey::UnsyncLyrics)));
    let texts = texts.filter_map(|item| Some(lyrics(item.value().text()?, item.description(), Some(*item.lang()))));
    let mut all = distinct(tags.unmapped.timed_lyrics.iter().cloned().chain(named).chain(texts));
    all.retain(|lyrics| !lyrics.text.is_empty() && lyrics.text.len() <= MAX_BYTES);
    all.sort_by_key(|lyrics| lyrics.kind as u8);
    all.truncate(MAX_COUNT);
    all
}

fn lyrics(text: &str, description: &str, language: Option<[u8; 3]>) -> Lyrics {
    Lyrics { kind: kind_of(description), language: language.and_then(known_language), text: tidy_lines(text) }
}

/// Taggers tell a layer by its description alone.
fn kind_of(description: &str) -> LyricsKind {
    let description = description.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| description.contains(word));
    if has(&["translat", "翻译", "翻譯", "訳"]) {
        LyricsKind::Translation
    } else if has(&["romaji", "romani", "pinyin", "pronunc", "translit", "拼音"]) {
        LyricsKind::Pronunciation
    } else {
        LyricsKind::Main
    }
}

/// `XXX` and what is no word of letters stand for none.
fn known_language(code: [u8; 3]) -> Option<String> {
    let code = std::str::from_utf8(&code).ok()?.to_ascii_lowercase();
    let is_word = code.bytes().all(|letter| letter.is_ascii_lowercase());
    (is_word && !matches!(code.as_str(), "xxx" | "und")).then_some(code)
}

/// A `SYLT` frame as LRC, or as enhanced LRC where its pieces are words; `None` when it is no text to sing, or its times
/// are no times.
pub(super) fn from_timed_frame(frame: &BinaryFrame<'_>) -> Option<Lyrics> {
    let frame = SynchronizedTextFrame::parse(&frame.data, frame.flags()).ok()?;
    let is_text = matches!(
        frame.content_type,
        SyncTextContentType::Lyrics | SyncTextContentType::TextTranscription | SyncTextContentType::Other
    );
    if !is_text || frame.timestamp_format != TimestampFormat::MS {
        return None;
    }
    let description = frame.description.as_deref().unwrap_or_default();
    let text = lrc(&frame.content);
    Some(Lyrics { kind: kind_of(description), language: known_language(frame.language), text })
}

/// A piece that begins with a line break begins a line. Where none does, each piece is a line.
fn lrc(pieces: &[(u32, String)]) -> String {
    let begins_line = |text: &str| text.starts_with(['\n', '\r']);
    let are_words = pieces.iter().any(|(_, text)| begins_line(text));
    let mut lrc = String::new();
    for (at, (time_ms, text)) in pieces.iter().enumerate() {
        let is_new = !are_words || at == 0 || begins_line(text);
        let words = text.replace(['\n', '\r', '\0'], "");
        let time = clock(*time_ms);
        if is_new && !lrc.is_empty() {
            lrc.push('\n');
        }
        // Writing to memory cannot fail.
        let _ = match (is_new, are_words) {
            (true, false) => write!(lrc, "[{time}]{words}"),
            (true, true) => write!(lrc, "[{time}]<{time}>{words}"),
            (false, _) => write!(lrc, "<{time}>{words}"),
        };
    }
    lrc
}

fn clock(time_ms: u32) -> String {
    let (minutes, rest) = (time_ms / 60_000, time_ms % 60_000);
    format!("{minutes:02}:{:02}.{:03}", rest / 1000, rest % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lrc_of(pieces: &[(u32, &str)]) -> String {
        lrc(&pieces.iter().map(|(time, text)| (*time, (*text).to_owned())).collect::<Vec<_>>())
    }

    #[test]
    fn timed_lines_become_lrc_and_timed_words_enhanced_lrc() {
        assert_eq!(lrc_of(&[(1000, "one"), (61_500, "two")]), "[00:01.000]one\n[01:01.500]two");
        assert_eq!(
            lrc_of(&[(1000, "la "), (1200, "la"), (2000, "\nlo")]),
            "[00:01.000]<00:01.000>la <00:01.200>la\n[00:02.000]<00:02.000>lo"
        );
    }

    #[test]
    fn a_layer_is_told_by_its_description() {
        for (description, kind) in [
            ("", LyricsKind::Main),
            ("English Translation", LyricsKind::Translation),
            ("Romaji", LyricsKind::Pronunciation),
        ] {
            assert_eq!(kind_of(description), kind, "{description}");
        }
        assert_eq!(known_language(*b"ENG").as_deref(), Some("eng"));
        assert_eq!((known_language(*b"XXX"), known_language([0; 3])), (None, None));
    }
}
