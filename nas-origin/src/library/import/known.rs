//! What the library knows of a source when an import begins.

use std::collections::HashSet;
use std::path::Path;

use catalog_core::import::{
    ContentId, FileStamp, KnownFailure, KnownFile, KnownLibrary, KnownPlaylist, ScannedFile, TagsId, TextKind,
};
use catalog_core::model::{PlaylistId, TrackId};
use rusqlite::{Connection, Row, named_params};

use super::{LibraryError, Source};
use crate::library::sources::Holding;

const FILES: &str =
    "SELECT f.track_id, f.locator AS path, f.size_bytes, f.mtime_ns, f.content_hash, f.tag_hash, f.status
    FROM track_files f WHERE f.backend_id = :backend_id";
const COPIES: &str =
    "SELECT f.track_id, t.source_id AS path, f.size_bytes, f.mtime_ns, f.content_hash, f.tag_hash, f.status
    FROM track_files f JOIN tracks t USING (track_id) WHERE f.backend_id = :backend_id";
const RECORDS: &str =
    "SELECT r.track_id, t.source_id AS path, 0 AS size_bytes, r.mark AS mtime_ns, NULL AS content_hash, r.tag_hash,
        CASE WHEN t.missing_since IS NULL THEN 'active' ELSE 'missing' END AS status
    FROM source_records r JOIN tracks t USING (track_id) WHERE t.source = :source";
/// Files of other sources that lie where their owner put them.
const ELSEWHERE: &str =
    "SELECT f.track_id, f.locator AS path, f.size_bytes, f.mtime_ns, f.content_hash, f.tag_hash, f.status, b.base_path
    FROM track_files f JOIN storage_backends b USING (backend_id) JOIN sources s USING (backend_id)
    WHERE f.backend_id <> :backend_id AND f.is_primary AND s.kind = 'local' AND s.mode = 'in_place'";
const PICTURES: &str = "SELECT source_id AS path, size_bytes, mtime_ns FROM picture_files WHERE source = :source";
const TEXTS: &str =
    "SELECT source_id AS path, size_bytes, mtime_ns, 0 AS is_sheet FROM lyrics_files WHERE source = :source
    UNION ALL SELECT source_id, size_bytes, mtime_ns, 1 FROM sheet_files WHERE source = :source";
const FAILURES: &str = "SELECT source_id AS path, size_bytes, mtime_ns, reason, may_pass FROM import_failures
    WHERE source = :source";
const PLAYLISTS: &str = "SELECT playlist_id, source_id AS path, size_bytes, mtime_ns, missing_since,
    song_count > (SELECT count(*) FROM playlist_tracks e WHERE e.playlist_id = p.playlist_id) AS is_incomplete
    FROM playlists p WHERE source = :source";

pub(super) fn load(connection: &Connection, source: &Source) -> Result<KnownLibrary, LibraryError> {
    // One state of all tables, also while somebody writes.
    let tx = connection.unchecked_transaction()?;
    let name = named_params! { ":source": source.name };
    Ok(KnownLibrary {
        files: known_files(&tx, source)?,
        pictures: rows(&tx, PICTURES, name, scanned_file)?,
        texts: rows(&tx, TEXTS, name, known_text)?,
        playlists: known_playlists(&tx, source)?,
        failures: rows(&tx, FAILURES, name, known_failure)?,
    })
}

fn known_files(connection: &Connection, source: &Source) -> Result<Vec<KnownFile>, LibraryError> {
    let on_backend = named_params! { ":backend_id": source.backend_id };
    match source.holding {
        Holding::Files => rows(connection, FILES, on_backend, known_file),
        Holding::Copies => rows(connection, COPIES, on_backend, known_file),
        Holding::Records => rows(connection, RECORDS, named_params! { ":source": source.name }, known_file),
    }
}

/// Those that are files; others are written beside the import (`earlier_lists`).
fn known_playlists(connection: &Connection, source: &Source) -> Result<Vec<KnownPlaylist>, LibraryError> {
    if source.holding == Holding::Records {
        return Ok(Vec::new());
    }
    rows(connection, PLAYLISTS, named_params! { ":source": source.name }, known_playlist)
}

fn rows<T>(
    connection: &Connection,
    sql: &str,
    values: &[(&str, &dyn rusqlite::ToSql)],
    from_row: fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, LibraryError> {
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(values, from_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Files of these sizes that other folders have lost: missing ones, and such as `is_gone` says have left since. It gets
/// a folder and a path below it.
pub(super) fn list_lost_elsewhere(
    connection: &Connection,
    source: &Source,
    sizes: &HashSet<u64>,
    is_gone: fn(&Path, &str) -> bool,
) -> Result<Vec<KnownFile>, LibraryError> {
    let mut statement = connection.prepare_cached(ELSEWHERE)?;
    let mut rows = statement.query(named_params! { ":backend_id": source.backend_id })?;
    let mut lost = Vec::new();
    while let Some(row) = rows.next()? {
        if !sizes.contains(&row.get::<_, i64>("size_bytes")?.cast_unsigned()) {
            continue;
        }
        let file = known_file(row)?;
        let root: String = row.get("base_path")?;
        if file.is_missing || is_gone(Path::new(&root), &file.path) {
            lost.push(KnownFile { is_elsewhere: true, ..file });
        }
    }
    Ok(lost)
}

fn scanned_file(row: &Row<'_>) -> rusqlite::Result<ScannedFile> {
    let size: Option<i64> = row.get("size_bytes")?;
    let mtime_ns: Option<i64> = row.get("mtime_ns")?;
    let stamp = FileStamp { size_bytes: size.unwrap_or(0).cast_unsigned(), mtime_ns: mtime_ns.unwrap_or(0) };
    Ok(ScannedFile { path: row.get("path")?, stamp })
}

fn known_text(row: &Row<'_>) -> rusqlite::Result<(TextKind, ScannedFile)> {
    let kind = if row.get("is_sheet")? { TextKind::Sheet } else { TextKind::Lyrics };
    Ok((kind, scanned_file(row)?))
}

fn known_file(row: &Row<'_>) -> rusqlite::Result<KnownFile> {
    let ScannedFile { path, stamp } = scanned_file(row)?;
    Ok(KnownFile {
        track_id: TrackId::new(row.get("track_id")?).unwrap_or_default(),
        path,
        stamp,
        content: ContentId(row.get::<_, Option<[u8; 16]>>("content_hash")?.unwrap_or_default()),
        tags: TagsId(row.get::<_, Option<[u8; 16]>>("tag_hash")?.unwrap_or_default()),
        is_missing: row.get_ref("status")?.as_str()? != "active",
        is_elsewhere: false,
    })
}

fn known_playlist(row: &Row<'_>) -> rusqlite::Result<KnownPlaylist> {
    Ok(KnownPlaylist {
        id: PlaylistId::new(row.get("playlist_id")?).unwrap_or_default(),
        file: scanned_file(row)?,
        is_missing: row.get::<_, Option<i64>>("missing_since")?.is_some(),
        is_incomplete: row.get("is_incomplete")?,
    })
}

fn known_failure(row: &Row<'_>) -> rusqlite::Result<KnownFailure> {
    Ok(KnownFailure { file: scanned_file(row)?, reason: row.get("reason")?, may_pass: row.get("may_pass")? })
}
