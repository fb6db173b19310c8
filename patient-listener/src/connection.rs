//! A connection that breaks off by itself when its client is too slow.
//!
//! Time is kept by one alarm a connection that is moved only when it rings: a busy connection touches no timer.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use crate::Patience;

/// Whose turn it is, which the service tells its connection.
#[derive(Default)]
pub(crate) struct Turn(AtomicU8);

impl Turn {
    const CLIENT: u8 = 0;
    const SERVICE: u8 = 1;
    const SERVICE_IS_DONE: u8 = 2;

    /// A request's head is complete: the client waits for us.
    pub(crate) fn begin_answer(&self) {
        self.0.store(Self::SERVICE, Ordering::Relaxed);
    }

    /// The answer's head is known, and its body on its way.
    pub(crate) fn end_answer(&self) {
        self.0.store(Self::SERVICE_IS_DONE, Ordering::Relaxed);
    }

    fn is_service(&self) -> bool {
        self.0.load(Ordering::Relaxed) == Self::SERVICE
    }

    /// Whether an answer ended since this was asked last.
    fn take_back(&self) -> bool {
        let is_done = self.0.load(Ordering::Relaxed) == Self::SERVICE_IS_DONE;
        if is_done {
            self.0.store(Self::CLIENT, Ordering::Relaxed);
        }
        is_done
    }
}

/// A stream of bytes with limits to how long it is waited for.
pub(crate) struct Connection<T> {
    stream: T,
    patience: Patience,
    turn: Arc<Turn>,
    /// When the first byte came of a head that has to come.
    head_since: Option<Instant>,
    /// When a byte moved last, either way.
    moved_at: Instant,
    /// Since when the client takes no byte.
    blocked_since: Option<Instant>,
    alarm: Pin<Box<Sleep>>,
}

impl<T> Connection<T> {
    /// The first head's time begins now.
    pub(crate) fn new(stream: T, patience: Patience, turn: Arc<Turn>) -> Self {
        let now = Instant::now();
        let alarm = Box::pin(tokio::time::sleep_until(now + patience.header));
        Self { stream, patience, turn, head_since: Some(now), moved_at: now, blocked_since: None, alarm }
    }

    fn note_read(&mut self) {
        self.moved_at = Instant::now();
        if !self.turn.is_service() {
            self.head_since.get_or_insert(self.moved_at);
        }
    }

    /// What is written belongs to an answer, so that a head that comes after it begins anew.
    fn note_written(&mut self) {
        self.moved_at = Instant::now();
        self.head_since = None;
        self.blocked_since = None;
    }

    /// How long the client may let us wait for its next byte; for ever while it waits for us.
    fn read_deadline(&self) -> Option<Instant> {
        let deadline = self.head_since.map_or(self.moved_at + self.patience.idle, |since| since + self.patience.header);
        (!self.turn.is_service()).then_some(deadline)
    }

    /// After an answer the client's time begins anew.
    fn take_turn(&mut self) {
        if self.turn.take_back() {
            self.head_since = None;
            self.moved_at = Instant::now();
        }
    }

    fn write_deadline(&mut self) -> Instant {
        *self.blocked_since.get_or_insert_with(Instant::now) + self.patience.write_idle
    }

    /// Ready when `deadline` has passed. An alarm that rings earlier, for what no longer matters, is moved.
    fn poll_deadline(&mut self, deadline: Instant, cx: &mut Context<'_>) -> Poll<io::Error> {
        if deadline < self.alarm.deadline() {
            self.alarm.as_mut().reset(deadline);
        }
        loop {
            ready!(self.alarm.as_mut().poll(cx));
            if Instant::now() >= deadline {
                return Poll::Ready(io::ErrorKind::TimedOut.into());
            }
            self.alarm.as_mut().reset(deadline);
        }
    }

    fn poll_written(&mut self, written: Poll<io::Result<usize>>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.note_written();
            return written;
        }
        let deadline = self.write_deadline();
        self.poll_deadline(deadline, cx).map(Err)
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Connection<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.take_turn();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if read.is_ready() {
            self.note_read();
            return read;
        }
        match self.read_deadline() {
            Some(deadline) => self.poll_deadline(deadline, cx).map(Err),
            None => Poll::Pending,
        }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Connection<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.poll_written(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.poll_written(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
