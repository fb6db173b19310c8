//! The read database: made from `catalog.db` or from an earlier system's `catalogsync.db` (SNAPSHOT.md section 3).
//!
//! The same rows give the same bytes, on any machine, in any time zone and locale. Both kinds of catalog are read
//! through one `input`; what is derived from their rows is made once for both:
//! `collect` reads the tracks and writes their rows, `derive` puts everything in order, `rows` writes the other tables
//! while `search` makes the text index in a thread of its own, and `check` looks at the finished file.

mod built;
mod check;
mod collect;
mod cover_list;
mod derive;
mod error;
mod from_catalog;
mod from_catalogsync;
mod input;
mod roles;
mod rows;
mod search;
mod source;
mod target;
mod values;

use std::path::Path;

use rusqlite::Connection;

use self::source::Keeper;

pub use built::{BuiltDatabase, DatabaseCounts, ManifestFrame, manifest, renewed};
pub(super) use check::digest;
pub use cover_list::{NamedCover, list_audio, list_covers};
pub use error::BuildError;
pub(crate) use from_catalogsync::{
    EarlierBackend, EarlierCatalog, EarlierFile, EarlierPlaylist, EarlierSong, EarlierToplist,
};

/// Writes the read database of a catalog to `target`, which must not exist.
///
/// `catalog` is inside a read transaction, so that all rows are of one moment. On an error nothing is left at `target`.
///
/// # Errors
/// A catalog that cannot be read, a target that cannot be written, a database that fails its own check.
pub fn build_from_catalog(catalog: &Connection, target: &Path) -> Result<BuiltDatabase, BuildError> {
    target::write(&mut from_catalog::Catalog::new(catalog)?, target)
}

/// Writes the read database of an earlier system's `catalogsync.db` to `target`, which must not exist.
///
/// `source` is opened read-only and read in one transaction. On an error nothing is left at `target`.
///
/// # Errors
/// A source that is missing or is no `catalogsync.db`, a target that cannot be written, a database that fails its own
/// check.
pub fn build_from_catalogsync(source: &Path, target: &Path) -> Result<BuiltDatabase, BuildError> {
    let file = CatalogFile::open(source)?;
    if file.keeper == Keeper::Ours {
        return Err(BuildError::NotACatalog { path: source.to_owned() });
    }
    file.build(target)
}

/// A catalog of either kind in a file of its own, inside one read transaction.
pub struct CatalogFile {
    connection: Connection,
    keeper: Keeper,
}

impl CatalogFile {
    /// Opens a `catalog.db` or a `catalogsync.db`, read-only, and tells by its tables which it is.
    ///
    /// # Errors
    /// What is not there, is neither of the two, or is a catalog of another version.
    pub fn open(path: &Path) -> Result<Self, BuildError> {
        source::open(path).map(|(connection, keeper)| Self { connection, keeper })
    }

    /// Writes its read database to `target`, which must not exist. On an error nothing is left there.
    ///
    /// # Errors
    /// As [`build_from_catalog`].
    pub fn build(&self, target: &Path) -> Result<BuiltDatabase, BuildError> {
        match self.keeper {
            Keeper::Ours => build_from_catalog(&self.connection, target),
            Keeper::Earlier => target::write(&mut from_catalogsync::Catalogsync::new(&self.connection), target),
        }
    }
}

#[cfg(test)]
mod tests;
