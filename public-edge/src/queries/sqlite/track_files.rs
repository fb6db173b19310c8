//! The files of a track that can be played.

use catalog_core::model::{BackendKind, LocationId, TrackFile, TrackId};
use rusqlite::{Connection, Row, named_params};

use super::columns::{Columns, collect, is_web, signed};

const FILES: &str = "SELECT location_id, backend_type, public_url, ext, file_size_bytes, bit_rate_kbps, quality_label, \
     is_primary FROM catalog_track_files WHERE song_id = :song ORDER BY location_id LIMIT :limit";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[FILES];

/// No track has more files.
const MAX_FILES: usize = 1000;

pub(super) fn list(connection: &Connection, id: TrackId) -> rusqlite::Result<Vec<TrackFile>> {
    let wanted = named_params! {":song": id.number(), ":limit": signed(MAX_FILES)};
    collect(connection.prepare_cached(FILES)?, wanted, file)
}

fn file(row: &Row<'_>) -> rusqlite::Result<TrackFile> {
    let mut columns = Columns::of(row);
    Ok(TrackFile {
        location_id: columns.id(LocationId::new)?,
        backend: match columns.next::<String>()?.as_str() {
            "object_storage" => BackendKind::ObjectStorage,
            _ => BackendKind::Local,
        },
        public_url: columns.next::<Option<String>>()?.filter(|url| is_web(url)),
        ext: columns.next()?,
        size_bytes: columns.count()?,
        bit_rate_kbps: columns.count()?,
        quality_label: columns.next()?,
        is_primary: columns.next()?,
    })
}
