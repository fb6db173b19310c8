//! Why a read database could not be made.

use std::io;
use std::path::PathBuf;

/// Why a read database could not be made. Nothing is left behind.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Not a database of this system or of the earlier one.
    #[error("`{}` is neither a catalog.db nor a catalogsync.db", .path.display())]
    NotACatalog {
        /// What was given.
        path: PathBuf,
    },
    /// The source is not there, or may not be read.
    #[error("`{}` cannot be read", .path.display())]
    Missing {
        /// What was given.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
    /// A catalog of another version of this program.
    #[error(
        "the catalog `{}` has version {found}, and this program reads version {known}: use the program that made it",
        .path.display()
    )]
    OtherVersion {
        /// The catalog.
        path: PathBuf,
        /// Its version.
        found: usize,
        /// The version that this program reads.
        known: usize,
    },
    /// The source cannot be opened.
    #[error("`{}` cannot be opened as a SQLite database", .path.display())]
    Open {
        /// What was given.
        path: PathBuf,
        /// SQLite's answer.
        #[source]
        source: rusqlite::Error,
    },
    /// A read from the source failed.
    #[error("reading {what} from the catalog failed")]
    Source {
        /// Which rows.
        what: &'static str,
        /// SQLite's answer.
        #[source]
        source: rusqlite::Error,
    },
    /// A write to the new database failed.
    #[error("writing {what} to the read database failed")]
    Target {
        /// Which rows or step.
        what: &'static str,
        /// SQLite's answer.
        #[source]
        source: rusqlite::Error,
    },
    /// The file itself cannot be written or read back.
    #[error("the read database `{}` cannot be written", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
    /// A column's JSON could not be made.
    #[error("making the JSON of a column failed")]
    Json(#[from] serde_json::Error),
    /// The new database is not sound; it was not handed over.
    #[error("the new read database failed its check: {0}")]
    Unsound(String),
}
