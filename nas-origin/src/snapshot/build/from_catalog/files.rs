//! Active files and the backends that they lie on.

use rusqlite::{Connection, Row};

use super::{BuildError, twins};
use crate::snapshot::build::input::{Backend, FileRow, VisitFile};
use crate::snapshot::build::values;

const COLUMNS: &str = "f.track_id, f.location_id, f.backend_id, f.quality_label, f.ext, f.size_bytes, f.locator,
    f.is_primary, f.bit_rate_kbps";

const BACKENDS: &str =
    "SELECT backend_id, name, backend_type, public_base_url FROM storage_backends ORDER BY backend_id";

/// All active files, of shown tracks and of others.
pub(super) fn each(source: &Connection, visit: VisitFile<'_>) -> Result<(), BuildError> {
    let at = |source| BuildError::Source { what: "files", source };
    let backends = super::list(source, "storage backends", BACKENDS, backend)?;
    let mut statement = source.prepare(&twins::active_files(source, COLUMNS).map_err(at)?).map_err(at)?;
    let mut rows = statement.query([]).map_err(at)?;
    while let Some(row) = rows.next().map_err(at)? {
        let id: i64 = row.get(2).map_err(at)?;
        if let Some(backend) = backends.iter().find(|backend| backend.id == id) {
            visit(&file(row, backend).map_err(at)?)?;
        }
    }
    Ok(())
}

fn backend(row: &Row<'_>) -> rusqlite::Result<Backend> {
    let kind: String = row.get(2)?;
    let base: Option<String> = row.get(3)?;
    let base = base.filter(|_| kind == "object_storage");
    Ok(Backend { id: row.get(0)?, name: row.get(1)?, kind, public_base: base.as_deref().and_then(values::public_base) })
}

fn file<'r>(row: &'r Row<'_>, backend: &'r Backend) -> rusqlite::Result<FileRow<'r>> {
    Ok(FileRow {
        track_id: row.get(0)?,
        location_id: row.get(1)?,
        quality_label: values::filled_text(row, 3)?,
        ext: values::filled_text(row, 4)?,
        file_size_bytes: row.get(5)?,
        backend,
        locator: values::text(row, 6)?.unwrap_or_default(),
        is_primary: row.get(7)?,
        bit_rate_kbps: row.get(8)?,
    })
}
