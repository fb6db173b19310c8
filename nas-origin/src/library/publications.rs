//! What was published where (P9), and which covers a publish found unreadable.

mod past;

use std::collections::BTreeSet;

use rusqlite::{Connection, Transaction, named_params};
use snapshot_format::Sha256Hex;

use super::{LibraryError, settings};

pub use past::{find_named, find_named_at, forget_before, is_ours, origin_of, record_past, visit_named};

const IS_RECORDED: &str = "SELECT EXISTS (
    SELECT 1 FROM publications WHERE store = :store AND sequence = :sequence AND database_sha256 = :database_sha256)";
const IS_MADE_FROM: &str = "SELECT EXISTS (
    SELECT 1 FROM publications WHERE store = :store AND sequence = :sequence AND database_sha256 = :database_sha256
        AND change_mark = :change_mark AND builder = :builder)
    AND :sequence = (SELECT max(sequence) FROM publications WHERE store = :store)";
const INSERT: &str = "INSERT OR REPLACE INTO publications
    (store, sequence, snapshot_id, database_sha256, change_mark, builder, published_at)
    VALUES (:store, :sequence, :snapshot_id, :database_sha256, :change_mark, :builder, :published_at)";
const DATABASES: &str = "SELECT database_sha256 FROM publications WHERE store = :store
    GROUP BY database_sha256 ORDER BY max(sequence) DESC LIMIT 8";
const LIVE_OBJECTS: &str = "SELECT key FROM publication_objects WHERE store = :store AND until_sequence IS NULL";
const BEGIN_OBJECT: &str = "INSERT OR REPLACE INTO publication_objects (store, key, from_sequence, until_sequence)
    VALUES (:store, :key, :sequence, NULL)";
const END_OBJECT: &str = "UPDATE publication_objects SET until_sequence = :sequence
    WHERE store = :store AND key = :key AND until_sequence IS NULL";
const MARK_UNREADABLE: &str = "UPDATE covers SET is_unreadable = :reason WHERE sha256 = :sha256";
const LOST: &str = "SELECT sha256 FROM covers WHERE is_unreadable = 2 ORDER BY sha256";

/// A snapshot that went live.
pub struct Publication<'a> {
    /// The store's URL without credentials.
    pub store: &'a str,
    /// The manifest's sequence.
    pub sequence: u64,
    /// The manifest's id.
    pub snapshot_id: &'a str,
    /// Digest of the plain database.
    pub database_sha256: &'a Sha256Hex,
    /// What the database was built from.
    pub origin: &'a Origin,
    /// Unix seconds.
    pub published_at: i64,
}

/// All that a database's bytes come from: while it is the same, so are they.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    /// The catalog's mark when the database was built.
    pub change_mark: String,
    /// The program that built it and the settings that show.
    pub builder: String,
}

/// Whether a live snapshot is on record: a run that was killed before P9 left none.
///
/// # Errors
/// When the catalog cannot be read.
pub fn is_recorded(
    connection: &Connection,
    store: &str,
    sequence: u64,
    database: &Sha256Hex,
) -> Result<bool, LibraryError> {
    let mut statement = connection.prepare_cached(IS_RECORDED)?;
    let values =
        named_params! { ":store": store, ":sequence": number(sequence), ":database_sha256": database.as_str() };
    Ok(statement.query_row(values, |row| row.get(0))?)
}

/// The keys that a live snapshot names, when it is on record as built from the same origin (P1b).
///
/// # Errors
/// When the catalog cannot be read.
pub fn find_names(
    connection: &Connection,
    store: &str,
    sequence: u64,
    database: &Sha256Hex,
    origin: &Origin,
) -> Result<Option<BTreeSet<String>>, LibraryError> {
    let mut statement = connection.prepare_cached(IS_MADE_FROM)?;
    let values = named_params! {
        ":store": store, ":sequence": number(sequence), ":database_sha256": database.as_str(),
        ":change_mark": origin.change_mark, ":builder": origin.builder,
    };
    if statement.query_row(values, |row| row.get(0))? {
        list_live_objects(connection, store).map(Some)
    } else {
        Ok(None)
    }
}

/// The keys that the last recorded snapshot of a store names; a cover's is its folder.
///
/// # Errors
/// When the catalog cannot be read.
pub fn list_live_objects(connection: &Connection, store: &str) -> Result<BTreeSet<String>, LibraryError> {
    let mut statement = connection.prepare_cached(LIVE_OBJECTS)?;
    let keys = statement.query_map(named_params! { ":store": store }, |row| row.get("key"))?;
    Ok(keys.collect::<Result<_, _>>()?)
}

/// The databases that were live in a store last, the latest first.
///
/// # Errors
/// When the catalog cannot be read.
pub fn list_databases(connection: &Connection, store: &str) -> Result<Vec<Sha256Hex>, LibraryError> {
    let mut statement = connection.prepare_cached(DATABASES)?;
    let names = statement.query_map(named_params! { ":store": store }, |row| row.get::<_, String>(0))?;
    let names = names.collect::<Result<Vec<_>, _>>()?;
    Ok(names.into_iter().filter_map(|name| name.try_into().ok()).collect())
}

