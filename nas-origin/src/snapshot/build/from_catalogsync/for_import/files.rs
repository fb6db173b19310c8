//! Files of an earlier system's database: in any order, or beside the songs that they are of.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::Rows;

use super::EarlierCatalog;
use crate::snapshot::build::BuildError;
use crate::snapshot::build::from_catalogsync::{files, schema};
use crate::snapshot::build::input::{Backend, FileOrder, FileRow, Skipped};

/// An active file of a song.
pub(crate) struct EarlierFile {
    pub(crate) song_id: i64,
    pub(crate) backend: Arc<EarlierBackend>,
    pub(crate) locator: String,
    pub(crate) ext: Option<String>,
    pub(crate) size_bytes: Option<i64>,
    pub(crate) quality: Option<String>,
    pub(crate) is_primary: bool,
}

/// Where files are.
#[derive(Hash)]
pub(crate) struct EarlierBackend {
    pub(crate) name: String,
    /// `local` or `object_storage`.
    pub(crate) kind: String,
    pub(crate) base_path: Option<String>,
    pub(crate) public_base: Option<String>,
}

/// Backends as the source has them, and as an import takes them in.
pub(super) struct Backends {
    rows: HashMap<i64, Backend>,
    shared: HashMap<i64, Arc<EarlierBackend>>,
}

impl EarlierCatalog {
    /// Active files, in any order.
    pub(crate) fn each_file(&self, mut visit: impl FnMut(EarlierFile)) -> Result<(), BuildError> {
        let shared = self.backends()?.shared;
        files::each(&self.0, FileOrder::AsStored, &mut Skipped::default(), &mut |row| {
            if let Some(backend) = shared.get(&row.backend.id) {
                visit(file(row, backend));
            }
            Ok(())
        })
    }

    pub(super) fn backends(&self) -> Result<Backends, BuildError> {
        if !schema::has_table(&self.0, "storage_backends")? {
            return Ok(Backends { rows: HashMap::new(), shared: HashMap::new() });
        }
        let rows = files::backends(&self.0, &mut Skipped::default())?;
        let folders = self.folders()?;
        let shared = rows.iter().map(|(id, row)| {
            let folder = folders.get(id).cloned().flatten();
            let backend = EarlierBackend {
                name: row.name.clone(),
                kind: row.kind.clone(),
                base_path: folder.filter(|_| row.kind == "local"),
                public_base: row.public_base.clone(),
            };
            (*id, Arc::new(backend))
        });
        Ok(Backends { shared: shared.collect(), rows })
    }

    fn folders(&self) -> Result<HashMap<i64, Option<String>>, BuildError> {
        let at = |source| BuildError::Source { what: "storage backends", source };
        let columns = schema::select_list(&self.0, "storage_backends", "b", &["id", "base_path"])?;
        let mut statement = self.0.prepare(&format!("SELECT {columns} FROM storage_backends b")).map_err(at)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(at)?;
        rows.collect::<rusqlite::Result<_>>().map_err(at)
    }
}

/// Files by song, taken while the songs go by in the same order: a million of them are never held at once.
pub(super) struct FilesBySong<'s> {
    rows: Option<Rows<'s>>,
    backends: &'s Backends,
    /// The first that was not taken yet.
    next: Option<EarlierFile>,
}

impl<'s> FilesBySong<'s> {
    /// `rows` are of a statement in the order of songs; `None` where a database knows no files.
    pub(super) fn new(rows: Option<Rows<'s>>, backends: &'s Backends) -> Self {
        Self { rows, backends, next: None }
    }

    /// The files of a song; those of songs before it that were not asked for are passed over.
    pub(super) fn take_of(&mut self, song_id: i64) -> rusqlite::Result<Vec<EarlierFile>> {
        let mut files = Vec::new();
        loop {
            if self.next.is_none() {
                self.next = self.read()?;
            }
            match self.next.take_if(|file| file.song_id <= song_id) {
                Some(file) if file.song_id == song_id => files.push(file),
                Some(_) => {}
                None => return Ok(files),
            }
        }
    }

    fn read(&mut self) -> rusqlite::Result<Option<EarlierFile>> {
        let Some(rows) = &mut self.rows else { return Ok(None) };
        while let Some(row) = rows.next()? {
            let Ok(row) = files::file(row, &self.backends.rows)? else { continue };
            if let Some(backend) = self.backends.shared.get(&row.backend.id) {
                return Ok(Some(file(&row, backend)));
            }
        }
        Ok(None)
    }
}

fn file(row: &FileRow<'_>, backend: &Arc<EarlierBackend>) -> EarlierFile {
    EarlierFile {
        song_id: row.track_id,
        backend: Arc::clone(backend),
        locator: row.locator.clone().into_owned(),
        ext: row.ext.clone().map(std::borrow::Cow::into_owned),
        size_bytes: row.file_size_bytes,
        quality: row.quality_label.clone().map(std::borrow::Cow::into_owned),
        is_primary: row.is_primary,
    }
}
