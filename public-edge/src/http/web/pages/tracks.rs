//! A track's own page: what is known of it, and its lyrics.

use askama::Template;
use catalog_core::lyrics::LyricLines;
use catalog_core::model::{Track, TrackId};
use catalog_core::ports::CatalogReader;

use super::super::cover_art::CoverArt;
use super::super::frame::{Frame, Section};
use super::super::humanise;
use super::super::language::Language;
use super::super::page::Page;
use super::super::page_error::PageError;
use super::super::page_views::{self, Link, TrackRow};
use super::super::texts::Texts;
use super::super::visit::{Id, Visit};
use crate::error::ApiError;

/// A track's page.
#[derive(Template)]
#[template(path = "track.html")]
pub(in super::super) struct TrackPage {
    frame: Frame,
    art: CoverArt,
    artists: Vec<Link>,
    row: TrackRow,
    properties: Vec<Property>,
    lyrics: Option<String>,
}

/// Something that is known of a track.
struct Property {
    name: &'static str,
    value: String,
}

/// `GET /tracks/{id}`.
pub(in super::super) async fn get_track(visit: Visit, Id(id): Id<TrackId>) -> Result<Page<TrackPage>, PageError> {
    let language = visit.language;
    visit.show(move |reader| load_track(reader, language, id)).await
}

fn load_track(reader: &dyn CatalogReader, language: Language, id: TrackId) -> Result<TrackPage, ApiError> {
    let texts = language.texts();
    let track = reader.find_track(id)?.ok_or(ApiError::NotFound("track"))?;
    Ok(TrackPage {
        frame: Frame::new(language, Section::Elsewhere, page_views::named(&track.title, texts)),
        art: page_views::track_art(&track),
        artists: page_views::performers(&track.credits),
        row: page_views::track_row(&track, None, texts),
        properties: properties(&track, texts),
        lyrics: reader.list_lyrics(id)?.first().map(|lyrics| words(&lyrics.text)).filter(|words| !words.is_empty()),
    })
}

fn properties(track: &Track, texts: &Texts) -> Vec<Property> {
    let details = &texts.details;
    let known = [
        (details.composer, track.composer.clone()),
        (details.released, track.year.map(|year| humanise::date(&year.to_string(), texts))),
        (details.genre, Some(track.genres.join(", "))),
        (details.format, format(track)),
        (details.comment, track.comment.clone()),
    ];
    let said = |(name, value): (_, Option<String>)| value.map(|value| Property { name, value });
    known.into_iter().filter_map(said).filter(|property| !property.value.trim().is_empty()).collect()
}

/// `FLAC · 24 bit · 96 kHz · 2,304 kbit/s · 41.2 MB`.
fn format(track: &Track) -> Option<String> {
    page_views::joined([
        track.ext.as_ref().map(|ext| ext.to_uppercase()),
        track.bit_depth.map(|bits| format!("{bits} bit")),
        track.sample_rate_hz.map(|rate| format!("{} kHz", f64::from(rate) / 1000.0)),
        track.bit_rate_kbps.map(|rate| format!("{} kbit/s", humanise::grouped(u64::from(rate)))),
        track.file_size_bytes.map(humanise::megabytes),
    ])
}

/// Lyrics as they are sung: without LRC's times, and without its lines about itself.
fn words(lyrics: &str) -> String {
    LyricLines::parse(lyrics).to_text().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lyrics_lose_what_nobody_sings() {
        assert_eq!(words("[ar:周杰伦]\n[00:01.00]古巴<00:01.50>比伦王\n\n[00:09.00]汉摩拉比"), "古巴比伦王\n汉摩拉比");
        assert_eq!(words("[ti:Song]\n\n[Chorus]\nplain [sic] words"), "[Chorus]\nplain [sic] words");
        assert_eq!(words("[00:01.00]"), "");
    }
}
