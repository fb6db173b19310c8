//! Where music comes from.

pub mod bucket;
pub mod catalogsync;
pub mod health;
pub mod import;
mod in_order;
pub mod local;
pub mod naming;
pub mod registry;
pub mod upload;

use std::path::Path;

use catalog_core::import::{FileFailure, ReadTrack};
use catalog_core::ports::SourceError;

/// So little room means that the disk is full, in bytes.
const FULL_BYTES: u64 = 1024 * 1024;

/// The disk that pictures and copies are written to, when a file was refused and it is full.
fn find_full_disk(data_dir: &Path, read: &Result<ReadTrack, FileFailure>) -> Option<SourceError> {
    read.as_ref().err().filter(|failure| failure.may_pass)?;
    let disk = rustix::fs::statvfs(data_dir).ok()?;
    let is_full = disk.f_bavail.saturating_mul(disk.f_frsize) < FULL_BYTES;
    is_full.then(|| SourceError::Full { what: data_dir.display().to_string() })
}
