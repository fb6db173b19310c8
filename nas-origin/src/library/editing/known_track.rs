//! A track as the catalog has it: all that was written of it, read back.

use catalog_core::import::{AlbumTags, ArtistName, AudioProperties, Contributor, Level, Loudness, TrackRecord};
use catalog_core::model::{Advisory, CreditRole, Movement, Work};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use crate::library::LibraryError;
use crate::library::import::texts;

const FIND: &str = "SELECT t.*, coalesce(e.is_hidden, 0) AS is_hidden_by_owner FROM tracks t
    LEFT JOIN track_edits e USING (track_id) WHERE t.track_id = :id";
const CREDITS: &str = "SELECT c.role, c.instrument, a.name FROM track_credits c JOIN artists a USING (artist_id)
    WHERE c.track_id = :id ORDER BY c.position";
const GENRES: &str = "SELECT g.name FROM track_genres t JOIN genres g USING (genre_id)
    WHERE t.track_id = :id ORDER BY t.position";

/// A track of the catalog. Its record has neither lyrics nor a picture.
#[derive(Clone, PartialEq, Debug)]
pub struct KnownTrack {
    /// The row.
    pub id: i64,
    /// The source's name.
    pub source: String,
    /// Where it lies in the source.
    pub path: String,
    /// `metadata_status`.
    pub status: String,
    /// Unix seconds, while its file is gone.
    pub missing_since: Option<i64>,
    /// Unix seconds.
    pub added_at: i64,
    /// The album's row.
    pub album_id: Option<i64>,
    /// Its own picture, as shown.
    pub cover_id: Option<i64>,
    /// Whether the owner hides it.
    pub is_hidden: bool,
    /// Whether snapshots leave it out, for whatever reason.
    pub is_left_out: bool,
    /// As shown.
    pub record: TrackRecord,
}

impl KnownTrack {
    /// The track of this id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find(connection: &Connection, id: i64) -> Result<Option<Self>, LibraryError> {
        let mut statement = connection.prepare_cached(FIND)?;
        let Some(mut track) = statement.query_row(named_params! { ":id": id }, known).optional()? else {
            return Ok(None);
        };
        let mut genres = connection.prepare_cached(GENRES)?;
        let names = genres.query_map(named_params! { ":id": id }, |row| row.get("name"))?;
        track.record.genres = names.collect::<rusqlite::Result<_>>()?;
        let mut credits = connection.prepare_cached(CREDITS)?;
        let mut rows = credits.query(named_params! { ":id": id })?;
        while let Some(row) = rows.next()? {
            add_credit(&mut track.record, row)?;
        }
        Ok(Some(track))
    }
}

fn add_credit(record: &mut TrackRecord, row: &Row<'_>) -> rusqlite::Result<()> {
    let artist = ArtistName { name: row.get("name")?, ..ArtistName::default() };
    let role: String = row.get("role")?;
    let instrument = row.get("instrument")?;
    if role == CreditRole::Artist.name() {
        record.artists.push(artist);
    } else if let Some(role) = CreditRole::CONTRIBUTORS.into_iter().find(|known| known.name() == role) {
        record.contributors.push(Contributor { role, artist, instrument });
    }
    Ok(())
}

fn known(row: &Row<'_>) -> rusqlite::Result<KnownTrack> {
    Ok(KnownTrack {
        id: row.get("track_id")?,
        source: row.get("source")?,
        path: row.get("source_id")?,
        status: row.get("metadata_status")?,
        missing_since: row.get("missing_since")?,
        added_at: row.get("added_at")?,
        album_id: row.get("album_id")?,
        cover_id: row.get("cover_id")?,
        is_hidden: row.get("is_hidden_by_owner")?,
        is_left_out: row.get("is_hidden")?,
        record: record(row)?,
    })
}

fn record(row: &Row<'_>) -> rusqlite::Result<TrackRecord> {
    Ok(TrackRecord {
        is_untagged: row.get("is_untagged")?,
        title: row.get("title")?,
        sort_title: row.get("sort_title")?,
        artist: row.get("artist")?,
        composer: row.get("composer")?,
        album: album(row)?,
        disc_number: row.get("disc_number")?,
        disc_total: row.get("disc_total")?,
        track_number: row.get("track_number")?,
        track_total: row.get("track_total")?,
        release_date: row.get("release_date")?,
        original_date: row.get("original_date")?,
        moods: texts(row, "moods")?,
        groupings: texts(row, "groupings")?,
        works: works(row)?,
        movement: movement(row)?,
        advisory: row.get::<_, Option<String>>("advisory")?.as_deref().and_then(Advisory::of_name),
        properties: properties(row)?,
        loudness: loudness(row)?,
        bpm: row.get("bpm")?,
        comment: row.get("comment")?,
        isrcs: isrcs(row)?,
        musicbrainz_recording_id: row.get("musicbrainz_recording_id")?,
        musicbrainz_track_id: row.get("musicbrainz_track_id")?,
        ..TrackRecord::default()
    })
}

fn album(row: &Row<'_>) -> rusqlite::Result<AlbumTags> {
    Ok(AlbumTags {
        name: row.get("album_name")?,
        sort_name: row.get("album_sort_name")?,
        artists: texts(row, "album_artists")?.iter().map(|name| ArtistName::from(name.as_str())).collect(),
        musicbrainz_id: row.get("album_musicbrainz_id")?,
        is_compilation: row.get("is_compilation")?,
        disc_subtitle: row.get("disc_subtitle")?,
        version: row.get("album_version")?,
        release_types: texts(row, "album_release_types")?,
        labels: texts(row, "album_labels")?,
    })
}

fn properties(row: &Row<'_>) -> rusqlite::Result<AudioProperties> {
    Ok(AudioProperties {
        duration_ms: row.get::<_, Option<i64>>("duration_ms")?.map(i64::cast_unsigned),
        bit_rate_kbps: row.get("bit_rate_kbps")?,
        sample_rate_hz: row.get("sample_rate_hz")?,
        bit_depth: row.get("bit_depth")?,
        channels: row.get("channels")?,
    })
}

fn loudness(row: &Row<'_>) -> rusqlite::Result<Loudness> {
    let level = |column: &str| Ok::<_, rusqlite::Error>(row.get::<_, Option<f64>>(column)?.map(Level));
    Ok(Loudness {
        track_gain: level("replaygain_track_gain")?,
        track_peak: level("replaygain_track_peak")?,
        album_gain: level("replaygain_album_gain")?,
        album_peak: level("replaygain_album_peak")?,
        base_gain: level("replaygain_base_gain")?,
    })
}

fn movement(row: &Row<'_>) -> rusqlite::Result<Option<Movement>> {
    let Some(name) = row.get("movement")? else { return Ok(None) };
    Ok(Some(Movement { name, number: row.get("movement_number")?, count: row.get("movement_total")? }))
}

/// An id belongs to the work at its place; a work without one has an empty text there.
fn works(row: &Row<'_>) -> rusqlite::Result<Vec<Work>> {
    let mut ids = texts(row, "work_ids")?.into_iter();
    let mut id = || ids.next().filter(|id| !id.is_empty());
    Ok(texts(row, "works")?.into_iter().map(|name| Work { musicbrainz_id: id(), name }).collect())
}

fn isrcs(row: &Row<'_>) -> rusqlite::Result<Vec<String>> {
    let joined: Option<String> = row.get("isrc")?;
    Ok(joined.iter().flat_map(|joined| joined.split('/')).map(str::to_owned).collect())
}
