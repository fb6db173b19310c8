//! Genres, and the tracks of each.

use catalog_core::search_text;
use rusqlite::Connection;

use super::Insert;
use crate::snapshot::build::BuildError;
use crate::snapshot::build::derive::{Derived, place};

/// Writes genres that any track has, and counts them.
pub(super) fn write(derived: &Derived, database: &Connection) -> Result<u64, BuildError> {
    let album_counts = count_albums(derived);
    let mut insert = Insert::new(database, "genres", "INSERT INTO catalog_genres VALUES (?, ?, ?, ?, ?)")?;
    let mut written = 0;
    for tracks in derived.genre_tracks.chunk_by(|one, other| one.0 == other.0) {
        let Some((number, _)) = tracks.first() else { continue };
        let genre = &derived.genres[*number as usize];
        let sort_key = search_text::sort_key(&genre.name);
        insert.row((genre.id, &genre.name, sort_key, place(tracks.len()), album_counts[*number as usize]))?;
        written += 1;
    }
    write_tracks(derived, database)?;
    Ok(written)
}

fn count_albums(derived: &Derived) -> Vec<u32> {
    let mut counts = vec![0; derived.genres.len()];
    for genre in derived.album_sums.iter().flat_map(|sum| &sum.genres) {
        counts[*genre as usize] += 1;
    }
    counts
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
