//! Ids are never given twice, not even after an older catalog was restored: it goes on above the highest that was
//! published.

use rusqlite::{Connection, Transaction, named_params};

use super::{LibraryError, settings};

/// `yes` from a restore until the store was asked.
const UNSETTLED: &str = "ids_unsettled";

const RAISE: &str = "UPDATE sqlite_sequence SET seq = max(seq, :highest) WHERE name = :name";
const BEGIN: &str = "INSERT INTO sqlite_sequence (name, seq)
    SELECT :name, :highest WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = :name)";
const WAS_PUBLISHED: &str = "SELECT EXISTS (SELECT 1 FROM publications)";

/// The highest id of each kind that a snapshot shows; 0 where it shows none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HighestIds {
    /// Of tracks.
    pub tracks: i64,
    /// Of their files.
    pub track_files: i64,
    /// Of albums.
    pub albums: i64,
    /// Of artists.
    pub artists: i64,
    /// Of genres.
    pub genres: i64,
    /// Of playlists.
    pub playlists: i64,
    /// Of covers.
    pub covers: i64,
}

/// Whether new ids are certain to be new.
///
/// # Errors
/// When the catalog cannot be read.
pub fn is_settled(catalog: &Connection) -> Result<bool, LibraryError> {
    Ok(settings::find(catalog, UNSETTLED)?.is_none())
}

/// Whether the catalog remembers to have been published anywhere.
///
/// # Errors
/// When the catalog cannot be read.
pub fn was_published(catalog: &Connection) -> Result<bool, LibraryError> {
    Ok(catalog.query_row(WAS_PUBLISHED, [], |row| row.get(0))?)
}

pub(super) fn unsettle(tx: &Transaction<'_>) -> Result<(), LibraryError> {
    settings::replace(tx, UNSETTLED, "yes")
}

/// Has all new ids begin above these.
///
/// # Errors
/// When the catalog cannot be written.
pub fn settle(tx: &Transaction<'_>, highest: HighestIds) -> Result<(), LibraryError> {
    for (table, highest) in [
        ("tracks", highest.tracks),
        ("track_files", highest.track_files),
        ("albums", highest.albums),
        ("artists", highest.artists),
        ("genres", highest.genres),
        ("playlists", highest.playlists),
        ("covers", highest.covers),
    ] {
        let values = named_params! { ":name": table, ":highest": highest };
        tx.execute(RAISE, values)?;
        tx.execute(BEGIN, values)?;
    }
    settings::remove(tx, UNSETTLED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::Library;

    #[test]
    fn ids_go_on_above_what_was_published_and_never_below_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let library = Library::open(folder.path()).unwrap();
        let add = "INSERT INTO artists (name, name_key) VALUES (:name, :name)";
        let added = |name: &str| {
            library
                .write(|tx| Ok::<_, LibraryError>(tx.prepare(add)?.insert(named_params! { ":name": name })?))
                .unwrap()
        };
        assert_eq!(added("a"), 1);
        library.write(unsettle).unwrap();
        assert!(!library.read(is_settled).unwrap());
        let settled =
            |artists| library.write(|tx| settle(tx, HighestIds { artists, ..HighestIds::default() })).unwrap();
        settled(70);
        assert_eq!(added("b"), 71);
        settled(5);
        assert_eq!(added("c"), 72);
        assert!(library.read(is_settled).unwrap());
    }
}
