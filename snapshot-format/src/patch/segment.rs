//! How a new database is cut, and which part of the old one each segment is compared with.

use std::io::{self, Read};
use std::ops::Range;

use super::same_place::PAGE_BYTES;

/// Bytes of the new database in each frame of a patch but the last.
pub const SEGMENT_BYTES: u64 = 8 << 20;

/// The largest window that a reader takes, in bytes.
pub const MAX_WINDOW_BYTES: u64 = 64 << 20;

/// The window that [`super::make`] gives a segment, in bytes: the segment's own place and 4 MiB on either side. Rows
/// that come and go push the rest less far than that, when they are one in a hundred of a million.
const WINDOW_BYTES: u64 = 16 << 20;

/// The magic number of the skippable frame that names a window.
const MAGIC: [u8; 4] = 0x184D_2A50_u32.to_le_bytes();

/// The bytes that follow the magic number: the length that all skippable frames have, then the window's two numbers.
const REST_BYTES: usize = 4 + 16;
const CONTENT_BYTES: [u8; 4] = 16_u32.to_le_bytes();

/// A stretch of the new database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Segment {
    /// Its size in bytes.
    pub(super) length: u64,
    /// What it is compared with.
    pub(super) window: Window,
}

/// A stretch of the old database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Window {
    /// Where it begins.
    pub(super) offset: u64,
    /// Its size in bytes.
    pub(super) length: u64,
}

/// Cuts a new database. Each window is where the segment would be if the database had grown evenly, and begins with a
/// page.
pub(super) fn segments(old_bytes: u64, new_bytes: u64) -> impl Iterator<Item = Segment> {
    (0..new_bytes.div_ceil(SEGMENT_BYTES)).map(move |number| {
        let start = number * SEGMENT_BYTES;
        let place = u128::from(start) * u128::from(old_bytes) / u128::from(new_bytes);
        let place = u64::try_from(place).unwrap_or(old_bytes);
        let length = old_bytes.min(WINDOW_BYTES);
        let offset = place.saturating_sub((WINDOW_BYTES - SEGMENT_BYTES) / 2).min(old_bytes - length);
        let offset = offset - offset % PAGE_BYTES as u64;
        Segment { length: SEGMENT_BYTES.min(new_bytes - start), window: Window { offset, length } }
    })
}

impl Window {
    pub(super) fn is_whole(self, old_bytes: u64) -> bool {
        self == Self { offset: 0, length: old_bytes }
    }

    /// A part of it, given as offsets into it.
    pub(super) fn narrowed_to(self, part: &Range<usize>) -> Self {
        Self { offset: self.offset + part.start as u64, length: part.len() as u64 }
    }

    /// Whether an old database of this size has it, and a reader can hold it.
    pub(super) fn is_within(self, old_bytes: u64) -> bool {
        let end = self.offset.checked_add(self.length);
        self.length <= MAX_WINDOW_BYTES && end.is_some_and(|end| end <= old_bytes)
    }

    pub(super) fn to_header(self) -> Vec<u8> {
        [&MAGIC[..], &CONTENT_BYTES, &self.offset.to_le_bytes(), &self.length.to_le_bytes()].concat()
    }

    /// The window that follows a magic number; `None` when that begins something else, of which nothing is read.
    pub(super) fn from_header(magic: [u8; 4], patch: &mut impl Read) -> io::Result<Option<Self>> {
        if magic != MAGIC {
            return Ok(None);
        }
        let mut rest = [0; REST_BYTES];
        patch.read_exact(&mut rest)?;
        if rest[..4] != CONTENT_BYTES {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a window's frame has another length"));
        }
        Ok(Some(Self { offset: number(&rest, 4), length: number(&rest, 12) }))
    }
}

fn number(bytes: &[u8; REST_BYTES], at: usize) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    fn windows(old: u64, new: u64) -> Vec<(u64, u64)> {
        segments(old * MIB, new * MIB)
            .map(|segment| (segment.window.offset / MIB, segment.window.length / MIB))
            .collect()
    }

    #[test]
    fn a_small_old_database_is_a_window_as_a_whole() {
        assert_eq!(windows(16, 30), [(0, 16); 4]);
        assert_eq!(windows(0, 1), [(0, 0)]);
        assert_eq!(windows(10, 0), []);
    }

    #[test]
    fn windows_follow_the_segments_and_stay_inside() {
        assert_eq!(windows(40, 40), [(0, 16), (4, 16), (12, 16), (20, 16), (24, 16)]);
        assert_eq!(windows(80, 40), [(0, 16), (12, 16), (28, 16), (44, 16), (60, 16)], "as if it had shrunk evenly");
        let all = segments(100 * MIB, 33 * MIB);
        assert_eq!(all.map(|segment| segment.length).sum::<u64>(), 33 * MIB);
    }

    #[test]
    fn a_header_is_read_back_and_nothing_else_is_taken_for_one() {
        let window = Window { offset: 5 << 40, length: 7 };
        let header = window.to_header();
        let (magic, rest) = header.split_first_chunk().expect("four bytes");
        assert_eq!(Window::from_header(*magic, &mut &*rest).expect("read"), Some(window));
        assert_eq!(Window::from_header([1, 2, 3, 4], &mut &*rest).expect("read"), None);
        assert!(Window::from_header(*magic, &mut &rest[..9]).is_err());
    }

    #[test]
    fn a_window_beyond_the_old_database_is_none() {
        let within = |offset, length| Window { offset, length }.is_within(1 << 30);
        assert!(within(0, MAX_WINDOW_BYTES) && within(1 << 30, 0));
        assert!(!within(0, MAX_WINDOW_BYTES + 1) && !within((1 << 30) - 1, 2) && !within(u64::MAX, 2));
    }
}
