//! `/albums` in five orders, and an album's own page.

use askama::Template;
use catalog_core::browse::{self, PageAfter};
use catalog_core::model::{Album, AlbumId, Track};
use catalog_core::ports::{AlbumOrder, CatalogReader};

use super::super::cover_art::CoverArt;
use super::super::frame::{Frame, Section};
use super::super::language::Language;
use super::super::page::Page;
use super::super::page_error::PageError;
use super::super::page_views::{self, Link, TrackRow};
use super::super::texts::Texts;
use super::super::visit::{Id, Visit};
use super::super::{cursor, humanise};
use super::shelf::{ShelfPage, Tab, Turn};
use crate::error::ApiError;

/// Albums on a page.
const PAGE_LENGTH: usize = 60;

/// Tracks on an album's page: all of them, but where an album is none.
const TRACKS_LENGTH: usize = 500;

/// The name that an order has in the URL; the one by name has none.
const ORDERS: [(&str, AlbumOrder); 5] = [
    ("", AlbumOrder::ByName),
    ("newest", AlbumOrder::Newest),
    ("artist", AlbumOrder::ByArtist),
    ("year", AlbumOrder::ByYear),
    ("played", AlbumOrder::MostPlayed),
];

/// `GET /albums`.
pub(in super::super) async fn get_albums(visit: Visit) -> Result<Page<ShelfPage>, PageError> {
    let (language, order, behind) = (visit.language, visit.parameter("order"), visit.parameter("cursor"));
    visit.show(move |reader| load_albums(reader, language, order.as_deref(), behind.as_deref())).await
}

fn load_albums(
    reader: &dyn CatalogReader,
    language: Language,
    order: Option<&str>,
    behind: Option<&str>,
) -> Result<ShelfPage, ApiError> {
    let wanted = order.unwrap_or_default();
    let known = ORDERS.into_iter().find(|(name, _)| *name == wanted);
    let (name, order) = known.ok_or_else(|| ApiError::BadParameter("no such order".to_owned()))?;
    let (albums, next) = list_albums(reader, (name, order), behind)?;
    let texts = language.texts();
    let kept = if name.is_empty() { String::new() } else { format!("order={name}&") };
    Ok(ShelfPage {
        frame: Frame::new(language, Section::Albums, texts.albums),
        count: Some(humanise::count(reader.counts()?.albums, &texts.counted.albums)),
        tabs: tabs(name, texts),
        items: albums.iter().map(|album| page_views::album_card(album, texts)).collect(),
        kind: "",
        turn: Turn::new("/albums", &kept, behind, next.as_deref()),
    })
}

/// A page of albums and the cursor of the next.
fn list_albums(
    reader: &dyn CatalogReader,
    (name, order): (&str, AlbumOrder),
    behind: Option<&str>,
) -> Result<(Vec<Album>, Option<String>), ApiError> {
    if order == AlbumOrder::ByName {
        let page = browse::list_albums(reader, &PageAfter::behind("albums", behind, PAGE_LENGTH)?)?;
        return Ok((page.items, page.next_cursor));
    }
    let start = cursor::depth(name, behind)?;
    let mut albums = reader.list_albums_at(order, start, PAGE_LENGTH + 1)?;
    let has_more = cursor::take_excess(&mut albums, PAGE_LENGTH);
    Ok((albums, has_more.then(|| cursor::at_depth(name, start + PAGE_LENGTH as u64))))
}

fn tabs(here: &str, texts: &Texts) -> Vec<Tab> {
    let list = &texts.list;
    let names = [list.by_name, list.newest, list.by_artist, list.by_year, list.most_played];
    let tab = |((order, _), name): ((&str, AlbumOrder), _)| Tab {
        href: if order.is_empty() { "/albums".to_owned() } else { format!("/albums?order={order}") },
        name,
        is_here: order == here,
    };
    ORDERS.into_iter().zip(names).map(tab).collect()
}

