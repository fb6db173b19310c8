//! What can go wrong with `catalog.db`.

use std::io;
use std::path::PathBuf;

/// The catalog cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The folder for the database cannot be made or used.
    #[error("the data folder {} cannot be used", .path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A restore puts another catalog in its place, or would and can't while it is open.
    #[error("the catalog in {} is in use by another process: stop the daemon, let commands end, and try again", .folder.display())]
    InUse {
        /// The data folder.
        folder: PathBuf,
    },
    /// The file is not a database, or cannot be opened.
    #[error("the catalog {} cannot be opened", .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// A newer program made it.
    #[error(
        "the catalog {} has version {found}, and this program knows versions up to {known}: \
         start the newer program, or restore a backup made by this one",
        .path.display()
    )]
    NewerVersion {
        /// The file.
        path: PathBuf,
        /// The version of the file.
        found: usize,
        /// The latest version that this program knows.
        known: usize,
    },
    /// The copy that is made before the database is changed to a newer version failed; nothing was changed.
    #[error("the catalog could not be copied to {} before its update", .path.display())]
    Backup {
        /// Where the copy should be.
        path: PathBuf,
        /// What SQLite said.
        #[source]
        source: rusqlite::Error,
    },
    /// The database could not be changed to this program's version; it is as it was.
    #[error("the catalog could not be updated to version {version}")]
    Migrate {
        /// The version that was wanted.
        version: usize,
        /// What failed.
        #[source]
        source: rusqlite_migration::Error,
    },
    /// The catalog has a source of this name that is another one.
    #[error(
        "the source {name} is ({known}) in the catalog and ({asked}) in the configuration: give the new one another name; \
         tracks of files that it shares with the old one keep their ids once they are gone from there"
    )]
    OtherSource {
        /// Its name.
        name: String,
        /// Kind and mode that it was imported with.
        known: String,
        /// Kind and mode that were asked for.
        asked: String,
    },
    /// No reader is free, or none can be opened.
    #[error("no connection to the catalog is available")]
    Pool(#[from] r2d2::Error),
    /// A statement failed.
    #[error("the catalog could not be read or written")]
    Sql(#[from] rusqlite::Error),
}
