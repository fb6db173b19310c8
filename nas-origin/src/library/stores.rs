//! What is remembered of a store beside what was published there: what it can do, which snapshot it is pinned to, and
//! the last sweep.

use rusqlite::{Connection, OptionalExtension, Transaction, named_params};
use snapshot_format::Sha256Hex;

use super::LibraryError;

const KEEPS_CONDITIONS: &str = "SELECT EXISTS (SELECT 1 FROM stores WHERE store = :store AND keeps_conditions)";
const NOTE: &str = "INSERT INTO stores (store, keeps_conditions) VALUES (:store, 1)
    ON CONFLICT (store) DO UPDATE SET keeps_conditions = 1";
const PIN: &str = "SELECT pinned_snapshot_id, pinned_sha256 FROM stores
    WHERE store = :store AND pinned_sha256 IS NOT NULL";
const SET_PIN: &str = "INSERT INTO stores (store, pinned_snapshot_id, pinned_sha256)
    VALUES (:store, :snapshot_id, :sha256)
    ON CONFLICT (store) DO UPDATE SET pinned_snapshot_id = :snapshot_id, pinned_sha256 = :sha256";
const LAST_SWEEP: &str = "SELECT swept_at FROM stores WHERE store = :store";
const SET_LAST_SWEEP: &str = "INSERT INTO stores (store, swept_at) VALUES (:store, :swept_at)
    ON CONFLICT (store) DO UPDATE SET swept_at = :swept_at";

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

/// The snapshot that a store is to show until the owner unpins it, whatever the catalog says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pin {
    /// As the owner knows it.
    pub snapshot_id: String,
    /// Its database.
    pub database: Sha256Hex,
}

/// What a store is pinned to.
///
/// # Errors
/// When the catalog cannot be read.
pub fn find_pin(connection: &Connection, store: &str) -> Result<Option<Pin>, LibraryError> {
    let mut statement = connection.prepare_cached(PIN)?;
    let row = statement.query_row(named_params! { ":store": store }, |row| {
        Ok((row.get("pinned_snapshot_id")?, row.get::<_, String>("pinned_sha256")?))
    });
    let Some((snapshot_id, sha256)) = row.optional()? else { return Ok(None) };
    Ok(sha256.try_into().ok().map(|database| Pin { snapshot_id, database }))
}

/// Pins a store, or unpins it.
///
/// # Errors
/// When the catalog cannot be written.
pub fn set_pin(transaction: &Transaction<'_>, store: &str, pin: Option<&Pin>) -> Result<(), LibraryError> {
    transaction.prepare_cached(SET_PIN)?.execute(named_params! {
        ":store": store,
        ":snapshot_id": pin.map(|pin| pin.snapshot_id.as_str()),
        ":sha256": pin.map(|pin| pin.database.as_str()),
    })?;
    Ok(())
}

/// When a store was swept last, in Unix seconds by this machine's clock.
///
/// # Errors
/// When the catalog cannot be read.
pub fn last_sweep(connection: &Connection, store: &str) -> Result<Option<i64>, LibraryError> {
    let mut statement = connection.prepare_cached(LAST_SWEEP)?;
    Ok(statement.query_row(named_params! { ":store": store }, |row| row.get("swept_at")).optional()?.flatten())
}

/// Notes a sweep.
///
/// # Errors
/// When the catalog cannot be written.
pub fn set_last_sweep(transaction: &Transaction<'_>, store: &str, swept_at: i64) -> Result<(), LibraryError> {
    let values = named_params! { ":store": store, ":swept_at": swept_at };
    transaction.prepare_cached(SET_LAST_SWEEP)?.execute(values)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;

    #[test]
    fn a_store_has_a_pin_and_a_sweep_of_its_own() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(folder.path()).expect("a library");
        let pin = Pin { snapshot_id: "snap-x".into(), database: Sha256Hex::of(b"x") };
        let found = |store: &str| library.read(|connection| find_pin(connection, store)).expect("an answer");
        let swept = |store: &str| library.read(|connection| last_sweep(connection, store)).expect("an answer");
        assert_eq!((found("a"), swept("a")), (None, None));
        library.write(|tx| set_pin(tx, "a", Some(&pin)).and_then(|()| set_last_sweep(tx, "a", 7))).expect("written");
        assert_eq!((found("a"), swept("a")), (Some(pin), Some(7)));
        assert_eq!((found("b"), swept("b")), (None, None));
        library.write(|tx| set_pin(tx, "a", None)).expect("written");
        assert_eq!((found("a"), swept("a")), (None, Some(7)));
        let keeps = |store: &str| library.read(|connection| keeps_conditions(connection, store)).expect("an answer");
        assert!(!keeps("a"));
        library.write(|tx| note_keeps_conditions(tx, "a")).expect("written");
        assert!(keeps("a") && !keeps("b"));
        assert_eq!(swept("a"), Some(7));
    }
}
