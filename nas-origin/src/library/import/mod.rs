//! The library as an import sees it: what is known, and changes applied in batches, one transaction each.

mod adopt;
mod albums;
mod covers;
mod cuts;
mod edits;
mod known;
mod lyrics;
mod names;
mod playlists;
mod records;
mod sheets;
mod texts;
mod track_row;
mod tracks;
mod twins;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use catalog_core::import::{Change, FileFailure, FileStamp, KnownFile, KnownLibrary, ListedTrack, Separators};
use catalog_core::model::{PlaylistId, TrackId};
use catalog_core::ports::{LibraryStore, StoreError};
use rusqlite::{OptionalExtension, Row, Transaction, named_params};

use self::covers::Pictures;
use self::edits::EditedIds;
use self::names::NameTable;
use super::sources::{self, Source};
use super::{Library, LibraryError, settings};
use crate::media::presence;

const TRACK_AT: &str = "SELECT track_id FROM tracks WHERE source = :source AND source_id = :path";
const PUT_FAILURE: &str =
    "INSERT OR REPLACE INTO import_failures (source, source_id, reason, may_pass, size_bytes, mtime_ns)
    VALUES (:source, :path, :reason, :may_pass, :size_bytes, :mtime_ns)";
const DROP_FAILURE: &str = "DELETE FROM import_failures WHERE source = :source AND source_id = :path";

/// Stands between several texts in one column: `clean` leaves it in none.
const SEPARATOR: &str = "\u{1f}";

pub use self::covers::find_or_create as find_or_create_cover;
pub(super) use self::edits::{show_album, show_track};
pub(super) use self::tracks::{ENRICHED, TAGGED};

/// One source's side of the library during an import.
pub struct ImportStore<'a> {
    library: &'a Library,
    source: Source,
    separators: Separators,
    caches: Caches,
}

impl<'a> ImportStore<'a> {
    /// The library, to import `source` into.
    pub fn new(library: &'a Library, source: Source) -> Self {
        Self { library, source, separators: Separators::default(), caches: Caches::default() }
    }

    /// Separates several values in one text of a CUE sheet by these.
    #[must_use]
    pub fn separating(self, separators: &Separators) -> Self {
        Self { separators: separators.clone(), ..self }
    }

    /// One batch.
    fn write<T>(
        &mut self,
        now: i64,
        change: impl FnOnce(&mut Batch<'_>) -> Result<T, LibraryError>,
    ) -> Result<T, LibraryError> {
        let Self { library, source, caches, .. } = self;
        let written = library.write(|tx| {
            caches.fill(tx)?;
            let mut batch = Batch::begin(tx, source, caches, now);
            let answer = change(&mut batch)?;
            batch.finish()?;
            Ok(answer)
        });
        // What a batch that was taken back had made is in the caches.
        written.inspect_err(|_| *caches = Caches::default())
    }
}

/// Ids that were looked up or made: they spare a SELECT for each row. Filled by the first batch, and again after the
/// owner edited something.
#[derive(Default)]
struct Caches {
    /// The catalog's mark of edits when they were filled. Without one they don't know everything, and what they lack is
    /// asked for.
    filled_at: Option<String>,
    artists: NameTable,
    genres: NameTable,
    /// Of some albums: a million keys would take half the memory of an import.
    albums: HashMap<String, i64>,
    covers: HashMap<String, i64>,
    /// Backends that the source names.
    placed: HashMap<String, i64>,
    /// Of all sources: an album may lie in several.
    pictures: Pictures,
    edited: EditedIds,
    /// Whether any track is another one in another file.
    has_twins: bool,
}

impl Caches {
    fn fill(&mut self, tx: &Transaction<'_>) -> Result<(), LibraryError> {
        let mark = settings::edit_mark(tx)?;
        if self.filled_at.as_ref() != Some(&mark) {
            self.artists = NameTable::load(tx, &names::ARTISTS)?;
            self.genres = NameTable::load(tx, &names::GENRES)?;
            self.albums.clear();
            self.covers = covers::load_ids(tx)?;
            self.pictures = Pictures::load(tx)?;
            self.edited = EditedIds::load(tx)?;
            self.has_twins = twins::has_any(tx)?;
            self.filled_at = Some(mark);
        }
        Ok(())
    }
}

/// A batch under way.
struct Batch<'a> {
    tx: &'a Transaction<'a>,
    source: &'a Source,
    caches: &'a mut Caches,
    now: i64,
    /// Albums whose row may be another one now.
    touched_albums: BTreeSet<i64>,
    /// Albums that this batch made, with the album that their first track came from.
    successors: BTreeMap<i64, i64>,
    /// Whether a snapshot could show a difference.
    is_visible: bool,
}

