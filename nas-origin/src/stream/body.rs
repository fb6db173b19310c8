//! A body of a file's bytes, read in chunks, one chunk ahead of the client at most. What is in memory is read at once,
//! what a disk has to bring on blocking threads.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::task::JoinHandle;

use super::Pace;
use super::buffers::{Buffers, CHUNK_BYTES};
use super::slots::Slot;

/// The bytes that are left to send; it ends early, with an error, when the file got shorter.
pub(super) struct FileBody {
    file: Arc<File>,
    /// What was not handed out yet, the chunk in `read` or `reading` included.
    left: Range<u64>,
    read: Option<Bytes>,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
    buffers: Arc<Buffers>,
    _slot: Slot,
}

impl FileBody {
    /// Reads the first chunk.
    ///
    /// # Errors
    /// The file can't be read, or its bytes are not in memory and can't be waited for.
    pub(super) fn open(
        file: File,
        bytes: Range<u64>,
        buffers: &Arc<Buffers>,
        slot: Slot,
        pace: Pace,
    ) -> io::Result<Self> {
        let read_first = |len| match pace {
            Pace::MayWait => buffers.read(&file, bytes.start, len),
            Pace::AtOnce => buffers.read_at_once(&file, bytes.start, len).ok_or(io::ErrorKind::WouldBlock.into()),
        };
        let read = next_chunk(&bytes).map(read_first).transpose()?;
        let (file, buffers) = (Arc::new(file), Arc::clone(buffers));
        Ok(Self { file, left: bytes, read, reading: None, buffers, _slot: slot })
    }

    fn start_reading(&self, len: usize) -> JoinHandle<io::Result<Bytes>> {
        let (file, buffers, offset) = (Arc::clone(&self.file), Arc::clone(&self.buffers), self.left.start);
        tokio::task::spawn_blocking(move || buffers.read(&file, offset, len))
    }

    fn hand_out(&mut self, chunk: Bytes) -> Frame<Bytes> {
        self.left.start += chunk.len() as u64;
        Frame::data(chunk)
    }
}

fn next_chunk(left: &Range<u64>) -> Option<usize> {
    let len = left.end.saturating_sub(left.start).min(CHUNK_BYTES as u64);
    usize::try_from(len).ok().filter(|len| *len > 0)
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(chunk) = self.read.take() {
            return Poll::Ready(Some(Ok(self.hand_out(chunk))));
        }
        let Some(len) = next_chunk(&self.left) else { return Poll::Ready(None) };
        if self.reading.is_none()
            && let Some(chunk) = self.buffers.read_at_once(&self.file, self.left.start, len)
        {
            return Poll::Ready(Some(Ok(self.hand_out(chunk))));
        }
        let mut reading = self.reading.take().unwrap_or_else(|| self.start_reading(len));
        let Poll::Ready(done) = Pin::new(&mut reading).poll(cx) else {
            self.reading = Some(reading);
            return Poll::Pending;
        };
        let chunk = done.map_err(io::Error::other).flatten();
        Poll::Ready(Some(chunk.map(|chunk| self.hand_out(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.end.saturating_sub(self.left.start))
    }
}
