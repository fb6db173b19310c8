//! The use case.

mod playlists;

use std::ops::ControlFlow;

use super::change::Change;
use super::entry::{FileFailure, FileStamp};
use super::plan::{Comparison, FileToRead, Plan};
use super::report::ImportReport;
use super::track::ReadTrack;
use crate::ports::{LibraryStore, MediaSource, SourceError, StoreError};

/// Changes that make one transaction.
const BATCH: usize = 2_000;

/// How to import.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ImportOptions {
    /// Read every file again, also those that look unchanged.
    pub is_full: bool,
    /// Believe a root that lost all its music, or more than half of it, at once.
    pub accepts_loss: bool,
    /// What vanishes from the source stays in the library: it has the files' bytes itself.
    pub keeps_vanished: bool,
    /// Files that changed less than so many seconds ago wait for a later import: they may be half copied. 0: none wait.
    pub settle_secs: i64,
    /// How long what is missing is kept, in seconds.
    pub missing_retention_secs: i64,
    /// The time, Unix seconds.
    pub now: i64,
}

/// Who watches an import, and may stop it.
pub trait ImportProgress {
    /// So many files will be read.
    fn planned(&self, files: u64);
    /// So many of them are done.
    fn done(&self, files: u64);
    /// Whether to stop as soon as possible.
    fn is_cancelled(&self) -> bool;
}

/// Why an import failed as a whole. Batches that were applied before stay.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The source cannot be read; nothing was changed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The library cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// All music is gone at once; nothing was changed.
    #[error(
        "the music folder has no music in it, and the catalog knows {known} files of it: is the disk mounted? \
         (--force accepts the empty folder)"
    )]
    SuddenlyEmpty {
        /// How many files were there.
        known: u64,
    },
    /// Much of the music is gone at once; nothing was changed.
    #[error(
        "the music folder lost {missing} of the {known} files that the catalog knows of it, and nothing was changed: is a \
         disk or a share not mounted? (--force accepts the loss)"
    )]
    SuddenlyFewer {
        /// How many files are gone.
        missing: u64,
        /// How many files were there.
        known: u64,
    },
}

/// Imports a source into the library.
///
/// # Errors
/// When the source or the library fails as a whole. A single file's failure is in the report.
pub fn import(
    source: &dyn MediaSource,
    library: &mut dyn LibraryStore,
    progress: &dyn ImportProgress,
    options: ImportOptions,
) -> Result<ImportReport, ImportError> {
    let Some(mut plan) = scan(source, library, progress, options)? else {
        return Ok(ImportReport { is_cancelled: true, ..ImportReport::default() });
    };
    if options.keeps_vanished {
        plan.keep_vanished();
    } else if !options.accepts_loss {
        check_loss(&plan)?;
    }
    let mut run =
        Run { source, library, progress, now: options.now, batch: Vec::new(), report: ImportReport::default() };
    run.report.unchanged = plan.unchanged;
    run.report.waiting = plan.waiting;
    run.report.failures.clone_from(&plan.failures);
    run.apply_seen(&plan)?;
    run.read_pictures(&plan)?;
    run.read_texts(&plan)?;
    run.read_tracks(&plan.to_read)?;
    run.read_playlists(&plan)?;
    run.flush()?;
    if !run.report.is_cancelled {
        run.library.finish(options.now - options.missing_retention_secs, options.now)?;
    }
    run.report.failures.sort();
    Ok(run.report)
}

/// A root that lost most of what was in it is more likely broken than tidied up.
fn check_loss(plan: &Plan) -> Result<(), ImportError> {
    let known = plan.known;
    if plan.is_suddenly_empty() {
        Err(ImportError::SuddenlyEmpty { known })
    } else if plan.is_suddenly_fewer() {
        Err(ImportError::SuddenlyFewer { missing: plan.missing.len() as u64, known })
    } else {
        Ok(())
    }
}

