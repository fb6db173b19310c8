//! Artists, and the albums and tracks that credit them.

use catalog_core::search_text;
use rusqlite::{Connection, named_params};
use snapshot_format::row_json::{self, ArtistExtra};
use snapshot_format::search_rowid::{self, Kind};

use super::{Insert, covers};
use crate::snapshot::build::BuildError;
use crate::snapshot::build::collect::{NO_ALBUM, Tracks};
use crate::snapshot::build::derive::{Derived, place};
use crate::snapshot::build::search::SearchFeed;

const INSERT_ARTIST: &str = "INSERT INTO catalog_artists VALUES (:artist_id, :name, :sort_key, :index_key, :name_rank,
    :album_count, :song_count, :cover_id, :extra_json)";

/// Artists are found by their name; those with more songs come first.
pub(super) fn feed(derived: &Derived, search: &mut SearchFeed) -> Result<(), BuildError> {
    let mut rows: Vec<(i64, u32)> = (0..place(derived.artists.len()))
        .filter(|artist| derived.artist_is_shown[*artist as usize])
        .map(|artist| {
            let songs = of_artist(&derived.artist_tracks, artist, |link| link.0).len() as u64;
            (search_rowid::encode(Kind::Artist, songs, derived.artists[artist as usize].id), artist)
        })
        .collect();
    rows.sort_unstable();
    rows.into_iter().try_for_each(|(rowid, artist)| search.add(rowid, &derived.artists[artist as usize].name, ""))
}

/// The links of one artist, from links sorted by artist.
fn of_artist<Link>(links: &[Link], artist: u32, artist_of: impl Fn(&Link) -> u32) -> &[Link] {
    let start = links.partition_point(|link| artist_of(link) < artist);
    let count = links[start..].partition_point(|link| artist_of(link) == artist);
    &links[start..start + count]
}

/// Writes artists and their links, and counts those that lists show.
pub(super) fn write(derived: &Derived, database: &Connection) -> Result<u64, BuildError> {
    let mut name_ranks = vec![None; derived.artists.len()];
    for (rank, artist) in (0_u32..).zip(&derived.listed_artists) {
        name_ranks[*artist as usize] = Some(rank);
    }
    let mut insert = Insert::new(database, "artists", INSERT_ARTIST)?;
    for artist in (0..place(derived.artists.len())).filter(|artist| derived.artist_is_shown[*artist as usize]) {
        write_artist(artist, name_ranks[artist as usize], derived, &mut insert)?;
    }
    write_albums(derived, database)?;
    write_tracks(derived, database)?;
    Ok(derived.listed_artists.len() as u64)
}

fn write_artist(
    artist: u32,
    name_rank: Option<u32>,
    derived: &Derived,
    insert: &mut Insert<'_>,
) -> Result<(), BuildError> {
    let albums = of_artist(&derived.artist_albums, artist, |link| link.0);
    let songs = of_artist(&derived.artist_tracks, artist, |link| link.0);
    let mut own = albums.iter().take_while(|(.., is_own)| *is_own);
    let roles = derived.artist_roles[artist as usize].to_list();
    let is_usual = roles == row_json::usual_roles(songs.len() as u64, albums.len() as u64);
    let (row, sort_key) = (&derived.artists[artist as usize], &derived.artist_keys[artist as usize]);
    insert.named_row(named_params! {
        ":artist_id": row.id,
        ":name": row.name,
        ":sort_key": sort_key,
        ":index_key": search_text::index_letter(sort_key),
        ":name_rank": name_rank,
        ":album_count": place(albums.len()),
        ":song_count": place(songs.len()),
        ":cover_id": row.cover_id.or_else(|| own.find_map(|(_, album, _)| covers::of_album(derived, *album as usize))),
        ":extra_json": row_json::column(&ArtistExtra {
            loose_song_count: if albums.is_empty() { 0 } else { count_loose(songs, &derived.tracks) },
            musicbrainz_id: row.musicbrainz_id.as_deref().map(str::to_owned),
            roles: if is_usual { Vec::new() } else { roles },
            sort_name: row.sort_name.as_deref().map(str::to_owned),
        })?,
    })
}

/// How many of an artist's songs are on no album.
fn count_loose(songs: &[(u32, u32)], tracks: &Tracks) -> u32 {
    place(songs.iter().filter(|(_, track)| tracks.albums[*track as usize] == NO_ALBUM).count())
}

fn write_albums(derived: &Derived, database: &Connection) -> Result<(), BuildError> {
    let mut insert =
        Insert::new(database, "albums of artists", "INSERT INTO catalog_artist_albums VALUES (?, ?, ?, ?)")?;
    for links in derived.artist_albums.chunk_by(|one, other| one.0 == other.0) {
        for (rank, (artist, album, is_own)) in (0_u32..).zip(links) {
            let (artist, album) = (&derived.artists[*artist as usize], &derived.albums[*album as usize]);
            insert.row((artist.id, rank, album.id, is_own))?;
        }
    }
    Ok(())
}

fn write_tracks(derived: &Derived, database: &Connection) -> Result<(), BuildError> {
    let mut insert = Insert::new(database, "tracks of artists", "INSERT INTO catalog_artist_tracks VALUES (?, ?)")?;
    for (artist, track) in &derived.artist_tracks {
        insert.row((derived.artists[*artist as usize].id, derived.tracks.ids[*track as usize]))?;
    }
    Ok(())
}
