//! Genres, and the tracks and albums of each.

use catalog_core::search_text;
use rusqlite::Connection;

use super::Insert;
use crate::snapshot::build::BuildError;
use crate::snapshot::build::derive::{Derived, place};

/// Writes genres that any track has, and counts them.
pub(super) fn write(derived: &Derived, database: &Connection) -> Result<u64, BuildError> {
    let albums = albums_of_genres(derived);
    let mut insert = Insert::new(database, "genres", "INSERT INTO catalog_genres VALUES (?, ?, ?, ?, ?)")?;
    let mut written = 0;
    for tracks in derived.genre_tracks.chunk_by(|one, other| one.0 == other.0) {
        let Some((number, _)) = tracks.first() else { continue };
        let genre = &derived.genres[*number as usize];
        let sort_key = search_text::sort_key(&genre.name);
        let album_count = place(albums[*number as usize].len());
        insert.row((genre.id, &genre.name, sort_key, place(tracks.len()), album_count))?;
        written += 1;
    }
    write_tracks(derived, database)?;
    write_albums(&albums, derived, database)?;
    Ok(written)
}

/// The albums of each genre, by name.
fn albums_of_genres(derived: &Derived) -> Vec<Vec<u32>> {
    let mut albums = vec![Vec::new(); derived.genres.len()];
    for (album, sum) in (0_u32..).zip(&derived.album_sums) {
        for genre in &sum.genres {
            albums[*genre as usize].push(album);
        }
    }
    for albums in &mut albums {
        albums.sort_unstable_by_key(|album| derived.album_name_ranks[*album as usize]);
    }
    albums
}

fn write_tracks(derived: &Derived, database: &Connection) -> Result<(), BuildError> {
    let mut insert = Insert::new(database, "tracks of genres", "INSERT INTO catalog_genre_tracks VALUES (?, ?, ?)")?;
    for links in derived.genre_tracks.chunk_by(|one, other| one.0 == other.0) {
        for (rank, (genre, track)) in (0_u32..).zip(links) {
            insert.row((derived.genres[*genre as usize].id, rank, derived.tracks.ids[*track as usize]))?;
        }
    }
    Ok(())
}

fn write_albums(albums: &[Vec<u32>], derived: &Derived, database: &Connection) -> Result<(), BuildError> {
    let mut insert = Insert::new(database, "albums of genres", "INSERT INTO catalog_genre_albums VALUES (?, ?, ?)")?;
    for (genre, albums) in derived.genres.iter().zip(albums) {
        for (rank, album) in (0_u32..).zip(albums) {
            insert.row((genre.id, rank, derived.albums[*album as usize].id))?;
        }
    }
    Ok(())
}
