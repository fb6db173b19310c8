//! Tracks that a source tells of in rows, with files on backends that it names.

use catalog_core::import::{FileStamp, PlacedFile, PlacedOn, ReadTrack};
use rusqlite::{OptionalExtension, named_params};

use super::{Batch, LibraryError};

const PUT: &str = "INSERT OR REPLACE INTO source_records (track_id, mark, tag_hash) VALUES (:id, :mark, :tag_hash)";
const TOUCH: &str = "UPDATE source_records SET mark = :mark WHERE track_id = :id";
pub(super) const LOSE_FILES: &str = "UPDATE track_files SET status = 'missing' WHERE track_id = :id";
const PUT_FILE: &str = "INSERT INTO track_files
    (track_id, backend_id, locator, quality_label, ext, size_bytes, mtime_ns, bit_rate_kbps, status, is_primary)
    VALUES (:id, :backend_id, :locator, :quality, :ext, :size_bytes, 0, :bit_rate_kbps, 'active', :is_primary)
    ON CONFLICT (backend_id, locator) DO UPDATE SET track_id = :id, quality_label = :quality, ext = :ext,
        size_bytes = :size_bytes, bit_rate_kbps = :bit_rate_kbps, status = 'active', is_primary = :is_primary";
const FIND_BACKEND: &str = "SELECT backend_id FROM storage_backends WHERE name = :name";
const ADD_BACKEND: &str = "INSERT INTO storage_backends (name, backend_type, base_path, public_base_url)
    VALUES (:name, :type, :folder, :public_base_url)";
const SET_BACKEND: &str = "UPDATE storage_backends SET base_path = :folder, public_base_url = :public_base_url
    WHERE backend_id = :backend_id";

impl Batch<'_> {
    /// Writes what tells that the track changed, and its files; one that it had and has no more is missing.
    pub(super) fn write_record(&mut self, id: i64, stamp: FileStamp, track: &ReadTrack) -> Result<(), LibraryError> {
        let values = named_params! { ":id": id, ":mark": stamp.mtime_ns, ":tag_hash": track.tags.0 };
        self.tx.prepare_cached(PUT)?.execute(values)?;
        self.tx.prepare_cached(LOSE_FILES)?.execute(named_params! { ":id": id })?;
        for file in &track.places {
            self.put_placed_file(id, file, track.record.properties.bit_rate_kbps)?;
        }
        Ok(())
    }

    pub(super) fn touch_record(&self, id: i64, stamp: FileStamp) -> Result<(), LibraryError> {
        self.tx.prepare_cached(TOUCH)?.execute(named_params! { ":id": id, ":mark": stamp.mtime_ns })?;
        Ok(())
    }

    pub(super) fn put_placed_file(
        &mut self,
        id: i64,
        file: &PlacedFile,
        bit_rate: Option<u32>,
    ) -> Result<(), LibraryError> {
        let backend_id = self.placed_backend_id(&file.on)?;
        self.tx.prepare_cached(PUT_FILE)?.execute(named_params! {
            ":id": id, ":backend_id": backend_id, ":locator": file.locator, ":quality": file.quality, ":ext": file.ext,
            ":size_bytes": file.size_bytes.cast_signed(), ":bit_rate_kbps": bit_rate, ":is_primary": file.is_primary,
        })?;
        Ok(())
    }

    /// The backend of this name within the source; its folder and its base are as the source says now.
    fn placed_backend_id(&mut self, on: &PlacedOn) -> Result<i64, LibraryError> {
        if let Some(id) = self.caches.placed.get(&on.name) {
            return Ok(*id);
        }
        let name = format!("{}/{}", self.source.name, on.name);
        let known = self.tx.query_row(FIND_BACKEND, named_params! { ":name": name }, |row| row.get("backend_id"));
        let backend_id: i64 = if let Some(id) = known.optional()? {
            let values = named_params! {
                ":folder": on.folder, ":public_base_url": on.public_base_url, ":backend_id": id,
            };
            self.tx.execute(SET_BACKEND, values)?;
            id
        } else {
            let kind = if on.is_local { "local" } else { "object_storage" };
            let values = named_params! {
                ":name": name, ":type": kind, ":folder": on.folder, ":public_base_url": on.public_base_url,
            };
            self.tx.prepare(ADD_BACKEND)?.insert(values)?
        };
        self.caches.placed.insert(on.name.clone(), backend_id);
        Ok(backend_id)
    }
}
