//! Looking at a file must end (R4). Pages can be linked so that a walk over a small file takes longer than anyone lives,
//! and the walk over the schema begins before any check of the pages could have seen it.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;

/// What any file is given.
const LEAST: Duration = Duration::from_mins(1);
/// The slowest disk that an edge can have, in bytes a second.
const SLOWEST_BYTES_PER_SEC: u64 = 1024 * 1024;
/// A statement that begins after an interruption is interrupted this soon.
const AGAIN: Duration = Duration::from_millis(10);

/// How long a file of this size may be looked at.
pub(super) fn patience(size_bytes: u64) -> Duration {
    LEAST + Duration::from_secs(size_bytes / SLOWEST_BYTES_PER_SEC)
}

/// Runs a check on a connection, and interrupts its statements once the time is over.
pub(super) fn within<T>(patience: Duration, database: &Connection, check: impl FnOnce() -> T) -> T {
    let statements = database.get_interrupt_handle();
    let (done, ended) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut wait = patience;
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                statements.interrupt();
                wait = AGAIN;
            }
        });
        let checked = check();
        drop(done);
        checked
    })
}

#[cfg(test)]
mod tests;