impl<'a> Batch<'a> {
    fn begin(tx: &'a Transaction<'a>, source: &'a Source, caches: &'a mut Caches, now: i64) -> Self {
        let (touched_albums, successors) = (BTreeSet::new(), BTreeMap::new());
        Self { tx, source, caches, now, touched_albums, successors, is_visible: false }
    }

    fn apply(&mut self, change: &Change) -> Result<(), LibraryError> {
        match change {
            Change::Add { file, track } => self.add_track(file, track),
            Change::Replace { id, file, track } => self.replace_track(*id, file, track),
            Change::Touch { id, stamp } => self.touch_track(*id, *stamp),
            Change::Return { id } => self.return_track(*id),
            Change::Displace { id } => self.displace_track(*id),
            Change::Adopt { id } => self.adopt_track(*id),
            Change::Miss { id } => self.miss_track(*id),
            Change::Fail { failure, stamp } => self.put_failure(failure, *stamp),
            Change::Forget { path } => self.drop_failure(path),
            Change::PutPicture { file, picture } => self.put_picture_file(file, &picture.picture),
            Change::DropPicture { path } => self.drop_picture_file(path),
            Change::PutText { kind, file, text } => self.put_text_file(*kind, file, text),
            Change::DropText { kind, path } => self.drop_text_file(*kind, path),
            Change::PutPlaylist { id, file, playlist } => self.put_playlist(*id, file, playlist),
            Change::MissPlaylist { id } => self.miss_playlist(*id),
        }
    }

    fn finish(mut self) -> Result<(), LibraryError> {
        self.refresh_albums()?;
        if self.is_visible { settings::bump_change_mark(self.tx) } else { Ok(()) }
    }

    fn put_failure(&self, failure: &FileFailure, stamp: FileStamp) -> Result<(), LibraryError> {
        self.tx.prepare_cached(PUT_FAILURE)?.execute(named_params! {
            ":source": self.source.name, ":path": failure.path, ":reason": failure.reason,
            ":may_pass": failure.may_pass, ":size_bytes": stamp.size_bytes.cast_signed(), ":mtime_ns": stamp.mtime_ns,
        })?;
        Ok(())
    }

    fn drop_failure(&self, path: &str) -> Result<(), LibraryError> {
        let values = named_params! { ":source": self.source.name, ":path": path };
        self.tx.prepare_cached(DROP_FAILURE)?.execute(values)?;
        Ok(())
    }
}

impl LibraryStore for ImportStore<'_> {
    fn known(&mut self) -> Result<KnownLibrary, StoreError> {
        self.library.read(|read| known::load(read, &self.source)).map_err(failed("reading what is known"))
    }

    fn list_lost_elsewhere(&mut self, sizes: &HashSet<u64>) -> Result<Vec<KnownFile>, StoreError> {
        let lost = self.library.read(|read| known::list_lost_elsewhere(read, &self.source, sizes, presence::is_gone));
        lost.map_err(failed("looking for files that moved between sources"))
    }

    fn apply(&mut self, changes: &[Change], now: i64) -> Result<(), StoreError> {
        let applied = self.write(now, |batch| changes.iter().try_for_each(|change| batch.apply(change)));
        applied.map_err(failed("writing a batch"))
    }

    fn find_track_at(&mut self, path: &str) -> Result<Option<TrackId>, StoreError> {
        let found = self.library.read(|read| {
            let mut statement = read.prepare_cached(TRACK_AT).map_err(LibraryError::from)?;
            let values = named_params! { ":source": self.source.name, ":path": path };
            Ok(statement.query_row(values, |row| row.get("track_id")).optional()?)
        });
        found.map(|id| id.and_then(TrackId::new)).map_err(failed("looking a track up"))
    }

    fn list_entries(&mut self, id: PlaylistId) -> Result<Vec<ListedTrack>, StoreError> {
        self.library.read(|read| playlists::list_entries(read, id)).map_err(failed("reading a playlist"))
    }

    fn finish(&mut self, missing_before: i64, now: i64) -> Result<(), StoreError> {
        self.settle_cuts(now).map_err(failed("cutting files up by their sheets"))?;
        let finished = self.library.write(|tx| {
            tracks::remove_expired(tx, &self.source, missing_before)?;
            sources::note_import(tx, &self.source, now)
        });
        finished.map_err(failed("ending the import"))
    }
}

/// Several texts as one column has them.
fn joined<T: AsRef<str>>(texts: &[T]) -> Option<String> {
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    (!texts.is_empty()).then(|| texts.join(SEPARATOR))
}

/// The texts of one column.
pub(super) fn texts(row: &Row<'_>, column: &str) -> rusqlite::Result<Vec<String>> {
    let joined: Option<String> = row.get(column)?;
    Ok(joined.iter().flat_map(|joined| joined.split(SEPARATOR)).map(str::to_owned).collect())
}

fn failed(what: &'static str) -> impl Fn(LibraryError) -> StoreError {
    move |error| StoreError { what, source: error.into() }
}

#[cfg(test)]
mod tests;
