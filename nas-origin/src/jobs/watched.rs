//! A run that can be looked at and stopped from outside: by another thread of this process, which asks the catalog.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use catalog_core::import::ImportProgress;

use crate::library::jobs::Progress;
use crate::snapshot::publish::PublishProgress;

/// How far a run is, and whether it is to stop.
#[derive(Default)]
pub(super) struct Watched {
    step: Mutex<Option<&'static str>>,
    done: AtomicU64,
    total: AtomicU64,
    is_cancelled: AtomicBool,
}

impl Watched {
    pub(super) fn progress(&self) -> Progress {
        Progress {
            step: *self.step.lock().unwrap_or_else(PoisonError::into_inner),
            done: self.done.load(Ordering::Relaxed),
            total: self.total.load(Ordering::Relaxed),
        }
    }

    pub(super) fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    fn begin(&self, total: u64) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }
}

/// An import's progress, for whoever watches already and for the record.
pub(super) struct WatchedImport<'a> {
    pub(super) watched: &'a Watched,
    pub(super) inner: &'a dyn ImportProgress,
}

impl ImportProgress for WatchedImport<'_> {
    fn planned(&self, files: u64) {
        self.watched.begin(files);
        self.inner.planned(files);
    }

    fn done(&self, files: u64) {
        self.watched.done.fetch_add(files, Ordering::Relaxed);
        self.inner.done(files);
    }

    fn is_cancelled(&self) -> bool {
        self.watched.is_cancelled() || self.inner.is_cancelled()
    }
}

/// A publish's progress, for whoever watches already and for the record.
pub(super) struct WatchedPublish<'a> {
    pub(super) watched: &'a Watched,
    pub(super) inner: &'a dyn PublishProgress,
}

impl PublishProgress for WatchedPublish<'_> {
    fn step(&self, what: &'static str) {
        *self.watched.step.lock().unwrap_or_else(PoisonError::into_inner) = Some(what);
        self.watched.begin(0);
        self.inner.step(what);
    }

    fn covers_planned(&self, covers: usize) {
        self.watched.begin(covers as u64);
        self.inner.covers_planned(covers);
    }

    fn cover_done(&self) {
        self.watched.done.fetch_add(1, Ordering::Relaxed);
        self.inner.cover_done();
    }

    fn is_cancelled(&self) -> bool {
        self.watched.is_cancelled() || self.inner.is_cancelled()
    }
}
