//! `/playlists`, and a playlist's own page.

use askama::Template;
use catalog_core::browse::{self, EntryCursor, PageAfter};
use catalog_core::model::{Playlist, PlaylistId};
use catalog_core::ports::CatalogReader;

use super::super::cover_art::CoverArt;
use super::super::frame::{Frame, Section};
use super::super::humanise;
use super::super::language::Language;
use super::super::page::Page;
use super::super::page_error::PageError;
use super::super::page_views::{self, TrackRow};
use super::super::texts::Texts;
use super::super::visit::{Id, Visit};
use super::shelf::{ShelfPage, Turn};
use crate::error::ApiError;

/// Playlists on a page.
const PAGE_LENGTH: usize = 60;
/// Entries on a playlist's page.
const ENTRIES_LENGTH: usize = 100;

/// `GET /playlists`.
pub(in super::super) async fn get_playlists(visit: Visit) -> Result<Page<ShelfPage>, PageError> {
    let (language, behind) = (visit.language, visit.parameter("cursor"));
    visit.show(move |reader| load_playlists(reader, language, behind.as_deref())).await
}

fn load_playlists(reader: &dyn CatalogReader, language: Language, behind: Option<&str>) -> Result<ShelfPage, ApiError> {
    let texts = language.texts();
    let page = browse::list_playlists(reader, &PageAfter::behind("playlists", behind, PAGE_LENGTH)?)?;
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
    Id(id): Id<PlaylistId>,
) -> Result<Page<PlaylistPage>, PageError> {
    let (language, behind) = (visit.language, visit.parameter("cursor"));
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
    let page: PageAfter<EntryCursor> = PageAfter::behind("entries", behind, ENTRIES_LENGTH)?;
    let shown_before = page.after.map_or(0, |cursor| u64::from(cursor.shown));
    let entries = browse::list_playlist_entries(reader, id, &page)?.ok_or(ApiError::NotFound("playlist"))?;
    let numbered = entries.items.iter().zip(shown_before + 1..);
    Ok(PlaylistPage {
        frame: Frame::new(language, Section::Playlists, page_views::named(&playlist.name, texts)),
        art: page_views::playlist_art(&playlist),
        facts: facts(&playlist, texts),
        tracks: numbered.map(|(entry, number)| page_views::entry_row(entry, number, texts)).collect(),
        description: playlist.description.filter(|text| !text.trim().is_empty()),
        turn: Turn::new(&format!("/playlists/{id}"), "", behind, entries.next_cursor.as_deref()),
    })
}

fn facts(playlist: &Playlist, texts: &Texts) -> Vec<String> {
    let known = [
        Some(humanise::count(playlist.entry_count, &texts.counted.tracks)),
        humanise::total(playlist.duration_ms, texts),
        (playlist.play_count > 0).then(|| humanise::count(playlist.play_count, &texts.counted.plays)),
    ];
    known.into_iter().flatten().collect()
}
