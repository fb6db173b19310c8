//! The start page: what is new, what there is, and how to listen elsewhere.

use askama::Template;
use axum::extract::State;
use catalog_core::ports::{AlbumOrder, CatalogCounts, CatalogReader};
use jiff::Timestamp;

use super::super::frame::{Frame, Section};
use super::super::humanise;
use super::super::language::Language;
use super::super::page::Page;
use super::super::page_error::PageError;
use super::super::page_views::{self, Card, Link};
use super::super::texts::Texts;
use super::super::visit::Visit;
use super::toplists;
use crate::config::Guest;
use crate::error::ApiError;
use crate::state::Edge;

/// Albums that are shown as new.
const NEWEST_LENGTH: usize = 18;
/// Playlists, and toplists, that are shown.
const LISTS_LENGTH: usize = 6;

/// The start page.
#[derive(Template)]
#[template(path = "home.html")]
pub(in super::super) struct HomePage {
    frame: Frame,
    facts: Vec<Link>,
    albums: Vec<Card>,
    playlists: Vec<Card>,
    toplists: Vec<Card>,
    guest: Option<Guest>,
    as_of: Moment,
}

/// A time for people and for machines.
struct Moment {
    text: String,
    machine: String,
}

/// `GET /`.
pub(in super::super) async fn get_home(State(edge): State<Edge>, visit: Visit) -> Result<Page<HomePage>, PageError> {
    let (language, guest) = (visit.language, edge.config.access.shown_guest().cloned());
    let generated_at = visit.view.generation().manifest.generated_at;
    visit.show(move |reader| load_home(reader, language, guest, generated_at)).await
}

fn load_home(
    reader: &dyn CatalogReader,
    language: Language,
    guest: Option<Guest>,
    generated_at: Timestamp,
) -> Result<HomePage, ApiError> {
    let texts = language.texts();
    let newest = reader.list_albums_at(AlbumOrder::Newest, 0, NEWEST_LENGTH)?;
    let playlists = reader.list_playlists(None, LISTS_LENGTH)?;
    let toplists = reader.list_toplists(None, LISTS_LENGTH)?;
    Ok(HomePage {
        frame: Frame::new(language, Section::Home, texts.home),
        facts: facts(&reader.counts()?, texts),
        albums: newest.iter().map(|album| page_views::album_card(album, texts)).collect(),
        playlists: playlists.iter().map(|playlist| page_views::playlist_card(playlist, texts)).collect(),
        toplists: toplists::cards(reader, &toplists, texts)?,
        guest,
        as_of: Moment { text: humanise::moment(generated_at, texts), machine: generated_at.to_string() },
    })
}

fn facts(counts: &CatalogCounts, texts: &Texts) -> Vec<Link> {
    let words = &texts.counted;
    let fact = |href: &str, number, words| Link { href: href.to_owned(), name: humanise::count(number, words) };
    let mut facts = vec![
        fact("/albums", counts.albums, &words.albums),
        fact("/artists", counts.artists, &words.artists),
        fact("/playlists", counts.playlists, &words.playlists),
        fact("/genres", counts.genres, &words.genres),
    ];
    facts.insert(0, fact("/albums", counts.tracks, &words.tracks));
    facts
}
