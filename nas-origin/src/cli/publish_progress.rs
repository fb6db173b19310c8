//! How far a publish is: a bar on a terminal, a line now and then elsewhere.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::snapshot::publish::PublishProgress;

/// How often a run without a terminal tells how far it is.
const LINE_INTERVAL: Duration = Duration::from_secs(10);

pub(super) struct Progress {
    bar: ProgressBar,
    planned: AtomicUsize,
    done: AtomicUsize,
    told: Mutex<Instant>,
}

impl Progress {
    pub(super) fn new() -> Self {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}") {
            bar.set_style(style);
        }
        let (planned, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { bar, planned, done, told: Mutex::new(Instant::now()) }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Whether a line is due; the first to ask may write it.
    fn is_due(&self) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = told.elapsed() >= LINE_INTERVAL;
        if is_due {
            *told = Instant::now();
        }
        is_due
    }
}

impl PublishProgress for Progress {
    fn step(&self, what: &'static str) {
        self.bar.set_message(what);
        if self.is_due() {
            tracing::info!("{what}");
        }
    }

    fn covers_planned(&self, covers: usize) {
        self.planned.store(covers, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        self.bar.set_length(covers as u64);
    }

    fn cover_done(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.bar.inc(1);
        if self.bar.is_hidden() && self.is_due() {
            tracing::info!("{done} of {} covers sent", self.planned.load(Ordering::Relaxed));
        }
    }
}
