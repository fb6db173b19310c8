//! The target file: made fresh, filled, checked, measured; removed when anything fails.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use rusqlite::Connection;
use sha2::{Digest, Sha256};
use snapshot_format::Sha256Hex;
use snapshot_format::read_schema;

use super::{BuildError, BuiltDatabase, DatabaseCounts};

/// What filling a database gives: its counts and the rows left out, by reason.
pub(super) type Filled = (DatabaseCounts, BTreeMap<String, u64>);

/// Makes `target`, lets `fill` put the rows in, and finishes it.
pub(super) fn write(
    target: &Path,
    fill: impl FnOnce(&Connection) -> Result<Filled, BuildError>,
) -> Result<BuiltDatabase, BuildError> {
    let built = write_unguarded(target, fill);
    if built.is_err() {
        let _ = fs::remove_file(target);
    }
    built
}

fn write_unguarded(
    target: &Path,
    fill: impl FnOnce(&Connection) -> Result<Filled, BuildError>,
) -> Result<BuiltDatabase, BuildError> {
    let at_file = |source| BuildError::File { path: target.to_owned(), source };
    let at = |what| move |source| BuildError::Target { what, source };
    let database = create(target).map_err(at("the schema"))?;
    let (counts, skipped) = fill(&database)?;
    database.execute_batch(read_schema::index_sql()).map_err(at("the indexes"))?;
    database.execute_batch("ANALYZE; COMMIT;").map_err(at("the end"))?;
    let verdict: String =
        database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).map_err(at("the check"))?;
    if verdict != "ok" {
        return Err(BuildError::Unsound(verdict));
    }
    database.close().map_err(|(_, source)| BuildError::Target { what: "the end", source })?;
    let (sha256, size_bytes) = digest(target).map_err(at_file)?;
    Ok(BuiltDatabase { path: target.to_owned(), sha256, size_bytes, counts, skipped })
}

fn create(target: &Path) -> rusqlite::Result<Connection> {
    let database = Connection::open(target)?;
    database.execute_batch(&format!(
        "PRAGMA page_size = {}; PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA application_id = {};
         PRAGMA user_version = {}; BEGIN;",
        read_schema::PAGE_SIZE_BYTES,
        read_schema::APPLICATION_ID,
        read_schema::SCHEMA_VERSION
    ))?;
    database.execute_batch(read_schema::table_sql())?;
    Ok(database)
}

fn digest(path: &Path) -> io::Result<(Sha256Hex, u64)> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut size_bytes = 0;
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => {
                hasher.update(&buffer[..read]);
                size_bytes += read as u64;
            }
        }
    }
    file.sync_all()?;
    Ok((Sha256Hex::from_hasher(hasher), size_bytes))
}
