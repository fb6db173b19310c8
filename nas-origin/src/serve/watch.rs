//! Watching the sources' folders: a hint that an import is worth while. The rescan stays the truth, since network
//! shares send no events.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Config, EventKind, RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, NoCache, new_debouncer_opt};
use tokio::sync::mpsc::UnboundedSender;

use super::daemon::Wake;

/// Changes that follow one another this closely are one.
const QUIET: Duration = Duration::from_secs(1);

/// The watched folders.
pub(super) struct Watches {
    wake: UnboundedSender<Wake>,
    running: Mutex<Vec<(String, Debouncer<RecommendedWatcher, NoCache>)>>,
}

impl Watches {
    /// Nothing is watched yet; a source's name is sent when its folder changed.
    pub(super) fn new(wake: UnboundedSender<Wake>) -> Self {
        Self { wake, running: Mutex::default() }
    }

    /// Watches a source's folder unless it already is. Blocks.
    pub(super) fn ensure(&self, source: &str, folder: &Path) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.iter().any(|(name, _)| name == source) {
            return;
        }
        match self.start(source, folder) {
            Ok(watch) => running.push((source.to_owned(), watch)),
            Err(error) => tracing::warn!(source, "the folder is not watched, rescans find its changes: {error}"),
        }
    }

    /// Stops watching a folder that was lost, so that it is watched anew when it is back.
    pub(super) fn forget(&self, source: &str) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).retain(|(name, _)| name != source);
    }

    fn start(&self, source: &str, folder: &Path) -> notify::Result<Debouncer<RecommendedWatcher, NoCache>> {
        let (wake, name) = (self.wake.clone(), source.to_owned());
        let on_events = move |events: DebounceEventResult| {
            if is_change(&events) && wake.send(Wake::Touched(name.clone())).is_err() {
                tracing::debug!("the daemon ended before its watch did");
            }
        };
        let config = Config::default().with_follow_symlinks(false);
        let mut watch = new_debouncer_opt::<_, RecommendedWatcher, _>(QUIET, None, on_events, NoCache, config)?;
        watch.watch(folder, RecursiveMode::Recursive)?;
        Ok(watch)
    }
}

/// Reading is no change; lost events may have been one.
fn is_change(events: &DebounceEventResult) -> bool {
    let changes = |kind: &EventKind| match kind {
        EventKind::Access(access) => *access == AccessKind::Close(AccessMode::Write),
        _ => true,
    };
    events.as_ref().map_or(true, |events| events.iter().any(|event| changes(&event.kind)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::mpsc::unbounded_channel;
    use tokio::time::timeout;

    use super::{Wake, Watches};

    #[tokio::test]
    async fn a_new_file_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("album")).unwrap();
        let (wake, mut wakes) = unbounded_channel();
        let watches = Watches::new(wake);
        watches.ensure("local", folder.path());
        watches.ensure("local", folder.path());
        std::fs::write(folder.path().join("album/song"), "x").unwrap();
        let woken = timeout(Duration::from_mins(1), wakes.recv()).await.unwrap();
        assert_eq!(woken, Some(Wake::Touched("local".to_owned())));
    }

    #[test]
    fn reading_is_no_change() {
        use super::{AccessKind, AccessMode, EventKind, is_change};
        use notify_debouncer_full::DebouncedEvent;
        let event = |kind| Ok(vec![DebouncedEvent::new(notify::Event::new(kind), std::time::Instant::now())]);
        assert!(!is_change(&event(EventKind::Access(AccessKind::Open(AccessMode::Any)))));
        assert!(is_change(&event(EventKind::Access(AccessKind::Close(AccessMode::Write)))));
        assert!(is_change(&event(EventKind::Remove(notify::event::RemoveKind::File))));
        assert!(is_change(&Err(vec![notify::Error::generic("lost")])));
    }
}
