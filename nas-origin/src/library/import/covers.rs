//! Pictures: one row for each content, and the files beside the music that show them.

use std::collections::{BTreeSet, HashMap};

use catalog_core::import::{AlbumMember, FolderPicture, Picture, ScannedFile, album_folder};
use rusqlite::{Connection, OptionalExtension, named_params};

use super::{Batch, LibraryError};

const IDS: &str = "SELECT sha256, cover_id FROM covers";
const FIND: &str = "SELECT cover_id FROM covers WHERE sha256 = :sha256";
const CREATE: &str = "INSERT INTO covers (sha256, ext, width, height) VALUES (:sha256, :ext, :width, :height)";
const FILES: &str = "SELECT source, source_id, cover_id FROM picture_files";
/// Of a folder and what lies in it: '0' follows '/'.
const FILES_BELOW: &str = "SELECT source_id, cover_id FROM picture_files
    WHERE source = :source AND source_id >= :folder || '/' AND source_id < :folder || '0'";
const FILES_AT_ROOT: &str =
    "SELECT source_id, cover_id FROM picture_files WHERE source = :source AND source_id NOT GLOB '*/*'";
const COVER_OF_FILE: &str = "SELECT cover_id FROM picture_files WHERE source = :source AND source_id = :path";
const PUT_FILE: &str = "INSERT OR REPLACE INTO picture_files (source, source_id, size_bytes, mtime_ns, cover_id)
    VALUES (:source, :path, :size_bytes, :mtime_ns, :cover_id)";
const DROP_FILE: &str = "DELETE FROM picture_files WHERE source = :source AND source_id = :path";
/// All that begins with the folder's path: '0' follows '/'.
const ALBUMS_BELOW: &str = "SELECT DISTINCT album_id FROM tracks
    WHERE source = :source AND source_id >= :folder || '/' AND source_id < :folder || '0' AND album_id IS NOT NULL";
const ALBUMS_AT_ROOT: &str = "SELECT DISTINCT album_id FROM tracks
    WHERE source = :source AND source_id NOT GLOB '*/*/*' AND album_id IS NOT NULL";

