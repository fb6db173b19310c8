//! What earlier snapshots of a store name, for rollbacks and sweeps.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Transaction, named_params};
use snapshot_format::{Manifest, Sha256Hex};

use super::{INSERT, Origin, Publication, number};
use crate::library::LibraryError;

const LAST_OF_DATABASE: &str = "SELECT sequence FROM publications
    WHERE store = :store AND database_sha256 = :database_sha256 ORDER BY sequence DESC LIMIT 1";
const NAMED_AT: &str = "SELECT DISTINCT key FROM publication_objects
    WHERE store = :store AND from_sequence <= :sequence
        AND (until_sequence IS NULL OR until_sequence > :sequence)";
const NAMED_BY: &str = "SELECT DISTINCT key FROM publication_objects
    WHERE store = :store AND from_sequence <= :sequence
        AND (until_sequence IS NULL OR until_sequence > :sequence)
        AND EXISTS (SELECT 1 FROM publications
            WHERE store = :store AND sequence = :sequence AND snapshot_id = :snapshot_id)";
const ORIGIN: &str = "SELECT change_mark, builder FROM publications
    WHERE store = :store AND database_sha256 = :database_sha256 ORDER BY sequence DESC LIMIT 1";
const IS_OURS: &str = "SELECT EXISTS (SELECT 1 FROM publications
    WHERE store = :store AND database_sha256 = :database_sha256 AND change_mark <> '')";
const ADD_PAST_OBJECT: &str = "INSERT OR IGNORE INTO publication_objects (store, key, from_sequence, until_sequence)
    VALUES (:store, :key, :sequence, :sequence + 1)";
const FORGET: &str = "DELETE FROM publications WHERE store = :store AND sequence < :sequence";
const FORGET_OBJECTS: &str = "DELETE FROM publication_objects WHERE store = :store AND until_sequence <= :sequence";

/// The origin of a database that is not on record: no catalog has an empty change mark.
static UNKNOWN: Origin = Origin { change_mark: String::new(), builder: String::new() };

impl<'a> Publication<'a> {
    /// A snapshot that is found in a store and not on record.
    pub fn found(store: &'a str, manifest: &'a Manifest) -> Self {
        Self {
            store,
            sequence: manifest.sequence,
            snapshot_id: &manifest.snapshot_id,
            database_sha256: &manifest.database.sha256,
            origin: &UNKNOWN,
            published_at: manifest.generated_at.as_second(),
        }
    }
}

/// The keys that a database's snapshot names, when one is on record; a cover's is its folder. They may be more than it
/// names where snapshots between those on record are not.
///
/// # Errors
/// When the catalog cannot be read.
pub fn find_named(
    connection: &Connection,
    store: &str,
    database: &Sha256Hex,
) -> Result<Option<BTreeSet<String>>, LibraryError> {
    let mut named = BTreeSet::new();
    let is_recorded = visit_named(connection, store, database, &mut |key| _ = named.insert(key.to_owned()))?;
    Ok(is_recorded.then_some(named))
}

/// Has each of those keys visited, and tells whether a snapshot of the database is on record.
///
/// # Errors
/// When the catalog cannot be read.
pub fn visit_named(
    connection: &Connection,
    store: &str,
    database: &Sha256Hex,
    visit: &mut dyn FnMut(&str),
) -> Result<bool, LibraryError> {
    let mut statement = connection.prepare_cached(LAST_OF_DATABASE)?;
    let values = named_params! { ":store": store, ":database_sha256": database.as_str() };
    let sequence: Option<i64> = statement.query_row(values, |row| row.get("sequence")).optional()?;
    let Some(sequence) = sequence else { return Ok(false) };
    let mut statement = connection.prepare_cached(NAMED_AT)?;
    let mut rows = statement.query(named_params! { ":store": store, ":sequence": sequence })?;
    while let Some(row) = rows.next()? {
        visit(row.get_ref("key")?.as_str().map_err(rusqlite::Error::from)?);
    }
    Ok(true)
}

