//! The row of a track: what an import, an edit or a finding writes there.

use std::sync::LazyLock;

use catalog_core::import::{TrackRecord, album_key};
use catalog_core::model::{Advisory, Movement};
use rusqlite::{ToSql, named_params};

use super::{Batch, LibraryError, joined};

/// What an import writes of a track, in the order of [`Batch::write_row`]'s values.
const COLUMNS: &[&str] = &[
    "source_id",
    "metadata_status",
    "is_untagged",
    "is_hidden",
    "missing_since",
    "title",
    "artist",
    "album_id",
    "disc_number",
    "disc_total",
    "track_number",
    "track_total",
    "release_date",
    "original_date",
    "duration_ms",
    "bit_rate_kbps",
    "sample_rate_hz",
    "bit_depth",
    "channels",
    "bpm",
    "comment",
    "composer",
    "sort_title",
    "isrc",
    "musicbrainz_recording_id",
    "musicbrainz_track_id",
    "replaygain_track_gain",
    "replaygain_track_peak",
    "replaygain_album_gain",
    "replaygain_album_peak",
    "cover_id",
    "album_name",
    "album_sort_name",
    "album_artists",
    "album_musicbrainz_id",
    "is_compilation",
    "disc_subtitle",
    "advisory",
    "moods",
    "groupings",
    "works",
    "work_ids",
    "movement",
    "movement_number",
    "movement_total",
    "replaygain_base_gain",
    "album_version",
    "album_release_types",
    "album_labels",
];
static ADD: LazyLock<String> = LazyLock::new(|| {
    let places: Vec<String> = (1..=COLUMNS.len() + 2).map(|number| format!("?{number}")).collect();
    format!("INSERT INTO tracks ({}, source, added_at) VALUES ({})", COLUMNS.join(", "), places.join(", "))
});
static REPLACE: LazyLock<String> = LazyLock::new(|| {
    let sets: Vec<String> = COLUMNS.iter().zip(1..).map(|(column, number)| format!("{column} = ?{number}")).collect();
    format!("UPDATE tracks SET {} WHERE track_id = ?{}", sets.join(", "), COLUMNS.len() + 1)
});
const ALBUM_OF: &str = "SELECT album_id FROM tracks WHERE track_id = :id";

/// What few tracks say, as columns have it.
struct Details<'t> {
    advisory: Option<&'static str>,
    moods: Option<String>,
    groupings: Option<String>,
    works: Option<String>,
    work_ids: Option<String>,
    movement: Option<&'t Movement>,
}

impl<'t> Details<'t> {
    fn of(track: &'t TrackRecord) -> Self {
        let works: Vec<&str> = track.works.iter().map(|work| work.name.as_str()).collect();
        let ids: Vec<&str> =
            track.works.iter().map(|work| work.musicbrainz_id.as_deref().unwrap_or_default()).collect();
        let has_ids = ids.iter().any(|id| !id.is_empty());
        Self {
            advisory: track.advisory.map(Advisory::name),
            moods: joined(&track.moods),
            groupings: joined(&track.groupings),
            works: joined(&works),
            work_ids: joined(&ids).filter(|_| has_ids),
            movement: track.movement.as_ref(),
        }
    }
}

/// What a track's row has beside its tags.
pub(super) struct Standing<'a> {
    /// Where it lies.
    pub(super) path: &'a str,
    /// `metadata_status`.
    pub(super) status: &'a str,
    /// While its file is gone.
    pub(super) missing_since: Option<i64>,
    /// Its own picture.
    pub(super) cover_id: Option<i64>,
    /// Whether the owner hides it.
    pub(super) is_hidden: bool,
}

impl Batch<'_> {
    pub(super) fn album_of(&self, id: i64) -> Result<Option<i64>, LibraryError> {
        Ok(self.tx.prepare_cached(ALBUM_OF)?.query_row(named_params! { ":id": id }, |row| row.get("album_id"))?)
    }

    /// Writes the row of a known or a new track.
    pub(super) fn write_row(
        &mut self,
        id: Option<i64>,
        standing: &Standing<'_>,
        track: &TrackRecord,
    ) -> Result<i64, LibraryError> {
        self.is_visible = true;
        let before = id.map(|id| self.album_of(id)).transpose()?.flatten();
        self.touched_albums.extend(before);
        let album_id = album_key(standing.path, track).map(|key| self.album_id(key, before)).transpose()?;
        let isrc = (!track.isrcs.is_empty()).then(|| track.isrcs.join("/"));
        let album_artists: Vec<&str> = track.album.artists.iter().map(|artist| artist.name.as_str()).collect();
        let [album_artists, release_types, labels] =
            [joined(&album_artists), joined(&track.album.release_types), joined(&track.album.labels)];
        let details = Details::of(track);
        let is_hidden =
            standing.is_hidden || (track.is_untagged && self.source.hides_untagged) || self.hides_album(album_id)?;
        let (properties, loudness) = (&track.properties, &track.loudness);
        let duration_ms = properties.duration_ms.map(u64::cast_signed);
        let [track_gain, track_peak, album_gain, album_peak] =
            [loudness.track_gain, loudness.track_peak, loudness.album_gain, loudness.album_peak]
                .map(|level| level.map(|level| level.0));
        let values: [&dyn ToSql; COLUMNS.len()] = [
            &standing.path,
            &standing.status,
            &track.is_untagged,
            &is_hidden,
            &standing.missing_since,
            &track.title,
            &track.artist,
            &album_id,
            &track.disc_number,
            &track.disc_total,
            &track.track_number,
            &track.track_total,
            &track.release_date,
            &track.original_date,
            &duration_ms,
            &properties.bit_rate_kbps,
            &properties.sample_rate_hz,
            &properties.bit_depth,
            &properties.channels,
            &track.bpm,
            &track.comment,
            &track.composer,
            &track.sort_title,
            &isrc,
            &track.musicbrainz_recording_id,
            &track.musicbrainz_track_id,
            &track_gain,
            &track_peak,
            &album_gain,
            &album_peak,
            &standing.cover_id,
            &track.album.name,
            &track.album.sort_name,
            &album_artists,
            &track.album.musicbrainz_id,
            &track.album.is_compilation,
            &track.album.disc_subtitle,
            &details.advisory,
            &details.moods,
            &details.groupings,
            &details.works,
            &details.work_ids,
            &details.movement.map(|movement| &movement.name),
            &details.movement.and_then(|movement| movement.number),
            &details.movement.and_then(|movement| movement.count),
            &loudness.base_gain.map(|level| level.0),
            &track.album.version,
            &release_types,
            &labels,
        ];
        if let Some(id) = id {
            let values = values.into_iter().chain([&id as &dyn ToSql]);
            self.tx.prepare_cached(&REPLACE)?.execute(rusqlite::params_from_iter(values))?;
            return Ok(id);
        }
        let values = values.into_iter().chain([&self.source.name as &dyn ToSql, &self.now]);
        Ok(self.tx.prepare_cached(&ADD)?.insert(rusqlite::params_from_iter(values))?)
    }
}
