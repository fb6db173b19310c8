//! What was taken back since a backup was made, and must not be good again because it is restored.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, Transaction, named_params};

use super::{LibraryError, credentials, settings, users};

const HAS_TABLE: &str = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = :name)";

/// What became of the listeners' credentials in a backup that was restored.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Revived {
    /// Credentials that had been taken back since the backup: they were dropped.
    pub dropped: usize,
    /// Credentials that are good again, of which nobody can say whether they were taken back: the catalog that was
    /// replaced can't be read, or there was none.
    pub unsure: usize,
}

/// Keeps what was taken back from coming back, in a backup that is about to replace the catalog in the file `replaced`.
/// `now` is in Unix seconds.
pub(super) fn keep_revoked(backup: &Transaction<'_>, replaced: &Path, now: i64) -> Result<Revived, LibraryError> {
    if has_table(backup, "users")? {
        users::end_logins(backup, now)?;
    }
    if !has_table(backup, "app_credentials")? {
        return Ok(Revived::default());
    }
    let restored = credentials::list_seals(backup)?;
    let Some(good) = seals_of(replaced, &settings::publisher_id(backup)?) else {
        return Ok(Revived { dropped: 0, unsure: restored.len() });
    };
    let revoked: Vec<_> = restored.difference(&good).collect();
    for sealed in &revoked {
        credentials::remove_sealed(backup, sealed)?;
    }
    Ok(Revived { dropped: revoked.len(), unsure: 0 })
}

/// The credentials of the catalog in a file; nothing when it can't be read, or is another catalog, as a daemon makes one
/// where there is none.
fn seals_of(path: &Path, publisher_id: &str) -> Option<BTreeSet<Vec<u8>>> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    let is_same = settings::publisher_id(&connection).is_ok_and(|its| its == publisher_id);
    if is_same { credentials::list_seals(&connection).ok() } else { None }
}

fn has_table(connection: &Connection, name: &str) -> Result<bool, LibraryError> {
    Ok(connection.query_row(HAS_TABLE, named_params! { ":name": name }, |row| row.get(0))?)
}
