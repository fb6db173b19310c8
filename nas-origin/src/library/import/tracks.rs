//! Tracks, their credits, genres and files.

use std::sync::LazyLock;

use catalog_core::import::{FileStamp, ReadTrack, ScannedFile, TrackRecord, album_key};
use catalog_core::model::{Advisory, CreditRole, Movement, TrackId};
use rusqlite::{ToSql, Transaction, named_params};

use super::{Batch, LibraryError, Source, joined};
use crate::library::sources::Holding;

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
const DROP_CREDITS: &str = "DELETE FROM track_credits WHERE track_id = :id";
const DROP_GENRES: &str = "DELETE FROM track_genres WHERE track_id = :id";
const ADD_CREDIT: &str =
    "INSERT INTO track_credits (track_id, position, role, artist_id, instrument) VALUES (?1, ?2, ?3, ?4, ?5)";
const ADD_GENRE: &str = "INSERT INTO track_genres (track_id, position, genre_id) VALUES (?1, ?2, ?3)";
const ADD_FILE: &str =
    "INSERT INTO track_files (track_id, backend_id, locator, ext, size_bytes, mtime_ns, content_hash,
    tag_hash, bit_rate_kbps, status, is_primary) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'active', 1)";
const REPLACE_FILE: &str = "UPDATE track_files SET locator = ?3, ext = ?4, size_bytes = ?5, mtime_ns = ?6,
    content_hash = ?7, tag_hash = ?8, bit_rate_kbps = ?9, status = 'active' WHERE track_id = ?1 AND backend_id = ?2";
const TOUCH_FILE: &str = "UPDATE track_files SET size_bytes = :size_bytes, mtime_ns = :mtime_ns
    WHERE track_id = :id AND backend_id = :backend_id";
/// No file can lie at such a path: those of a source begin without a slash.
const DISPLACE: &str = "UPDATE tracks SET source_id = '/displaced/' || track_id WHERE track_id = :id";
const DISPLACE_FILE: &str = "UPDATE track_files SET locator = '/displaced/' || track_id
    WHERE track_id = :id AND backend_id = :backend_id";
const SET_MISSING: &str = "UPDATE tracks SET missing_since = :since WHERE track_id = :id";
const SET_STATUS: &str = "UPDATE track_files SET status = :status WHERE track_id = :id AND backend_id = :backend_id";
const EXPIRE_TRACKS: &str = "DELETE FROM tracks WHERE source = :source AND missing_since <= :before";
const EXPIRE_PLAYLISTS: &str = "DELETE FROM playlists WHERE source = :source AND missing_since <= :before";
const DROP_EMPTY_ALBUMS: &str =
    "DELETE FROM albums WHERE album_id NOT IN (SELECT album_id FROM tracks WHERE album_id IS NOT NULL)";

