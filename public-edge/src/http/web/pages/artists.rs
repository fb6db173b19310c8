//! `/artists`, and an artist's own page: albums first, then the tracks.

use askama::Template;
use axum::extract::Path;
use catalog_core::model::{ArtistId, TrackId};
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
    let mut artists = reader.list_artists(cursor::parse_name_key(behind)?, PAGE_LENGTH + 1)?;
    let has_more = cursor::take_excess(&mut artists, PAGE_LENGTH);
    let next = artists.last().filter(|_| has_more).map(|last| cursor::name_key(&last.sort_key, last.id.number()));
    Ok(ShelfPage {
        frame: Frame::new(language, Section::Artists, texts.artists),
        count: Some(humanise::count(reader.counts()?.artists, &texts.counted.artists)),
        tabs: Vec::new(),
        items: artists.iter().map(|artist| page_views::artist_card(artist, texts)).collect(),
        kind: "round",
        turn: Turn::new("/artists", "", behind, next.as_deref()),
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
    let after = cursor::parse_place(behind)?.and_then(|number| TrackId::new(i64::try_from(number).ok()?));
    let mut tracks = reader.list_artist_tracks(id, after, TRACKS_LENGTH + 1)?;
    let has_more = cursor::take_excess(&mut tracks, TRACKS_LENGTH);
    let next = tracks.last().filter(|_| has_more).map(|last| last.id.number().to_string());
    Ok(ArtistPage {
        frame: Frame::new(language, Section::Artists, page_views::named(&artist.name, texts)),
        art: page_views::artist_art(&artist),
        facts: vec![
            humanise::count(artist.album_count, &texts.counted.albums),
            humanise::count(artist.song_count, &texts.counted.tracks),
        ],
        albums: albums.iter().map(|album| page_views::album_card(album, texts)).collect(),
        tracks: tracks.iter().map(|track| page_views::track_row(track, None, texts)).collect(),
        turn: Turn::new(&format!("/artists/{id}"), "", behind, next.as_deref()),
    })
}
