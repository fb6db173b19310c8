//! Tracks, the pages that lists of them start at, and lyrics.

use catalog_core::model::Lyrics;
use rusqlite::{Connection, named_params};
use snapshot_format::read_schema::TRACKS_PER_PAGE;
use snapshot_format::row_json::{self, CreditJson, LyricsJson, RoleJson};

use super::{Insert, signed};
use crate::snapshot::build::BuildError;
use crate::snapshot::build::derive::Derived;
use crate::snapshot::build::input::{CatalogInput, CreditRow, TrackRow};

const INSERT_TRACK: &str = "INSERT INTO catalog_tracks VALUES (:song_id, :platform, :remote_song_id, :name, :singers,
    :ext, :file_size_bytes, :metadata_json, :album_id, :album_position, :artist_id, :disc_number, :track_number,
    :duration_ms, :year, :genre, :bit_rate_kbps, :sample_rate_hz, :bit_depth, :channels, :play_count, :cover_id,
    :added_at, :credits_json, :extra_json)";

/// Writes the rows of tracks.
pub(in crate::snapshot::build) struct TrackRows<'d>(Insert<'d>);

impl<'d> TrackRows<'d> {
    pub(in crate::snapshot::build) fn new(database: &'d Connection) -> Result<Self, BuildError> {
        Insert::new(database, "tracks", INSERT_TRACK).map(Self)
    }

    /// Tracks come in id order.
    pub(in crate::snapshot::build) fn write(&mut self, track: &TrackRow<'_>) -> Result<(), BuildError> {
        write_track(track, &mut self.0)
    }
}

fn write_track(track: &TrackRow<'_>, insert: &mut Insert<'_>) -> Result<(), BuildError> {
    let artist = track.credits.iter().find(|credit| credit.role == RoleJson::Artist);
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
        ":album_id": track.album.map(|(_, id)| id),
        ":album_position": track.album_position(),
        ":artist_id": artist.map(|credit| credit.artist_id),
        ":disc_number": track.disc_number,
        ":track_number": track.track_number,
        ":duration_ms": track.duration_ms.map(signed),
        ":year": track.year,
        ":genre": track.genre,
        ":bit_rate_kbps": track.bit_rate_kbps,
        ":sample_rate_hz": track.sample_rate_hz,
        ":bit_depth": track.bit_depth,
        ":channels": track.channels,
        ":play_count": signed(track.play_count),
        ":cover_id": track.cover_id,
        ":added_at": track.added_at,
        ":credits_json": credits_json(track)?,
        ":extra_json": extra,
    })
}

/// `None` when `singers` is the one artist that is credited.
fn credits_json(track: &TrackRow<'_>) -> Result<Option<String>, BuildError> {
    if let [only] = track.credits
        && only.role == RoleJson::Artist
        && track.singers.as_deref() == Some(&*only.name)
    {
        return Ok(None);
    }
    let credit = |credit: &CreditRow| CreditJson {
        artist_id: credit.artist_id,
        instrument: credit.instrument.as_deref().map(str::to_owned),
        name: credit.name.to_string(),
        role: credit.role,
    };
    let credits: Vec<CreditJson> = track.credits.iter().map(credit).collect();
    Ok(row_json::column(&credits)?)
}

pub(super) fn write_pages(derived: &Derived, database: &Connection) -> Result<(), BuildError> {
    let mut insert = Insert::new(database, "track pages", "INSERT INTO catalog_track_pages VALUES (?, ?)")?;
    let step = usize::try_from(TRACKS_PER_PAGE).unwrap_or(usize::MAX);
    (0_i64..).zip(derived.tracks.ids.iter().step_by(step)).try_for_each(|row| insert.row(row))
}

pub(super) fn write_lyrics(
    input: &mut dyn CatalogInput,
    derived: &Derived,
    database: &Connection,
) -> Result<(), BuildError> {
    let mut insert = Insert::new(database, "lyrics", "INSERT INTO catalog_lyrics VALUES (?, ?, ?, ?)")?;
    input.each_lyrics(&mut |track, lyrics| match derived.tracks.place_of(track) {
        Some(_) => write_lyrics_row(track, lyrics, &mut insert),
        None => Ok(()),
    })
}

/// The first text stands in the row itself; it is the main one, whatever it calls itself.
fn write_lyrics_row(track: i64, lyrics: &[Lyrics], insert: &mut Insert<'_>) -> Result<(), BuildError> {
    let Some((main, others)) = lyrics.split_first() else { return Ok(()) };
    let other = |other: &Lyrics| LyricsJson {
        kind: other.kind.name().to_owned(),
        language: other.language.clone(),
        lyrics: other.text.clone(),
    };
    let others: Vec<LyricsJson> = others.iter().map(other).collect();
    insert.row((track, &main.text, &main.language, row_json::column(&others)?))
}
