//! The last look at a new database before it is handed over: is it whole, and what is its digest?

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::thread;

use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};
use snapshot_format::Sha256Hex;

use super::{BuildError, DatabaseCounts};

/// Checks the file and takes its digest, both at once.
pub(super) fn check_and_measure(path: &Path, counts: &DatabaseCounts) -> Result<(Sha256Hex, u64), BuildError> {
    thread::scope(|scope| {
        let measured = scope.spawn(|| digest(path));
        check(path, counts)?;
        let measured = measured.join().unwrap_or_else(|_| Err(io::Error::other("the digest was not finished")));
        measured.map_err(|source| BuildError::File { path: path.to_owned(), source })
    })
}

fn check(path: &Path, counts: &DatabaseCounts) -> Result<(), BuildError> {
    let at = |source| BuildError::Target { what: "the check", source };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(path, flags).map_err(at)?;
    let verdict: String = database.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(at)?;
    if verdict != "ok" {
        return Err(BuildError::Unsound(verdict));
    }
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

/// The digest and the size of a file, which is synced to the disk.
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
    file.sync_all()?;
    Ok((Sha256Hex::from_hasher(hasher), size_bytes))
}
