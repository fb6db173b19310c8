//! `/artists`, and an artist's own page: albums first, then the tracks.

use askama::Template;
use catalog_core::browse::{self, PageAfter};
use catalog_core::model::{Artist, ArtistId};
use catalog_core::ports::CatalogReader;

use super::super::cover_art::CoverArt;
use super::super::frame::{Frame, Section};
use super::super::language::Language;
use super::super::page::Page;
use super::super::page_error::PageError;
use super::super::page_views::{self, Card, TrackRow};
use super::super::texts::Texts;
use super::super::visit::{Id, Visit};
use super::super::{cursor, humanise};
use super::shelf::{ShelfPage, Turn};
use crate::error::ApiError;

/// Artists on a page.
const PAGE_LENGTH: usize = 60;
/// Albums on an artist's first page, and on each page of all of them.
const ALBUMS_LENGTH: usize = 60;
/// Tracks on an artist's page.
const TRACKS_LENGTH: usize = 50;

/// `GET /artists`.
pub(in super::super) async fn get_artists(visit: Visit) -> Result<Page<ShelfPage>, PageError> {
    let (language, behind) = (visit.language, visit.parameter("cursor"));
    visit.show(move |reader| load_artists(reader, language, behind.as_deref())).await
}

fn load_artists(reader: &dyn CatalogReader, language: Language, behind: Option<&str>) -> Result<ShelfPage, ApiError> {
    let texts = language.texts();
    let page = browse::list_artists(reader, &PageAfter::behind("artists", behind, PAGE_LENGTH)?)?;
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
    /// Where all albums are, when there are more.
    all_albums: Option<String>,
    tracks: Vec<TrackRow>,
    turn: Turn,
}

/// `GET /artists/{id}`.
pub(in super::super) async fn get_artist(visit: Visit, Id(id): Id<ArtistId>) -> Result<Page<ArtistPage>, PageError> {
    let (language, behind) = (visit.language, visit.parameter("cursor"));
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
    // The first albums stand on the first page alone.
    let mut albums = if behind.is_none() { reader.list_artist_albums(id, 0, ALBUMS_LENGTH + 1)? } else { Vec::new() };
    let has_more = cursor::take_excess(&mut albums, ALBUMS_LENGTH);
    let page = PageAfter::behind("artist-tracks", behind, TRACKS_LENGTH)?;
    let tracks = browse::list_artist_tracks(reader, id, &page)?.ok_or(ApiError::NotFound("artist"))?;
    Ok(ArtistPage {
        frame: Frame::new(language, Section::Artists, page_views::named(&artist.name, texts)),
        art: page_views::artist_art(&artist),
        facts: facts(&artist, texts),
        albums: albums.iter().map(|album| page_views::album_card(album, texts)).collect(),
        all_albums: has_more.then(|| format!("/artists/{id}/albums")),
        tracks: tracks.items.iter().map(|track| page_views::track_row(track, None, texts)).collect(),
        turn: Turn::new(&format!("/artists/{id}"), "", behind, tracks.next_cursor.as_deref()),
    })
}

/// How many albums and tracks. Whose name stands on covers alone plays none.
fn facts(artist: &Artist, texts: &Texts) -> Vec<String> {
    let tracks = (artist.song_count > 0).then(|| humanise::count(artist.song_count, &texts.counted.tracks));
    let albums = (artist.album_count > 0).then(|| humanise::count(artist.album_count, &texts.counted.albums));
    albums.into_iter().chain(tracks).collect()
}

/// `GET /artists/{id}/albums`.
pub(in super::super) async fn get_artist_albums(
    visit: Visit,
    Id(id): Id<ArtistId>,
) -> Result<Page<ShelfPage>, PageError> {
    let (language, behind) = (visit.language, visit.parameter("cursor"));
    visit.show(move |reader| load_artist_albums(reader, language, id, behind.as_deref())).await
}

fn load_artist_albums(
    reader: &dyn CatalogReader,
    language: Language,
    id: ArtistId,
    behind: Option<&str>,
) -> Result<ShelfPage, ApiError> {
    let texts = language.texts();
    let artist = reader.find_artist(id)?.ok_or(ApiError::NotFound("artist"))?;
    let page = PageAfter::behind("artist-albums", behind, ALBUMS_LENGTH)?;
    let albums = browse::list_artist_albums(reader, id, &page)?.ok_or(ApiError::NotFound("artist"))?;
    Ok(ShelfPage {
        frame: Frame::new(language, Section::Artists, page_views::named(&artist.name, texts)),
        count: Some(humanise::count(artist.album_count, &texts.counted.albums)),
        tabs: Vec::new(),
        items: albums.items.iter().map(|album| page_views::album_card(album, texts)).collect(),
        kind: "",
        turn: Turn::new(&format!("/artists/{id}/albums"), "", behind, albums.next_cursor.as_deref()),
    })
}
