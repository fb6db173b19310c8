//! Playlists and their entries, in the source's order, a track that comes twice included.

use std::collections::HashMap;

use catalog_core::search_text;
use rusqlite::{Connection, named_params};
use snapshot_format::search_rowid::{self, Kind};

use super::{Insert, covers, signed};
use crate::snapshot::build::BuildError;
use crate::snapshot::build::derive::{Derived, place};
use crate::snapshot::build::input::{CatalogInput, PlaylistRow, Skipped};
use crate::snapshot::build::search::SearchFeed;

const INSERT_PLAYLIST: &str =
    "INSERT INTO catalog_playlists VALUES (:playlist_id, :platform, :remote_playlist_id, :name,
    :description, :cover_url, :play_count, :song_count, 1, :sort_key, :entry_count, :duration_ms, :cover_id)";

/// The place of a playlist, the position (none sorts last), the order of reading, the place of a track.
type Entry = (u32, Option<i64>, u32, u32);

/// What was written.
pub(super) struct Written {
    /// All public playlists.
    pub(super) playlists: Vec<PlaylistRow>,
    /// Those whose only picture is an external link.
    pub(super) with_link_only: u64,
}

pub(super) fn write(
    input: &mut dyn CatalogInput,
    playlists: Vec<PlaylistRow>,
    derived: &Derived,
    database: &Connection,
    skipped: &mut Skipped,
) -> Result<Written, BuildError> {
    let entries = read_entries(input, &playlists, derived, skipped)?;
    let mut insert = Insert::new(database, "playlists", INSERT_PLAYLIST)?;
    let mut with_link_only = 0;
    for (playlist, entries) in playlists.iter().zip(split(&entries, playlists.len())) {
        let tracks = || entries.iter().map(|entry| entry.3 as usize);
        let cover_id = playlist.cover_id.or_else(|| tracks().find_map(|track| covers::of_track(derived, track)));
        let duration_ms = tracks().map(|track| u64::from(derived.tracks.durations_ms[track])).sum();
        with_link_only += u64::from(cover_id.is_none() && playlist.cover_url.is_some());
        write_playlist(playlist, (place(entries.len()), duration_ms, cover_id), &mut insert)?;
    }
    write_entries(&playlists, &entries, derived, database)?;
    Ok(Written { playlists, with_link_only })
}

/// Playlists are found by their name; those played more come first.
pub(super) fn feed(playlists: &[PlaylistRow], search: &mut SearchFeed) -> Result<(), BuildError> {
    let row = |list: &PlaylistRow| search_rowid::encode(Kind::Playlist, list.play_count, list.id);
    let mut rows: Vec<(i64, &str)> = playlists.iter().map(|list| (row(list), list.name.as_str())).collect();
    rows.sort_unstable();
    rows.into_iter().try_for_each(|(rowid, name)| search.add(rowid, name, ""))
}

/// The entries by playlist, in order.
fn read_entries(
    input: &mut dyn CatalogInput,
    playlists: &[PlaylistRow],
    derived: &Derived,
    skipped: &mut Skipped,
) -> Result<Vec<Entry>, BuildError> {
    let places: HashMap<i64, u32> = playlists.iter().map(|playlist| playlist.id).zip(0..).collect();
    let mut entries = Vec::new();
    let mut without_song = 0;
    input.each_entry(skipped, &mut |row| {
        let track = derived.tracks.place_of(row.track_id);
        match (places.get(&row.playlist_id), track) {
            (Some(playlist), Some(track)) => {
                entries.push((*playlist, row.position, place(entries.len()), place(track)));
            }
            (_, None) => without_song += 1,
            (None, _) => {}
        }
        Ok(())
    })?;
    (0..without_song).for_each(|_| skipped.add("playlist row without its song"));
    entries.sort_unstable_by_key(|(playlist, position, read, _)| (*playlist, position.is_none(), *position, *read));
    Ok(entries)
}

/// The entries of each playlist.
fn split(entries: &[Entry], playlist_count: usize) -> impl Iterator<Item = &[Entry]> {
    let mut rest = entries;
    (0..place(playlist_count)).map(move |playlist| {
        let (these, others) = rest.split_at(rest.partition_point(|entry| entry.0 == playlist));
        rest = others;
        these
    })
}

fn write_playlist(
    playlist: &PlaylistRow,
    (entry_count, duration_ms, cover_id): (u32, u64, Option<i64>),
    insert: &mut Insert<'_>,
) -> Result<(), BuildError> {
    insert.named_row(named_params! {
        ":playlist_id": playlist.id,
        ":platform": playlist.platform,
        ":remote_playlist_id": playlist.remote_id,
        ":name": playlist.name,
        ":description": playlist.description,
        ":cover_url": playlist.cover_url,
        ":play_count": signed(playlist.play_count),
        ":song_count": signed(playlist.song_count),
        ":sort_key": search_text::sort_key(&playlist.name),
        ":entry_count": entry_count,
        ":duration_ms": signed(duration_ms),
        ":cover_id": cover_id,
    })
}

/// Positions are the source's where each is there once in its playlist; else they count from 1.
fn write_entries(
    playlists: &[PlaylistRow],
    entries: &[Entry],
    derived: &Derived,
    database: &Connection,
) -> Result<(), BuildError> {
    let mut insert = Insert::new(database, "playlist rows", "INSERT INTO catalog_playlist_tracks VALUES (?, ?, ?)")?;
    for (playlist, entries) in playlists.iter().zip(split(entries, playlists.len())) {
        let is_unique =
            entries.iter().all(|entry| entry.1.is_some()) && entries.windows(2).all(|two| two[0].1 != two[1].1);
        for (counted, (_, position, _, track)) in (1_i64..).zip(entries) {
            let position = position.filter(|_| is_unique).unwrap_or(counted);
            insert.row((playlist.id, position, derived.tracks.ids[*track as usize]))?;
        }
    }
    Ok(())
}
