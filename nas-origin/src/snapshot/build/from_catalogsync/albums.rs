//! Albums, made from what songs say of theirs.

use std::fmt::Write;

use snapshot_format::row_json::RoleJson;

use super::metadata::Metadata;
use super::names::{Names, split};
use crate::snapshot::build::input::{AlbumRow, CreditRow};

/// What a compilation is shown under.
const VARIOUS_ARTISTS: &str = "Various Artists";

/// The albums that were seen, by number.
#[derive(Default)]
pub(super) struct Albums {
    keys: Names,
    seen: Vec<Album>,
    key: String,
}

struct Album {
    name: Box<str>,
    /// As the songs give it.
    artist: Option<Box<str>>,
    /// Of `artist`; without it the singers that all songs share, in the first song's order.
    artists: Vec<u32>,
    /// Whether any song has singers.
    has_singers: bool,
    release_date: Option<Box<str>>,
    year: Option<i32>,
}

impl Albums {
    /// The number of a song's album, by platform, title and album artist if given. `None` without a title.
    pub(super) fn number(
        &mut self,
        platform: &str,
        metadata: &Metadata<'_>,
        singers: &[CreditRow],
        artists: &mut Names,
    ) -> Option<u32> {
        let name = metadata.text("album")?;
        let album_artist = metadata.text("album_artist");
        self.key.clear();
        // Control characters never stand in the parts.
        let _ = write!(self.key, "{platform}\0{name}\0{}", album_artist.as_deref().unwrap_or_default());
        let (number, is_new) = self.keys.number(&self.key);
        if is_new {
            self.seen.push(Album::new(&name, album_artist.as_deref(), artists));
        }
        self.seen[number as usize].add_song(metadata, singers);
        Some(number)
    }

    /// The albums in id order.
    pub(super) fn rows(&self, artists: &Names) -> Vec<AlbumRow> {
        (1..).zip(&self.seen).map(|(id, album)| album.row(id, artists)).collect()
    }
}

impl Album {
    fn new(name: &str, album_artist: Option<&str>, artists: &mut Names) -> Self {
        Self {
            name: name.into(),
            artist: album_artist.map(Into::into),
            artists: album_artist.into_iter().flat_map(split).map(|name| artists.number(name).0).collect(),
            has_singers: false,
            release_date: None,
            year: None,
        }
    }

    /// Seeing a song again changes nothing.
    fn add_song(&mut self, metadata: &Metadata<'_>, singers: &[CreditRow]) {
        if self.artist.is_none() && !singers.is_empty() {
            let mut numbers = singers.iter().filter(|(_, role)| *role == RoleJson::Artist).map(|(number, _)| *number);
            if self.has_singers {
                self.artists.retain(|artist| singers.iter().any(|(number, _)| number == artist));
            } else {
                self.artists.extend(&mut numbers);
            }
            self.has_singers = true;
        }
        if self.release_date.is_none() {
            self.release_date = metadata.date().map(Into::into);
        }
        self.year = self.year.or_else(|| metadata.year());
    }

    fn row(&self, id: i64, artists: &Names) -> AlbumRow {
        let shared = self.artists.first().copied();
        let is_compilation = match &self.artist {
            Some(artist) => artist.eq_ignore_ascii_case(VARIOUS_ARTISTS),
            None => self.has_singers && shared.is_none(),
        };
        let shown = match &self.artist {
            Some(artist) => Some(artist.clone()),
            None if is_compilation => Some(VARIOUS_ARTISTS.into()),
            None => shared.map(|artist| artists.name(artist).into()),
        };
        AlbumRow {
            id,
            name: self.name.clone(),
            artist: shown,
            artists: if self.artist.is_some() { self.artists.clone() } else { shared.into_iter().collect() },
            year: self.year,
            release_date: self.release_date.clone(),
            is_compilation,
            ..AlbumRow::default()
        }
    }
}
