//! Removing large files takes a tenth of a second each: a thread of its own does it, so that no request waits.

use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::thread::JoinHandle;
use std::{fs, io};

use crate::background;

/// What is freed at a time.
const STEP_BYTES: u64 = 1024 * 1024;

/// The thread. What was handed over is gone when it is dropped.
pub(super) struct Remover {
    /// `None` is the last that it takes.
    paths: Sender<Option<PathBuf>>,
    thread: Option<JoinHandle<()>>,
}

/// What hands files over to it.
pub(super) struct Removals(Sender<Option<PathBuf>>);

impl Remover {
    pub(super) fn start() -> io::Result<Self> {
        let (paths, handed_over) = mpsc::channel::<Option<PathBuf>>();
        let work = move || handed_over.iter().map_while(|path| path).for_each(|path| remove(&path));
        let thread = background::spawn("remover", work)?;
        Ok(Self { paths, thread: Some(thread) })
    }

    pub(super) fn removals(&self) -> Removals {
        Removals(self.paths.clone())
    }
}

impl Drop for Remover {
    fn drop(&mut self) {
        // When nobody takes it the thread has ended already.
        let _ = self.paths.send(None);
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::warn!("the thread that removes databases has panicked");
        }
    }
}

impl Removals {
    /// Removes a file soon; at once when the thread has ended, as it does with the cache folder's owner.
    pub(super) fn remove(&self, path: &Path) {
        if self.0.send(Some(path.to_owned())).is_err() {
            remove(path);
        }
    }
}

/// A file that is removed at once keeps its core for a tenth of a second, so it becomes small before.
fn remove(path: &Path) {
    if let Err(error) = shrink(path).and_then(|()| fs::remove_file(path)) {
        tracing::warn!(%error, file = %path.display(), "a database that is no longer served can't be removed");
    }
}

fn shrink(path: &Path) -> io::Result<()> {
    let file = File::options().write(true).open(path)?;
    let metadata = file.metadata()?;
    // Somebody who linked it wants to keep it.
    let mut left = if metadata.nlink() > 1 { 0 } else { metadata.len() };
    while left > 0 {
        left = left.saturating_sub(STEP_BYTES);
        file.set_len(left)?;
        background::give_way();
    }
    Ok(())
}
