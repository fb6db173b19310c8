//! How a snapshot's database is opened (R4): to read, by one thread, and with nothing of SQLite that the file could turn
//! against us.

use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

/// What may stand in the path of a `file:` URI as it is.
const PATH_PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The longest statement, in bytes: of the schema, and of ours.
const MAX_SQL_BYTES: i32 = 100_000;
/// More columns than any table has, with room for those of later versions.
const MAX_COLUMNS: i32 = 200;

/// No text or blob of a snapshot is longer, in bytes.
const MAX_VALUE_BYTES: i32 = 16 * 1024 * 1024;

/// No expression of the file is ever run, not even to check its rows. Reads by `pread`: of a mapping, a disk's error would end the
/// process. The pages that each connection keeps, 6 MiB of them, are those that searches of a million tracks come back to.
const PRAGMAS: &str = "PRAGMA query_only = on; PRAGMA cell_size_check = on; PRAGMA ignore_check_constraints = on;
     PRAGMA mmap_size = 0;
     PRAGMA cache_size = -6144; PRAGMA temp_store = memory;";

/// Opens a snapshot's database. The connection belongs to one thread at a time: SQLite takes no locks for it, and none
/// on the file, which nobody changes.
///
/// # Errors
/// A file that isn't there, or is no database.
pub fn open_read_only(path: &Path) -> rusqlite::Result<Connection> {
    let connection = connect(path)?;
    prepare(&connection)?;
    Ok(connection)
}

/// The first half: nothing of the file has been read yet.
pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let name = percent_encode(path.as_os_str().as_encoded_bytes(), PATH_PART);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let connection = Connection::open_with_flags(format!("file:{name}?immutable=1"), flags)?;
    harden(&connection)?;
    Ok(connection)
}

/// The second half, which reads the schema.
pub(super) fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(PRAGMAS)
}

fn harden(connection: &Connection) -> rusqlite::Result<()> {
    for (setting, is_on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        // Plans depend on no value. Else SQLite, with the statistics in the file, would compile a statement anew for
        // each value it is run with.
        (DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true),
    ] {
        connection.set_db_config(setting, is_on)?;
    }
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES),
        (Limit::SQLITE_LIMIT_SQL_LENGTH, MAX_SQL_BYTES),
        (Limit::SQLITE_LIMIT_COLUMN, MAX_COLUMNS),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 0),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        connection.set_limit(limit, most)?;
    }
    Ok(())
}
