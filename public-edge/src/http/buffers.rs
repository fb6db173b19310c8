//! Memory that answers are written into. Of large ones it is used again: fresh memory comes in pages that the system clears
//! one by one, which for a list of 500 albums takes as long as printing it.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

/// Smaller answers are left to the allocator, which has room for them at hand.
const LARGE_BYTES: usize = 64 * 1024;
/// Larger ones are rare, and given back to the system.
const LARGEST_BYTES: usize = 512 * 1024;
/// Buffers that are kept, for as many answers on their way.
const KEPT: usize = 32;

static FREE: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

/// A few bytes that are copied without asking how many they are.
#[derive(Clone, Copy)]
pub(super) struct Short {
    pub(super) bytes: [u8; 8],
    /// How many of the bytes count.
    pub(super) length: usize,
}

/// An answer that grows. All of its memory has been written to before, so that a piece is put into its place with one look
/// at the room that is left, however many parts the piece has: lists are made of tens of thousands of short ones.
#[derive(Debug)]
pub(super) struct Buffer {
    memory: Vec<u8>,
    /// What is written; the rest of the memory holds anything.
    length: usize,
}

impl Buffer {
    /// An empty buffer with room for so many bytes.
    pub(super) fn with_room(bytes: usize) -> Self {
        let mut memory = if bytes < LARGE_BYTES { None } else { free().pop() }.unwrap_or_default();
        if memory.len() < bytes {
            memory.resize(bytes, 0);
        }
        Self { memory, length: 0 }
    }

    /// Makes room for what is about to be written, in bytes, so that it is not moved as it grows.
    pub(super) fn expect(&mut self, bytes: usize) {
        if self.memory.len() - self.length < bytes {
            let mut larger = Self::with_room(self.length + bytes);
            larger.put(self.written());
            *self = larger;
        }
    }

    /// Writes some bytes behind the others.
    #[inline]
    pub(super) fn put(&mut self, piece: &[u8]) {
        self.put_all([piece]);
    }

    /// Writes pieces one after the other.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "most pieces are literals: inlined, they are written without a loop over them"
    )]
    pub(super) fn put_all<const PIECES: usize>(&mut self, pieces: [&[u8]; PIECES]) {
        let mut room = self.room(pieces.iter().map(|piece| piece.len()).sum());
        for piece in pieces {
            let (place, rest) = room.split_at_mut(piece.len());
            place.copy_from_slice(piece);
            room = rest;
        }
    }

    /// Writes a few bytes between other pieces: always eight, of which those that do not count are written over by what
    /// follows.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `put_all`")]
    pub(super) fn put_short<const PIECES: usize>(&mut self, front: [&[u8]; PIECES], short: Short, back: &[u8]) {
        let front_bytes: usize = front.iter().map(|piece| piece.len()).sum();
        let end = self.length + front_bytes + short.length + back.len();
        let mut room = self.room(front_bytes + short.bytes.len() + back.len());
        for piece in front {
            let (place, rest) = room.split_at_mut(piece.len());
            place.copy_from_slice(piece);
            room = rest;
        }
        room[..short.bytes.len()].copy_from_slice(&short.bytes);
        room[short.length..short.length + back.len()].copy_from_slice(back);
        self.length = end;
    }

    /// Lets `read` write some bytes behind the others; when it fails, nothing was written.
    pub(super) fn fill<E>(&mut self, bytes: usize, read: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<(), E> {
        let before = self.length;
        let filled = read(self.room(bytes));
        if filled.is_err() {
            self.length = before;
        }
        filled
    }

    /// Takes back the last byte if it is this one.
    #[inline]
    pub(super) fn take_back(&mut self, byte: u8) {
        if self.written().last() == Some(&byte) {
            self.length -= 1;
        }
    }

    /// What was written.
    #[inline]
    pub(super) fn written(&self) -> &[u8] {
        &self.memory[..self.length]
    }

    /// A body whose memory is used again when it was sent.
    pub(super) fn lend(mut self) -> Bytes {
        if (LARGE_BYTES..=LARGEST_BYTES).contains(&self.memory.len()) {
            return Bytes::from_owner(Lent(self));
        }
        self.memory.truncate(self.length);
        Bytes::from(self.memory)
    }

    #[inline(always)]
    #[expect(clippy::inline_always, reason = "as `put_all`")]
    fn room(&mut self, bytes: usize) -> &mut [u8] {
        let (start, end) = (self.length, self.length + bytes);
        if end > self.memory.len() {
            self.grow(end);
        }
        self.length = end;
        &mut self.memory[start..end]
    }

    #[cold]
    fn grow(&mut self, least: usize) {
        self.memory.resize(least.max(2 * self.memory.len()), 0);
    }
}

impl io::Write for Buffer {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.put(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Lent(Buffer);

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        self.0.written()
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let memory = std::mem::take(&mut self.0.memory);
        let mut free = free();
        if free.len() < KEPT {
            free.push(memory);
        }
    }
}

fn free() -> MutexGuard<'static, Vec<Vec<u8>>> {
    // A list of buffers cannot be left half done.
    FREE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lent_body_is_whole_and_its_memory_comes_back_empty() {
        let mut body = Buffer::with_room(2 * LARGE_BYTES);
        body.put(b"an answer");
        let sent = body.lend();
        let copy = sent.clone();
        drop(sent);
        assert_eq!(&copy[..], b"an answer");
        drop(copy);
        let again = Buffer::with_room(LARGE_BYTES);
        assert!(again.written().is_empty() && again.memory.len() >= LARGE_BYTES);
    }

    #[test]
    fn pieces_stand_one_behind_the_other_while_the_buffer_grows() {
        let mut buffer = Buffer::with_room(1);
        buffer.put_all([b"{\"a\":", b"1", b","]);
        buffer.take_back(b',');
        buffer.take_back(b',');
        buffer.expect(LARGE_BYTES);
        buffer.put(b"}");
        assert_eq!(buffer.written(), b"{\"a\":1}");
        buffer.put_short([b"="], Short { bytes: *b"12345678", length: 3 }, b";");
        buffer.put(b".");
        assert_eq!(&buffer.lend()[..], b"{\"a\":1}=123;.");
    }
}
