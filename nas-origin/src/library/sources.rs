//! The rows of sources, each with the backend that its folder or bucket is.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};

use super::{LibraryError, settings};

const FIND: &str = "SELECT backend_id, kind, mode FROM sources WHERE name = :name";
const SETTLED: &str = "SELECT s.untagged, b.public_base_url FROM sources s JOIN storage_backends b USING (backend_id)
    WHERE s.name = :name";
const FOLDERS: &str = "SELECT s.name, b.base_path FROM sources s JOIN storage_backends b USING (backend_id)
    WHERE b.base_path IS NOT NULL AND s.kind = 'local' AND s.mode = 'in_place' ORDER BY s.source_id";
const SHOWN: &str = "SELECT json_array(b.name, b.backend_type, b.public_base_url, s.name, s.kind, s.untagged)
    FROM storage_backends b LEFT JOIN sources s USING (backend_id) ORDER BY b.backend_id, s.source_id";
const ADD_BACKEND: &str = "INSERT INTO storage_backends (name, backend_type, base_path, public_base_url)
    VALUES (:name, :type, :path, :public_base_url)";
const ADD: &str = "INSERT INTO sources (name, kind, mode, backend_id) VALUES (:name, :kind, :mode, :backend_id)";
const MOVE: &str = "UPDATE storage_backends SET base_path = :path, public_base_url = :public_base_url
    WHERE backend_id = :backend_id";
const SET_UNTAGGED: &str = "UPDATE sources SET untagged = :untagged WHERE name = :name";
/// What the owner hides stays hidden.
const HIDE: &str = "UPDATE tracks SET is_hidden = :hides WHERE source = :name AND is_untagged AND is_hidden <> :hides
    AND NOT EXISTS (SELECT 1 FROM track_edits e WHERE e.track_id = tracks.track_id AND e.is_hidden)
    AND NOT EXISTS (SELECT 1 FROM album_edits e WHERE e.album_id = tracks.album_id AND e.is_hidden)";
const OF_TRACK: &str = "SELECT s.name, s.backend_id, s.untagged FROM sources s JOIN tracks t ON t.source = s.name
    WHERE t.track_id = :id";
const NOTE_IMPORT: &str = "UPDATE sources SET last_import_at = :now WHERE name = :name";

const LOCATORS: &str = "SELECT locator FROM track_files WHERE backend_id = :backend_id";

/// The mode of a source whose files are copied.
pub const COPY: &str = "copy";

/// A source as it is configured.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewSource<'a> {
    /// Its name in the configuration.
    pub name: &'a str,
    /// `local`, `object_store`, `catalogsync` or `upload`.
    pub kind: &'a str,
    /// `in_place` or `copy`.
    pub mode: &'a str,
    /// Whether files without tags stay out of snapshots.
    pub hides_untagged: bool,
    /// Where its files are.
    pub place: Place,
}

impl NewSource<'_> {
    fn holding(&self) -> Holding {
        match (&self.place, self.mode) {
            (Place::Rows, _) => Holding::Records,
            (_, COPY) => Holding::Copies,
            _ => Holding::Files,
        }
    }
}

/// Where the files of a source are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// In a folder of this machine, an absolute path.
    Folder(String),
    /// In a bucket.
    Bucket {
        /// What the public URLs of its objects begin with, if they have any.
        public_base_url: Option<String>,
    },
    /// Wherever its rows say.
    Rows,
}

impl Place {
    fn backend_type(&self) -> &'static str {
        match self {
            Self::Folder(_) | Self::Rows => "local",
            Self::Bucket { .. } => "object_storage",
        }
    }

    fn folder(&self) -> Option<&str> {
        match self {
            Self::Folder(path) => Some(path),
            Self::Bucket { .. } | Self::Rows => None,
        }
    }

    fn public_base_url(&self) -> Option<&str> {
        match self {
            Self::Folder(_) | Self::Rows => None,
            Self::Bucket { public_base_url } => public_base_url.as_deref(),
        }
    }
}

/// A source that is being imported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// Its name in the configuration.
    pub name: String,
    /// The backend that its folder or bucket is.
    pub backend_id: i64,
    /// Whether files without tags stay out of snapshots.
    pub hides_untagged: bool,
    /// What the library has of its tracks.
    pub holding: Holding,
}

