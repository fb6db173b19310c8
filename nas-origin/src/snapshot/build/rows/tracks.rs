//! Tracks, the pages that lists of them start at, and lyrics.

use rusqlite::{Connection, named_params};
use snapshot_format::read_schema::TRACKS_PER_PAGE;
use snapshot_format::row_json::{self, CreditJson, RoleJson};

use super::{Insert, signed};
use crate::snapshot::build::BuildError;
use crate::snapshot::build::derive::Derived;
use crate::snapshot::build::input::{CatalogInput, Skipped, TrackRow};

const INSERT_TRACK: &str = "INSERT INTO catalog_tracks VALUES (:song_id, :platform, :remote_song_id, :name, :singers,
    :ext, :file_size_bytes, :metadata_json, :album_id, :album_position, :artist_id, :disc_number, :track_number,
    :duration_ms, :year, :genre, :bit_rate_kbps, :sample_rate_hz, :bit_depth, :channels, :play_count, :cover_id,
    :added_at, :credits_json, :extra_json)";

pub(super) fn write(input: &mut dyn CatalogInput, derived: &Derived, database: &Connection) -> Result<(), BuildError> {
    let mut insert = Insert::new(database, "tracks", INSERT_TRACK)?;
    let mut place = 0;
    // What was skipped was counted at the first reading.
    input.each_track(&mut Skipped::default(), &mut |track| {
        write_track(track, place, derived, &mut insert)?;
        place += 1;
        Ok(())
    })?;
    write_pages(derived, database)
}

fn write_track(
    track: &TrackRow<'_>,
    place: usize,
    derived: &Derived,
    insert: &mut Insert<'_>,
) -> Result<(), BuildError> {
    let artist = track.credits.iter().find(|(_, role)| *role == RoleJson::Artist);
    let genre = track.genres.first().map(|genre| &*derived.genres[*genre as usize].name);
    let extra = track.extra.as_ref().map(row_json::column).transpose()?.flatten();
    insert.named_row(named_params! {
        ":song_id": track.id,
        ":platform": track.platform,
        ":remote_song_id": track.remote_id,
        ":name": track.name,
        ":singers": track.singers,
        ":ext": track.ext,
        ":file_size_bytes": track.file_size_bytes,
        ":metadata_json": track.metadata_json,
        ":album_id": track.album.map(|album| derived.albums[album as usize].id),
        ":album_position": derived.tracks.positions[place],
        ":artist_id": artist.map(|(artist, _)| derived.artists[*artist as usize].id),
        ":disc_number": track.disc_number,
        ":track_number": track.track_number,
        ":duration_ms": track.duration_ms.map(signed),
        ":year": track.year,
        ":genre": genre,
        ":bit_rate_kbps": track.bit_rate_kbps,
        ":sample_rate_hz": track.sample_rate_hz,
        ":bit_depth": track.bit_depth,
        ":channels": track.channels,
        ":play_count": signed(track.play_count),
        ":cover_id": track.cover_id,
        ":added_at": track.added_at,
        ":credits_json": credits_json(track, derived)?,
        ":extra_json": extra,
    })
}

/// `None` when `singers` is the one artist that is credited.
fn credits_json(track: &TrackRow<'_>, derived: &Derived) -> Result<Option<String>, BuildError> {
    let artist = |place: u32| &derived.artists[place as usize];
    if let [(only, RoleJson::Artist)] = track.credits
        && track.singers.as_deref() == Some(&*artist(*only).name)
    {
        return Ok(None);
    }
    let credit = |(place, role): &(u32, RoleJson)| {
        let artist = artist(*place);
        CreditJson { artist_id: artist.id, name: artist.name.to_string(), role: *role }
    };
    let credits: Vec<CreditJson> = track.credits.iter().map(credit).collect();
    Ok(row_json::column(&credits)?)
}

fn write_pages(derived: &Derived, database: &Connection) -> Result<(), BuildError> {
    let mut insert = Insert::new(database, "track pages", "INSERT INTO catalog_track_pages VALUES (?, ?)")?;
    let step = usize::try_from(TRACKS_PER_PAGE).unwrap_or(usize::MAX);
    (0_i64..).zip(derived.tracks.ids.iter().step_by(step)).try_for_each(|row| insert.row(row))
}

pub(super) fn write_lyrics(
    input: &mut dyn CatalogInput,
    derived: &Derived,
    database: &Connection,
) -> Result<(), BuildError> {
    let mut insert = Insert::new(database, "lyrics", "INSERT INTO catalog_lyrics VALUES (?, ?)")?;
    input.each_lyrics(&mut |track, lyrics| match derived.tracks.place_of(track) {
        Some(_) => insert.row((track, lyrics)),
        None => Ok(()),
    })
}
