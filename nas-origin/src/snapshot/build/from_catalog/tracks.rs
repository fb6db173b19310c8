//! Tracks with their credits, genres and best file, all read side by side: a search in each of a million rows is
//! what takes time.

use std::borrow::Cow;
use std::rc::Rc;

use rusqlite::Row;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as NameError, StrDeserializer};
use serde::{Deserialize, Serialize};
use snapshot_format::row_json::{AdvisoryJson, MovementJson, RoleJson, TrackExtra, WorkJson};

use super::columns::Columns;
use super::links::Links;
use super::{BuildError, Catalog, SHOWN_TRACK, place_of, remote_id, texts, twins};
use crate::snapshot::build::input::{CreditRow, TrackRow, VisitTrack};
use crate::snapshot::build::values;

/// In the order in which they are read.
const COLUMNS: &str = "t.track_id, t.album_id, t.release_date, t.original_date, s.kind AS platform, t.title, t.artist,
    t.disc_number, t.track_number, t.duration_ms, t.bit_rate_kbps, t.sample_rate_hz, t.bit_depth, t.channels,
    t.play_count, c.cover_id, t.added_at, t.advisory, t.bpm, t.comment, t.composer, t.groupings, t.isrc, t.moods,
    t.movement, t.movement_number, t.movement_total, t.musicbrainz_recording_id, t.replaygain_album_gain,
    t.replaygain_album_peak, t.replaygain_base_gain, t.replaygain_track_gain, t.replaygain_track_peak, t.sort_title,
    t.works, t.work_ids";

const FROM: &str = "tracks t JOIN sources s ON s.name = t.source
    LEFT JOIN storage_backends b ON b.backend_id = s.backend_id
    LEFT JOIN covers c ON c.cover_id = t.cover_id AND c.is_unreadable = 0";

/// Performers first, contributors in the order of [`RoleJson`]; roles that this program doesn't know are left out.
const CREDITS: &str = "SELECT track_id, role, artist_id, instrument FROM track_credits ORDER BY track_id, position";

const GENRES: &str = "SELECT track_id, genre_id FROM track_genres ORDER BY track_id, position";

/// Of a track's files the first that is marked stands for it, else the first.
const FILES: &str = "f.track_id, f.location_id, f.is_primary, f.ext, f.size_bytes, f.bit_rate_kbps";

pub(super) fn each(catalog: &Catalog<'_>, visit: VisitTrack<'_>) -> Result<(), BuildError> {
    let at = |source| BuildError::Source { what: "tracks", source };
    let remote_id = remote_id("t", "track_id");
    let sql = format!("SELECT {COLUMNS}, {remote_id} AS remote_id FROM {FROM} WHERE {SHOWN_TRACK} ORDER BY t.track_id");
    let mut tracks = catalog.source.prepare(&sql).map_err(at)?;
    let mut credits = catalog.source.prepare(CREDITS).map_err(at)?;
    let mut genres = catalog.source.prepare(GENRES).map_err(at)?;
    let mut files = catalog.source.prepare(&twins::active_files(catalog.source, FILES).map_err(at)?).map_err(at)?;
    let mut beside = Beside {
        catalog,
        genre_ids: catalog.genres.iter().map(|genre| genre.id).collect(),
        credits: Links::new(credits.query([]).map_err(at)?, credit).map_err(at)?,
        genres: Links::new(genres.query([]).map_err(at)?, |row| Ok((row.get(0)?, row.get(1)?))).map_err(at)?,
        files: Links::new(files.query([]).map_err(at)?, file).map_err(at)?,
        of_track: OfTrack::default(),
    };
    let mut rows = tracks.query([]).map_err(at)?;
    while let Some(row) = rows.next().map_err(at)? {
        let mut columns = Columns::of(row);
        let id = columns.get("track_id").map_err(at)?;
        beside.read(id).map_err(at)?;
        visit(&track(catalog, id, &mut columns, &beside.of_track).map_err(at)?)?;
    }
    Ok(())
}

/// The tables that are read beside that of the tracks.
struct Beside<'c, 's> {
    catalog: &'c Catalog<'c>,
    genre_ids: Vec<i64>,
    credits: Links<'s, CreditOf>,
    genres: Links<'s, i64>,
    files: Links<'s, BestFile>,
    of_track: OfTrack,
}

/// What they have of one track.
#[derive(Default)]
struct OfTrack {
    credits: Vec<CreditRow>,
    genres: Vec<u32>,
    file: Option<BestFile>,
}

impl Beside<'_, '_> {
    fn read(&mut self, track: i64) -> rusqlite::Result<()> {
        let OfTrack { credits, genres, file } = &mut self.of_track;
        credits.clear();
        self.credits.each_of(track, |credit| credits.extend(credit_row(self.catalog, credit)))?;
        genres.clear();
        self.genres.each_of(track, |genre| genres.extend(place_of(&self.genre_ids, genre)))?;
        *file = None;
        self.files.each_of(track, |found| {
            if file.as_ref().is_none_or(|best| found.is_primary && !best.is_primary) {
                *file = Some(found);
            }
        })
    }
}

/// The file that stands for a track.
struct BestFile {
    is_primary: bool,
    ext: Box<str>,
    size_bytes: Option<i64>,
    bit_rate_kbps: Option<u32>,
}