/// `metadata_status` of a track whose file was read.
pub(in crate::library) const TAGGED: &str = "tagged";
/// `metadata_status` of a track of which something was found elsewhere.
pub(in crate::library) const ENRICHED: &str = "enriched";

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
    pub(super) fn add_track(&mut self, file: &ScannedFile, track: &ReadTrack) -> Result<(), LibraryError> {
        let cover_id = self.picture_id(&track.record)?;
        let standing = Standing { path: &file.path, status: TAGGED, missing_since: None, cover_id, is_hidden: false };
        let id = self.write_row(None, &standing, &track.record)?;
        self.write_names(id, &track.record)?;
        self.add_lyrics(id, &track.record.lyrics)?;
        self.write_file(ADD_FILE, id, file, track)
    }

    pub(super) fn replace_track(
        &mut self,
        id: TrackId,
        file: &ScannedFile,
        track: &ReadTrack,
    ) -> Result<(), LibraryError> {
        let id = id.number();
        let cover_id = self.picture_id(&track.record)?;
        let edited = self.lay_edits_over(id, &track.record, cover_id)?;
        let standing = Standing {
            path: &file.path,
            status: edited.status,
            missing_since: None,
            cover_id: edited.cover_id,
            is_hidden: edited.is_hidden,
        };
        self.rewrite_track(id, &standing, &edited.record)?;
        self.drop_lyrics(id)?;
        self.add_lyrics(id, &track.record.lyrics)?;
        self.write_file(REPLACE_FILE, id, file, track)
    }

    /// Writes the row of a known track, and all names that go with it.
    pub(super) fn rewrite_track(
        &mut self,
        id: i64,
        standing: &Standing<'_>,
        track: &TrackRecord,
    ) -> Result<(), LibraryError> {
        self.write_row(Some(id), standing, track)?;
        self.tx.prepare_cached(DROP_CREDITS)?.execute(named_params! { ":id": id })?;
        self.tx.prepare_cached(DROP_GENRES)?.execute(named_params! { ":id": id })?;
        self.write_names(id, track)
    }

    fn picture_id(&mut self, track: &TrackRecord) -> Result<Option<i64>, LibraryError> {
        track.picture.as_ref().map(|picture| self.cover_id(picture)).transpose()
    }

    pub(super) fn touch_track(&self, id: TrackId, stamp: FileStamp) -> Result<(), LibraryError> {
        if self.source.holding == Holding::Records {
            return self.touch_record(id.number(), stamp);
        }
        self.tx.prepare_cached(TOUCH_FILE)?.execute(named_params! {
            ":id": id.number(), ":backend_id": self.source.backend_id,
            ":size_bytes": stamp.size_bytes.cast_signed(), ":mtime_ns": stamp.mtime_ns,
        })?;
        Ok(())
    }

    /// Frees a track's path for another one.
    pub(super) fn displace_track(&self, id: TrackId) -> Result<(), LibraryError> {
        let id = id.number();
        self.tx.prepare_cached(DISPLACE)?.execute(named_params! { ":id": id })?;
        if self.source.holding == Holding::Files {
            let values = named_params! { ":id": id, ":backend_id": self.source.backend_id };
            self.tx.prepare_cached(DISPLACE_FILE)?.execute(values)?;
        }
        Ok(())
    }

    pub(super) fn miss_track(&mut self, id: TrackId) -> Result<(), LibraryError> {
        self.set_presence(id, Some(self.now), "missing")
    }

    pub(super) fn return_track(&mut self, id: TrackId) -> Result<(), LibraryError> {
        self.set_presence(id, None, "active")
    }

    fn set_presence(&mut self, id: TrackId, missing_since: Option<i64>, status: &str) -> Result<(), LibraryError> {
        self.is_visible = true;
        let id = id.number();
        let album = self.album_of(id)?;
        self.touched_albums.extend(album);
        self.tx.prepare_cached(SET_MISSING)?.execute(named_params! { ":id": id, ":since": missing_since })?;
        let values = named_params! { ":id": id, ":backend_id": self.source.backend_id, ":status": status };
        self.tx.prepare_cached(SET_STATUS)?.execute(values)?;
        Ok(())
    }

    fn album_of(&self, id: i64) -> Result<Option<i64>, LibraryError> {
        Ok(self.tx.prepare_cached(ALBUM_OF)?.query_row(named_params! { ":id": id }, |row| row.get("album_id"))?)
    }

    /// Writes the row of a known or a new track.
    fn write_row(
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

    fn write_names(&mut self, id: i64, track: &TrackRecord) -> Result<(), LibraryError> {
        self.write_credits(id, track)?;
        // An album artist may bring a sort name that no track's artist has.
        for artist in &track.album.artists {
            self.artist_id(artist)?;
        }
        for (position, genre) in (0_i64..).zip(&track.genres) {
            let genre_id = self.genre_id(genre)?;
            self.tx.prepare_cached(ADD_GENRE)?.execute((id, position, genre_id))?;
        }
        Ok(())
    }

    fn write_credits(&mut self, id: i64, track: &TrackRecord) -> Result<(), LibraryError> {
        let performers = track.artists.iter().map(|artist| (CreditRole::Artist, artist, &None));
        let contributors = track.contributors.iter().map(|one| (one.role, &one.artist, &one.instrument));
        for (position, (role, artist, instrument)) in (0_i64..).zip(performers.chain(contributors)) {
            let artist_id = self.artist_id(artist)?;
            self.tx.prepare_cached(ADD_CREDIT)?.execute((id, position, role.name(), artist_id, instrument))?;
        }
        Ok(())
    }

    fn write_file(&mut self, sql: &str, id: i64, file: &ScannedFile, track: &ReadTrack) -> Result<(), LibraryError> {
        if self.source.holding == Holding::Records {
            return self.write_record(id, file.stamp, track);
        }
        let ext = file.path.rsplit_once('.').map_or("", |(_, ext)| ext).to_ascii_lowercase();
        let size_bytes = file.stamp.size_bytes.cast_signed();
        let locator = track.copy.as_ref().unwrap_or(&file.path);
        let values: [&dyn ToSql; 9] = [
            &id,
            &self.source.backend_id,
            locator,
            &ext,
            &size_bytes,
            &file.stamp.mtime_ns,
            &track.content.0,
            &track.tags.0,
            &track.record.properties.bit_rate_kbps,
        ];
        self.tx.prepare_cached(sql)?.execute(values)?;
        Ok(())
    }
}

/// Removes what has been missing since `before` or longer: no snapshot shows it any more.
pub(super) fn remove_expired(tx: &Transaction<'_>, source: &Source, before: i64) -> Result<(), LibraryError> {
    let values = named_params! { ":source": source.name, ":before": before };
    tx.execute(EXPIRE_PLAYLISTS, values)?;
    if tx.execute(EXPIRE_TRACKS, values)? > 0 {
        tx.execute(DROP_EMPTY_ALBUMS, [])?;
    }
    Ok(())
}
