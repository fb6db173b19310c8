//! `/genres`, and a genre's own page.

use askama::Template;
use axum::extract::Path;
use catalog_core::browse;
use catalog_core::model::GenreId;
use catalog_core::ports::CatalogReader;

use super::super::frame::{Frame, Section};
use super::super::language::Language;
use super::super::page::Page;
use super::super::page_error::PageError;
use super::super::page_views::{self, Card, TrackRow};
use super::super::visit::Visit;
use super::super::{cursor, humanise};
use super::shelf::{ShelfPage, Turn};
use crate::error::ApiError;

/// Albums on a genre's first page.
const ALBUMS_LENGTH: usize = 24;
/// Tracks on a genre's page.
const TRACKS_LENGTH: usize = 50;

/// `GET /genres`.
pub(in super::super) async fn get_genres(visit: Visit) -> Result<Page<ShelfPage>, PageError> {
    let language = visit.language;
    visit.show(move |reader| load_genres(reader, language)).await
}

fn load_genres(reader: &dyn CatalogReader, language: Language) -> Result<ShelfPage, ApiError> {
    let texts = language.texts();
    let genres = reader.list_genres()?;
    Ok(ShelfPage {
        frame: Frame::new(language, Section::Genres, texts.genres),
        count: Some(humanise::count(genres.len() as u64, &texts.counted.genres)),
        tabs: Vec::new(),
        items: genres.iter().map(|genre| page_views::genre_card(genre, texts)).collect(),
        kind: "words",
        turn: Turn::default(),
    })
}

/// A genre's page.
#[derive(Template)]
#[template(path = "genre.html")]
pub(in super::super) struct GenrePage {
    frame: Frame,
    facts: Vec<String>,
    albums: Vec<Card>,
    tracks: Vec<TrackRow>,
    turn: Turn,
}

/// `GET /genres/{id}`.
pub(in super::super) async fn get_genre(visit: Visit, Path(id): Path<String>) -> Result<Page<GenrePage>, PageError> {
    let (language, id, behind) = (visit.language, visit.id(&id)?, visit.parameter("cursor"));
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
    // The albums stand on the first page alone.
    let albums = if behind.is_none() { reader.list_genre_albums(id, 0, ALBUMS_LENGTH)? } else { Vec::new() };
    let page = cursor::by_place("genre-tracks", behind, TRACKS_LENGTH)?;
    let tracks = browse::list_genre_tracks(reader, id, &page)?.ok_or(ApiError::NotFound("genre"))?;
    Ok(GenrePage {
        frame: Frame::new(language, Section::Genres, page_views::named(&genre.name, texts)),
        facts: vec![
            humanise::count(genre.album_count, &texts.counted.albums),
            humanise::count(genre.song_count, &texts.counted.tracks),
        ],
        albums: albums.iter().map(|album| page_views::album_card(album, texts)).collect(),
        tracks: tracks.items.iter().map(|track| page_views::track_row(track, None, texts)).collect(),
        turn: Turn::new(&format!("/genres/{id}"), "", behind, tracks.next_cursor.as_deref()),
    })
}
