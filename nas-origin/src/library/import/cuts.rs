//! Files that are shown as the tracks that a CUE sheet cuts them into.
//!
//! The file keeps its own track, which is not shown while there are others of it: by that one moves are found, and ids kept.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use catalog_core::import::{Cut, PlacedFile, PlacedOn, Separators, TrackRecord, cut};
use rusqlite::{Connection, named_params};

use super::records::LOSE_FILES;
use super::sheets::{self, Wanted};
use super::track_row::Standing;
use super::tracks::TAGGED;
use super::{Batch, ImportStore, LibraryError, settings};
use crate::library::editing::KnownTrack;
use crate::library::sources::Holding;
use crate::media::wave::Wave;

/// Files that are cut up in one transaction.
const CHUNK: usize = 100;

const CUT_FILES: &str = "SELECT c.whole_id, c.made_of FROM cut_files c JOIN tracks t ON t.track_id = c.whole_id
    WHERE t.source = :source";
const NOTE: &str = "INSERT OR REPLACE INTO cut_files (whole_id, made_of) VALUES (:id, :made_of)";
const FORGET: &str = "DELETE FROM cut_files WHERE whole_id = :id";
const KNOWN_CUTS: &str = "SELECT number, track_id FROM track_cuts WHERE whole_id = :id";
const PUT_CUT: &str = "INSERT OR REPLACE INTO track_cuts (track_id, whole_id, number, first_sample, end_sample)
    VALUES (:id, :whole_id, :number, :first, :end)";
const SET_CUT_UP: &str = "UPDATE tracks SET is_cut_up = :is_cut_up WHERE track_id = :id AND is_cut_up <> :is_cut_up";
const FREE_PATH: &str = "UPDATE tracks SET source_id = '/displaced/' || track_id
    WHERE source = :source AND source_id = :path AND track_id IS NOT :id";
const MISS: &str = "UPDATE tracks SET missing_since = :now WHERE track_id = :id AND missing_since IS NULL";

impl ImportStore<'_> {
    /// Cuts files up as their sheets say now. What can change that changes the catalog's mark.
    ///
    /// # Errors
    /// When the database cannot be read or written; what was cut until then stays, and the next time goes on.
    pub fn settle_cuts(&mut self, now: i64) -> Result<(), LibraryError> {
        let settled_at = format!("sheets_settled:{}", self.source.name);
        let is_settled = |read: &Connection| {
            Ok::<_, LibraryError>(settings::find(read, &settled_at)? == Some(settings::change_mark(read)?))
        };
        if self.source.holding == Holding::Records || self.library.read(is_settled)? {
            return Ok(());
        }
        let known = self.library.read(|read| known_files(read, &self.source.name))?;
        let wanted = self.library.read(|read| sheets::list_wanted(read, &self.source, &self.separators))?;
        let is_news = |(id, wanted): &(&i64, &Wanted)| known.get(id) != Some(&wanted.made_of);
        let due: Vec<(&i64, &Wanted)> = wanted.iter().filter(is_news).collect();
        let whole: Vec<i64> = known.into_keys().filter(|id| !wanted.contains_key(id)).collect();
        let separators = self.separators.clone();
        for chunk in due.chunks(CHUNK) {
            self.write(now, |batch| chunk.iter().try_for_each(|(id, wanted)| batch.cut_up(**id, wanted, &separators)))?;
        }
        for chunk in whole.chunks(CHUNK) {
            self.write(now, |batch| chunk.iter().try_for_each(|id| batch.show_whole(*id)))?;
        }
        self.library.write(|tx| settings::replace(tx, &settled_at, &settings::change_mark(tx)?))
    }
}

