//! Patches: how a read database is made from an earlier one (SNAPSHOT.md section 4, P4; `docs/snapshot-format.md`).
//!
//! A patch is zstd with the old database as prefix. What is larger than a segment is cut, so that neither plane ever
//! holds a database in memory: each segment of the new database is a frame of its own, whose prefix is a window of the
//! old one, around the place that the segment had there. A window that isn't the whole old database is named in a
//! skippable frame before its frame; it is as narrow as the segment where the old database has nearly all of its pages
//! together, which halves the work. Small databases are therefore one frame, which `zstd -d --patch-from` takes too.

mod same_place;
mod segment;

use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};

use zstd::stream::read::Decoder;
use zstd::zstd_safe::{CCtx, CParameter, compress_bound, get_error_name};

use self::segment::{Window, segments};

pub use self::segment::{MAX_WINDOW_BYTES, SEGMENT_BYTES};

/// What a frame of a patch may ask its reader to remember of its own output, as a power of two: 32 MiB.
const WINDOW_LOG: u32 = 25;

/// Level 3 with matches found over long distances: rows move, and what is between them was seen before.
const PARAMETERS: [CParameter; 6] = [
    CParameter::CompressionLevel(3),
    CParameter::WindowLog(WINDOW_LOG),
    CParameter::EnableLongDistanceMatching(true),
    CParameter::LdmMinMatch(32),
    CParameter::LdmHashLog(20),
    CParameter::ContentSizeFlag(true),
];

/// One place in so many of the old database is remembered, as a power of two.
const USUAL_RATE_LOG: u32 = 4;

/// The same where a segment has hardly changed: a match is long, and goes on behind what did change.
const SAME_PLACE_RATE_LOG: u32 = 7;

/// Why a patch and a database don't make another one.
#[derive(Debug, thiserror::Error)]
pub enum PatchError {
    /// The patch wants bytes that the old database doesn't have, or more than a reader holds.
    #[error("the patch needs {length} bytes from byte {offset} of a database of {old_bytes} bytes")]
    Window {
        /// Where they begin.
        offset: u64,
        /// How many they are.
        length: u64,
        /// The old database's size.
        old_bytes: u64,
    },
    /// The old database can't be read.
    #[error("reading the old database failed")]
    Old(#[source] io::Error),
    /// The patch is damaged or can't be read, or what it makes can't be written.
    #[error("the patch can't be applied")]
    Apply(#[source] io::Error),
}

/// Writes the patch that makes `new` of `old`, both given with their sizes in bytes, and gives its size; `None` as soon
/// as it has more than `max_bytes`.
///
/// Takes at most 48 MiB of memory, whatever the sizes: a window, a segment, its packed form and zstd's tables.
///
/// # Errors
/// What can't be read or written.
pub fn make(
    (old, old_bytes): (&mut (impl Read + Seek), u64),
    (new, new_bytes): (&mut impl Read, u64),
    patch: &mut impl Write,
    max_bytes: u64,
) -> io::Result<Option<u64>> {
    let mut patch_bytes = 0;
    for segment in segments(old_bytes, new_bytes) {
        let content = read_exactly(new, segment.length)?;
        let prefix = segment.window.read(old)?;
        let is_whole = segment.window.is_whole(old_bytes);
        let same = if is_whole { None } else { same_place::find(&content, &prefix) };
        let (window, packed) = match same {
            Some(place) => (segment.window.narrowed_to(&place), pack(&content, &prefix[place], SAME_PLACE_RATE_LOG)?),
            None => (segment.window, pack(&content, &prefix, USUAL_RATE_LOG)?),
        };
        let header = (!is_whole).then(|| window.to_header());
        for part in [header.as_ref().map_or(&[][..], |header| header), &packed] {
            patch_bytes += part.len() as u64;
            if patch_bytes > max_bytes {
                return Ok(None);
            }
            patch.write_all(part)?;
        }
    }
    Ok(Some(patch_bytes))
}

/// One frame. A prefix is lent for the life of a context, so each frame has its own.
fn pack(content: &[u8], prefix: &[u8], rate_log: u32) -> io::Result<Vec<u8>> {
    let failed = |code| io::Error::other(get_error_name(code));
    let mut packed = Vec::with_capacity(compress_bound(content.len()));
    let mut encoder = CCtx::try_create().ok_or(io::ErrorKind::OutOfMemory)?;
    for parameter in PARAMETERS.into_iter().chain([CParameter::LdmHashRateLog(rate_log)]) {
        encoder.set_parameter(parameter).map_err(failed)?;
    }
    encoder.ref_prefix(prefix).map_err(failed)?;
    encoder.compress2(&mut packed, content).map_err(failed)?;
    Ok(packed)
}

/// Writes to `new` what a patch makes of `old`, which is given with its size in bytes. Whether it is the database that
/// was meant is told by its digest alone.
///
/// Takes at most 100 MiB of memory, and 26 for a patch that [`make`] wrote. How much is written is for `new` to bound.
///
/// # Errors
/// See [`PatchError`].
pub fn apply(
    (old, old_bytes): (&mut (impl Read + Seek), u64),
    patch: &mut impl BufRead,
    new: &mut impl Write,
) -> Result<(), PatchError> {
    while !patch.fill_buf().map_err(PatchError::Apply)?.is_empty() {
        let mut magic = [0; 4];
        patch.read_exact(&mut magic).map_err(PatchError::Apply)?;
        let named = Window::from_header(magic, patch).map_err(PatchError::Apply)?;
        let window = named.unwrap_or(Window { offset: 0, length: old_bytes });
        if !window.is_within(old_bytes) {
            return Err(PatchError::Window { offset: window.offset, length: window.length, old_bytes });
        }
        let prefix = window.read(old).map_err(PatchError::Old)?;
        let begun: &[u8] = if named.is_some() { &[] } else { &magic };
        unpack(begun.chain(&mut *patch), &prefix, new).map_err(PatchError::Apply)?;
    }
    Ok(())
}

fn unpack(packed: impl BufRead, prefix: &[u8], new: &mut impl Write) -> io::Result<()> {
    let mut decoder = Decoder::with_ref_prefix(packed, prefix)?.single_frame();
    decoder.window_log_max(WINDOW_LOG)?;
    io::copy(&mut decoder, new)?;
    Ok(())
}

fn read_exactly(source: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    let read = source.take(length).read_to_end(&mut bytes)?;
    if read as u64 == length { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

impl Window {
    fn read(self, old: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
        old.seek(SeekFrom::Start(self.offset))?;
        read_exactly(old, self.length)
    }
}

#[cfg(test)]
mod tests;
