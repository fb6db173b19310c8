//! The CUE sheet inside a track's file, and which sheet cuts up which file.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use catalog_core::import::{CueSheet, Separators, TrackRecord, file_paths, parse_sheet};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Batch, LibraryError, Source};
use crate::media::fingerprint::Fingerprint;
use crate::media::wave_part;

/// To be raised when the same sheet and file give other tracks than before.
const VERSION: u8 = 1;

/// Files of one sheet that are looked for.
const MAX_FILES: usize = 99;

const ADD_TO_TRACK: &str = "INSERT INTO track_sheets (track_id, sheet) VALUES (:id, :sheet)";
const DROP_OF_TRACK: &str = "DELETE FROM track_sheets WHERE track_id = :id";
const BESIDE: &str =
    "SELECT sheet_id, source_id AS path, sheet FROM sheet_files WHERE source = :source ORDER BY source_id";
const INSIDE: &str = "SELECT i.track_id, i.sheet FROM track_sheets i JOIN tracks t USING (track_id)
    WHERE t.source = :source AND t.missing_since IS NULL ORDER BY i.track_id";
const TEXT_BESIDE: &str = "SELECT sheet FROM sheet_files WHERE sheet_id = :id";
const TEXT_INSIDE: &str = "SELECT sheet FROM track_sheets WHERE track_id = :id";
const PRESENT: &str =
    "SELECT track_id FROM tracks WHERE source = :source AND source_id = :path AND missing_since IS NULL";
/// What of a file tells into which tracks a sheet cuts it.
const FILE: &str = "SELECT t.source_id, t.title, t.album_name, t.cover_id, t.is_hidden, f.ext, f.tag_hash FROM tracks t
    JOIN track_files f ON f.track_id = t.track_id AND f.backend_id = :backend_id JOIN storage_backends b USING (backend_id)
    WHERE t.track_id = :id AND b.base_path IS NOT NULL";

/// Where a sheet is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SheetAt {
    /// A row of `sheet_files`.
    Beside(i64),
    /// Inside the file of a track.
    Inside(i64),
}

/// How a file is to be cut up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Wanted {
    /// By which sheet,
    pub(super) sheet: SheetAt,
    /// and as which of its files.
    pub(super) file: usize,
    /// A hash of all that tells into which tracks.
    pub(super) made_of: [u8; 16],
}

impl Batch<'_> {
    pub(super) fn add_sheet(&self, track: i64, record: &TrackRecord) -> Result<(), LibraryError> {
        if let Some(sheet) = &record.sheet {
            self.tx.prepare_cached(ADD_TO_TRACK)?.execute(named_params! { ":id": track, ":sheet": sheet })?;
        }
        Ok(())
    }

    pub(super) fn drop_sheet(&self, track: i64) -> Result<(), LibraryError> {
        self.tx.prepare_cached(DROP_OF_TRACK)?.execute(named_params! { ":id": track })?;
        Ok(())
    }
}

/// The files of a source that have a sheet, and how they are to be cut up. A sheet beside a file comes before the one
/// inside it: its owner can change it.
pub(super) fn list_wanted(
    connection: &Connection,
    source: &Source,
    separators: &Separators,
) -> Result<BTreeMap<i64, Wanted>, LibraryError> {
    let mut wanted = BTreeMap::new();
    let of_source = named_params! { ":source": source.name };
    let mut want = |whole: i64, sheet, file, text: &str| -> Result<(), LibraryError> {
        let made_of = made_of(connection, source, whole, (text, file), separators)?;
        if let Some(made_of) = made_of {
            wanted.entry(whole).or_insert(Wanted { sheet, file, made_of });
        }
        Ok(())
    };
    let mut beside = connection.prepare_cached(BESIDE)?;
    let mut rows = beside.query(of_source)?;
    while let Some(row) = rows.next()? {
        let (id, path, text): (i64, String, String) = (row.get("sheet_id")?, row.get("path")?, row.get("sheet")?);
        for (file, whole) in find_files(connection, source, &path, &parse_sheet(&text))? {
            want(whole, SheetAt::Beside(id), file, &text)?;
        }
    }
    let mut inside = connection.prepare_cached(INSIDE)?;
    let mut rows = inside.query(of_source)?;
    while let Some(row) = rows.next()? {
        let (id, text): (i64, String) = (row.get("track_id")?, row.get("sheet")?);
        // One of several files can't be told from here.
        if parse_sheet(&text).files.len() == 1 {
            want(id, SheetAt::Inside(id), 0, &text)?;
        }
    }
    Ok(wanted)
}

/// The tracks whose files a sheet at `path` cuts up, with the places of the files in the sheet.
fn find_files(
    connection: &Connection,
    source: &Source,
    path: &str,
    sheet: &CueSheet,
) -> Result<Vec<(usize, i64)>, LibraryError> {
    let mut statement = connection.prepare_cached(PRESENT)?;
    let mut found = Vec::new();
    let files = sheet.files.iter().enumerate().filter(|(_, file)| file.tracks.len() > 1);
    for (place, file) in files.take(MAX_FILES) {
        for path in file_paths(path, sheet, file, wave_part::EXTS) {
            let values = named_params! { ":source": source.name, ":path": path };
            if let Some(track) = statement.query_row(values, |row| row.get(0)).optional()? {
                found.push((place, track));
                break;
            }
        }
    }
    Ok(found)
}

/// `None` for a file that is not on a disk of this machine, or whose format is not cut.
fn made_of(
    connection: &Connection,
    source: &Source,
    whole: i64,
    sheet: (&str, usize),
    separators: &Separators,
) -> Result<Option<[u8; 16]>, LibraryError> {
    let values = named_params! { ":id": whole, ":backend_id": source.backend_id };
    let mut statement = connection.prepare_cached(FILE)?;
    let looked_at = |row: &Row<'_>| {
        let ext: String = row.get("ext")?;
        let mut hash = Fingerprint::default();
        (VERSION, sheet, separators, &ext).hash(&mut hash);
        for column in ["source_id", "title", "album_name"] {
            row.get::<_, Option<String>>(column)?.hash(&mut hash);
        }
        (row.get::<_, Option<i64>>("cover_id")?, row.get::<_, bool>("is_hidden")?).hash(&mut hash);
        hash.write(&row.get::<_, Option<Vec<u8>>>("tag_hash")?.unwrap_or_default());
        Ok(wave_part::is_cut(&ext).then(|| hash.tags_id().0))
    };
    Ok(statement.query_row(values, looked_at).optional()?.flatten())
}

/// The sheet that is there.
pub(super) fn read_sheet(connection: &Connection, at: SheetAt) -> Result<CueSheet, LibraryError> {
    let (sql, id) = match at {
        SheetAt::Beside(id) => (TEXT_BESIDE, id),
        SheetAt::Inside(id) => (TEXT_INSIDE, id),
    };
    let values = named_params! { ":id": id };
    let text: String = connection.prepare_cached(sql)?.query_row(values, |row| row.get("sheet"))?;
    Ok(parse_sheet(&text))
}
