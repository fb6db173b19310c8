//! A look at `catalog.db` that changes nothing: the doctor's.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::{LibraryError, open};

const CHECK: &str = "PRAGMA quick_check(1)";
const COUNT: &str = "SELECT count(*) AS tracks FROM tracks WHERE missing_since IS NULL";

/// What a catalog is like.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkup {
    /// Tracks whose files are there.
    pub tracks: u32,
    /// SQLite's first complaint about the file; `None` when it has none.
    pub damage: Option<String>,
}

/// Looks at the catalog in `data_dir`; `None` when there is none yet.
///
/// # Errors
/// A file that can't be opened or read, or that a newer program made.
pub fn look_at(data_dir: &Path) -> Result<Option<Checkup>, LibraryError> {
    let path = data_dir.join("catalog.db");
    if !path.exists() {
        return Ok(None);
    }
    let connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(|source| LibraryError::Open { path: path.clone(), source })?;
    open::check_version(&connection, &path)?;
    let verdict: String = connection.query_row(CHECK, [], |row| row.get(0))?;
    let tracks = connection.query_row(COUNT, [], |row| row.get("tracks"))?;
    Ok(Some(Checkup { tracks, damage: (verdict != "ok").then_some(verdict) }))
}
