//! The catalog's own settings: who publishes it, and the mark that tells whether a snapshot would be another one.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::LibraryError;

const READ: &str = "SELECT value FROM catalog_settings WHERE name = :name";
const CREATE: &str = "INSERT OR IGNORE INTO catalog_settings (name, value) VALUES (:name, :value)";
const REPLACE: &str = "INSERT OR REPLACE INTO catalog_settings (name, value) VALUES (:name, :value)";
const REMOVE: &str = "DELETE FROM catalog_settings WHERE name = :name";

/// The random id that manifests carry: made once, 32 hex.
///
/// # Errors
/// When the database cannot be read.
pub fn publisher_id(connection: &Connection) -> Result<String, LibraryError> {
    Ok(find(connection, "publisher_id")?.unwrap_or_default())
}

/// Changes with every transaction that changes what a snapshot could show (SNAPSHOT.md P1b). It never comes back to an
/// earlier value, not even after a backup was restored.
///
/// # Errors
/// When the database cannot be read.
pub fn change_mark(connection: &Connection) -> Result<String, LibraryError> {
    Ok(find(connection, "change_mark")?.unwrap_or_default())
}

/// To be called inside each transaction that changes what a snapshot could show.
///
/// # Errors
/// When the database cannot be written.
pub fn bump_change_mark(connection: &Connection) -> Result<(), LibraryError> {
    replace(connection, "change_mark", &random_hex())
}

/// Changes with every transaction in which the owner edited something: what an import under way remembers of the rows is
/// out of date then.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn edit_mark(connection: &Connection) -> Result<String, LibraryError> {
    Ok(find(connection, "edit_mark")?.unwrap_or_default())
}

/// To be called inside each transaction that edits.
pub(super) fn bump_edit_mark(connection: &Connection) -> Result<(), LibraryError> {
    replace(connection, "edit_mark", &random_hex())
}

pub(super) fn replace(connection: &Connection, name: &str, value: &str) -> Result<(), LibraryError> {
    connection.prepare_cached(REPLACE)?.execute(named_params! { ":name": name, ":value": value })?;
    Ok(())
}

pub(super) fn remove(connection: &Connection, name: &str) -> Result<(), LibraryError> {
    connection.prepare_cached(REMOVE)?.execute(named_params! { ":name": name })?;
    Ok(())
}

pub(super) fn create_publisher_id(connection: &Connection) -> Result<(), LibraryError> {
    for name in ["publisher_id", "change_mark"] {
        if find(connection, name)?.is_none() {
            connection.execute(CREATE, named_params! { ":name": name, ":value": random_hex() })?;
        }
    }
    Ok(())
}

pub(super) fn find(connection: &Connection, name: &str) -> Result<Option<String>, LibraryError> {
    let mut statement = connection.prepare_cached(READ)?;
    Ok(statement.query_row(named_params! { ":name": name }, |row| row.get("value")).optional()?)
}

fn random_hex() -> String {
    format!("{:032x}", rand::random::<u128>())
}
