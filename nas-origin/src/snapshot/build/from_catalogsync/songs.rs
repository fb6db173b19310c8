//! Songs, and what their metadata says.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::rc::Rc;

use rusqlite::{Connection, Row};
use snapshot_format::row_json::{RoleJson, TrackExtra};

use super::metadata::Metadata;
use super::names::{Names, split};
use super::{Catalogsync, schema};
use crate::snapshot::build::BuildError;
use crate::snapshot::build::input::{CreditRow, Skipped, TrackRow, VisitTrack};
use crate::snapshot::build::values;

pub(super) const COLUMNS: [&str; 8] =
    ["id", "platform", "remote_song_id", "name", "singers", "ext", "file_size_bytes", "metadata_json"];

pub(super) fn each(
    input: &mut Catalogsync<'_>,
    skipped: &mut Skipped,
    visit: VisitTrack<'_>,
) -> Result<(), BuildError> {
    let (source, mut scratch) = (input.source, Scratch::default());
    each_row(source, &COLUMNS, skipped, |row, id, skipped| {
        visit_song(input, row, id, skipped, &mut scratch, visit).map(ControlFlow::Continue)
    })
}

/// Hands over each song's row with its id, which comes first of `columns`, in id order and until told to stop.
pub(super) fn each_row(
    source: &Connection,
    columns: &[&str],
    skipped: &mut Skipped,
    mut visit: impl FnMut(&Row<'_>, i64, &mut Skipped) -> Result<ControlFlow<()>, RowError>,
) -> Result<(), BuildError> {
    let at = |source| BuildError::Source { what: "songs", source };
    let sql = format!("SELECT {} FROM songs s ORDER BY s.id", schema::select_list(source, "songs", "s", columns)?);
    let mut statement = source.prepare(&sql).map_err(at)?;
    let mut rows = statement.query([]).map_err(at)?;
    let mut last_id = None;
    while let Some(row) = rows.next().map_err(at)? {
        let Some(id) = values::id(row, 0).map_err(at)? else {
            skipped.add("song without a usable id");
            continue;
        };
        if last_id == Some(id) {
            skipped.add("song with the id of another");
            continue;
        }
        last_id = Some(id);
        if visit(row, id, skipped).map_err(|error| error.or_at(at))?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Buffers that are used again from song to song.
#[derive(Default)]
struct Scratch {
    credits: Vec<CreditRow>,
    genres: Vec<u32>,
}

/// A failure of the source or of what the row was given to.
pub(super) enum RowError {
    Source(rusqlite::Error),
    Build(BuildError),
}

impl RowError {
    fn or_at(self, at: impl FnOnce(rusqlite::Error) -> BuildError) -> BuildError {
        match self {
            Self::Source(source) => at(source),
            Self::Build(error) => error,
        }
    }
}

impl From<rusqlite::Error> for RowError {
    fn from(source: rusqlite::Error) -> Self {
        Self::Source(source)
    }
}

fn visit_song(
    input: &mut Catalogsync<'_>,
    row: &Row<'_>,
    id: i64,
    skipped: &mut Skipped,
    scratch: &mut Scratch,
    visit: VisitTrack<'_>,
) -> Result<(), RowError> {
    let platform = values::text(row, 1)?.unwrap_or_default();
    let singers = values::filled_text(row, 4)?.map(trimmed);
    let json = values::filled_text(row, 7)?;
    let metadata = json.as_deref().and_then(Metadata::parse);
    if metadata.is_none() && json.as_deref().is_some_and(|json| json.trim() != "null") {
        skipped.add("metadata_json that is not a JSON object");
    }
    let metadata = metadata.unwrap_or_default();
    read_names(input, singers.as_deref(), &metadata, scratch);
    let album = input.albums.number(&platform, &metadata, &scratch.credits, &mut input.artists);
    let track = TrackRow {
        id,
        platform,
        remote_id: values::text(row, 2)?.unwrap_or_default(),
        name: values::text(row, 3)?.unwrap_or_default(),
        singers,
        ext: values::filled_text(row, 5)?,
        file_size_bytes: values::integer(row, 6)?.filter(|size| *size >= 0),
        metadata_json: metadata.to_json(),
        album,
        credits: &scratch.credits,
        genre: scratch.genres.first().map(|genre| Cow::Borrowed(&**input.genres.name(*genre))),
        genres: &scratch.genres,
        disc_number: metadata.number("disc_number").and_then(values::positive),
        track_number: metadata.number("track_number").and_then(values::positive),
        duration_ms: metadata.number("duration_ms").and_then(|number| u64::try_from(number).ok()),
        year: metadata.year(),
        bit_rate_kbps: metadata.number("bitrate_kbps").and_then(values::positive),
        sample_rate_hz: None,
        bit_depth: None,
        channels: None,
        play_count: 0,
        cover_id: None,
        added_at: 0,
        extra: extra(&input.genres, &scratch.genres),
    };
    visit(&track).map_err(RowError::Build)
}

fn read_names(input: &mut Catalogsync<'_>, singers: Option<&str>, metadata: &Metadata<'_>, scratch: &mut Scratch) {
    scratch.credits.clear();
    let artists = &mut input.artists;
    let credit = |singer| {
        let (artist, _) = artists.number(singer);
        CreditRow {
            artist,
            artist_id: Names::id(artist),
            name: Rc::clone(artists.name(artist)),
            role: RoleJson::Artist,
            instrument: None,
        }
    };
    scratch.credits.extend(singers.into_iter().flat_map(split).map(credit));
    scratch.genres.clear();
    for genre in metadata.genres() {
        let (number, _) = input.genres.number(&genre);
        if !scratch.genres.contains(&number) {
            scratch.genres.push(number);
        }
    }
}

fn extra(names: &Names, genres: &[u32]) -> Option<TrackExtra> {
    let names = || genres.iter().map(|genre| names.name(*genre).to_string()).collect();
    (genres.len() > 1).then(|| TrackExtra { genres: names(), ..TrackExtra::default() })
}

pub(super) fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}
