//! Searching. An empty query pages the whole library, which clients use to copy it.

use catalog_core::model::{Album, AlbumId, Artist, ArtistId, Track, TrackId};
use catalog_core::ports::{AlbumOrder, CatalogReader, ReadResult, SearchKind};

use super::{Asked, Outcome};
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::params::Params;
use crate::http::subsonic::printer::Printer;
use crate::http::subsonic::views;

/// Things of each kind when a client does not say.
const DEFAULT_COUNT: u64 = 20;

/// `search3`: by tags.
pub(in crate::http::subsonic) fn by_tags(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    let found = Search::read(asked.params)?.run(reader)?;
    answer.object("searchResult3", |result| {
        result.list("artist", &found.artists, views::artist);
        result.list("album", &found.albums, views::album);
        result.list("song", &found.tracks, views::song);
    });
    Ok(())
}

/// `search2`: the same by directories.
pub(in crate::http::subsonic) fn by_directories(
    asked: &Asked<'_>,
    reader: &dyn CatalogReader,
    answer: &mut Printer,
) -> Outcome {
    let found = Search::read(asked.params)?.run(reader)?;
    answer.object("searchResult2", |result| {
        result.list("artist", &found.artists, views::artist_as_directory);
        result.list("album", &found.albums, |object, album| views::album_as_directory(object, album, None));
        result.list("song", &found.tracks, views::song);
    });
    Ok(())
}

/// `search`, the oldest: songs alone.
pub(in crate::http::subsonic) fn songs(asked: &Asked<'_>, reader: &dyn CatalogReader, answer: &mut Printer) -> Outcome {
    let words: Vec<_> = ["any", "artist", "album", "title"].iter().filter_map(|name| asked.params.find(name)).collect();
    let page = Page::read(asked.params, "count", "offset")?;
    let tracks = page.tracks(reader, &words.join(" "))?;
    answer.object("searchResult", |result| {
        result.number("offset", page.offset);
        result.number("totalHits", page.offset.saturating_add(tracks.len() as u64));
        result.list("match", &tracks, views::song);
    });
    Ok(())
}

/// What is searched for, and how much of each kind is wanted.
struct Search<'a> {
    query: &'a str,
    artists: Page,
    albums: Page,
    tracks: Page,
}

struct Found {
    artists: Vec<Artist>,
    albums: Vec<Album>,
    tracks: Vec<Track>,
}

impl<'a> Search<'a> {
    /// Clients put quotes around the query, around an empty one too.
    fn read(params: &'a Params) -> Result<Self, SubsonicError> {
        let query = params.given("query").ok_or(SubsonicError::MissingParameter("query"))?;
        Ok(Self {
            query: query.trim().trim_matches('"').trim(),
            artists: Page::read(params, "artistCount", "artistOffset")?,
            albums: Page::read(params, "albumCount", "albumOffset")?,
            tracks: Page::read(params, "songCount", "songOffset")?,
        })
    }

    fn run(&self, reader: &dyn CatalogReader) -> ReadResult<Found> {
        Ok(Found {
            artists: self.artists.artists(reader, self.query)?,
            albums: self.albums.albums(reader, self.query)?,
            tracks: self.tracks.tracks(reader, self.query)?,
        })
    }
}

/// A page of one kind of thing.
struct Page {
    offset: u64,
    count: usize,
}

impl Page {
    fn read(params: &Params, count: &'static str, offset: &'static str) -> Result<Self, SubsonicError> {
        Ok(Self { offset: params.number(offset, 0)?, count: params.count(count, DEFAULT_COUNT)? })
    }

    fn artists(&self, reader: &dyn CatalogReader, query: &str) -> ReadResult<Vec<Artist>> {
        if query.is_empty() {
            return reader.list_artists_at(self.offset, self.count);
        }
        reader.find_artists(&self.hits(reader, SearchKind::Artist, query, ArtistId::new)?)
    }

    fn albums(&self, reader: &dyn CatalogReader, query: &str) -> ReadResult<Vec<Album>> {
        if query.is_empty() {
            return reader.list_albums_at(AlbumOrder::ByName, self.offset, self.count);
        }
        reader.find_albums(&self.hits(reader, SearchKind::Album, query, AlbumId::new)?)
    }

    fn tracks(&self, reader: &dyn CatalogReader, query: &str) -> ReadResult<Vec<Track>> {
        if query.is_empty() {
            return reader.list_tracks_at(self.offset, self.count);
        }
        reader.find_tracks(&self.hits(reader, SearchKind::Track, query, TrackId::new)?)
    }

    fn hits<Id>(
        &self,
        reader: &dyn CatalogReader,
        kind: SearchKind,
        query: &str,
        id: impl Fn(i64) -> Option<Id>,
    ) -> ReadResult<Vec<Id>> {
        let hits = if self.count == 0 { Vec::new() } else { reader.search(kind, query, self.offset, self.count)? };
        Ok(hits.into_iter().filter_map(id).collect())
    }
}
