//! What a read database names in the store: the covers that a publish has to put beside it, and mirrored audio.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use snapshot_format::{Sha256Hex, cover_sizes, keys};

use super::BuildError;

const COVERS: &str = "SELECT sha256, ext, largest_size FROM catalog_covers ORDER BY sha256";
const AUDIO: &str = "SELECT DISTINCT locator FROM catalog_track_files
    WHERE backend_type = 'object_storage' AND locator >= 'audio/' AND locator < 'audio0'";

/// A cover as a read database names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NamedCover {
    /// Digest of the picture as found.
    pub picture: Sha256Hex,
    /// Of the renditions.
    pub ext: String,
    /// The largest rendition, a step of the ladder in pixels.
    pub largest_size: u32,
}

impl NamedCover {
    /// The steps that an edge may ask for, smallest first.
    pub fn sizes(&self) -> &'static [u32] {
        cover_sizes::renditions(self.largest_size)
    }

    /// The object of one step.
    pub fn key(&self, size: u32) -> String {
        keys::cover(&self.picture, size, &self.ext)
    }
}

/// Lists the covers of a finished read database.
///
/// # Errors
/// When the file is none.
pub fn list_covers(database: &Path) -> Result<Vec<NamedCover>, BuildError> {
    read(database).map_err(|source| BuildError::Target { what: "the covers", source })
}

/// Lists the keys of mirrored audio in a finished read database. A backend elsewhere with such keys is listed too.
///
/// # Errors
/// When the file is none.
pub fn list_audio(database: &Path) -> Result<Vec<String>, BuildError> {
    let read = || {
        let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut statement = connection.prepare(AUDIO)?;
        let keys = statement.query_map([], |row| row.get("locator"))?;
        keys.collect::<rusqlite::Result<_>>()
    };
    read().map_err(|source| BuildError::Target { what: "the mirrored audio", source })
}

fn read(database: &Path) -> rusqlite::Result<Vec<NamedCover>> {
    let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut statement = connection.prepare(COVERS)?;
    let covers = statement.query_map([], |row| {
        let sha256: String = row.get("sha256")?;
        let picture = Sha256Hex::try_from(sha256)
            .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, error.into()))?;
        Ok(NamedCover { picture, ext: row.get("ext")?, largest_size: row.get("largest_size")? })
    })?;
    covers.collect()
}