/// The files that a sheet was held against, and what was looked at then.
fn known_files(connection: &Connection, source: &str) -> Result<BTreeMap<i64, [u8; 16]>, LibraryError> {
    let mut statement = connection.prepare_cached(CUT_FILES)?;
    let rows = statement.query_map(named_params! { ":source": source }, |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

impl Batch<'_> {
    fn cut_up(&mut self, id: i64, wanted: &Wanted, separators: &Separators) -> Result<(), LibraryError> {
        let Some(whole) = KnownTrack::find(self.tx, id)? else { return Ok(()) };
        let sheet = sheets::read_sheet(self.tx, wanted.sheet)?;
        let file = sheet.files.get(wanted.file);
        let mut cuts = file.map(|file| cut(&whole.path, &whole.record, &sheet, file, separators)).unwrap_or_default();
        for Cut { record: TrackRecord { properties, .. }, .. } in &mut cuts {
            properties.bit_rate_kbps = Some(Wave::of(properties).bit_rate_kbps());
        }
        self.put_cuts(&whole, &cuts)?;
        self.set_cut_up(id, !cuts.is_empty())?;
        let values = named_params! { ":id": id, ":made_of": wanted.made_of };
        self.tx.prepare_cached(NOTE)?.execute(values)?;
        Ok(())
    }

    /// Shows a file as the one track that it is; those that it was cut into are missing.
    pub(super) fn show_whole(&mut self, id: i64) -> Result<(), LibraryError> {
        for cut in self.known_cuts(id)?.into_values() {
            self.miss_cut(cut)?;
        }
        self.set_cut_up(id, false)?;
        self.tx.prepare_cached(FORGET)?.execute(named_params! { ":id": id })?;
        Ok(())
    }

    fn set_cut_up(&mut self, id: i64, is_cut_up: bool) -> Result<(), LibraryError> {
        let values = named_params! { ":id": id, ":is_cut_up": is_cut_up };
        if self.tx.prepare_cached(SET_CUT_UP)?.execute(values)? > 0 {
            self.is_visible = true;
            let album = self.album_of(id)?;
            self.touched_albums.extend(album);
        }
        Ok(())
    }

    /// Writes the tracks of a file; others that it had are missing.
    fn put_cuts(&mut self, whole: &KnownTrack, cuts: &[Cut]) -> Result<(), LibraryError> {
        let known = self.known_cuts(whole.id)?;
        for cut in cuts {
            self.put_cut(whole, cut, known.get(&cut.number).copied())?;
        }
        let numbers: HashSet<u32> = cuts.iter().map(|cut| cut.number).collect();
        for (_, id) in known.into_iter().filter(|(number, _)| !numbers.contains(number)) {
            self.miss_cut(id)?;
        }
        Ok(())
    }

    fn known_cuts(&self, whole_id: i64) -> Result<BTreeMap<u32, i64>, LibraryError> {
        let mut statement = self.tx.prepare_cached(KNOWN_CUTS)?;
        let rows = statement.query_map(named_params! { ":id": whole_id }, |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    fn put_cut(&mut self, whole: &KnownTrack, cut: &Cut, id: Option<i64>) -> Result<(), LibraryError> {
        let path = format!("{}#{:02}", whole.path, cut.number);
        let values = named_params! { ":source": self.source.name, ":path": path, ":id": id };
        self.tx.prepare_cached(FREE_PATH)?.execute(values)?;
        let id = self.put_cut_row(whole, cut, &path, id)?;
        self.tx.prepare_cached(PUT_CUT)?.execute(named_params! {
            ":id": id, ":whole_id": whole.id, ":number": cut.number,
            ":first": cut.samples.start.cast_signed(), ":end": cut.samples.end.cast_signed(),
        })?;
        let wave = Wave::of(&cut.record.properties);
        let file = PlacedFile {
            on: Arc::new(PlacedOn { name: "cuts".to_owned(), is_local: true, folder: None, public_base_url: None }),
            locator: format!("{}/{}", whole.id, cut.number),
            ext: "wav".to_owned(),
            size_bytes: wave.file_bytes(cut.samples.end - cut.samples.start),
            quality: None,
            is_primary: true,
        };
        self.tx.prepare_cached(LOSE_FILES)?.execute(named_params! { ":id": id })?;
        self.put_placed_file(id, &file, cut.record.properties.bit_rate_kbps)
    }

    fn put_cut_row(&mut self, whole: &KnownTrack, cut: &Cut, path: &str, id: Option<i64>) -> Result<i64, LibraryError> {
        let new = Standing {
            path,
            status: TAGGED,
            missing_since: None,
            cover_id: whole.cover_id,
            is_hidden: whole.is_hidden,
        };
        let Some(id) = id else {
            let id = self.write_row(None, &new, &cut.record)?;
            self.write_names(id, &cut.record)?;
            return Ok(id);
        };
        let edited = self.lay_edits_over(id, &cut.record, whole.cover_id)?;
        let standing =
            Standing { status: edited.status, cover_id: edited.cover_id, is_hidden: edited.is_hidden, ..new };
        self.rewrite_track(id, &standing, &edited.record)?;
        Ok(id)
    }

    fn miss_cut(&mut self, id: i64) -> Result<(), LibraryError> {
        if self.tx.prepare_cached(MISS)?.execute(named_params! { ":id": id, ":now": self.now })? > 0 {
            self.is_visible = true;
            let album = self.album_of(id)?;
            self.touched_albums.extend(album);
            self.tx.prepare_cached(LOSE_FILES)?.execute(named_params! { ":id": id })?;
        }
        Ok(())
    }
}