/// An album's page.
#[derive(Template)]
#[template(path = "album.html")]
pub(in super::super) struct AlbumPage {
    frame: Frame,
    href: String,
    art: CoverArt,
    kind: &'static str,
    artists: Vec<Link>,
    facts: Vec<String>,
    genres: Vec<Link>,
    discs: Vec<Disc>,
    turn: Turn,
}

struct Disc {
    heading: Option<String>,
    tracks: Vec<TrackRow>,
}

/// `GET /albums/{id}`.
pub(in super::super) async fn get_album(visit: Visit, Id(id): Id<AlbumId>) -> Result<Page<AlbumPage>, PageError> {
    let (language, behind) = (visit.language, visit.parameter("cursor"));
    visit.show(move |reader| load_album(reader, language, id, behind.as_deref())).await
}

fn load_album(
    reader: &dyn CatalogReader,
    language: Language,
    id: AlbumId,
    behind: Option<&str>,
) -> Result<AlbumPage, ApiError> {
    let texts = language.texts();
    let album = reader.find_album(id)?.ok_or(ApiError::NotFound("album"))?;
    let page = PageAfter::behind("album-tracks", behind, TRACKS_LENGTH)?;
    let tracks = browse::list_album_tracks(reader, id, &page)?.ok_or(ApiError::NotFound("album"))?;
    Ok(AlbumPage {
        frame: Frame::new(language, Section::Albums, page_views::named(&album.name, texts)),
        href: format!("/albums/{id}"),
        art: page_views::album_art(&album),
        kind: if album.is_compilation { texts.details.compilation } else { texts.details.album },
        artists: page_views::performers(&album.credits),
        facts: facts(&album, texts),
        genres: genres(reader, &album)?,
        discs: discs(&album, &tracks.items, texts),
        turn: Turn::new(&format!("/albums/{id}"), "", behind, tracks.next_cursor.as_deref()),
    })
}

fn facts(album: &Album, texts: &Texts) -> Vec<String> {
    let released = album.release_date.clone().or_else(|| album.year.map(|year| year.to_string()));
    let first = album.original_date.as_ref().filter(|first| released.as_ref() != Some(*first));
    let known = [
        released.as_deref().map(|date| humanise::date(date, texts)),
        first.map(|date| format!("{} {}", texts.details.first_released, humanise::date(date, texts))),
        Some(humanise::count(album.song_count, &texts.counted.tracks)),
        humanise::total(album.duration_ms, texts),
    ];
    known.into_iter().flatten().collect()
}

/// The album's genres as links.
fn genres(reader: &dyn CatalogReader, album: &Album) -> Result<Vec<Link>, ApiError> {
    let mut links = Vec::new();
    for name in &album.genres {
        let genre = reader.find_genre_named(name)?;
        links.extend(genre.map(|genre| Link { href: format!("/genres/{}", genre.id), name: genre.name }));
    }
    Ok(links)
}

/// The album's tracks by disc. One disc without a title needs no heading.
fn discs(album: &Album, tracks: &[Track], texts: &Texts) -> Vec<Disc> {
    let parts: Vec<&[Track]> = tracks.chunk_by(|one, next| disc_number(one) == disc_number(next)).collect();
    let is_alone = parts.len() == 1;
    let disc = |tracks: &[Track]| {
        let number = tracks.first().map_or(1, disc_number);
        let title = album.disc_titles.iter().find(|title| title.disc_number == number).map(|title| &title.title);
        let heading = match title {
            Some(title) if is_alone => Some(title.clone()),
            Some(title) => Some(format!("{} {number} · {title}", texts.details.disc)),
            None => (!is_alone).then(|| format!("{} {number}", texts.details.disc)),
        };
        let rows = tracks.iter().map(|track| page_views::album_track_row(track, album, texts));
        Disc { heading, tracks: rows.collect() }
    };
    parts.into_iter().map(disc).collect()
}

fn disc_number(track: &Track) -> u32 {
    track.disc_number.unwrap_or(1)
}