/// Records a snapshot and every key that it names (P9). Only what differs from the last one is written.
///
/// # Errors
/// When the catalog cannot be written.
pub fn record(
    transaction: &Transaction<'_>,
    publication: &Publication<'_>,
    keys: &BTreeSet<String>,
) -> Result<(), LibraryError> {
    let store = publication.store;
    let sequence = number(publication.sequence);
    transaction.prepare_cached(INSERT)?.execute(named_params! {
        ":store": store, ":sequence": sequence, ":snapshot_id": publication.snapshot_id,
        ":database_sha256": publication.database_sha256.as_str(), ":change_mark": publication.origin.change_mark,
        ":builder": publication.origin.builder,
        ":published_at": publication.published_at,
    })?;
    let before = list_live_objects(transaction, store)?;
    for (sql, keys) in [(BEGIN_OBJECT, keys.difference(&before)), (END_OBJECT, before.difference(keys))] {
        let mut statement = transaction.prepare_cached(sql)?;
        for key in keys {
            statement.execute(named_params! { ":store": store, ":key": key, ":sequence": sequence })?;
        }
    }
    Ok(())
}

/// Whether a snapshot can show a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Readability {
    /// It can.
    Fine = 0,
    /// It can't be decoded, and never will be.
    Damaged = 1,
    /// Its file is gone or not what was kept; an import that reads the picture again brings it back.
    Lost = 2,
}

/// Says of pictures whether later snapshots show them.
///
/// # Errors
/// When the catalog cannot be written.
pub fn mark_covers(transaction: &Transaction<'_>, pictures: &[(Sha256Hex, Readability)]) -> Result<(), LibraryError> {
    let mut statement = transaction.prepare_cached(MARK_UNREADABLE)?;
    for (picture, readability) in pictures {
        statement.execute(named_params! { ":sha256": picture.as_str(), ":reason": *readability as i64 })?;
    }
    settings::bump_change_mark(transaction)
}

/// The pictures whose files were lost.
///
/// # Errors
/// When the catalog cannot be read.
pub fn list_lost_covers(connection: &Connection) -> Result<Vec<Sha256Hex>, LibraryError> {
    let mut statement = connection.prepare_cached(LOST)?;
    let names = statement.query_map([], |row| row.get::<_, String>("sha256"))?.collect::<Result<Vec<_>, _>>()?;
    Ok(names.into_iter().filter_map(|name| name.try_into().ok()).collect())
}

/// SQLite's integers are signed; a manifest's sequence is at most 2^53.
fn number(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;

    fn publication<'a>(sequence: u64, database_sha256: &'a Sha256Hex, origin: &'a Origin) -> Publication<'a> {
        Publication { store: "file:///o", sequence, snapshot_id: "s", database_sha256, origin, published_at: 1 }
    }

    fn origin(change_mark: &str, builder: &str) -> Origin {
        Origin { change_mark: change_mark.into(), builder: builder.into() }
    }

    fn keys(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn an_object_is_on_record_for_the_snapshots_that_name_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(folder.path()).expect("a library");
        let database = Sha256Hex::of(b"");
        for (sequence, names) in [(1, &["a", "b"]), (2, &["b", "c"]), (3, &["a", "c"])] {
            library
                .write(|tx| record(tx, &publication(sequence, &database, &origin("m", "b")), &keys(names)))
                .expect("recorded");
        }
        let ranges: Vec<(String, i64, Option<i64>)> = library
            .read(|connection| -> Result<_, LibraryError> {
                let sql =
                    "SELECT key, from_sequence, until_sequence FROM publication_objects ORDER BY key, from_sequence";
                let mut statement = connection.prepare(sql)?;
                let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
                Ok(rows.collect::<Result<_, _>>()?)
            })
            .expect("rows");
        let range = |key: &str, from, until| (key.to_owned(), from, until);
        let wanted = [range("a", 1, Some(2)), range("a", 3, None), range("b", 1, Some(3)), range("c", 2, None)];
        assert_eq!(ranges, wanted);
    }

    #[test]
    fn a_store_has_its_own_record() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(folder.path()).expect("a library");
        let database = Sha256Hex::of(b"");
        library.write(|tx| record(tx, &publication(1, &database, &origin("m", "b")), &keys(&["a"]))).expect("recorded");
        let asked = |store: &str, sequence| {
            library.read(|connection| is_recorded(connection, store, sequence, &database)).expect("an answer")
        };
        assert!(asked("file:///o", 1) && !asked("file:///o", 2) && !asked("file:///other", 1));
        let other = library.read(|connection| list_live_objects(connection, "file:///other")).expect("keys");
        assert!(other.is_empty());
    }

    #[test]
    fn another_mark_or_builder_makes_another_database() {
        let folder = tempfile::tempdir().expect("a folder");
        let library = Library::open(folder.path()).expect("a library");
        let (database, made_from) = (Sha256Hex::of(b""), origin("m", "b"));
        library.write(|tx| record(tx, &publication(1, &database, &made_from), &keys(&[]))).expect("recorded");
        let asked = |sequence, origin| {
            let names = library.read(|connection| find_names(connection, "file:///o", sequence, &database, &origin));
            names.expect("an answer").is_some()
        };
        assert!(asked(1, made_from.clone()));
        assert!(!asked(1, origin("n", "b")) && !asked(1, origin("m", "c")) && !asked(2, made_from.clone()));
    }
}
