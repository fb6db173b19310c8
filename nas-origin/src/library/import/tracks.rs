//! Tracks, their credits, genres and files.

use catalog_core::import::{FileStamp, ReadTrack, ScannedFile, TrackRecord};
use catalog_core::model::{CreditRole, TrackId};
use rusqlite::{ToSql, Transaction, named_params};

use super::track_row::Standing;
use super::{Batch, LibraryError, Source};
use crate::library::sources::Holding;

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

impl Batch<'_> {
    pub(super) fn add_track(&mut self, file: &ScannedFile, track: &ReadTrack) -> Result<(), LibraryError> {
        let cover_id = self.picture_id(&track.record)?;
        let standing = Standing { path: &file.path, status: TAGGED, missing_since: None, cover_id, is_hidden: false };
        let id = self.write_row(None, &standing, &track.record)?;
        self.write_names(id, &track.record)?;
        self.add_lyrics(id, &track.record.lyrics)?;
        self.add_sheet(id, &track.record)?;
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
        self.drop_sheet(id)?;
        self.add_sheet(id, &track.record)?;
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
        self.show_whole(id.number())?;
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

    pub(super) fn write_names(&mut self, id: i64, track: &TrackRecord) -> Result<(), LibraryError> {
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
