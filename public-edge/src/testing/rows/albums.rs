//! Albums and where they stand in each order.

use std::collections::BTreeSet;

use catalog_core::model::{AnyId, CreditRole};
use catalog_core::ports::AlbumOrder;
use catalog_core::testing::MemoryCatalog;
use rusqlite::{Connection, Result, params};
use snapshot_format::read_schema::AlbumList;
use snapshot_format::row_json::{AlbumExtra, DiscTitleJson};

use super::{Covers, advisory, credits, first_artist, json, number, run, several};

const ALBUMS: &str = "catalog_albums (album_id, name, sort_key, artist, artist_id, year, release_date, original_date, \
     song_count, duration_ms, play_count, genre, is_compilation, cover_id, added_at, credits_json, extra_json)";

pub(super) fn insert(connection: &Connection, catalog: &MemoryCatalog, covers: &Covers<'_>) -> Result<()> {
    for album in &catalog.albums {
        let title = |disc: &catalog_core::model::DiscTitle| DiscTitleJson {
            disc_number: disc.disc_number,
            title: disc.title.clone(),
        };
        let extra = AlbumExtra {
            advisory: album.advisory.map(advisory),
            disc_titles: album.disc_titles.iter().map(title).collect(),
            genres: several(&album.genres),
            labels: album.labels.clone(),
            moods: album.moods.clone(),
            musicbrainz_id: album.musicbrainz_id.clone(),
            release_types: album.release_types.clone(),
            sort_name: album.sort_name.clone(),
            version: album.version.clone(),
        };
        run(
            connection,
            ALBUMS,
            params![
                album.id.number(),
                album.name,
                album.sort_key,
                album.artist,
                first_artist(&album.credits, CreditRole::AlbumArtist),
                album.year,
                album.release_date,
                album.original_date,
                number(album.song_count),
                number(album.duration_ms),
                number(album.play_count),
                album.genres.first(),
                album.is_compilation,
                covers.own(AnyId::Album(album.id)),
                album.added_at,
                credits(&album.credits, album.artist.as_deref(), CreditRole::AlbumArtist),
                json(&extra),
            ],
        )?;
    }
    insert_ranks(connection, catalog)
}

fn insert_ranks(connection: &Connection, catalog: &MemoryCatalog) -> Result<()> {
    for (list, order) in [
        (AlbumList::ByName, AlbumOrder::ByName),
        (AlbumList::ByArtist, AlbumOrder::ByArtist),
        (AlbumList::Newest, AlbumOrder::Newest),
        (AlbumList::ByYear, AlbumOrder::ByYear),
        (AlbumList::MostPlayed, AlbumOrder::MostPlayed),
    ] {
        for (rank, album) in catalog.albums_in(order).into_iter().enumerate() {
            run(connection, "catalog_album_ranks", params![list as i64, number(rank), album.id.number()])?;
        }
    }
    let dated = catalog.albums_in(AlbumOrder::ByYear);
    for year in dated.iter().filter_map(|album| album.year).collect::<BTreeSet<_>>() {
        let first = dated.iter().position(|album| album.year == Some(year));
        let count = dated.iter().filter(|album| album.year == Some(year)).count();
        run(connection, "catalog_album_years", params![year, first.map(number), number(count)])?;
    }
    Ok(())
}
