//! Albums, made from what songs say of theirs.

use std::fmt::Write;

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
    /// Of `artist`; without it the singers that all songs share, in the first song's order, or Various Artists.
    artists: Vec<u32>,
    is_compilation: bool,
    release_date: Option<Box<str>>,
    year: Option<i32>,
}

impl Albums {
    /// The number of a song's album and its id, by platform, title and album artist if given. `None` without a title.
    pub(super) fn number(
        &mut self,
        platform: &str,
        metadata: &Metadata<'_>,
        singers: &[CreditRow],
        artists: &mut Names,
    ) -> Option<(u32, i64)> {
        let name = metadata.text("album")?;
        let album_artist = metadata.text("album_artist");
        self.key.clear();
        // Control characters never stand in the parts.
        let _ = write!(self.key, "{platform}\0{name}\0{}", album_artist.as_deref().unwrap_or_default());
        let (number, is_new) = self.keys.number(&self.key);
        if is_new {
            self.seen.push(Album::new(&name, album_artist.as_deref(), artists));
        }
        self.seen[number as usize].add_song(metadata, singers, artists);
        Some((number, Names::id(number)))
    }

    /// The albums in id order.
    pub(super) fn rows(&self, artists: &Names) -> Vec<AlbumRow> {
        (0..).zip(&self.seen).map(|(number, album)| album.row(Names::id(number), artists)).collect()
    }
}

impl Album {
    fn new(name: &str, album_artist: Option<&str>, artists: &mut Names) -> Self {
        Self {
            name: name.into(),
            artist: album_artist.map(Into::into),
            artists: album_artist.into_iter().flat_map(split).map(|name| artists.number(name).0).collect(),
            is_compilation: album_artist.is_some_and(|artist| artist.eq_ignore_ascii_case(VARIOUS_ARTISTS)),
            release_date: None,
            year: None,
        }
    }

    fn add_song(&mut self, metadata: &Metadata<'_>, singers: &[CreditRow], artists: &mut Names) {
        if self.artist.is_none() && !self.is_compilation && !singers.is_empty() {
            self.share_with(singers, artists);
        }
        if self.release_date.is_none() {
            self.release_date = metadata.date().map(Into::into);
        }
        self.year = self.year.or_else(|| metadata.year());
    }

    /// Keeps the artists that all songs share; without any it is a collection, whatever songs follow.
    fn share_with(&mut self, singers: &[CreditRow], artists: &mut Names) {
        if self.artists.is_empty() {
            self.artists.extend(singers.iter().map(|singer| singer.artist));
        } else {
            self.artists.retain(|artist| singers.iter().any(|singer| singer.artist == *artist));
        }
        if self.artists.is_empty() {
            self.is_compilation = true;
            self.artists.push(artists.number(VARIOUS_ARTISTS).0);
        }
    }

    fn row(&self, id: i64, artists: &Names) -> AlbumRow {
        let first = self.artists.first().copied();
        let is_given = self.artist.is_some();
        AlbumRow {
            id,
            name: self.name.clone(),
            artist: self.artist.clone().or_else(|| first.map(|artist| artists.name(artist).as_ref().into())),
            artists: if is_given { self.artists.clone() } else { first.into_iter().collect() },
            year: self.year,
            release_date: self.release_date.clone(),
            is_compilation: self.is_compilation,
            ..AlbumRow::default()
        }
    }
}
