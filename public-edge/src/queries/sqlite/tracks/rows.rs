//! Tracks from the rows of all lists of them.

use std::sync::Arc;

use catalog_core::model::{AlbumId, AlbumRef, CreditRole, Movement, ReplayGain, Track, TrackId, Work};
use rusqlite::Row;
use snapshot_format::row_json::{MovementJson, TrackExtra, WorkJson};

use crate::queries::sqlite::columns::{Columns, advisory, alone, unsigned};

/// A track and, if it is on one, its album.
pub(super) fn track_with_album(row: &Row<'_>) -> rusqlite::Result<Track> {
    let mut columns = Columns::of(row);
    let (mut track, own_cover) = track(&mut columns)?;
    let album_cover = columns.next()?;
    show_cover(&mut track, own_cover, album_cover);
    if let Some(id) = columns.next::<Option<i64>>()?.and_then(AlbumId::new) {
        track.album = Some(Arc::new(album_ref(&mut columns, id)?));
    }
    Ok(track)
}

fn album_ref(columns: &mut Columns<'_>, id: AlbumId) -> rusqlite::Result<AlbumRef> {
    let name = columns.next()?;
    let artist: Option<String> = columns.next()?;
    let alone = alone(columns.next()?, artist.as_deref(), CreditRole::AlbumArtist);
    Ok(AlbumRef { id, name, credits: columns.credits(alone)?, artist })
}

/// Whether there is a picture, by the numbers of the track's own and its album's.
pub(super) fn show_cover(track: &mut Track, own: Option<i64>, albums: Option<i64>) {
    track.has_cover = own.or(albums).is_some();
    track.has_own_cover = own.is_some() && own != albums;
}

/// The columns of `track_columns!` and the track's own cover.
pub(super) fn track(columns: &mut Columns<'_>) -> rusqlite::Result<(Track, Option<i64>)> {
    let id = columns.id(TrackId::new)?;
    let title = columns.next()?;
    let artist: Option<String> = columns.next()?;
    let alone = alone(columns.next()?, artist.as_deref(), CreditRole::Artist);
    let mut track = Track { id, title, credits: columns.credits(alone)?, artist, ..Track::default() };
    track.disc_number = columns.count()?;
    track.track_number = columns.count()?;
    track.year = columns.next()?;
    track.genres = columns.next::<Option<String>>()?.into_iter().collect();
    track.duration_ms = columns.count()?;
    track.ext = columns.next()?;
    track.file_size_bytes = columns.count()?;
    track.bit_rate_kbps = columns.count()?;
    track.sample_rate_hz = columns.count()?;
    track.bit_depth = columns.count()?;
    track.channels = columns.count()?;
    track.play_count = unsigned(columns.next()?);
    track.added_at = columns.next()?;
    add_extra(&mut track, columns.json()?);
    Ok((track, columns.next()?))
}

fn add_extra(track: &mut Track, extra: TrackExtra) {
    if !extra.genres.is_empty() {
        track.genres = extra.genres;
    }
    track.sort_title = extra.sort_title;
    track.bpm = extra.bpm;
    track.comment = extra.comment;
    track.composer = extra.composer;
    track.isrcs = extra.isrcs;
    track.musicbrainz_id = extra.musicbrainz_id;
    track.replay_gain = ReplayGain {
        track_gain_db: extra.replaygain_track_gain_db,
        track_peak: extra.replaygain_track_peak,
        album_gain_db: extra.replaygain_album_gain_db,
        album_peak: extra.replaygain_album_peak,
        base_gain_db: extra.replaygain_base_gain_db,
    };
    track.advisory = extra.advisory.map(advisory);
    track.moods = extra.moods;
    track.groupings = extra.groupings;
    track.works =
        extra.works.into_iter().map(|WorkJson { musicbrainz_id, name }| Work { name, musicbrainz_id }).collect();
    track.movement = extra.movement.map(|MovementJson { count, name, number }| Movement { name, number, count });
}
