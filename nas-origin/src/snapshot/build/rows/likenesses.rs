//! What an artist is played by most, and who is like whom.

use catalog_core::ports::MOST_TOP_TRACKS;
use rusqlite::Connection;
use snapshot_format::read_schema::MANY_TRACKS;

use super::Insert;
use crate::snapshot::build::BuildError;
use crate::snapshot::build::derive::{Derived, place};

/// Writes similar artists, and the top tracks of artists with many.
pub(super) fn write(derived: &Derived, database: &Connection) -> Result<(), BuildError> {
    write_top_tracks(derived, database)?;
    write_similar_artists(derived, database)
}

fn write_top_tracks(derived: &Derived, database: &Connection) -> Result<(), BuildError> {
    let mut insert = Insert::new(database, "top tracks", "INSERT INTO catalog_artist_top_tracks VALUES (?, ?, ?)")?;
    for links in derived.artist_tracks.chunk_by(|one, other| one.0 == other.0) {
        if links.len() <= MANY_TRACKS {
            continue;
        }
        let mut tracks: Vec<(u64, u32)> =
            links.iter().map(|(_, track)| (u64::MAX - derived.tracks.play_count(*track), *track)).collect();
        tracks.select_nth_unstable(MOST_TOP_TRACKS);
        tracks.truncate(MOST_TOP_TRACKS);
        tracks.sort_unstable();
        let artist = derived.artists[links[0].0 as usize].id;
        for (rank, (_, track)) in (0_u32..).zip(tracks) {
            insert.row((artist, rank, derived.tracks.ids[track as usize]))?;
        }
    }
    Ok(())
}

fn write_similar_artists(derived: &Derived, database: &Connection) -> Result<(), BuildError> {
    let mut insert = Insert::new(database, "similar artists", "INSERT INTO catalog_similar_artists VALUES (?, ?)")?;
    for artist in 0..place(derived.artists.len()) {
        let similar = derived.scene.similar_to(artist);
        if similar.is_empty() {
            continue;
        }
        let ids: Vec<i64> = similar.into_iter().map(|other| derived.artists[other as usize].id).collect();
        insert.row((derived.artists[artist as usize].id, serde_json::to_string(&ids)?))?;
    }
    Ok(())
}
