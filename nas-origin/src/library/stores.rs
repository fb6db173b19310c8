//! What was found out about the stores that the catalog was published to.

use rusqlite::{Connection, Transaction, named_params};

use super::LibraryError;

const KEEPS_CONDITIONS: &str = "SELECT EXISTS (SELECT 1 FROM probed_stores WHERE store = :store)";
const NOTE: &str = "INSERT OR IGNORE INTO probed_stores (store) VALUES (:store)";

/// Whether the store was once seen to keep the conditions of conditional writes.
///
/// # Errors
/// When the catalog cannot be read.
pub fn keeps_conditions(connection: &Connection, store: &str) -> Result<bool, LibraryError> {
    let mut statement = connection.prepare_cached(KEEPS_CONDITIONS)?;
    Ok(statement.query_row(named_params! { ":store": store }, |row| row.get(0))?)
}

/// Notes that it was.
///
/// # Errors
/// When the catalog cannot be written.
pub fn note_keeps_conditions(transaction: &Transaction<'_>, store: &str) -> Result<(), LibraryError> {
    transaction.prepare_cached(NOTE)?.execute(named_params! { ":store": store })?;
    Ok(())
}
