//! `/genres`, and a genre's own page.

use askama::Template;
use catalog_core::browse::{self, PageAfter};
use catalog_core::model::GenreId;
use catalog_core::ports::CatalogReader;

use super::super::frame::{Frame, Section};
use super::super::humanise;
use super::super::language::Language;
use super::super::page::Page;
use super::super::page_error::PageError;
use super::super::page_views::{self, Card, TrackRow};
use super::super::visit::{Id, Visit};
use super::shelf::{ShelfPage, Turn};
use crate::error::ApiError;

/// Genres on a page: they are small.
const PAGE_LENGTH: usize = 240;
/// Albums on a genre's first page.
const ALBUMS_LENGTH: usize = 24;
/// Albums on each page of all of them.
const ALL_ALBUMS_LENGTH: usize = 60;
/// Tracks on a genre's page.
const TRACKS_LENGTH: usize = 50;

/// `GET /genres`.
pub(in super::super) async fn get_genres(visit: Visit) -> Result<Page<ShelfPage>, PageError> {
    let (language, behind) = (visit.language, visit.parameter("cursor"));
    visit.show(move |reader| load_genres(reader, language, behind.as_deref())).await
}

fn load_genres(reader: &dyn CatalogReader, language: Language, behind: Option<&str>) -> Result<ShelfPage, ApiError> {
    let texts = language.texts();
    let page = browse::list_genres(reader, &PageAfter::behind("genres", behind, PAGE_LENGTH)?)?;
    Ok(ShelfPage {
        frame: Frame::new(language, Section::Genres, texts.genres),
        count: Some(humanise::count(reader.counts()?.genres, &texts.counted.genres)),
        tabs: Vec::new(),
        items: page.items.iter().map(|genre| page_views::genre_card(genre, texts)).collect(),
        kind: "words",
        turn: Turn::new("/genres", "", behind, page.next_cursor.as_deref()),
    })
}

/// A genre's page.
#[derive(Template)]
#[template(path = "genre.html")]
pub(in super::super) struct GenrePage {
    frame: Frame,
    facts: Vec<String>,
    albums: Vec<Card>,
    /// Where all albums are, when there are more.
    all_albums: Option<String>,
    tracks: Vec<TrackRow>,
    turn: Turn,
}

/// `GET /genres/{id}`.
pub(in super::super) async fn get_genre(visit: Visit, Id(id): Id<GenreId>) -> Result<Page<GenrePage>, PageError> {
    let (language, behind) = (visit.language, visit.parameter("cursor"));
    visit.show(move |reader| load_genre(reader, language, id, behind.as_deref())).await
}

fn load_genre(
    reader: &dyn CatalogReader,
    language: Language,
    id: GenreId,
    behind: Option<&str>,
) -> Result<GenrePage, ApiError> {
    let texts = language.texts();
    let genre = reader.find_genre(id)?.ok_or(ApiError::NotFound("genre"))?;
    // The first albums stand on the first page alone.
    let albums = if behind.is_none() { reader.list_genre_albums(id, 0, ALBUMS_LENGTH)? } else { Vec::new() };
    let has_more = !albums.is_empty() && genre.album_count > albums.len() as u64;
    let page = PageAfter::behind("genre-tracks", behind, TRACKS_LENGTH)?;
    let tracks = browse::list_genre_tracks(reader, id, &page)?.ok_or(ApiError::NotFound("genre"))?;
    Ok(GenrePage {
        frame: Frame::new(language, Section::Genres, page_views::named(&genre.name, texts)),
        facts: vec![
            humanise::count(genre.album_count, &texts.counted.albums),
            humanise::count(genre.song_count, &texts.counted.tracks),
        ],
        albums: albums.iter().map(|album| page_views::album_card(album, texts)).collect(),
        all_albums: has_more.then(|| format!("/genres/{id}/albums")),
        tracks: tracks.items.iter().map(|track| page_views::track_row(track, None, texts)).collect(),
        turn: Turn::new(&format!("/genres/{id}"), "", behind, tracks.next_cursor.as_deref()),
    })
}

/// `GET /genres/{id}/albums`.
pub(in super::super) async fn get_genre_albums(
    visit: Visit,
    Id(id): Id<GenreId>,
) -> Result<Page<ShelfPage>, PageError> {
    let (language, behind) = (visit.language, visit.parameter("cursor"));
    visit.show(move |reader| load_genre_albums(reader, language, id, behind.as_deref())).await
}

fn load_genre_albums(
    reader: &dyn CatalogReader,
    language: Language,
    id: GenreId,
    behind: Option<&str>,
) -> Result<ShelfPage, ApiError> {
    let texts = language.texts();
    let genre = reader.find_genre(id)?.ok_or(ApiError::NotFound("genre"))?;
    let page = PageAfter::behind("genre-albums", behind, ALL_ALBUMS_LENGTH)?;
    let albums = browse::list_genre_albums(reader, id, &page)?.ok_or(ApiError::NotFound("genre"))?;
    Ok(ShelfPage {
        frame: Frame::new(language, Section::Genres, page_views::named(&genre.name, texts)),
        count: Some(humanise::count(genre.album_count, &texts.counted.albums)),
        tabs: Vec::new(),
        items: albums.items.iter().map(|album| page_views::album_card(album, texts)).collect(),
        kind: "",
        turn: Turn::new(&format!("/genres/{id}/albums"), "", behind, albums.next_cursor.as_deref()),
    })
}
