//! Files: a location says where an asset of a song lies.

use std::collections::HashMap;

use rusqlite::{Connection, Row};
use serde::Deserialize;

use super::schema;
use crate::snapshot::build::BuildError;
use crate::snapshot::build::input::{Backend, FileOrder, FileRow, Skipped, VisitFile};
use crate::snapshot::build::values;

const LOCATION_COLUMNS: [&str; 4] = ["id", "backend_id", "locator", "is_primary"];
const ASSET_COLUMNS: [&str; 4] = ["song_id", "quality_label", "ext", "file_size_bytes"];
const BACKEND_COLUMNS: [&str; 4] = ["id", "name", "backend_type", "config_json"];

pub(super) fn each(
    source: &Connection,
    order: FileOrder,
    skipped: &mut Skipped,
    visit: VisitFile<'_>,
) -> Result<(), BuildError> {
    let at = |source| BuildError::Source { what: "files", source };
    let Some(sql) = select(source, order)? else { return Ok(()) };
    let backends = backends(source, skipped)?;
    let mut statement = source.prepare(&sql).map_err(at)?;
    let mut rows = statement.query([]).map_err(at)?;
    while let Some(row) = rows.next().map_err(at)? {
        match file(row, &backends).map_err(at)? {
            Ok(file) => visit(&file)?,
            Err(reason) => skipped.add(reason),
        }
    }
    Ok(())
}

/// The statement that lists the active files for [`file`]; none when a database has no tables of them.
pub(super) fn select(source: &Connection, order: FileOrder) -> Result<Option<String>, BuildError> {
    for table in ["file_assets", "file_locations", "storage_backends"] {
        if !schema::has_table(source, table)? {
            return Ok(None);
        }
    }
    let order = match order {
        FileOrder::AsStored => "l.id",
        FileOrder::ByTrack => "a.song_id, l.id",
    };
    Ok(Some(format!(
        "SELECT {}, {} FROM file_locations l LEFT JOIN file_assets a ON a.id = l.file_asset_id
         WHERE l.status = 'active' ORDER BY {order}",
        schema::select_list(source, "file_locations", "l", &LOCATION_COLUMNS)?,
        schema::select_list(source, "file_assets", "a", &ASSET_COLUMNS)?
    )))
}

/// A row of [`select`], or why it is left out.
pub(super) fn file<'r>(
    row: &'r Row<'_>,
    backends: &'r HashMap<i64, Backend>,
) -> rusqlite::Result<Result<FileRow<'r>, &'static str>> {
    let Some(location_id) = values::id(row, 0)? else { return Ok(Err("file without a usable id")) };
    let Some(track_id) = values::id(row, 4)? else { return Ok(Err("file without its asset")) };
    let Some(backend) = values::id(row, 1)?.and_then(|id| backends.get(&id)) else {
        return Ok(Err("file without its storage backend"));
    };
    let Some(locator) = values::filled_text(row, 2)? else { return Ok(Err("file without a locator")) };
    Ok(Ok(FileRow {
        track_id,
        location_id,
        quality_label: values::filled_text(row, 5)?,
        ext: values::filled_text(row, 6)?,
        file_size_bytes: values::integer(row, 7)?.filter(|size| *size >= 0),
        backend,
        locator,
        is_primary: values::integer(row, 3)?.is_some_and(|flag| flag != 0),
        bit_rate_kbps: None,
    }))
}

#[derive(Deserialize)]
struct BackendConfig {
    public_base_url: Option<String>,
}

/// The storage backends of a known type, by id.
pub(super) fn backends(source: &Connection, skipped: &mut Skipped) -> Result<HashMap<i64, Backend>, BuildError> {
    let at = |source| BuildError::Source { what: "storage backends", source };
    let columns = schema::select_list(source, "storage_backends", "b", &BACKEND_COLUMNS)?;
    let mut statement =
        source.prepare(&format!("SELECT {columns} FROM storage_backends b ORDER BY b.id")).map_err(at)?;
    let mut rows = statement.query([]).map_err(at)?;
    let mut backends = HashMap::new();
    while let Some(row) = rows.next().map_err(at)? {
        let Some(id) = values::id(row, 0).map_err(at)? else { continue };
        let kind = values::text(row, 2).map_err(at)?.unwrap_or_default().into_owned();
        let name = values::text(row, 1).map_err(at)?.unwrap_or_default().into_owned();
        if !matches!(kind.as_str(), "local" | "object_storage") {
            skipped.add("storage backend of an unknown type");
            continue;
        }
        let config = values::filled_text(row, 3).map_err(at)?;
        let config: Option<BackendConfig> = config.and_then(|json| serde_json::from_str(&json).ok());
        let base = config.and_then(|config| config.public_base_url).filter(|_| kind == "object_storage");
        backends.insert(id, Backend { id, name, kind, public_base: base.as_deref().and_then(values::public_base) });
    }
    Ok(backends)
}
