//! Opening a `catalogsync.db` without writing to it or beside it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use url::Url;

use super::schema;
use crate::snapshot::build::BuildError;

/// Opens the file read-only and begins the one read transaction.
pub(in crate::snapshot::build) fn open(path: &Path) -> Result<Connection, BuildError> {
    let at = |source| BuildError::Open { path: path.to_owned(), source };
    let source = connect(path)?;
    source.execute_batch("PRAGMA trusted_schema = off; PRAGMA query_only = on; BEGIN").map_err(at)?;
    // The first read takes the snapshot, and tells whether it is a database at all.
    source.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(at)?;
    for table in schema::NEEDED {
        if !schema::has_table(&source, table)? {
            return Err(BuildError::NotACatalog { path: path.to_owned() });
        }
    }
    Ok(source)
}

/// Where no writer left a journal or a write-ahead log, the file is whole as it is: `immutable` keeps even a database
/// in WAL mode from getting `-shm` and `-wal` files beside it.
fn connect(path: &Path) -> Result<Connection, BuildError> {
    let at = |source| BuildError::Open { path: path.to_owned(), source };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let whole = path.canonicalize().map_err(|source| BuildError::File { path: path.to_owned(), source })?;
    let is_in_use = ["-wal", "-journal", "-shm"].iter().any(|suffix| {
        let mut beside = whole.clone().into_os_string();
        beside.push(suffix);
        Path::new(&beside).exists()
    });
    match Url::from_file_path(&whole) {
        Ok(url) if !is_in_use => {
            let uri = format!("{url}?immutable=1");
            Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI).map_err(at)
        }
        _ => Connection::open_with_flags(&whole, flags).map_err(at),
    }
}
