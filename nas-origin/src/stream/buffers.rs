//! Buffers for reading files, given back when their bytes were sent: a stream allocates nothing per chunk.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::page_cache;

/// How much is read at once, in bytes.
pub(super) const CHUNK_BYTES: usize = 256 * 1024;

/// How many idle buffers are kept; with all of them 8 MiB.
const MAX_IDLE: usize = 32;

/// The idle buffers.
#[derive(Default)]
pub(super) struct Buffers {
    idle: Mutex<Vec<Vec<u8>>>,
}

/// A buffer on loan with `filled` bytes of a file.
struct Loan {
    buffer: Vec<u8>,
    filled: usize,
    home: Arc<Buffers>,
}

impl Buffers {
    /// Reads `len` bytes, at most a chunk, at `offset`. Blocks.
    ///
    /// # Errors
    /// The file can't be read or is shorter than it was.
    pub(super) fn read(self: &Arc<Self>, file: &File, offset: u64, len: usize) -> io::Result<Bytes> {
        let mut loan = self.lend(len);
        file.read_exact_at(&mut loan.buffer[..loan.filled], offset)?;
        Ok(Bytes::from_owner(loan))
    }

    /// As [`Buffers::read`], as far as the bytes are in memory. `None` when the first is not, when the file system can't
    /// tell, and for whatever else [`Buffers::read`] has to say.
    pub(super) fn read_at_once(self: &Arc<Self>, file: &File, offset: u64, len: usize) -> Option<Bytes> {
        let mut loan = self.lend(len);
        loan.filled = page_cache::read(file, &mut loan.buffer[..loan.filled], offset).filter(|read| *read > 0)?;
        Some(Bytes::from_owner(loan))
    }

    fn lend(self: &Arc<Self>, len: usize) -> Loan {
        Loan { buffer: self.take(), filled: len.min(CHUNK_BYTES), home: Arc::clone(self) }
    }

    fn take(&self) -> Vec<u8> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| vec![0; CHUNK_BYTES])
    }

    fn give_back(&self, buffer: Vec<u8>) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE {
            idle.push(buffer);
        }
    }
}

impl AsRef<[u8]> for Loan {
    fn as_ref(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        self.home.give_back(std::mem::take(&mut self.buffer));
    }
}
