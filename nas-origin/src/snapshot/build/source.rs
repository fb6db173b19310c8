//! Opening a catalog of either kind without writing to it or beside it.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use url::Url;

use super::{BuildError, from_catalogsync};
use crate::library;

/// The first bytes of every SQLite database.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Where the header says which journal the file is written with, and what it says for a write-ahead log.
const WRITE_VERSION_AT: usize = 18;
const WRITE_AHEAD_LOG: u8 = 2;

/// Which system keeps a catalog.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Keeper {
    /// This one: `catalog.db`.
    Ours,
    /// The earlier one: `catalogsync.db`.
    Earlier,
}

/// Opens a database read-only, begins the one read transaction and tells by its tables whose it is.
pub(super) fn open(path: &Path) -> Result<(Connection, Keeper), BuildError> {
    let at = |source| BuildError::Open { path: path.to_owned(), source };
    let source = connect(path)?;
    source.execute_batch("PRAGMA trusted_schema = off; PRAGMA query_only = on; BEGIN").map_err(at)?;
    if has_tables(&source, &["catalog_settings", "tracks", "track_files"]).map_err(at)? {
        check_version(&source, path)?;
        return Ok((source, Keeper::Ours));
    }
    if has_tables(&source, &from_catalogsync::TABLES).map_err(at)? {
        return Ok((source, Keeper::Earlier));
    }
    Err(BuildError::NotACatalog { path: path.to_owned() })
}

/// A database in WAL mode would get `-shm` and `-wal` files beside it even by reading; where none are there, nobody
/// writes to it and it is whole as it is.
fn connect(path: &Path) -> Result<Connection, BuildError> {
    let at = |source| BuildError::Open { path: path.to_owned(), source };
    let write_version = read_header(path)?[WRITE_VERSION_AT];
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if write_version == WRITE_AHEAD_LOG && !beside(path, "-wal").exists() {
        let whole = path.canonicalize().map_err(|source| BuildError::Missing { path: path.to_owned(), source })?;
        if let Ok(url) = Url::from_file_path(whole) {
            let uri = format!("{url}?immutable=1");
            return Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI).map_err(at);
        }
    }
    Connection::open_with_flags(path, flags).map_err(at)
}

fn read_header(path: &Path) -> Result<[u8; 20], BuildError> {
    let at = |source| BuildError::Missing { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(at)?;
    if !file.metadata().map_err(at)?.is_file() {
        return Err(BuildError::NotACatalog { path: path.to_owned() });
    }
    let mut header = [0; 20];
    match file.read_exact(&mut header) {
        Ok(()) if header.starts_with(MAGIC) => Ok(header),
        _ => Err(BuildError::NotACatalog { path: path.to_owned() }),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

fn has_tables(source: &Connection, tables: &[&str]) -> rusqlite::Result<bool> {
    let mut statement = source.prepare("SELECT 1 FROM sqlite_schema WHERE type IN ('table', 'view') AND name = ?")?;
    for table in tables {
        if !statement.exists([table])? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn check_version(source: &Connection, path: &Path) -> Result<(), BuildError> {
    let at = |source| BuildError::Open { path: path.to_owned(), source };
    let found: usize =
        source.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0)).map_err(at)? as usize;
    let known = library::schema_version();
    if found == known { Ok(()) } else { Err(BuildError::OtherVersion { path: path.to_owned(), found, known }) }
}
