//! Reading many files on several threads, handed over in the files' order.

use std::collections::BTreeMap;
use std::ops::{ControlFlow, Range};
use std::thread;

use catalog_core::import::{FileFailure, FileStamp, ReadTrack};
use crossbeam_channel::{Receiver, Sender};

/// Files that a thread takes at once: neighbours, which mostly share a picture.
const CHUNK_FILES: usize = 16;
/// Chunks that may be read before they are taken; the threads go on while a transaction is written.
const CHUNKS_AHEAD: usize = 192;

/// What reading a file came to.
pub(super) type Outcome = Result<ReadTrack, FileFailure>;

/// A thread's own way to read files.
pub(super) trait ReadOne {
    /// Reads one.
    fn read(&mut self, path: &str, stamp: FileStamp) -> Outcome;
}

/// Reads `files` with `threads` readers and hands the outcomes over until told to stop.
pub(super) fn read_in_order<R: ReadOne>(
    files: &[(&str, FileStamp)],
    threads: usize,
    reader: impl Fn() -> R + Sync,
    outcome: &mut dyn FnMut(usize, Outcome) -> ControlFlow<()>,
) {
    let count = files.len().div_ceil(CHUNK_FILES);
    let (to_read, chunks) = crossbeam_channel::bounded(CHUNKS_AHEAD);
    let (done, outcomes) = crossbeam_channel::bounded(CHUNKS_AHEAD);
    thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            let (chunks, done, reader) = (chunks.clone(), done.clone(), &reader);
            scope.spawn(move || read_chunks(reader(), files, &chunks, &done));
        }
        drop((chunks, done));
        hand_over(count, &to_read, &outcomes, outcome);
        // Threads that still read end when they find nobody to take it.
        drop((to_read, outcomes));
    });
}

fn read_chunks(
    mut reader: impl ReadOne,
    files: &[(&str, FileStamp)],
    chunks: &Receiver<usize>,
    done: &Sender<(usize, Vec<Outcome>)>,
) {
    for chunk in chunks {
        let files = files[range_of(chunk, files.len())].iter();
        let outcomes = files.map(|(path, stamp)| reader.read(path, *stamp)).collect();
        if done.send((chunk, outcomes)).is_err() {
            return;
        }
    }
}

/// Gives chunks out, never more than [`CHUNKS_AHEAD`] before the next one to take, and hands their outcomes over in
/// order.
fn hand_over(
    count: usize,
    to_read: &Sender<usize>,
    outcomes: &Receiver<(usize, Vec<Outcome>)>,
    outcome: &mut dyn FnMut(usize, Outcome) -> ControlFlow<()>,
) {
    let (mut given, mut waiting) = (0, BTreeMap::new());
    for next in 0..count {
        while given < count.min(next + CHUNKS_AHEAD) && to_read.send(given).is_ok() {
            given += 1;
        }
        while !waiting.contains_key(&next) {
            let Ok((chunk, read)) = outcomes.recv() else { return };
            waiting.insert(chunk, read);
        }
        for (offset, read) in waiting.remove(&next).into_iter().flatten().enumerate() {
            if outcome(next * CHUNK_FILES + offset, read).is_break() {
                return;
            }
        }
    }
}

fn range_of(chunk: usize, files: usize) -> Range<usize> {
    chunk * CHUNK_FILES..files.min((chunk + 1) * CHUNK_FILES)
}
