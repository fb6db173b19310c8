//! Tracks: alone, by place, of an album, an artist, a genre, a playlist.

mod rows;

use std::cmp::Reverse;
use std::sync::Arc;

use catalog_core::model::{
    Album, AlbumId, AlbumPlace, AlbumRef, ArtistId, GenreId, PlaylistEntry, PlaylistId, Track, TrackId,
};
use catalog_core::ports::MOST_TOP_TRACKS;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use snapshot_format::read_schema::{MANY_TRACKS, TRACKS_PER_PAGE};

use super::columns::{Columns, collect, signed};
use rows::{show_cover, track, track_with_album};

/// What [`rows::track`] reads, in its order.
macro_rules! track_columns {
    () => {
        "t.song_id, t.name, t.singers, t.artist_id, t.credits_json, t.disc_number, t.track_number, t.year, t.genre, \
         t.duration_ms, t.ext, t.file_size_bytes, t.bit_rate_kbps, t.sample_rate_hz, t.bit_depth, t.channels, \
         t.play_count, t.added_at, t.extra_json, t.cover_id"
    };
}

/// What [`rows::track_with_album`] reads, in its order.
macro_rules! track_with_album {
    () => {
        concat!(track_columns!(), ", a.cover_id, a.album_id, a.name, a.artist, a.artist_id, a.credits_json")
    };
}

macro_rules! joined_album {
    () => {
        " LEFT JOIN catalog_albums a ON a.album_id = t.album_id"
    };
}

const BY_ID: &str =
    concat!("SELECT ", track_with_album!(), " FROM catalog_tracks t", joined_album!(), " WHERE t.song_id = :id");
const FROM_ID: &str = concat!(
    "SELECT ",
    track_with_album!(),
    " FROM catalog_tracks t",
    joined_album!(),
    " WHERE t.song_id >= :first ORDER BY t.song_id LIMIT :limit"
);
const PAGE_START: &str = "SELECT song_id FROM catalog_track_pages WHERE page = :page";
const STEPS_FROM: &str =
    "SELECT song_id FROM catalog_tracks WHERE song_id >= :first ORDER BY song_id LIMIT 1 OFFSET :steps";
const OF_ALBUM: &str = concat!(
    "SELECT ",
    track_columns!(),
    " FROM catalog_tracks t WHERE t.album_id = :album ORDER BY t.album_position, t.song_id LIMIT :limit"
);
const PART_OF_ALBUM: &str = concat!(
    "SELECT ",
    track_with_album!(),
    " FROM catalog_tracks t",
    joined_album!(),
    " WHERE t.album_id = :album AND (t.album_position, t.song_id) > (:position, :id) \
     ORDER BY t.album_position, t.song_id LIMIT :limit"
);
const IDS_OF_YEARS: &str = "SELECT song_id FROM catalog_tracks WHERE year >= :first AND year <= :last \
     ORDER BY year, song_id LIMIT :limit";
const OF_ARTIST: &str = concat!(
    "SELECT ",
    track_with_album!(),
    " FROM catalog_artist_tracks l CROSS JOIN catalog_tracks t ON t.song_id = l.song_id",
    joined_album!(),
    " WHERE l.artist_id = :artist AND l.song_id > :after ORDER BY l.song_id LIMIT :limit"
);
const LOOSE_OF_ARTIST: &str = concat!(
    "SELECT ",
    track_with_album!(),
    " FROM catalog_artist_tracks l CROSS JOIN catalog_tracks t ON t.song_id = l.song_id",
    joined_album!(),
    " WHERE l.artist_id = :artist AND t.album_id IS NULL ORDER BY l.song_id LIMIT :limit"
);
const TOP_OF_ARTIST: &str =
    "SELECT song_id FROM catalog_artist_top_tracks WHERE artist_id = :artist ORDER BY rank LIMIT :limit";
const PLAYS_OF_ARTIST: &str = "SELECT l.song_id, t.play_count FROM catalog_artist_tracks l \
     CROSS JOIN catalog_tracks t ON t.song_id = l.song_id WHERE l.artist_id = :artist ORDER BY l.song_id LIMIT :limit";
const OF_GENRE: &str = concat!(
    "SELECT ",
    track_with_album!(),
    " FROM catalog_genre_tracks l CROSS JOIN catalog_tracks t ON t.song_id = l.song_id",
    joined_album!(),
    " WHERE l.genre_id = :genre AND l.rank >= :offset ORDER BY l.rank LIMIT :limit"
);
const ENTRIES: &str = concat!(
    "SELECT ",
    track_with_album!(),
    ", l.position FROM catalog_playlist_tracks l CROSS JOIN catalog_tracks t ON t.song_id = l.song_id",
    joined_album!(),
    " WHERE l.playlist_id = :playlist AND l.position > :after ORDER BY l.position LIMIT :limit"
);

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[
    BY_ID,
    FROM_ID,
    PAGE_START,
    STEPS_FROM,
    OF_ALBUM,
    PART_OF_ALBUM,
    IDS_OF_YEARS,
    OF_ARTIST,
    LOOSE_OF_ARTIST,
    TOP_OF_ARTIST,
    PLAYS_OF_ARTIST,
    OF_GENRE,
    ENTRIES,
];

/// No album has more tracks; what a broken catalog puts under one title is cut where an album is read whole.
const MAX_ALBUM_TRACKS: usize = 10_000;

pub(super) fn find(connection: &Connection, id: TrackId) -> rusqlite::Result<Option<Track>> {
    connection.prepare_cached(BY_ID)?.query_row(named_params! {":id": id.number()}, track_with_album).optional()
}

pub(super) fn list(connection: &Connection, after: Option<TrackId>, limit: usize) -> rusqlite::Result<Vec<Track>> {
    list_from(connection, after.map_or(0, |id| id.number() + 1), limit)
}

