//! How far an import or an enrichment is: a bar on a terminal, a line now and then elsewhere.

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
    began: Cell<Instant>,
    told: Cell<Instant>,
    stopped: Arc<AtomicBool>,
    what: &'static str,
}

impl Progress {
    /// `what` is done, such as `files read`.
    pub(super) fn new(stopped: Arc<AtomicBool>, what: &'static str) -> Self {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len}, {eta} left") {
            bar.set_style(style);
        }
        let now = Instant::now();
        Self {
            bar,
            total: Cell::new(0),
            done: Cell::new(0),
            began: Cell::new(now),
            told: Cell::new(now),
            stopped,
            what,
        }
    }

    fn tell(&self) {
        let (done, total) = (self.done.get(), self.total.get());
        let left = time_left(self.began.get().elapsed(), done, total);
        tracing::info!("{done} of {total} {}, about {} left", self.what, humantime::format_duration(left));
        self.told.set(Instant::now());
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl ImportProgress for Progress {
    fn planned(&self, files: u64) {
        self.total.set(files);
        self.began.set(Instant::now());
        self.bar.set_length(files);
    }

    fn done(&self, files: u64) {
        self.done.set(self.done.get() + files);
        if !self.bar.is_hidden() {
            self.bar.inc(files);
        } else if self.told.get().elapsed() >= LINE_INTERVAL {
            self.tell();
        }
    }

    fn is_cancelled(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// How long the rest takes at the pace until now, in whole seconds.
fn time_left(elapsed: Duration, done: u64, total: u64) -> Duration {
    let seconds = u128::from(elapsed.as_secs()) * u128::from(total.saturating_sub(done)) / u128::from(done.max(1));
    Duration::from_secs(u64::try_from(seconds).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_takes_as_long_for_each_file_as_what_is_done() {
        let left = |seconds, done, total| time_left(Duration::from_secs(seconds), done, total).as_secs();
        assert_eq!(left(60, 1_000, 3_000), 120);
        assert_eq!(left(60, 3_000, 3_000), 0);
        assert_eq!(left(10, 0, 7), 70);
        assert_eq!(left(u64::MAX, 1, u64::MAX), u64::MAX);
    }
}