pub(super) fn load_ids(connection: &Connection) -> Result<HashMap<String, i64>, LibraryError> {
    let mut statement = connection.prepare(IDS)?;
    let rows = statement.query_map([], |row| Ok((row.get("sha256")?, row.get("cover_id")?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The row of a picture; it is made when there is none.
///
/// # Errors
/// When the database cannot be written.
pub fn find_or_create(tx: &Connection, picture: &Picture) -> Result<i64, LibraryError> {
    let known = named_params! { ":sha256": picture.sha256 };
    let known = tx.prepare_cached(FIND)?.query_row(known, |row| row.get("cover_id")).optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    Ok(tx.prepare_cached(CREATE)?.insert(named_params! {
        ":sha256": picture.sha256, ":ext": picture.ext, ":width": picture.width, ":height": picture.height,
    })?)
}

/// Pictures beside the music, by source and folder, in the order of preference.
#[derive(Default)]
pub(super) struct Pictures(HashMap<String, HashMap<String, Vec<FolderPicture>>>);

impl Pictures {
    pub(super) fn load(connection: &Connection) -> Result<Self, LibraryError> {
        let mut pictures = Self::default();
        let mut statement = connection.prepare(FILES)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (source, path): (String, String) = (row.get("source")?, row.get("source_id")?);
            pictures.put(&source, &path, row.get("cover_id")?);
        }
        Ok(pictures)
    }

    /// Those that may show the album of these tracks.
    pub(super) fn load_beside(&mut self, connection: &Connection, members: &[AlbumMember]) -> Result<(), LibraryError> {
        let folders = members.iter().flat_map(|member| {
            [album_folder(&member.path), folder_of(&member.path)].map(|folder| (member.source.as_str(), folder))
        });
        for (source, folder) in folders.collect::<BTreeSet<_>>() {
            let mut statement =
                connection.prepare_cached(if folder.is_empty() { FILES_AT_ROOT } else { FILES_BELOW })?;
            let below = [(":source", source), (":folder", folder)];
            let mut rows = statement.query(if folder.is_empty() { &below[..1] } else { &below[..] })?;
            while let Some(row) = rows.next()? {
                self.put(source, &row.get::<_, String>("source_id")?, row.get("cover_id")?);
            }
        }
        Ok(())
    }

    /// The pictures in a source's folder.
    pub(super) fn list(&self, source: &str, folder: &str) -> &[FolderPicture] {
        self.0.get(source).and_then(|folders| folders.get(folder)).map_or(&[], Vec::as_slice)
    }

    fn folder(&mut self, source: &str, path: &str) -> &mut Vec<FolderPicture> {
        let folders = self.0.entry(source.to_owned()).or_default();
        folders.entry(folder_of(path).to_owned()).or_default()
    }

    /// Sorted by name without regard to case: `cover` before `folder` before `front`. An artist's picture is no album's.
    fn put(&mut self, source: &str, path: &str, cover: i64) {
        if is_of_artist(path) {
            return;
        }
        self.remove(source, path);
        let folder = self.folder(source, path);
        folder.push(FolderPicture { path: path.into(), cover });
        folder.sort_by_cached_key(|picture| (picture.path.to_ascii_lowercase(), picture.path.clone()));
    }

    fn remove(&mut self, source: &str, path: &str) {
        self.folder(source, path).retain(|picture| &*picture.path != path);
    }
}

impl Batch<'_> {
    pub(super) fn cover_id(&mut self, picture: &Picture) -> Result<i64, LibraryError> {
        if let Some(id) = self.caches.covers.get(&picture.sha256) {
            return Ok(*id);
        }
        let id = find_or_create(self.tx, picture)?;
        self.caches.covers.insert(picture.sha256.clone(), id);
        Ok(id)
    }

    pub(super) fn put_picture_file(&mut self, file: &ScannedFile, picture: &Picture) -> Result<(), LibraryError> {
        let cover_id = self.cover_id(picture)?;
        let key = named_params! { ":source": self.source.name, ":path": file.path };
        let before: Option<i64> =
            self.tx.prepare_cached(COVER_OF_FILE)?.query_row(key, |row| row.get("cover_id")).optional()?;
        self.tx.prepare_cached(PUT_FILE)?.execute(named_params! {
            ":source": self.source.name, ":path": file.path, ":cover_id": cover_id,
            ":size_bytes": file.stamp.size_bytes.cast_signed(), ":mtime_ns": file.stamp.mtime_ns,
        })?;
        if before == Some(cover_id) {
            return Ok(());
        }
        self.caches.pictures.put(&self.source.name, &file.path, cover_id);
        self.touch_shown_by(&file.path)
    }

    pub(super) fn drop_picture_file(&mut self, path: &str) -> Result<(), LibraryError> {
        let key = named_params! { ":source": self.source.name, ":path": path };
        self.tx.prepare_cached(DROP_FILE)?.execute(key)?;
        self.caches.pictures.remove(&self.source.name, path);
        self.touch_shown_by(path)
    }

    /// Whose picture an artist's is, is asked when the catalog is published.
    fn touch_shown_by(&mut self, path: &str) -> Result<(), LibraryError> {
        self.is_visible |= is_of_artist(path);
        if is_of_artist(path) { Ok(()) } else { self.touch_albums_below(path) }
    }

    fn touch_albums_below(&mut self, path: &str) -> Result<(), LibraryError> {
        let mut statement;
        let folder = folder_of(path);
        let mut rows = if folder.is_empty() {
            statement = self.tx.prepare_cached(ALBUMS_AT_ROOT)?;
            statement.query(named_params! { ":source": self.source.name })?
        } else {
            statement = self.tx.prepare_cached(ALBUMS_BELOW)?;
            statement.query(named_params! { ":source": self.source.name, ":folder": folder })?
        };
        while let Some(row) = rows.next()? {
            self.touched_albums.insert(row.get("album_id")?);
        }
        Ok(())
    }
}

/// Whether a picture shows the artist whose folder it lies in.
fn is_of_artist(path: &str) -> bool {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.rsplit_once('.').is_some_and(|(stem, _)| stem.eq_ignore_ascii_case("artist"))
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
