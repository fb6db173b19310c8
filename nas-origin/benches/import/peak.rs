//! The memory that an import takes.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

/// How often it is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// The most memory of this process that no file stood behind, in KiB.
#[derive(Default)]
pub(super) struct Peak(AtomicU64);

impl Peak {
    /// Looks on while something is done.
    pub(super) fn watch<T>(&self, work: impl FnOnce() -> T) -> T {
        let is_done = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    self.0.fetch_max(anonymous_kib(), Ordering::Relaxed);
                    thread::sleep(LOOK);
                }
            });
            let done = work();
            is_done.store(true, Ordering::Relaxed);
            done
        })
    }

    /// The most until now.
    pub(super) fn mib(&self) -> u64 {
        self.0.load(Ordering::Relaxed) / 1024
    }
}

fn anonymous_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let value = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    value.and_then(|value| value.trim().strip_suffix("kB")?.trim().parse().ok()).unwrap_or_default()
}
