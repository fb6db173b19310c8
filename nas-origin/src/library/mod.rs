//! The authoritative catalog in SQLite, by family. The only writer.
//!
//! Reading goes through a small pool, writing through the one writer. Both block: call them from blocking threads.

pub mod backup;
pub mod browse;
pub mod checkup;
pub mod covers;
pub mod credentials;
pub mod earlier_lists;
pub mod editing;
pub mod enrichment;
mod error;
pub mod ids;
pub mod import;
pub mod jobs;
pub mod lists;
mod open;
pub mod publications;
pub mod recent_locations;
pub mod revocations;
pub mod settings;
pub mod sources;
pub mod stores;
pub mod stream_locations;
pub mod users;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use r2d2::ManageConnection;
use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::lock_file::LockFile;

pub use error::LibraryError;
pub use open::{schema_sql, schema_version};

/// Readers that may be at work at once.
const READERS: u32 = 8;

/// The open catalog.
pub struct Library {
    data_dir: PathBuf,
    readers: r2d2::Pool<SqliteConnectionManager>,
    writer: Mutex<Connection>,
    /// Held while the catalog is open: nobody puts another one in its place.
    _in_use: LockFile,
}

impl Library {
    /// Opens or creates `data_dir/catalog.db`, and brings it to this program's version after a copy of the file was
    /// made.
    ///
    /// # Errors
    /// When the folder or the file cannot be used, and when a newer program made the file.
    pub fn open(data_dir: &Path) -> Result<Self, LibraryError> {
        let path = open::prepare(data_dir)?;
        let in_use = open::lock_shared(data_dir)?;
        let mut writer = open::writer(&path)?;
        open::migrate(&mut writer, &path)?;
        settings::create_publisher_id(&writer)?;
        let readers = r2d2::Pool::builder()
            .max_size(READERS)
            .min_idle(Some(0))
            .test_on_check_out(false)
            .build(open::readers(&path))?;
        Ok(Self { data_dir: data_dir.to_owned(), readers, writer: Mutex::new(writer), _in_use: in_use })
    }

    /// The folder that holds the database and all else that the origin keeps.
    pub fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    /// Runs `query` on a connection that cannot write. What must agree belongs into one transaction of the query's.
    ///
    /// # Errors
    /// What the query answers, and when no connection is free.
    pub fn read<T, E>(&self, query: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E>
    where
        E: From<LibraryError>,
    {
        let connection = self.readers.get().map_err(LibraryError::from)?;
        query(&connection)
    }

    /// A connection of its own that cannot write, for what must always be asked on the same one. Blocks.
    ///
    /// # Errors
    /// When the database cannot be opened.
    pub fn connect_reader(&self) -> Result<Connection, LibraryError> {
        let path = open::path(&self.data_dir);
        open::readers(&path).connect().map_err(|source| LibraryError::Open { path, source })
    }

    /// Runs `change` in one transaction: all of it happens, or nothing when it answers an error.
    ///
    /// # Errors
    /// What the change answers, and when the transaction cannot begin or end.
    pub fn write<T, E>(&self, change: impl FnOnce(&Transaction<'_>) -> Result<T, E>) -> Result<T, E>
    where
        E: From<LibraryError>,
    {
        // A panic inside a change dropped its transaction: the connection is as good as before.
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction =
            writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(LibraryError::from)?;
        let done = change(&transaction)?;
        transaction.commit().map_err(LibraryError::from)?;
        Ok(done)
    }
}

#[cfg(test)]
mod tests;
