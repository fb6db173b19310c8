//! A disk that fills while files are read ends the reading: every further file would be refused for the same reason.

use std::ops::ControlFlow;
use std::path::Path;

use catalog_core::import::FileStamp;
use catalog_core::ports::SourceError;

use super::in_order::{Outcome, ReadOne, read_in_order};

/// So little room means that the disk is full, in bytes.
const FULL_BYTES: u64 = 1024 * 1024;

/// Reads `files` in order until told to stop, or until the disk is full that pictures and copies below `data_dir` are
/// written to.
///
/// # Errors
/// [`SourceError::Full`] when that disk is.
pub(super) fn read_while_there_is_room<R: ReadOne>(
    files: &[(&str, FileStamp)],
    threads: usize,
    reader: impl Fn() -> R + Sync,
    data_dir: &Path,
    outcome: &mut dyn FnMut(usize, Outcome) -> ControlFlow<()>,
) -> Result<(), SourceError> {
    let mut full = None;
    read_in_order(files, threads, reader, &mut |index, read| {
        full = find_full_disk(data_dir, &read);
        if full.is_some() { ControlFlow::Break(()) } else { outcome(index, read) }
    });
    full.map_or(Ok(()), Err)
}

/// The full disk, when a file was refused because of it.
fn find_full_disk(data_dir: &Path, read: &Outcome) -> Option<SourceError> {
    read.as_ref().err().filter(|failure| failure.may_pass)?;
    let disk = rustix::fs::statvfs(data_dir).ok()?;
    let is_full = disk.f_bavail.saturating_mul(disk.f_frsize) < FULL_BYTES;
    is_full.then(|| SourceError::Full { what: data_dir.display().to_string() })
}
