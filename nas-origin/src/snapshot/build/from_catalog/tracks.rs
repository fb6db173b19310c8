//! Tracks with their credits, genres and best file.

use std::borrow::Cow;
use std::rc::Rc;

use rusqlite::Row;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as NameError, StrDeserializer};
use serde::{Deserialize, Serialize};
use snapshot_format::row_json::{AdvisoryJson, MovementJson, RoleJson, TrackExtra, WorkJson};

use super::links::Links;
use super::{BuildError, Catalog, SHOWN_TRACK, place_of, remote_id, texts};
use crate::snapshot::build::input::{CreditRow, TrackRow, VisitTrack};
use crate::snapshot::build::values;

const COLUMNS: &str = "t.track_id, s.kind AS platform, t.title, t.artist, t.album_id, t.disc_number, t.track_number,
    t.release_date, t.original_date, t.duration_ms, coalesce(t.bit_rate_kbps, f.bit_rate_kbps) AS bit_rate_kbps,
    t.sample_rate_hz, t.bit_depth, t.channels, t.bpm, t.comment, t.composer, t.sort_title, t.isrc,
    t.musicbrainz_recording_id, t.replaygain_track_gain, t.replaygain_track_peak, t.replaygain_album_gain,
    t.replaygain_album_peak, t.replaygain_base_gain, t.advisory, t.moods, t.groupings, t.works, t.work_ids, t.movement,
    t.movement_number, t.movement_total, c.cover_id, t.play_count, t.added_at, f.ext, f.size_bytes";

const FROM: &str = "tracks t JOIN sources s ON s.name = t.source
    LEFT JOIN storage_backends b ON b.backend_id = s.backend_id
    LEFT JOIN covers c ON c.cover_id = t.cover_id AND c.is_unreadable = 0
    LEFT JOIN track_files f ON f.location_id = (
      SELECT location_id FROM track_files WHERE track_id = t.track_id AND status = 'active'
      ORDER BY is_primary DESC, location_id LIMIT 1)";

/// Performers first, contributors in the order of [`RoleJson`]; roles that this program doesn't know are left out.
const CREDITS: &str = "SELECT track_id, role, artist_id, instrument FROM track_credits ORDER BY track_id, position";

const GENRES: &str = "SELECT track_id, genre_id FROM track_genres ORDER BY track_id, position";

pub(super) fn each(catalog: &Catalog<'_>, visit: VisitTrack<'_>) -> Result<(), BuildError> {
    let at = |source| BuildError::Source { what: "tracks", source };
    let remote_id = remote_id("t", "track_id");
    let sql = format!("SELECT {COLUMNS}, {remote_id} AS remote_id FROM {FROM} WHERE {SHOWN_TRACK} ORDER BY t.track_id");
    let mut tracks = catalog.source.prepare(&sql).map_err(at)?;
    let mut credits = catalog.source.prepare(CREDITS).map_err(at)?;
    let mut credits = Links::new(credits.query([]).map_err(at)?, credit).map_err(at)?;
    let mut genres = catalog.source.prepare(GENRES).map_err(at)?;
    let mut genres = Links::new(genres.query([]).map_err(at)?, |row| Ok((row.get(0)?, row.get(1)?))).map_err(at)?;
    let genre_ids: Vec<i64> = catalog.genres.iter().map(|genre| genre.id).collect();
    let (mut credit_rows, mut genre_rows) = (Vec::new(), Vec::new());
    let mut rows = tracks.query([]).map_err(at)?;
    while let Some(row) = rows.next().map_err(at)? {
        let id: i64 = row.get("track_id").map_err(at)?;
        credit_rows.clear();
        credits.each_of(id, |credit| credit_rows.extend(credit_row(catalog, credit))).map_err(at)?;
        genre_rows.clear();
        genres.each_of(id, |genre: i64| genre_rows.extend(place_of(&genre_ids, genre))).map_err(at)?;
        let album: Option<i64> = row.get("album_id").map_err(at)?;
        let album = album.and_then(|album| place_of(&catalog.album_ids, album).zip(Some(album)));
        let track = track(catalog, row, album, &credit_rows, &genre_rows).map_err(at)?;
        visit(&track)?;
    }
    Ok(())
}

/// A row of `track_credits`.
struct CreditOf {
    /// `None` for a role of a later version.
    role: Option<RoleJson>,
    artist_id: i64,
    instrument: Option<Box<str>>,
}

fn credit_row(catalog: &Catalog<'_>, CreditOf { role, artist_id, instrument }: CreditOf) -> Option<CreditRow> {
    let artist = place_of(&catalog.artist_ids, artist_id)?;
    let name = Rc::clone(&catalog.artist_names[artist as usize]);
    Some(CreditRow { artist, artist_id, name, role: role?, instrument })
}

fn credit(row: &Row<'_>) -> rusqlite::Result<(i64, CreditOf)> {
    let role = named(row.get_ref(1)?.as_str()?);
    Ok((row.get(0)?, CreditOf { role, artist_id: row.get(2)?, instrument: row.get(3)? }))
}

/// The value of this name, in the words of the row formats.
fn named<'a, T: Deserialize<'a>>(name: &'a str) -> Option<T> {
    let name: StrDeserializer<'_, NameError> = name.into_deserializer();
    T::deserialize(name).ok()
}