fn file(row: &Row<'_>) -> rusqlite::Result<(i64, BestFile)> {
    let ext = values::text(row, 3)?.unwrap_or_default().into();
    let (is_primary, size_bytes, bit_rate_kbps) = (row.get(2)?, row.get(4)?, row.get(5)?);
    Ok((row.get(0)?, BestFile { is_primary, ext, size_bytes, bit_rate_kbps }))
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
    id: i64,
    columns: &mut Columns<'r>,
    beside: &'r OfTrack,
) -> rusqlite::Result<TrackRow<'r>> {
    let album: Option<i64> = columns.get("album_id")?;
    let release_date = columns.exact("release_date")?;
    let original_date = columns.exact("original_date")?;
    let genres = &beside.genres;
    let genre = |genre: &u32| &*catalog.genres[*genre as usize].name;
    let file = beside.file.as_ref();
    let mut track = TrackRow {
        id,
        album: album.and_then(|album| place_of(&catalog.album_ids, album).zip(Some(album))),
        year: [release_date, original_date].into_iter().flatten().find_map(values::year_of),
        platform: columns.text("platform")?.unwrap_or_default(),
        name: columns.text("title")?.unwrap_or_default(),
        singers: columns.text("artist")?,
        disc_number: columns.get("disc_number")?,
        track_number: columns.get("track_number")?,
        duration_ms: columns.get::<Option<i64>>("duration_ms")?.and_then(|duration| u64::try_from(duration).ok()),
        bit_rate_kbps: columns.get("bit_rate_kbps")?,
        sample_rate_hz: columns.get("sample_rate_hz")?,
        bit_depth: columns.get("bit_depth")?,
        channels: columns.get("channels")?,
        play_count: columns.get::<i64>("play_count")?.try_into().unwrap_or(0),
        cover_id: columns.get("cover_id")?,
        added_at: columns.get("added_at")?,
        extra: Some(extra(columns, genres.iter().map(genre))?),
        remote_id: columns.text("remote_id")?.unwrap_or_default(),
        credits: &beside.credits,
        genre: genres.first().map(genre).map(Cow::Borrowed),
        genres,
        ext: file.map(|file| Cow::Borrowed(&*file.ext)),
        file_size_bytes: file.and_then(|file| file.size_bytes),
        metadata_json: None,
    };
    track.duration_ms = track.duration_ms.filter(|duration| *duration > 0);
    track.bit_rate_kbps = track.bit_rate_kbps.or(file.and_then(|file| file.bit_rate_kbps));
    track.metadata_json = metadata_json(catalog, &track, release_date);
    Ok(track)
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
    genre: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    track_number: Option<u32>,
}

fn metadata_json(catalog: &Catalog<'_>, track: &TrackRow<'_>, date: Option<&str>) -> Option<String> {
    let album = track.album.and_then(|(album, _)| catalog.album_names.get(album as usize));
    let metadata = Metadata {
        album: album.map(|(name, _)| &**name),
        album_artist: album.and_then(|(_, artist)| artist.as_deref()),
        bitrate_kbps: track.bit_rate_kbps,
        date,
        disc_number: track.disc_number,
        duration_ms: track.duration_ms,
        genre: genres_as_shown(catalog, track.genres),
        track_number: track.track_number,
    };
    serde_json::to_string(&metadata).ok().filter(|json| json != "{}")
}

fn genres_as_shown<'c>(catalog: &'c Catalog<'_>, genres: &[u32]) -> Option<Cow<'c, str>> {
    let name = |genre: &u32| &*catalog.genres[*genre as usize].name;
    match genres {
        [] => None,
        [only] => Some(Cow::Borrowed(name(only))),
        several => Some(Cow::Owned(several.iter().map(name).collect::<Vec<_>>().join("; "))),
    }
}

fn extra<'g>(
    columns: &mut Columns<'_>,
    genres: impl ExactSizeIterator<Item = &'g str>,
) -> rusqlite::Result<TrackExtra> {
    Ok(TrackExtra {
        advisory: columns.exact("advisory")?.and_then(named::<AdvisoryJson>),
        bpm: columns.get("bpm")?,
        comment: columns.get("comment")?,
        composer: columns.get("composer")?,
        genres: if genres.len() > 1 { genres.map(str::to_owned).collect() } else { Vec::new() },
        groupings: texts(columns.exact("groupings")?),
        isrcs: columns.exact("isrc")?.iter().flat_map(|isrcs| isrcs.split('/')).map(str::to_owned).collect(),
        moods: texts(columns.exact("moods")?),
        movement: movement(columns)?,
        musicbrainz_id: columns.get("musicbrainz_recording_id")?,
        replaygain_album_gain_db: columns.get("replaygain_album_gain")?,
        replaygain_album_peak: columns.get("replaygain_album_peak")?,
        replaygain_base_gain_db: columns.get("replaygain_base_gain")?,
        replaygain_track_gain_db: columns.get("replaygain_track_gain")?,
        replaygain_track_peak: columns.get("replaygain_track_peak")?,
        sort_title: columns.get("sort_title")?,
        works: works(columns)?,
    })
}

fn movement(columns: &mut Columns<'_>) -> rusqlite::Result<Option<MovementJson>> {
    let name: Option<String> = columns.get("movement")?;
    let (number, count) = (columns.get("movement_number")?, columns.get("movement_total")?);
    Ok(name.map(|name| MovementJson { count, name, number }))
}

/// An id belongs to the work at its place; a work without one has an empty text there.
fn works(columns: &mut Columns<'_>) -> rusqlite::Result<Vec<WorkJson>> {
    let names = texts(columns.exact("works")?);
    let mut ids = texts(columns.exact("work_ids")?).into_iter();
    let mut id = || ids.next().filter(|id| !id.is_empty());
    Ok(names.into_iter().map(|name| WorkJson { musicbrainz_id: id(), name }).collect())
}
