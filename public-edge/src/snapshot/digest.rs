//! The digest of a file: of one that is there, and of one that is being written, on a thread of its own. Unpacking and
//! hashing a large database take about as long as one another.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use sha2::{Digest, Sha256};
use snapshot_format::Sha256Hex;

use crate::background;

/// What is read at a time, in bytes.
const READ_BYTES: usize = 256 * 1024;
/// How much is written before the reader is told, in bytes.
const STEP_BYTES: u64 = 1024 * 1024;

/// The digest of a whole file.
pub(super) fn of(file: &File) -> io::Result<Sha256Hex> {
    let mut reading = Reading::new(file);
    reading.read_to(file.metadata()?.len())?;
    Ok(Sha256Hex::from_hasher(reading.hasher))
}

/// The digest of a file that grows. What is hashed is what the file has, not what it was given.
pub(super) struct Digesting {
    ends: Sender<u64>,
    told: u64,
    thread: JoinHandle<io::Result<Sha256Hex>>,
}

impl Digesting {
    /// Begins with an empty file.
    ///
    /// # Errors
    /// No thread.
    pub(super) fn begin(file: File) -> io::Result<Self> {
        let (ends, written) = channel();
        let thread = thread::Builder::new().name("digest".into()).spawn(move || follow(&file, &written))?;
        Ok(Self { ends, told: 0, thread })
    }

    /// The file has so many bytes now.
    pub(super) fn go_on(&mut self, written: u64) {
        if written - self.told >= STEP_BYTES {
            self.told = written;
            // A reader that failed says so at the end.
            let _ = self.ends.send(written);
        }
    }

    /// The file is whole.
    ///
    /// # Errors
    /// Reading it failed.
    pub(super) fn finish(self, written: u64) -> io::Result<Sha256Hex> {
        let _ = self.ends.send(written);
        drop(self.ends);
        self.thread.join().unwrap_or_else(|_| Err(io::Error::other("taking the digest broke off")))
    }
}

fn follow(file: &File, written: &Receiver<u64>) -> io::Result<Sha256Hex> {
    let mut reading = Reading::new(file);
    for end in written {
        reading.read_to(end)?;
    }
    Ok(Sha256Hex::from_hasher(reading.hasher))
}

struct Reading<'a> {
    file: &'a File,
    at: u64,
    hasher: Sha256,
    buffer: Vec<u8>,
}

impl<'a> Reading<'a> {
    fn new(file: &'a File) -> Self {
        Self { file, at: 0, hasher: Sha256::new(), buffer: vec![0; READ_BYTES] }
    }

    fn read_to(&mut self, end: u64) -> io::Result<()> {
        while self.at < end {
            let length = usize::try_from(end - self.at).map_or(READ_BYTES, |left| left.min(READ_BYTES));
            self.file.read_exact_at(&mut self.buffer[..length], self.at)?;
            self.hasher.update(&self.buffer[..length]);
            self.at += length as u64;
            background::give_way();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_file_has_one_digest_at_rest_and_while_it_grows() {
        let bytes: Vec<u8> = (0..700_000_u32).flat_map(u32::to_le_bytes).collect();
        let mut file = tempfile::tempfile().expect("a file");
        let mut growing = Digesting::begin(file.try_clone().expect("the file")).expect("a thread");
        let mut written = 0;
        for piece in bytes.chunks(300_001) {
            file.write_all(piece).expect("written");
            written += piece.len() as u64;
            growing.go_on(written);
        }
        assert_eq!(growing.finish(written).expect("a digest"), Sha256Hex::of(&bytes));
        assert_eq!(of(&file).expect("a digest"), Sha256Hex::of(&bytes));
    }

    #[test]
    fn a_file_that_is_shorter_than_was_said_has_no_digest() {
        let growing = Digesting::begin(tempfile::tempfile().expect("a file")).expect("a thread");
        growing.finish(1).expect_err("no such byte");
    }
}
