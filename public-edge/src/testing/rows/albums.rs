//! Albums and where they stand in each order.

use std::collections::BTreeSet;

use catalog_core::model::{Album, AnyId, CreditRole, DiscTitle};
use catalog_core::ports::AlbumOrder;
use catalog_core::testing::MemoryCatalog;
use rusqlite::{Connection, Result, params};
use snapshot_format::album_list::{self, ListNumber, ListedAlbum};
use snapshot_format::read_schema::AlbumList;
use snapshot_format::row_json::{AlbumExtra, DiscTitleJson};

use super::{Covers, advisory, credits, first_artist, json, number, run, several};

const ALBUMS: &str = "catalog_albums (album_id, name, sort_key, artist, artist_id, year, release_date, original_date, \
     song_count, duration_ms, play_count, genre, is_compilation, cover_id, added_at, credits_json, extra_json)";

/// Albums in a row of a list: few, so that a short list has several rows.
const ALBUMS_IN_A_ROW: usize = 3;

pub(super) fn insert(connection: &Connection, catalog: &MemoryCatalog, covers: &Covers<'_>) -> Result<()> {
    for album in &catalog.albums {
        with_row(album, covers, |row| {
            run(
                connection,
                ALBUMS,
                params![
                    row.album_id,
                    row.name,
                    album.sort_key,
                    row.artist,
                    row.artist_id,
                    row.year,
                    row.release_date,
                    row.original_date,
                    row.song_count,
                    row.duration_ms,
                    row.play_count,
                    row.genre,
                    row.is_compilation,
                    covers.own(AnyId::Album(album.id)),
                    row.added_at,
                    row.credits_json,
                    row.extra_json,
                ],
            )
        })?;
    }
    insert_lists(connection, catalog, covers)
}

/// What the tables hold of an album.
fn with_row<T>(album: &Album, covers: &Covers<'_>, then: impl FnOnce(&ListedAlbum<'_>) -> T) -> T {
    let title = |disc: &DiscTitle| DiscTitleJson { disc_number: disc.disc_number, title: disc.title.clone() };
    let extra = json(&AlbumExtra {
        advisory: album.advisory.map(advisory),
        disc_titles: album.disc_titles.iter().map(title).collect(),
        genres: several(&album.genres),
        labels: album.labels.clone(),
        moods: album.moods.clone(),
        musicbrainz_id: album.musicbrainz_id.clone(),
        release_types: album.release_types.clone(),
        sort_name: album.sort_name.clone(),
        version: album.version.clone(),
    });
    let credits_json = credits(&album.credits, album.artist.as_deref(), CreditRole::AlbumArtist);
    then(&ListedAlbum {
        album_id: album.id.number(),
        song_count: number(album.song_count),
        duration_ms: number(album.duration_ms),
        play_count: number(album.play_count),
        added_at: album.added_at,
        artist_id: first_artist(&album.credits, CreditRole::AlbumArtist),
        year: album.year.map(i64::from),
        is_compilation: album.is_compilation,
        has_cover: covers.own(AnyId::Album(album.id)).is_some(),
        name: &album.name,
        artist: album.artist.as_deref(),
        release_date: album.release_date.as_deref(),
        original_date: album.original_date.as_deref(),
        genre: album.genres.first().map(String::as_str),
        credits_json: credits_json.as_deref(),
        extra_json: extra.as_deref(),
    })
}

fn insert_lists(connection: &Connection, catalog: &MemoryCatalog, covers: &Covers<'_>) -> Result<()> {
    for (list, order) in [
        (AlbumList::ByName, AlbumOrder::ByName),
        (AlbumList::ByArtist, AlbumOrder::ByArtist),
        (AlbumList::Newest, AlbumOrder::Newest),
        (AlbumList::ByYear, AlbumOrder::ByYear),
        (AlbumList::MostPlayed, AlbumOrder::MostPlayed),
    ] {
        insert_list(connection, list.into(), &catalog.albums_in(order), covers)?;
    }
    for genre in &catalog.genres {
        if let Some(list) = ListNumber::of_genre(genre.id.number()) {
            insert_list(connection, list, &catalog.genre_albums(genre), covers)?;
        }
    }
    insert_years(connection, catalog)
}

fn insert_list(connection: &Connection, list: ListNumber, albums: &[&Album], covers: &Covers<'_>) -> Result<()> {
    for (first_rank, albums) in (0..).step_by(ALBUMS_IN_A_ROW).zip(albums.chunks(ALBUMS_IN_A_ROW)) {
        let mut row = Vec::new();
        for album in albums {
            with_row(album, covers, |listed| listed.write(&mut row));
        }
        run(connection, "catalog_album_lists", params![album_list::row_id(list, first_rank), row])?;
    }
    Ok(())
}

fn insert_years(connection: &Connection, catalog: &MemoryCatalog) -> Result<()> {
    let dated = catalog.albums_in(AlbumOrder::ByYear);
    for year in dated.iter().filter_map(|album| album.year).collect::<BTreeSet<_>>() {
        let first = dated.iter().position(|album| album.year == Some(year));
        let count = dated.iter().filter(|album| album.year == Some(year)).count();
        run(connection, "catalog_album_years", params![year, first.map(number), number(count)])?;
    }
    Ok(())
}
