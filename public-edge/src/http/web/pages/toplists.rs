//! `/toplists`; a toplist's own page is that of its playlist.

use axum::response::Redirect;
use catalog_core::browse::{self, PageAfter};
use catalog_core::model::Toplist;
use catalog_core::ports::CatalogReader;

use super::super::frame::{Frame, Section};
use super::super::language::Language;
use super::super::page::Page;
use super::super::page_error::PageError;
use super::super::page_views::{self, Card};
use super::super::texts::Texts;
use super::super::visit::{Id, Visit};
use super::shelf::{ShelfPage, Turn};
use crate::error::ApiError;

/// Toplists on a page.
const PAGE_LENGTH: usize = 60;

/// `GET /toplists`.
pub(in super::super) async fn get_toplists(visit: Visit) -> Result<Page<ShelfPage>, PageError> {
    let (language, behind) = (visit.language, visit.parameter("cursor"));
    visit.show(move |reader| load_toplists(reader, language, behind.as_deref())).await
}

fn load_toplists(reader: &dyn CatalogReader, language: Language, behind: Option<&str>) -> Result<ShelfPage, ApiError> {
    let texts = language.texts();
    let page = browse::list_toplists(reader, &PageAfter::behind("toplists", behind, PAGE_LENGTH)?)?;
    Ok(ShelfPage {
        frame: Frame::new(language, Section::Toplists, texts.toplists),
        count: None,
        tabs: Vec::new(),
        items: cards(reader, &page.items, texts)?,
        kind: "",
        turn: Turn::new("/toplists", "", behind, page.next_cursor.as_deref()),
    })
}

/// Toplists as cards, with the pictures and counts of the playlists that they open.
pub(super) fn cards(reader: &dyn CatalogReader, toplists: &[Toplist], texts: &Texts) -> Result<Vec<Card>, ApiError> {
    let ids: Vec<_> = toplists.iter().map(|toplist| toplist.playlist_id).collect();
    let playlists = reader.find_playlists(&ids)?;
    let card = |toplist: &Toplist| {
        let playlist = playlists.iter().find(|playlist| playlist.id == toplist.playlist_id);
        page_views::toplist_card(toplist, playlist, texts)
    };
    Ok(toplists.iter().map(card).collect())
}

/// `GET /toplists/{id}`: to the playlist that holds its tracks, for as long as this snapshot says so.
pub(in super::super) async fn get_toplist(visit: Visit, Id(id): Id<String>) -> Result<Redirect, PageError> {
    let toplist = visit.view.run(move |reader| reader.find_toplist(&id)?.ok_or(ApiError::NotFound("toplist"))).await;
    let toplist = toplist.map_err(|cause| PageError::new(visit.language, cause))?;
    Ok(Redirect::temporary(&format!("/playlists/{}", toplist.playlist_id)))
}
