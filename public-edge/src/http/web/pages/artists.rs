//! `/artists`, and an artist's own page: albums first, then the tracks.

use askama::Template;
use axum::extract::Path;
use catalog_core::browse;
use catalog_core::model::ArtistId;
use catalog_core::ports::CatalogReader;

use super::super::cover_art::CoverArt;
use super::super::frame::{Frame, Section};
use super::super::language::Language;
use super::super::page::Page;
use super::super::page_error::PageError;
use super::super::page_views::{self, Card, TrackRow};
use super::super::visit::Visit;
use super::super::{cursor, humanise};
use super::shelf::{ShelfPage, Turn};
use crate::error::ApiError;

/// Artists on a page.
const PAGE_LENGTH: usize = 60;
/// Tracks on an artist's page.
const TRACKS_LENGTH: usize = 50;

/// `GET /artists`.
pub(in super::super) async fn get_artists(visit: Visit) -> Result<Page<ShelfPage>, PageError> {
    let (language, behind) = (visit.language, visit.parameter("cursor"));
    visit.show(move |reader| load_artists(reader, language, behind.as_deref())).await
}

fn load_artists(reader: &dyn CatalogReader, language: Language, behind: Option<&str>) -> Result<ShelfPage, ApiError> {
    let texts = language.texts();
    let page = browse::list_artists(reader, &cursor::by_name("artists", behind, PAGE_LENGTH)?)?;
    Ok(ShelfPage {
        frame: Frame::new(language, Section::Artists, texts.artists),
        count: Some(humanise::count(reader.counts()?.artists, &texts.counted.artists)),
        tabs: Vec::new(),
        items: page.items.iter().map(|artist| page_views::artist_card(artist, texts)).collect(),
        kind: "round",
        turn: Turn::new("/artists", "", behind, page.next_cursor.as_deref()),
    })
}

/// An artist's page.
#[derive(Template)]
#[template(path = "artist.html")]
pub(in super::super) struct ArtistPage {
    frame: Frame,
    art: CoverArt,
    facts: Vec<String>,
    albums: Vec<Card>,
    tracks: Vec<TrackRow>,
    turn: Turn,
}

/// `GET /artists/{id}`.
pub(in super::super) async fn get_artist(visit: Visit, Path(id): Path<String>) -> Result<Page<ArtistPage>, PageError> {
    let (language, id, behind) = (visit.language, visit.id(&id)?, visit.parameter("cursor"));
    visit.show(move |reader| load_artist(reader, language, id, behind.as_deref())).await
}

fn load_artist(
    reader: &dyn CatalogReader,
    language: Language,
    id: ArtistId,
    behind: Option<&str>,
) -> Result<ArtistPage, ApiError> {
    let texts = language.texts();
    let artist = reader.find_artist(id)?.ok_or(ApiError::NotFound("artist"))?;
    // The albums stand on the first page alone.
    let albums = if behind.is_none() { reader.list_artist_albums(id)? } else { Vec::new() };
    let page = cursor::by_place("artist-tracks", behind, TRACKS_LENGTH)?;
    let tracks = browse::list_artist_tracks(reader, id, &page)?.ok_or(ApiError::NotFound("artist"))?;
    Ok(ArtistPage {
        frame: Frame::new(language, Section::Artists, page_views::named(&artist.name, texts)),
        art: page_views::artist_art(&artist),
        facts: vec![
            humanise::count(artist.album_count, &texts.counted.albums),
            humanise::count(artist.song_count, &texts.counted.tracks),
        ],
        albums: albums.iter().map(|album| page_views::album_card(album, texts)).collect(),
        tracks: tracks.items.iter().map(|track| page_views::track_row(track, None, texts)).collect(),
        turn: Turn::new(&format!("/artists/{id}"), "", behind, tracks.next_cursor.as_deref()),
    })
}
