//! Artists and genres, with what belongs to each.

use catalog_core::model::{AnyId, Artist};
use catalog_core::ports::MOST_TOP_TRACKS;
use catalog_core::search_text::index_letter;
use catalog_core::testing::MemoryCatalog;
use rusqlite::{Connection, Result, params};
use snapshot_format::read_schema::MANY_TRACKS;
use snapshot_format::row_json::{ArtistExtra, usual_roles};

use super::{Covers, json, number, role, run};

const ARTISTS: &str = "catalog_artists (artist_id, name, sort_key, index_key, name_rank, album_count, song_count, cover_id, \
     extra_json)";

pub(super) fn insert(connection: &Connection, catalog: &MemoryCatalog, covers: &Covers<'_>) -> Result<()> {
    let listed = catalog.listed_artists();
    for artist in &catalog.artists {
        let id = artist.id.number();
        let rank = listed.iter().position(|other| other.id == artist.id);
        let cover = covers.id(catalog.shown_cover(AnyId::Artist(artist.id)));
        run(
            connection,
            ARTISTS,
            params![
                id,
                artist.name,
                artist.sort_key,
                index_letter(&artist.sort_key),
                rank.map(number),
                number(artist.album_count),
                number(artist.song_count),
                cover,
                json(&artist_extra(artist, catalog)),
            ],
        )?;
        for (rank, album) in catalog.artist_albums(artist.id).into_iter().enumerate() {
            let is_own = catalog.is_own_album(artist.id, album);
            run(connection, "catalog_artist_albums", params![id, number(rank), album.id.number(), is_own])?;
        }
        for track in catalog.artist_tracks(artist.id) {
            run(connection, "catalog_artist_tracks", params![id, track.id.number()])?;
        }
        insert_likenesses(connection, catalog, artist)?;
    }
    Ok(())
}

fn insert_likenesses(connection: &Connection, catalog: &MemoryCatalog, artist: &Artist) -> Result<()> {
    let id = artist.id.number();
    let similar: Vec<i64> = catalog.similar_artists(artist.id).iter().map(|other| other.id.number()).collect();
    if let Some(similar) = json(&similar) {
        run(connection, "catalog_similar_artists", params![id, similar])?;
    }
    let top = catalog.top_tracks(artist.id);
    let ranked = (0_usize..).zip(top.iter().take(MOST_TOP_TRACKS)).filter(|_| top.len() > MANY_TRACKS);
    for (rank, track) in ranked {
        run(connection, "catalog_artist_top_tracks", params![id, number(rank), track.id.number()])?;
    }
    Ok(())
}

fn artist_extra(artist: &Artist, catalog: &MemoryCatalog) -> ArtistExtra {
    let mut roles: Vec<_> = artist.roles.iter().copied().map(role).collect();
    if roles == usual_roles(artist.song_count, artist.album_count) {
        roles.clear();
    }
    let loose = u32::try_from(catalog.loose_tracks(artist.id).len()).unwrap_or(u32::MAX);
    ArtistExtra {
        loose_song_count: if artist.album_count == 0 { 0 } else { loose },
        musicbrainz_id: artist.musicbrainz_id.clone(),
        roles,
        sort_name: artist.sort_name.clone(),
    }
}

pub(super) fn insert_genres(connection: &Connection, catalog: &MemoryCatalog) -> Result<()> {
    for genre in &catalog.genres {
        let id = genre.id.number();
        run(
            connection,
            "catalog_genres",
            params![id, genre.name, genre.sort_key, number(genre.song_count), number(genre.album_count)],
        )?;
        for (rank, track) in catalog.genre_tracks(genre).into_iter().enumerate() {
            run(connection, "catalog_genre_tracks", params![id, number(rank), track.id.number()])?;
        }
    }
    Ok(())
}