fn track<'r>(
    catalog: &'r Catalog<'_>,
    row: &'r Row<'_>,
    album: Option<(u32, i64)>,
    credits: &'r [CreditRow],
    genres: &'r [u32],
) -> rusqlite::Result<TrackRow<'r>> {
    let release_date: Option<String> = row.get("release_date")?;
    let original_date: Option<String> = row.get("original_date")?;
    let duration_ms: Option<i64> = row.get("duration_ms")?;
    let mut track = TrackRow {
        id: row.get("track_id")?,
        platform: text(row, "platform")?.unwrap_or_default(),
        remote_id: text(row, "remote_id")?.unwrap_or_default(),
        name: text(row, "title")?.unwrap_or_default(),
        singers: text(row, "artist")?,
        ext: text(row, "ext")?,
        file_size_bytes: row.get("size_bytes")?,
        metadata_json: None,
        album,
        credits,
        genre: genres.first().map(|genre| Cow::Borrowed(&*catalog.genres[*genre as usize].name)),
        genres,
        disc_number: row.get("disc_number")?,
        track_number: row.get("track_number")?,
        duration_ms: duration_ms.and_then(|duration| u64::try_from(duration).ok()).filter(|duration| *duration > 0),
        year: [&release_date, &original_date].into_iter().flatten().find_map(|date| values::year_of(date)),
        bit_rate_kbps: row.get("bit_rate_kbps")?,
        sample_rate_hz: row.get("sample_rate_hz")?,
        bit_depth: row.get("bit_depth")?,
        channels: row.get("channels")?,
        play_count: row.get::<_, i64>("play_count")?.try_into().unwrap_or(0),
        cover_id: row.get("cover_id")?,
        added_at: row.get("added_at")?,
        extra: None,
    };
    let genres: Vec<String> = genres.iter().map(|genre| catalog.genres[*genre as usize].name.to_string()).collect();
    track.metadata_json = metadata_json(catalog, &track, release_date.as_deref(), &genres);
    track.extra = extra(row, genres)?;
    Ok(track)
}

fn text<'r>(row: &'r Row<'_>, column: &str) -> rusqlite::Result<Option<Cow<'r, str>>> {
    values::text(row, row.as_ref().column_index(column)?)
}

/// The earlier system's keys, in alphabetical order.
#[derive(Serialize)]
struct Metadata<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    album: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    album_artist: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bitrate_kbps: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disc_number: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    genre: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    track_number: Option<u32>,
}

fn metadata_json(catalog: &Catalog<'_>, track: &TrackRow<'_>, date: Option<&str>, genres: &[String]) -> Option<String> {
    let album = track.album.and_then(|(album, _)| catalog.album_names.get(album as usize));
    let metadata = Metadata {
        album: album.map(|(name, _)| &**name),
        album_artist: album.and_then(|(_, artist)| artist.as_deref()),
        bitrate_kbps: track.bit_rate_kbps,
        date,
        disc_number: track.disc_number,
        duration_ms: track.duration_ms,
        genre: (!genres.is_empty()).then(|| genres.join("; ")),
        track_number: track.track_number,
    };
    serde_json::to_string(&metadata).ok().filter(|json| json != "{}")
}

fn extra(row: &Row<'_>, genres: Vec<String>) -> rusqlite::Result<Option<TrackExtra>> {
    let isrcs: Option<String> = row.get("isrc")?;
    Ok(Some(TrackExtra {
        advisory: row.get::<_, Option<String>>("advisory")?.as_deref().and_then(named::<AdvisoryJson>),
        bpm: row.get("bpm")?,
        comment: row.get("comment")?,
        composer: row.get("composer")?,
        genres: if genres.len() > 1 { genres } else { Vec::new() },
        groupings: texts(row, "groupings")?,
        isrcs: isrcs.iter().flat_map(|isrcs| isrcs.split('/')).map(str::to_owned).collect(),
        moods: texts(row, "moods")?,
        movement: movement(row)?,
        musicbrainz_id: row.get("musicbrainz_recording_id")?,
        replaygain_album_gain_db: row.get("replaygain_album_gain")?,
        replaygain_album_peak: row.get("replaygain_album_peak")?,
        replaygain_base_gain_db: row.get("replaygain_base_gain")?,
        replaygain_track_gain_db: row.get("replaygain_track_gain")?,
        replaygain_track_peak: row.get("replaygain_track_peak")?,
        sort_title: row.get("sort_title")?,
        works: works(row)?,
    }))
}

fn movement(row: &Row<'_>) -> rusqlite::Result<Option<MovementJson>> {
    let Some(name) = row.get("movement")? else { return Ok(None) };
    Ok(Some(MovementJson { count: row.get("movement_total")?, name, number: row.get("movement_number")? }))
}

/// An id belongs to the work at its place; a work without one has an empty text there.
fn works(row: &Row<'_>) -> rusqlite::Result<Vec<WorkJson>> {
    let mut ids = texts(row, "work_ids")?.into_iter();
    let mut id = || ids.next().filter(|id| !id.is_empty());
    Ok(texts(row, "works")?.into_iter().map(|name| WorkJson { musicbrainz_id: id(), name }).collect())
}
