//! An open file as HTTP sees it: its size, its validators, and whether it still is what the catalog says.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use jiff::Timestamp;

use crate::library::stream_locations::StreamLocation;
use crate::media::wave_part::Part;

const NANOS_PER_SEC: i64 = 1_000_000_000;

/// An open, regular file.
#[derive(Debug)]
pub(super) struct Representation {
    pub(super) file: File,
    /// The size of what is sent: the file's when it was opened, or that of a part of its sound.
    pub(super) size_bytes: u64,
    /// Its last change in Unix seconds, cut to what an HTTP date can say.
    pub(super) modified_unix: i64,
    /// Whether the last change is not in the future, so that it may be told.
    pub(super) is_past: bool,
    /// A strong entity tag, quotes included: it changes with size or time of change of the file.
    pub(super) etag: String,
    /// Whether size and time of change are the catalog row's.
    pub(super) is_as_catalogued: bool,
    pub(super) location: Arc<StreamLocation>,
}

impl Representation {
    pub(super) fn new((file, metadata): (File, Metadata), location: Arc<StreamLocation>, now: Timestamp) -> Self {
        let file_bytes = metadata.len();
        let size_bytes = location.part.as_ref().map_or(file_bytes, Part::file_bytes);
        let mtime_ns = metadata.mtime().saturating_mul(NANOS_PER_SEC).saturating_add(metadata.mtime_nsec());
        Self {
            file,
            size_bytes,
            modified_unix: metadata.mtime(),
            is_past: metadata.mtime() <= now.as_second(),
            etag: format!("\"{:x}-{size_bytes:x}-{mtime_ns:x}\"", location.location_id),
            is_as_catalogued: u64::try_from(location.size_bytes) == Ok(file_bytes) && location.mtime_ns == mtime_ns,
            location,
        }
    }
}
