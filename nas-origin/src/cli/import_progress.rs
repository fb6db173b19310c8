//! How far an import is: a bar on a terminal, a line now and then elsewhere.

use std::cell::Cell;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use catalog_core::import::ImportProgress;
use indicatif::{ProgressBar, ProgressStyle};

/// How often a run without a terminal tells how far it is.
const LINE_INTERVAL: Duration = Duration::from_secs(10);

pub(super) struct Progress {
    bar: ProgressBar,
    total: Cell<u64>,
    done: Cell<u64>,
    told: Cell<Instant>,
    stopped: Arc<AtomicBool>,
}

impl Progress {
    pub(super) fn new(stopped: Arc<AtomicBool>) -> Self {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} files, {eta} left") {
            bar.set_style(style);
        }
        Self { bar, total: Cell::new(0), done: Cell::new(0), told: Cell::new(Instant::now()), stopped }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl ImportProgress for Progress {
    fn planned(&self, files: u64) {
        self.total.set(files);
        self.bar.set_length(files);
    }

    fn done(&self, files: u64) {
        self.done.set(self.done.get() + files);
        if !self.bar.is_hidden() {
            self.bar.inc(files);
        } else if self.told.get().elapsed() >= LINE_INTERVAL {
            tracing::info!("{} of {} files read", self.done.get(), self.total.get());
            self.told.set(Instant::now());
        }
    }

    fn is_cancelled(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}
