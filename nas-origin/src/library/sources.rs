//! The rows of sources, each with the backend that its folder is.

use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::{LibraryError, settings};

const FIND: &str = "SELECT backend_id FROM sources WHERE name = :name";
const UNTAGGED: &str = "SELECT untagged FROM sources WHERE name = :name";
const FOLDERS: &str = "SELECT s.name, b.base_path FROM sources s JOIN storage_backends b USING (backend_id)
    WHERE b.base_path IS NOT NULL ORDER BY s.source_id";
const SHOWN: &str = "SELECT json_array(b.name, b.backend_type, b.public_base_url, s.name, s.kind, s.untagged)
    FROM storage_backends b LEFT JOIN sources s USING (backend_id) ORDER BY b.backend_id, s.source_id";
const ADD_BACKEND: &str = "INSERT INTO storage_backends (name, backend_type, base_path) VALUES (:name, 'local', :path)";
const ADD: &str = "INSERT INTO sources (name, kind, mode, backend_id) VALUES (:name, 'local', 'in_place', :backend_id)";
const MOVE: &str = "UPDATE storage_backends SET base_path = :path WHERE backend_id = :backend_id";
const SET_UNTAGGED: &str = "UPDATE sources SET untagged = :untagged WHERE name = :name";
const HIDE: &str = "UPDATE tracks SET is_hidden = :hides WHERE source = :name AND is_untagged AND is_hidden <> :hides";
const NOTE_IMPORT: &str = "UPDATE sources SET last_import_at = :now WHERE name = :name";

/// A local source that is being imported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Its name in the configuration.
    pub name: String,
    /// The backend that its folder is.
    pub backend_id: i64,
    /// Whether files without tags stay out of snapshots.
    pub hides_untagged: bool,
}

/// The source of a name; it is made when there is none.
///
/// # Errors
/// When the database cannot be written.
pub fn find_or_create(
    tx: &Transaction<'_>,
    name: &str,
    root: &str,
    hides_untagged: bool,
) -> Result<Source, LibraryError> {
    let known = tx.prepare_cached(FIND)?.query_row(named_params! { ":name": name }, |row| row.get("backend_id"));
    let backend_id = if let Some(known) = known.optional()? { known } else { create(tx, name, root)? };
    Ok(Source { name: name.to_owned(), backend_id, hides_untagged })
}

fn create(tx: &Transaction<'_>, name: &str, root: &str) -> Result<i64, LibraryError> {
    let values = named_params! { ":name": name, ":path": root };
    let backend_id = tx.prepare(ADD_BACKEND)?.insert(values)?;
    tx.execute(ADD, named_params! { ":name": name, ":backend_id": backend_id })?;
    Ok(backend_id)
}

/// After an import that worked: the folder may be another one than before, and so may what becomes of untagged files.
///
/// # Errors
/// When the database cannot be written.
pub fn settle(tx: &Transaction<'_>, source: &Source, root: &str) -> Result<(), LibraryError> {
    tx.execute(MOVE, named_params! { ":path": root, ":backend_id": source.backend_id })?;
    let untagged: String = tx.query_row(UNTAGGED, named_params! { ":name": source.name }, |row| row.get(0))?;
    let hid = untagged == "hide";
    if hid == source.hides_untagged { Ok(()) } else { set_untagged(tx, &source.name, source.hides_untagged) }
}

fn set_untagged(tx: &Transaction<'_>, name: &str, hides: bool) -> Result<(), LibraryError> {
    let untagged = if hides { "hide" } else { "show" };
    tx.execute(SET_UNTAGGED, named_params! { ":name": name, ":untagged": untagged })?;
    if tx.execute(HIDE, named_params! { ":name": name, ":hides": hides })? > 0 {
        settings::bump_change_mark(tx)?;
    }
    Ok(())
}

/// Names and folders of the sources that were imported, in the order in which they came.
///
/// # Errors
/// When the database cannot be read.
pub fn list_folders(connection: &Connection) -> Result<Vec<(String, String)>, LibraryError> {
    let mut statement = connection.prepare_cached(FOLDERS)?;
    let rows = statement.query_map([], |row| Ok((row.get("name")?, row.get("base_path")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// What the settings of backends and sources make a snapshot show, a line each.
///
/// # Errors
/// When the database cannot be read.
pub fn list_shown(connection: &Connection) -> Result<Vec<String>, LibraryError> {
    let mut statement = connection.prepare_cached(SHOWN)?;
    let lines = statement.query_map([], |row| row.get(0))?;
    Ok(lines.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn note_import(tx: &Transaction<'_>, source: &Source, now: i64) -> Result<(), LibraryError> {
    tx.execute(NOTE_IMPORT, named_params! { ":name": source.name, ":now": now })?;
    Ok(())
}
