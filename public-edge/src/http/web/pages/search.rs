//! `/search`: a little of everything that matches, or all of one kind, page by page.

use askama::Template;
use catalog_core::model::{AlbumId, ArtistId, PlaylistId, TrackId};
use catalog_core::ports::{CatalogReader, SearchKind};

use super::super::cursor;
use super::super::frame::{Frame, Section};
use super::super::language::Language;
use super::super::page::Page;
use super::super::page_error::PageError;
use super::super::page_views::{self, Card, TrackRow};
use super::super::texts::Texts;
use super::super::visit::Visit;
use super::shelf::Turn;
use crate::error::ApiError;

/// The kinds in the order that they are shown in, by their name in the URL, with how many stand on the first page.
const KINDS: [(SearchKind, &str, usize); 4] = [
    (SearchKind::Artist, "artists", 6),
    (SearchKind::Album, "albums", 12),
    (SearchKind::Playlist, "playlists", 6),
    (SearchKind::Track, "tracks", 30),
];
/// Items on a page of one kind.
const PAGE_LENGTH: usize = 60;

/// The search page.
#[derive(Template)]
#[template(path = "search.html")]
pub(in super::super) struct SearchPage {
    frame: Frame,
    groups: Vec<Group>,
}

/// What was found of a kind.
struct Group {
    heading: &'static str,
    kind: &'static str,
    cards: Vec<Card>,
    tracks: Vec<TrackRow>,
    turn: Turn,
}

/// What is looked for, and which page of it.
struct Wish {
    query: String,
    kind: Option<String>,
    cursor: Option<String>,
}

/// `GET /search`.
pub(in super::super) async fn get_search(visit: Visit) -> Result<Page<SearchPage>, PageError> {
    let wish = Wish {
        query: visit.parameter("q").unwrap_or_default(),
        kind: visit.parameter("kind"),
        cursor: visit.parameter("cursor"),
    };
    let language = visit.language;
    visit.show(move |reader| load_search(reader, language, wish)).await
}

fn load_search(reader: &dyn CatalogReader, language: Language, wish: Wish) -> Result<SearchPage, ApiError> {
    let mut frame = Frame::new(language, Section::Search, language.texts().search);
    let mut groups = Vec::new();
    for (kind, name, length) in KINDS {
        let is_alone = wish.kind.as_deref() == Some(name);
        if (is_alone || wish.kind.is_none()) && !wish.query.trim().is_empty() {
            let length = if is_alone { PAGE_LENGTH } else { length };
            groups.push(load_group(reader, language.texts(), &wish, (kind, name, length))?);
        }
    }
    groups.retain(|group| !group.cards.is_empty() || !group.tracks.is_empty());
    frame.query = wish.query;
    Ok(SearchPage { frame, groups })
}

fn load_group(
    reader: &dyn CatalogReader,
    texts: &Texts,
    wish: &Wish,
    (kind, name, length): (SearchKind, &str, usize),
) -> Result<Group, ApiError> {
    let start = cursor::depth(name, wish.cursor.as_deref())?;
    let mut hits = reader.search(kind, &wish.query, start, length + 1)?;
    let has_more = cursor::take_excess(&mut hits, length);
    let next = has_more.then(|| cursor::at_depth(name, start + length as u64));
    let kept = format!("q={}&kind={name}&", page_views::path_segment(&wish.query));
    let mut group = Group {
        heading: heading(kind, texts),
        kind: if kind == SearchKind::Artist { "round" } else { "" },
        cards: Vec::new(),
        tracks: Vec::new(),
        turn: Turn::new("/search", &kept, wish.cursor.as_deref(), next.as_deref()),
    };
    match kind {
        SearchKind::Track => group.tracks = tracks(reader, &hits, texts)?,
        SearchKind::Artist | SearchKind::Album | SearchKind::Playlist => {
            group.cards = cards(reader, kind, &hits, texts)?;
        }
    }
    Ok(group)
}

fn tracks(reader: &dyn CatalogReader, hits: &[i64], texts: &Texts) -> Result<Vec<TrackRow>, ApiError> {
    let tracks = reader.find_tracks(&ids(hits, TrackId::new))?;
    Ok(tracks.iter().map(|track| page_views::track_row(track, None, texts)).collect())
}

fn cards(reader: &dyn CatalogReader, kind: SearchKind, hits: &[i64], texts: &Texts) -> Result<Vec<Card>, ApiError> {
    Ok(match kind {
        SearchKind::Artist => {
            let found = reader.find_artists(&ids(hits, ArtistId::new))?;
            found.iter().map(|artist| page_views::artist_card(artist, texts)).collect()
        }
        SearchKind::Album => {
            let found = reader.find_albums(&ids(hits, AlbumId::new))?;
            found.iter().map(|album| page_views::album_card(album, texts)).collect()
        }
        SearchKind::Playlist => {
            let found = reader.find_playlists(&ids(hits, PlaylistId::new))?;
            found.iter().map(|playlist| page_views::playlist_card(playlist, texts)).collect()
        }
        SearchKind::Track => Vec::new(),
    })
}

fn ids<T>(hits: &[i64], id: fn(i64) -> Option<T>) -> Vec<T> {
    hits.iter().filter_map(|number| id(*number)).collect()
}

fn heading(kind: SearchKind, texts: &Texts) -> &'static str {
    match kind {
        SearchKind::Artist => texts.artists,
        SearchKind::Album => texts.albums,
        SearchKind::Playlist => texts.playlists,
        SearchKind::Track => texts.tracks,
    }
}
