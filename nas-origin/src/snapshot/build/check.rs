//! The last look at a new database before it is handed over: is it whole, and what is its digest?

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};
use snapshot_format::Sha256Hex;

use super::{BuildError, DatabaseCounts};

/// Checks the file, takes its digest and syncs it, all at once: a second thread takes the digest, then tables as the
/// first does; a third waits for the disk.
pub(super) fn check_and_measure(path: &Path, counts: &DatabaseCounts) -> Result<(Sha256Hex, u64), BuildError> {
    let database = open(path)?;
    let tables = tables(&database)?;
    let next = AtomicUsize::new(0);
    let at_file = |source| BuildError::File { path: path.to_owned(), source };
    thread::scope(|scope| {
        let synced = scope.spawn(|| File::open(path)?.sync_all());
        let second = scope.spawn(|| {
            let measured = digest(path).map_err(at_file)?;
            check_tables(&open(path)?, &tables, &next).map(|()| measured)
        });
        check_counts(&database, counts)?;
        check_tables(&database, &tables, &next)?;
        synced.join().unwrap_or_else(|_| Err(io::Error::other("the sync was not finished"))).map_err(at_file)?;
        second.join().unwrap_or_else(|_| Err(BuildError::Unsound("the digest was not finished".to_owned())))
    })
}

fn open(path: &Path) -> Result<Connection, BuildError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(at)
}

fn at(source: rusqlite::Error) -> BuildError {
    BuildError::Target { what: "the check", source }
}

/// All tables with pages of their own, those of the search index too.
fn tables(database: &Connection) -> Result<Vec<String>, BuildError> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0";
    let mut statement = database.prepare(sql).map_err(at)?;
    let names = statement.query_map([], |row| row.get(0)).map_err(at)?;
    names.collect::<rusqlite::Result<_>>().map_err(at)
}

/// Checks tables and their indexes (SNAPSHOT step P2) that no other thread has taken, until none is left.
fn check_tables(database: &Connection, tables: &[String], next: &AtomicUsize) -> Result<(), BuildError> {
    while let Some(table) = tables.get(next.fetch_add(1, Ordering::Relaxed)) {
        let sql = format!("PRAGMA integrity_check('{table}')");
        let verdict: String = database.query_row(&sql, [], |row| row.get(0)).map_err(at)?;
        if verdict != "ok" {
            return Err(BuildError::Unsound(verdict));
        }
    }
    Ok(())
}

fn check_counts(database: &Connection, counts: &DatabaseCounts) -> Result<(), BuildError> {
    for (table, expected) in [
        ("catalog_tracks", counts.tracks),
        ("catalog_playlists", counts.playlists),
        ("catalog_track_files", counts.files),
        ("catalog_albums", counts.albums),
    ] {
        let sql = format!("SELECT count(*) FROM {table}");
        let found: i64 = database.query_row(&sql, [], |row| row.get(0)).map_err(at)?;
        if u64::try_from(found) != Ok(expected) {
            return Err(BuildError::Unsound(format!("{table} has {found} rows, not {expected}")));
        }
    }
    Ok(())
}

/// The digest and the size of a file.
pub(in crate::snapshot) fn digest(path: &Path) -> io::Result<(Sha256Hex, u64)> {
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
    Ok((Sha256Hex::from_hasher(hasher), size_bytes))
}