pub(super) fn list_at(connection: &Connection, offset: u64, limit: usize) -> rusqlite::Result<Vec<Track>> {
    let page = named_params! {":page": signed(offset / TRACKS_PER_PAGE)};
    let start: Option<i64> = connection.prepare_cached(PAGE_START)?.query_row(page, |row| row.get(0)).optional()?;
    let Some(start) = start else { return Ok(Vec::new()) };
    let steps = named_params! {":first": start, ":steps": signed(offset % TRACKS_PER_PAGE)};
    let first: Option<i64> = connection.prepare_cached(STEPS_FROM)?.query_row(steps, |row| row.get(0)).optional()?;
    first.map_or(Ok(Vec::new()), |first| list_from(connection, first, limit))
}

fn list_from(connection: &Connection, first: i64, limit: usize) -> rusqlite::Result<Vec<Track>> {
    let range = named_params! {":first": first, ":limit": signed(limit)};
    collect(connection.prepare_cached(FROM_ID)?, range, track_with_album)
}

/// The tracks of an album that was read, whose cover has this number.
pub(super) fn list_of_album(
    connection: &Connection,
    album: &Album,
    cover: Option<i64>,
) -> rusqlite::Result<Vec<Track>> {
    let (name, artist, credits) = (album.name.clone(), album.artist.clone(), album.credits.clone());
    let known = Arc::new(AlbumRef { id: album.id, name, artist, credits });
    let wanted = named_params! {":album": album.id.number(), ":limit": signed(MAX_ALBUM_TRACKS)};
    collect(connection.prepare_cached(OF_ALBUM)?, wanted, |row| {
        let mut columns = Columns::of(row);
        let (mut track, own_cover) = track(&mut columns)?;
        show_cover(&mut track, own_cover, cover);
        track.album = Some(Arc::clone(&known));
        Ok(track)
    })
}

/// Tracks of an album behind a place.
pub(super) fn list_part_of_album(
    connection: &Connection,
    id: AlbumId,
    after: Option<AlbumPlace>,
    limit: usize,
) -> rusqlite::Result<Vec<Track>> {
    let (position, track) = after.map_or((-1, 0), |place| (i64::from(place.position), place.id.number()));
    let range = named_params! {
        ":album": id.number(), ":position": position, ":id": track, ":limit": signed(limit),
    };
    collect(connection.prepare_cached(PART_OF_ALBUM)?, range, track_with_album)
}

pub(super) fn list_ids_of_years(
    connection: &Connection,
    first: i32,
    last: i32,
    limit: usize,
) -> rusqlite::Result<Vec<TrackId>> {
    let range = named_params! {":first": first, ":last": last, ":limit": signed(limit)};
    collect(connection.prepare_cached(IDS_OF_YEARS)?, range, |row| Columns::of(row).id(TrackId::new))
}

pub(super) fn list_of_artist(
    connection: &Connection,
    id: ArtistId,
    after: Option<TrackId>,
    limit: usize,
) -> rusqlite::Result<Vec<Track>> {
    let after = after.map_or(-1, TrackId::number);
    let range = named_params! {":artist": id.number(), ":after": after, ":limit": signed(limit)};
    collect(connection.prepare_cached(OF_ARTIST)?, range, track_with_album)
}

/// The tracks of an artist on no album, of which there are so many: behind the last one nothing is looked for.
pub(super) fn list_loose_of_artist(connection: &Connection, id: ArtistId, count: u64) -> rusqlite::Result<Vec<Track>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let range = named_params! {":artist": id.number(), ":limit": signed(count)};
    collect(connection.prepare_cached(LOOSE_OF_ARTIST)?, range, track_with_album)
}

/// Of an artist with many tracks the builder ordered the first; those of others are put in order here.
pub(super) fn list_top(connection: &Connection, id: ArtistId, limit: usize) -> rusqlite::Result<Vec<TrackId>> {
    let limit = limit.min(MOST_TOP_TRACKS);
    let first = named_params! {":artist": id.number(), ":limit": signed(limit)};
    let track = |row: &Row<'_>| Columns::of(row).id(TrackId::new);
    let top = collect(connection.prepare_cached(TOP_OF_ARTIST)?, first, track)?;
    if !top.is_empty() {
        return Ok(top);
    }
    let all = named_params! {":artist": id.number(), ":limit": signed(MANY_TRACKS)};
    let mut plays: Vec<(Reverse<i64>, TrackId)> = collect(connection.prepare_cached(PLAYS_OF_ARTIST)?, all, |row| {
        let mut columns = Columns::of(row);
        let id = columns.id(TrackId::new)?;
        Ok((Reverse(columns.next()?), id))
    })?;
    plays.sort_unstable();
    Ok(plays.into_iter().take(limit).map(|(_, id)| id).collect())
}

pub(super) fn list_of_genre(
    connection: &Connection,
    id: GenreId,
    offset: u64,
    limit: usize,
) -> rusqlite::Result<Vec<Track>> {
    let range = named_params! {":genre": id.number(), ":offset": signed(offset), ":limit": signed(limit)};
    collect(connection.prepare_cached(OF_GENRE)?, range, track_with_album)
}

pub(super) fn list_entries(
    connection: &Connection,
    id: PlaylistId,
    after: Option<i64>,
    limit: usize,
) -> rusqlite::Result<Vec<PlaylistEntry>> {
    let after = after.unwrap_or(i64::MIN);
    let range = named_params! {":playlist": id.number(), ":after": after, ":limit": signed(limit)};
    collect(connection.prepare_cached(ENTRIES)?, range, |row| {
        Ok(PlaylistEntry { track: track_with_album(row)?, position: row.get("position")? })
    })
}
