//! Reading a file in a few large pieces. Tag readers jump about in small steps: inside the window a jump costs nothing.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;

/// What a window can be moved over: a file, or an object of a bucket.
pub trait ReadAt {
    /// Reads at `position`, as much as it likes; nothing behind the end.
    ///
    /// # Errors
    /// What the system or the bucket says.
    fn read_at(&self, target: &mut [u8], position: u64) -> io::Result<usize>;
}

impl ReadAt for File {
    fn read_at(&self, target: &mut [u8], position: u64) -> io::Result<usize> {
        FileExt::read_at(self, target, position)
    }
}

/// What one read fetches, in bytes. Small files are read at once, large ones at their two ends.
const WINDOW_BYTES: usize = 64 * 1024;

/// A file with a movable window on it. The buffer is lent, so that a thread uses one for all its files.
pub(super) struct WindowReader<'a> {
    file: Box<dyn ReadAt + 'a>,
    size_bytes: u64,
    position: u64,
    window_start: u64,
    window: &'a mut Vec<u8>,
    /// How much of the window is this file's; what lies behind is left from others.
    filled: usize,
    /// The system's last error: a tag reader may pass over it, and take the file for a damaged or a poorer one.
    refusal: Option<io::Error>,
}

impl<'a> WindowReader<'a> {
    pub(super) fn new(file: Box<dyn ReadAt + 'a>, size_bytes: u64, window: &'a mut Vec<u8>) -> Self {
        window.resize(WINDOW_BYTES, 0);
        Self { file, size_bytes, position: 0, window_start: 0, window, filled: 0, refusal: None }
    }

    pub(super) fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// The error of the system itself, when there was one: what was read says nothing about the file then.
    pub(super) fn take_refusal(&mut self) -> Option<io::Error> {
        self.refusal.take()
    }

    /// What the window has from the position on; it moves when that is nothing.
    fn available(&mut self) -> io::Result<&[u8]> {
        let offset = self.position.checked_sub(self.window_start).and_then(|offset| usize::try_from(offset).ok());
        if let Some(offset) = offset.filter(|offset| *offset < self.filled) {
            return Ok(&self.window[offset..self.filled]);
        }
        // Readers ask for more until there is none: the window stays where it is for that.
        if self.position >= self.size_bytes {
            return Ok(&[]);
        }
        self.move_window()?;
        Ok(&self.window[..self.filled])
    }

    fn move_window(&mut self) -> io::Result<()> {
        let read = self.file.read_at(self.window, self.position);
        self.filled = read.as_ref().map_or(0, |length| self.window.len().min(*length));
        self.window_start = self.position;
        self.note(read).map(drop)
    }

    fn note<T>(&mut self, read: io::Result<T>) -> io::Result<T> {
        read.inspect_err(|error| self.refusal = Some(same(error)))
    }
}

impl Read for WindowReader<'_> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        if target.len() >= WINDOW_BYTES {
            let read = self.file.read_at(target, self.position);
            let length = self.note(read)?;
            self.position += length as u64;
            return Ok(length);
        }
        let available = self.available()?;
        let length = available.len().min(target.len());
        target[..length].copy_from_slice(&available[..length]);
        self.position += length as u64;
        Ok(length)
    }
}

impl Seek for WindowReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.size_bytes.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position =
            target.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a place before the start"))?;
        Ok(self.position)
    }
}

/// The error once more: one copy is for the tag reader, which may pass over it.
fn same(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| io::Error::new(error.kind(), error.to_string()), io::Error::from_raw_os_error)
}