fn scan(
    source: &dyn MediaSource,
    library: &mut dyn LibraryStore,
    progress: &dyn ImportProgress,
    options: ImportOptions,
) -> Result<Option<Plan>, ImportError> {
    let mut comparison =
        Comparison::new(library.known()?, options.is_full).with_settling(options.now, options.settle_secs);
    source.walk(&mut |entry| {
        comparison.see(entry);
        if progress.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    // A walk that was stopped has not seen all: nothing may be taken for gone.
    if progress.is_cancelled() {
        return Ok(None);
    }
    let new = comparison.sizes_of_new();
    let elsewhere = if new.is_empty() { Vec::new() } else { library.list_lost_elsewhere(&new)? };
    Ok(Some(comparison.finish(elsewhere, |file| source.content_id(&file.path, file.stamp))))
}

struct Run<'a> {
    source: &'a dyn MediaSource,
    library: &'a mut dyn LibraryStore,
    progress: &'a dyn ImportProgress,
    now: i64,
    batch: Vec<Change>,
    report: ImportReport,
}

impl Run<'_> {
    /// What needs no reading.
    fn apply_seen(&mut self, plan: &Plan) -> Result<(), StoreError> {
        self.report.missing = plan.missing.len() as u64;
        self.report.updated = plan.returned.len() as u64;
        for path in &plan.forgotten {
            self.put(Change::Forget { path: path.clone() })?;
        }
        for id in &plan.displaced {
            self.put(Change::Displace { id: *id })?;
        }
        for id in &plan.missing {
            self.put(Change::Miss { id: *id })?;
        }
        for id in &plan.returned {
            self.put(Change::Return { id: *id })?;
        }
        for path in &plan.gone_pictures {
            self.put(Change::DropPicture { path: path.clone() })?;
        }
        for (kind, path) in &plan.gone_texts {
            self.put(Change::DropText { kind: *kind, path: path.clone() })?;
        }
        Ok(())
    }

    /// Pictures come before tracks, so that an album finds its own.
    fn read_pictures(&mut self, plan: &Plan) -> Result<(), StoreError> {
        for file in &plan.new_pictures {
            match self.source.read_picture(&file.path, file.stamp) {
                Ok(picture) => self.put(Change::PutPicture { file: file.clone(), picture })?,
                Err(failure) => self.report.failures.push(failure),
            }
        }
        Ok(())
    }

    /// Texts belong to the track beside them, whenever that came or comes.
    fn read_texts(&mut self, plan: &Plan) -> Result<(), StoreError> {
        for (kind, file) in &plan.new_texts {
            if self.progress.is_cancelled() {
                self.report.is_cancelled = true;
                break;
            }
            match self.source.read_text(*kind, &file.path, file.stamp) {
                Ok(text) => self.put(Change::PutText { kind: *kind, file: file.clone(), text })?,
                Err(failure) => self.report.failures.push(failure),
            }
        }
        Ok(())
    }

    fn read_tracks(&mut self, to_read: &[FileToRead]) -> Result<(), ImportError> {
        self.progress.planned(to_read.len() as u64);
        let files: Vec<(&str, FileStamp)> = to_read.iter().map(|read| (&*read.file.path, read.file.stamp)).collect();
        let (source, mut failed) = (self.source, None);
        let read = source.read_tracks(&files, &mut |index, outcome| {
            let taken = self.take(&to_read[index], outcome);
            self.progress.done(1);
            match taken {
                Ok(()) if self.progress.is_cancelled() => {
                    self.report.is_cancelled = true;
                    ControlFlow::Break(())
                }
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        });
        failed.map_or_else(|| self.flush(), Err)?;
        Ok(read?)
    }

    fn take(&mut self, read: &FileToRead, outcome: Result<ReadTrack, FileFailure>) -> Result<(), StoreError> {
        let file = read.file.clone();
        let track = match outcome {
            Ok(track) => Box::new(track),
            Err(failure) => {
                self.report.failures.push(failure.clone());
                return self.put(Change::Fail { failure, stamp: file.stamp });
            }
        };
        let Some(known) = &read.known else {
            self.report.added += 1;
            return self.put(Change::Add { file, track });
        };
        let id = known.track_id;
        let is_same_size = known.stamp.size_bytes == file.stamp.size_bytes;
        if !read.is_moved()
            && !known.is_missing
            && is_same_size
            && known.tags == track.tags
            && known.content == track.content
        {
            self.report.unchanged += 1;
            let is_touched = known.stamp != file.stamp;
            return if is_touched { self.put(Change::Touch { id, stamp: file.stamp }) } else { Ok(()) };
        }
        let count = if read.is_moved() { &mut self.report.moved } else { &mut self.report.updated };
        *count += 1;
        if known.is_elsewhere {
            self.put(Change::Adopt { id })?;
        }
        self.put(Change::Replace { id, file, track })
    }

    fn put(&mut self, change: Change) -> Result<(), StoreError> {
        self.batch.push(change);
        if self.batch.len() >= BATCH { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), StoreError> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let applied = self.library.apply(&self.batch, self.now);
        self.batch.clear();
        applied
    }
}

#[cfg(test)]
mod tests;
