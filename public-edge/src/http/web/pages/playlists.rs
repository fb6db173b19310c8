//! `/playlists`, and a playlist's own page.

use askama::Template;
use axum::extract::Path;
use catalog_core::browse::{self, NameCursor, PagingError};
use catalog_core::model::{Playlist, PlaylistId};
use catalog_core::ports::CatalogReader;

use super::super::cover_art::CoverArt;
use super::super::frame::{Frame, Section};
use super::super::language::Language;
use super::super::page::Page;
use super::super::page_error::PageError;
use super::super::page_views::{self, TrackRow};
use super::super::texts::Texts;
use super::super::visit::Visit;
use super::super::{cursor, humanise};
use super::shelf::{ShelfPage, Turn};
use crate::error::ApiError;

/// Playlists on a page.
const PAGE_LENGTH: usize = 60;
/// Entries on a playlist's page.
const ENTRIES_LENGTH: usize = 100;
/// The list that a page's cursor names: its "key" is how many entries stand before.
const NUMBERED: &str = "numbered-entries";

/// `GET /playlists`.
pub(in super::super) async fn get_playlists(visit: Visit) -> Result<Page<ShelfPage>, PageError> {
    let (language, behind) = (visit.language, visit.parameter("cursor"));
    visit.show(move |reader| load_playlists(reader, language, behind.as_deref())).await
}

fn load_playlists(reader: &dyn CatalogReader, language: Language, behind: Option<&str>) -> Result<ShelfPage, ApiError> {
    let texts = language.texts();
    let page = browse::list_playlists(reader, &cursor::by_name("playlists", behind, PAGE_LENGTH)?)?;
    Ok(ShelfPage {
        frame: Frame::new(language, Section::Playlists, texts.playlists),
        count: Some(humanise::count(reader.counts()?.playlists, &texts.counted.playlists)),
        tabs: Vec::new(),
        items: page.items.iter().map(|playlist| page_views::playlist_card(playlist, texts)).collect(),
        kind: "",
        turn: Turn::new("/playlists", "", behind, page.next_cursor.as_deref()),
    })
}

/// A playlist's page.
#[derive(Template)]
#[template(path = "playlist.html")]
pub(in super::super) struct PlaylistPage {
    frame: Frame,
    art: CoverArt,
    facts: Vec<String>,
    description: Option<String>,
    tracks: Vec<TrackRow>,
    turn: Turn,
}

/// `GET /playlists/{id}`.
pub(in super::super) async fn get_playlist(
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Page<PlaylistPage>, PageError> {
    let (language, id, behind) = (visit.language, visit.id(&id)?, visit.parameter("cursor"));
    visit.show(move |reader| load_playlist(reader, language, id, behind.as_deref())).await
}

fn load_playlist(
    reader: &dyn CatalogReader,
    language: Language,
    id: PlaylistId,
    behind: Option<&str>,
) -> Result<PlaylistPage, ApiError> {
    let texts = language.texts();
    let playlist = reader.find_playlist(id)?.ok_or(ApiError::NotFound("playlist"))?;
    let (shown_before, after) = parse_entry_cursor(behind)?;
    let mut entries = reader.list_playlist_entries(id, after, ENTRIES_LENGTH + 1)?;
    let has_more = cursor::take_excess(&mut entries, ENTRIES_LENGTH);
    let shown = shown_before + entries.len() as u64;
    let next = entries.last().filter(|_| has_more).map(|last| {
        let cursor = NameCursor { sort_key: shown.to_string(), id: last.position };
        cursor.encode(NUMBERED)
    });
    let numbered = entries.iter().zip(shown_before + 1..);
    Ok(PlaylistPage {
        frame: Frame::new(language, Section::Playlists, page_views::named(&playlist.name, texts)),
        art: page_views::playlist_art(&playlist),
        facts: facts(&playlist, texts),
        tracks: numbered.map(|(entry, number)| page_views::entry_row(entry, number, texts)).collect(),
        description: playlist.description.filter(|text| !text.trim().is_empty()),
        turn: Turn::new(&format!("/playlists/{id}"), "", behind, next.as_deref()),
    })
}

/// How many entries stand on the pages before, and the position behind which this one begins: positions have gaps.
fn parse_entry_cursor(behind: Option<&str>) -> Result<(u64, Option<i64>), ApiError> {
    let Some(text) = behind else { return Ok((0, None)) };
    let cursor = NameCursor::decode(NUMBERED, text)?;
    // A playlist has at most as many entries as there are positions.
    let shown = cursor.sort_key.parse::<u32>().ok().ok_or(PagingError::Cursor)?;
    Ok((u64::from(shown), Some(cursor.id)))
}

fn facts(playlist: &Playlist, texts: &Texts) -> Vec<String> {
    let known = [
        Some(humanise::count(playlist.entry_count, &texts.counted.tracks)),
        humanise::total(playlist.duration_ms, texts),
        (playlist.play_count > 0).then(|| humanise::count(playlist.play_count, &texts.counted.plays)),
    ];
    known.into_iter().flatten().collect()
}
