//! The target file: made fresh, filled, checked, measured; removed when anything fails.

use std::fs;
use std::path::Path;

use rusqlite::Connection;
use snapshot_format::read_schema;

use super::collect::Collected;
use super::derive::Derived;
use super::input::{CatalogInput, Skipped};
use super::search::SearchFeed;
use super::{BuildError, BuiltDatabase, DatabaseCounts, check, rows};

/// Samples are enough for the planner, and the same rows give the same samples.
const STATISTICS: &str = "PRAGMA analysis_limit = 1000; ANALYZE";

/// Writes the read database of an input to `target`, which must not exist.
pub(super) fn write(input: &mut dyn CatalogInput, target: &Path) -> Result<BuiltDatabase, BuildError> {
    if target.exists() {
        let source = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
        return Err(BuildError::File { path: target.to_owned(), source });
    }
    let built = write_unguarded(input, target);
    if built.is_err() {
        let _ = fs::remove_file(target);
    }
    built
}

fn write_unguarded(input: &mut dyn CatalogInput, target: &Path) -> Result<BuiltDatabase, BuildError> {
    let at = |source| BuildError::Target { what: "the tables", source };
    let mut skipped = Skipped::default();
    let database = create(target).map_err(at)?;
    let counts = fill(input, &database, target, &mut skipped)?;
    database.close().map_err(|(_, source)| at(source))?;
    let (sha256, size_bytes) = check::check_and_measure(target, &counts)?;
    Ok(BuiltDatabase { path: target.to_owned(), sha256, size_bytes, counts, skipped: skipped.into_counts() })
}

/// Without journal and syncs: the file is thrown away when anything fails, and synced when it is done.
fn create(target: &Path) -> rusqlite::Result<Connection> {
    let database = Connection::open(target)?;
    database.execute_batch(&format!(
        "PRAGMA page_size = {}; PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA locking_mode = exclusive;
         PRAGMA cache_size = -16384; PRAGMA application_id = {}; PRAGMA user_version = {};",
        read_schema::PAGE_SIZE_BYTES,
        read_schema::APPLICATION_ID,
        read_schema::SCHEMA_VERSION
    ))?;
    database.execute_batch(read_schema::table_sql())?;
    Ok(database)
}

fn fill(
    input: &mut dyn CatalogInput,
    database: &Connection,
    target: &Path,
    skipped: &mut Skipped,
) -> Result<DatabaseCounts, BuildError> {
    let at = |what| move |source| BuildError::Target { what, source };
    let mut search = SearchFeed::start(target)?;
    database.execute_batch("BEGIN").map_err(at("the tables"))?;
    let collected = Collected::read(input, database, &mut search, skipped)?;
    search.end_tracks()?;
    let derived = Derived::new(input, collected)?;
    let counts = rows::write(input, &derived, database, &mut search, skipped)?;
    drop(derived);
    database.execute_batch(read_schema::index_sql()).map_err(at("the indexes"))?;
    database.execute_batch("COMMIT").map_err(at("the tables"))?;
    search.finish()?.copy_into(database).map_err(at("the search index"))?;
    database.execute_batch(STATISTICS).map_err(at("the statistics"))?;
    Ok(counts)
}