/// What the library has of a source's tracks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holding {
    /// Files where they are: a file's place on the backend is its path.
    Files,
    /// Copies of files, at places of their own.
    Copies,
    /// Rows that tell of files on other backends.
    Records,
}

/// The source of a name; it is made when there is none.
///
/// # Errors
/// When there is one of another kind or mode, and when the database cannot be written.
pub fn find_or_create(tx: &Transaction<'_>, new: &NewSource<'_>) -> Result<Source, LibraryError> {
    let found = tx.prepare_cached(FIND)?.query_row(named_params! { ":name": new.name }, known).optional()?;
    let backend_id = match found {
        Some(known) if known.kind == new.kind && known.mode == new.mode => known.backend_id,
        Some(Known { kind, mode, .. }) => {
            let asked = format!("{}, {}", new.kind, new.mode);
            return Err(LibraryError::OtherSource {
                name: new.name.to_owned(),
                known: format!("{kind}, {mode}"),
                asked,
            });
        }
        None => create(tx, new)?,
    };
    let holding = new.holding();
    Ok(Source { name: new.name.to_owned(), backend_id, hides_untagged: new.hides_untagged, holding })
}

/// The source of a known track, to write rows of it but no files.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn find_of_track(connection: &Connection, track_id: i64) -> Result<Option<Source>, LibraryError> {
    let mut statement = connection.prepare_cached(OF_TRACK)?;
    let source = statement.query_row(named_params! { ":id": track_id }, |row| {
        let hides_untagged = row.get::<_, String>("untagged")? == "hide";
        let (name, backend_id) = (row.get("name")?, row.get("backend_id")?);
        Ok(Source { name, backend_id, hides_untagged, holding: Holding::Files })
    });
    Ok(source.optional()?)
}

struct Known {
    backend_id: i64,
    kind: String,
    mode: String,
}

fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    Ok(Known { backend_id: row.get("backend_id")?, kind: row.get("kind")?, mode: row.get("mode")? })
}

fn create(tx: &Transaction<'_>, new: &NewSource<'_>) -> Result<i64, LibraryError> {
    let backend_id = tx.prepare(ADD_BACKEND)?.insert(named_params! {
        ":name": new.name, ":type": new.place.backend_type(), ":path": new.place.folder(),
        ":public_base_url": new.place.public_base_url(),
    })?;
    let values = named_params! { ":name": new.name, ":kind": new.kind, ":mode": new.mode, ":backend_id": backend_id };
    tx.execute(ADD, values)?;
    Ok(backend_id)
}

/// After an import that worked: its place may be another one than before, and so may what becomes of untagged files.
///
/// # Errors
/// When the database cannot be written.
pub fn settle(tx: &Transaction<'_>, source: &Source, place: &Place) -> Result<(), LibraryError> {
    let (untagged, base): (String, Option<String>) =
        tx.query_row(SETTLED, named_params! { ":name": source.name }, |row| {
            Ok((row.get("untagged")?, row.get("public_base_url")?))
        })?;
    tx.execute(
        MOVE,
        named_params! {
            ":path": place.folder(), ":public_base_url": place.public_base_url(), ":backend_id": source.backend_id,
        },
    )?;
    if base.as_deref() != place.public_base_url() {
        settings::bump_change_mark(tx)?;
    }
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

/// Names and folders of the music folders that were imported, in the order in which they came.
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

/// Where the files of a source lie on its backend.
///
/// # Errors
/// When the database cannot be read.
pub fn list_locators(connection: &Connection, source: &Source) -> Result<HashSet<String>, LibraryError> {
    let mut statement = connection.prepare_cached(LOCATORS)?;
    let rows = statement.query_map(named_params! { ":backend_id": source.backend_id }, |row| row.get("locator"))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

pub(super) fn note_import(tx: &Transaction<'_>, source: &Source, now: i64) -> Result<(), LibraryError> {
    tx.execute(NOTE_IMPORT, named_params! { ":name": source.name, ":now": now })?;
    Ok(())
}
