//! Artists: alone, by name, by place, under their letters.

use catalog_core::model::{Artist, ArtistId, ArtistInitial};
use catalog_core::ports::NameKey;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use snapshot_format::row_json::{ArtistExtra, usual_roles};

use super::columns::{Columns, collect, role, signed, unsigned};

/// What [`artist`] reads, in its order.
macro_rules! artist_columns {
    () => {
        "artist_id, name, sort_key, album_count, song_count, cover_id, extra_json"
    };
}

const BY_ID: &str = concat!("SELECT ", artist_columns!(), " FROM catalog_artists WHERE artist_id = :id");
const BY_RANK: &str = concat!(
    "SELECT ",
    artist_columns!(),
    ", index_key FROM catalog_artists WHERE name_rank >= :first ORDER BY name_rank LIMIT :limit"
);
/// The place behind which a list goes on. A key of a snapshot that is gone still has one.
const RANK_BEHIND: &str = "SELECT name_rank FROM catalog_artists WHERE (sort_key, artist_id) > (:key, :id) \
     AND name_rank IS NOT NULL ORDER BY sort_key, artist_id LIMIT 1";

const LOOSE_TRACKS: &str = "SELECT album_count, song_count, extra_json FROM catalog_artists WHERE artist_id = :id";
const SIMILAR: &str = "SELECT similar_json FROM catalog_similar_artists WHERE artist_id = :id";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[BY_ID, BY_RANK, RANK_BEHIND, LOOSE_TRACKS, SIMILAR];

pub(super) fn find(connection: &Connection, id: ArtistId) -> rusqlite::Result<Option<Artist>> {
    connection.prepare_cached(BY_ID)?.query_row(named_params! {":id": id.number()}, artist).optional()
}

/// How many tracks an artist has on no album: what `loose_song_count` says, and all where there are no albums.
pub(super) fn count_loose_tracks(connection: &Connection, id: ArtistId) -> rusqlite::Result<u64> {
    let wanted = named_params! {":id": id.number()};
    let counts = |row: &Row<'_>| {
        let mut columns = Columns::of(row);
        let (albums, songs): (i64, i64) = (columns.next()?, columns.next()?);
        let extra: ArtistExtra = columns.json()?;
        Ok(if albums == 0 { unsigned(songs) } else { extra.loose_song_count.into() })
    };
    Ok(connection.prepare_cached(LOOSE_TRACKS)?.query_row(wanted, counts).optional()?.unwrap_or(0))
}

pub(super) fn list_similar(connection: &Connection, id: ArtistId) -> rusqlite::Result<Vec<ArtistId>> {
    let wanted = named_params! {":id": id.number()};
    let ids = |row: &Row<'_>| Columns::of(row).json::<Vec<i64>>();
    let ids = connection.prepare_cached(SIMILAR)?.query_row(wanted, ids).optional()?;
    Ok(ids.unwrap_or_default().into_iter().filter_map(ArtistId::new).collect())
}

pub(super) fn list(connection: &Connection, after: NameKey<'_>, limit: usize) -> rusqlite::Result<Vec<Artist>> {
    let Some((key, id)) = after else { return list_at(connection, 0, limit) };
    let behind = named_params! {":key": key, ":id": id};
    let rank: Option<i64> = connection.prepare_cached(RANK_BEHIND)?.query_row(behind, |row| row.get(0)).optional()?;
    rank.map_or(Ok(Vec::new()), |rank| list_at(connection, unsigned(rank), limit))
}

pub(super) fn list_at(connection: &Connection, offset: u64, limit: usize) -> rusqlite::Result<Vec<Artist>> {
    let range = named_params! {":first": signed(offset), ":limit": signed(limit)};
    collect(connection.prepare_cached(BY_RANK)?, range, artist)
}

/// The one answer that holds every artist: Subsonic has no pages for it. Each goes straight to its letter, since all of
/// them twice are more than the rest of an edge's memory.
pub(super) fn list_initials(connection: &Connection) -> rusqlite::Result<Vec<ArtistInitial>> {
    let mut statement = connection.prepare_cached(BY_RANK)?;
    let mut rows = statement.query(named_params! {":first": 0, ":limit": i64::MAX})?;
    let mut initials: Vec<ArtistInitial> = Vec::new();
    while let Some(row) = rows.next()? {
        let index_key = row.get_ref("index_key")?.as_str()?;
        let artist = artist(row)?;
        match initials.iter_mut().find(|initial| initial.index_key == index_key) {
            Some(initial) => initial.artists.push(artist),
            None => initials.push(ArtistInitial { index_key: index_key.to_owned(), artists: vec![artist] }),
        }
    }
    Ok(initials)
}

fn artist(row: &Row<'_>) -> rusqlite::Result<Artist> {
    let mut columns = Columns::of(row);
    let id = columns.id(ArtistId::new)?;
    let (name, sort_key) = (columns.next()?, columns.next()?);
    let (album_count, song_count) = (unsigned(columns.next()?), unsigned(columns.next()?));
    let has_cover = columns.next::<Option<i64>>()?.is_some();
    let ArtistExtra { musicbrainz_id, roles, sort_name, .. } = columns.json()?;
    let listed = if roles.is_empty() { usual_roles(song_count, album_count) } else { &roles };
    let roles = listed.iter().copied().map(role).collect();
    Ok(Artist { id, name, sort_key, sort_name, album_count, song_count, has_cover, musicbrainz_id, roles })
}