/// The keys that one snapshot of the history names; none when it is not on record.
///
/// # Errors
/// When the catalog cannot be read.
pub fn find_named_at(
    connection: &Connection,
    store: &str,
    sequence: u64,
    snapshot_id: &str,
) -> Result<BTreeSet<String>, LibraryError> {
    let mut statement = connection.prepare_cached(NAMED_BY)?;
    let values = named_params! { ":store": store, ":sequence": number(sequence), ":snapshot_id": snapshot_id };
    let keys = statement.query_map(values, |row| row.get("key"))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

/// What a database was built from; of one that is not on record that is unlike any other.
///
/// # Errors
/// When the catalog cannot be read.
pub fn origin_of(connection: &Connection, store: &str, database: &Sha256Hex) -> Result<Origin, LibraryError> {
    let mut statement = connection.prepare_cached(ORIGIN)?;
    let values = named_params! { ":store": store, ":database_sha256": database.as_str() };
    let origin = statement
        .query_row(values, |row| Ok(Origin { change_mark: row.get("change_mark")?, builder: row.get("builder")? }));
    Ok(origin.optional()?.unwrap_or_else(|| UNKNOWN.clone()))
}

/// Whether this very catalog built a database, rather than found it in the store.
///
/// # Errors
/// When the catalog cannot be read.
pub fn is_ours(connection: &Connection, store: &str, database: &Sha256Hex) -> Result<bool, LibraryError> {
    let mut statement = connection.prepare_cached(IS_OURS)?;
    let values = named_params! { ":store": store, ":database_sha256": database.as_str() };
    Ok(statement.query_row(values, |row| row.get(0))?)
}

/// Records what a snapshot of earlier names that was not on record, beside what is on record of later ones.
///
/// # Errors
/// When the catalog cannot be written.
pub fn record_past(
    transaction: &Transaction<'_>,
    publication: &Publication<'_>,
    keys: &BTreeSet<String>,
) -> Result<(), LibraryError> {
    let (store, sequence) = (publication.store, number(publication.sequence));
    transaction.prepare_cached(INSERT)?.execute(named_params! {
        ":store": store, ":sequence": sequence, ":snapshot_id": publication.snapshot_id,
        ":database_sha256": publication.database_sha256.as_str(), ":change_mark": publication.origin.change_mark,
        ":builder": publication.origin.builder, ":published_at": publication.published_at,
    })?;
    let mut statement = transaction.prepare_cached(ADD_PAST_OBJECT)?;
    for key in keys {
        statement.execute(named_params! { ":store": store, ":key": key, ":sequence": sequence })?;
    }
    Ok(())
}

/// Forgets snapshots below a sequence: none of them is in the store any more.
///
/// # Errors
/// When the catalog cannot be written.
pub fn forget_before(transaction: &Transaction<'_>, store: &str, sequence: u64) -> Result<(), LibraryError> {
    for sql in [FORGET, FORGET_OBJECTS] {
        transaction.execute(sql, named_params! { ":store": store, ":sequence": number(sequence) })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;
    use crate::library::publications::{is_recorded, list_live_objects, record};

    const STORE: &str = "file:///o";

    fn publication<'a>(sequence: u64, database_sha256: &'a Sha256Hex, origin: &'a Origin) -> Publication<'a> {
        Publication { store: STORE, sequence, snapshot_id: "s", database_sha256, origin, published_at: 1 }
    }

    fn keys(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn named(library: &Library, database: &Sha256Hex) -> Option<BTreeSet<String>> {
        library.read(|connection| find_named(connection, STORE, database)).expect("an answer")
    }

    #[test]
    fn what_each_database_names_is_told_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(folder.path()).expect("a library");
        let databases = [b"1", b"2", b"3"].map(|name| Sha256Hex::of(name));
        for (sequence, names) in [(1, &["a", "b"]), (2, &["b", "c"]), (3, &["a", "c"])] {
            let database = &databases[usize::try_from(sequence).expect("small") - 1];
            library.write(|tx| record(tx, &publication(sequence, database, &UNKNOWN), &keys(names))).expect("recorded");
        }
        assert_eq!(named(&library, &databases[0]), Some(keys(&["a", "b"])));
        assert_eq!(named(&library, &databases[1]), Some(keys(&["b", "c"])));
        assert_eq!(named(&library, &databases[2]), Some(keys(&["a", "c"])));
        assert_eq!(named(&library, &Sha256Hex::of(b"4")), None);

        library.write(|tx| forget_before(tx, STORE, 2)).expect("forgotten");
        assert_eq!(named(&library, &databases[0]), None);
        assert_eq!(named(&library, &databases[1]), Some(keys(&["b", "c"])));
        assert_eq!(named(&library, &databases[2]), Some(keys(&["a", "c"])));
    }

    #[test]
    fn what_was_found_later_disturbs_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(folder.path()).expect("a library");
        let [old, live] = [b"1", b"2"].map(|name| Sha256Hex::of(name));
        let origin = Origin { change_mark: "m".into(), builder: "b".into() };
        library.write(|tx| record(tx, &publication(7, &live, &origin), &keys(&["b"]))).expect("recorded");
        library.write(|tx| record_past(tx, &publication(5, &old, &UNKNOWN), &keys(&["a", "b"]))).expect("recorded");
        assert_eq!(named(&library, &old), Some(keys(&["a", "b"])));
        assert_eq!(named(&library, &live), Some(keys(&["b"])));
        library
            .read(|connection| -> Result<_, LibraryError> {
                assert_eq!(list_live_objects(connection, STORE)?, keys(&["b"]));
                assert!(is_recorded(connection, STORE, 5, &old)?);
                assert_eq!(origin_of(connection, STORE, &live)?, origin);
                assert_eq!(origin_of(connection, STORE, &old)?, UNKNOWN);
                assert!(is_ours(connection, STORE, &live)? && !is_ours(connection, STORE, &old)?);
                Ok(())
            })
            .expect("read");
    }
}
