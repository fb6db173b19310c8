//! Work that may take long, out of the listeners' way: on threads of its own, to which the system gives what requests
//! leave.

use std::{io, thread};

use tokio::task::JoinHandle;

/// What is added to the niceness of a thread: about a tenth of a busy core is left for it.
const NICENESS: i32 = 10;

/// Runs what may block, or take long, and gives what it came to.
///
/// # Errors
/// No thread, or a panic.
pub(crate) async fn run<T: Send + 'static>(
    name: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<T> {
    begin(name, work).await?
}

/// Begins what [`run`] waits for. The runtime knows of it, and ends after it.
pub(crate) fn begin<T: Send + 'static>(
    name: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> JoinHandle<io::Result<T>> {
    tokio::task::spawn_blocking(move || {
        let broke_off = |_| io::Error::other(format!("the thread `{name}` broke off"));
        spawn(name, work)?.join().map_err(broke_off)
    })
}

/// Drops what takes long to drop.
pub(crate) fn discard<T: Send + 'static>(name: &str, value: T) {
    // Without a thread it was dropped at once.
    let _ = spawn(name, move || drop(value));
}

/// Lowers the priority of this thread and of those that it will start.
fn step_back() {
    // Elsewhere it would be the whole process's.
    if cfg!(target_os = "linux")
        && let Err(error) = rustix::process::nice(NICENESS)
    {
        tracing::debug!(%error, "a thread keeps its priority");
    }
}

/// Lets a request go first that waits for this core. Low priority alone doesn't: a turn, once begun, lasts milliseconds.
/// To be called every few hundred microseconds.
pub(crate) fn give_way() {
    thread::yield_now();
}

/// Starts a thread of low priority.
///
/// # Errors
/// No thread.
pub(crate) fn spawn<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<thread::JoinHandle<T>> {
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        step_back();
        work()
    })
}
