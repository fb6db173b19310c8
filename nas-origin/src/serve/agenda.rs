//! What the daemon does next and when. Pure: moments come in.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

/// After a failure it is tried again this much later, or at the next rescan when that is sooner.
const RETRY: Duration = Duration::from_mins(1);

/// A publish that keeps failing is tried again ever later, up to this: each try builds the whole database.
const LONGEST_RETRY: Duration = Duration::from_hours(1);

/// When each source is imported and when the catalog is published.
#[derive(Debug)]
pub(super) struct Agenda {
    imports: BTreeMap<String, Import>,
    /// How long a published manifest is left alone; `None`: nothing is published.
    renewal: Option<Duration>,
    publish_at: Option<Instant>,
    /// Publishes that failed since one worked.
    failed_publishes: u32,
}

#[derive(Debug)]
struct Import {
    /// `None`: never by the clock.
    interval: Option<Duration>,
    at: Option<Instant>,
}

/// What is next.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Next {
    /// Import this source now.
    Import(String),
    /// Publish now.
    Publish,
    /// Nothing before this moment.
    WaitUntil(Instant),
    /// Nothing before something is touched.
    Wait,
}

impl Agenda {
    /// Everything is due at the start, since nobody watched while the daemon was away. An interval of zero is never.
    /// `renewal` is how long after a publish the next one is due when nothing changes, so that the manifest does not
    /// run out; `None` when the daemon publishes nothing.
    pub(super) fn new(
        sources: impl IntoIterator<Item = (String, Duration)>,
        renewal: Option<Duration>,
        now: Instant,
    ) -> Self {
        let due = |interval: Duration| Import { interval: Some(interval).filter(|it| !it.is_zero()), at: Some(now) };
        let imports = sources.into_iter().map(|(name, interval)| (name, due(interval))).collect();
        Self { imports, renewal, publish_at: renewal.map(|_| now), failed_publishes: 0 }
    }

    /// What to do at `now`: imports first, so that one publish shows them all.
    pub(super) fn next(&self, now: Instant) -> Next {
        let is_due = |at: &Option<Instant>| at.is_some_and(|at| at <= now);
        if let Some((name, _)) = self.imports.iter().find(|(_, import)| is_due(&import.at)) {
            return Next::Import(name.clone());
        }
        if is_due(&self.publish_at) {
            return Next::Publish;
        }
        let moments = self.imports.values().filter_map(|import| import.at).chain(self.publish_at);
        moments.min().map_or(Next::Wait, Next::WaitUntil)
    }

    /// Something in the source's folder changed.
    pub(super) fn touched(&mut self, source: &str, now: Instant) {
        if let Some(import) = self.imports.get_mut(source) {
            import.at = Some(now);
        }
    }

    /// The clock says to publish.
    pub(super) fn publish_due(&mut self, now: Instant) {
        self.publish_at = Some(now);
    }

    /// Edges have to be told something new: who may listen now, or what was found of tracks.
    pub(super) fn publish_soon(&mut self, now: Instant) {
        if self.renewal.is_some() {
            self.publish_at = Some(now);
        }
    }

    /// An import ended; `changed` says whether there is something to publish, and is `None` when it failed.
    pub(super) fn imported(&mut self, source: &str, changed: Option<bool>, now: Instant) {
        if let Some(import) = self.imports.get_mut(source) {
            let retry = changed.is_none().then_some(RETRY);
            import.at = import.interval.into_iter().chain(retry).min().map(|wait| now + wait);
        }
        if changed == Some(true) && self.renewal.is_some() {
            self.publish_at = Some(now);
        }
    }

    /// A publish ended.
    pub(super) fn published(&mut self, succeeded: bool, now: Instant) {
        let wait = if succeeded {
            self.failed_publishes = 0;
            self.renewal
        } else {
            let doubled = RETRY.saturating_mul(2_u32.saturating_pow(self.failed_publishes));
            self.failed_publishes += 1;
            Some(doubled.min(LONGEST_RETRY))
        };
        // A moment beyond what the clock can tell never comes.
        self.publish_at = wait.and_then(|wait| now.checked_add(wait));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Agenda, Next, RETRY};

    const HOUR: Duration = Duration::from_hours(1);

    const DAY: Duration = Duration::from_hours(24);

    fn agenda(publishes: bool, now: Instant) -> Agenda {
        Agenda::new([("a".to_owned(), HOUR), ("b".to_owned(), Duration::ZERO)], publishes.then_some(DAY), now)
    }

    #[test]
    fn a_start_imports_every_source_then_publishes_once() {
        let now = Instant::now();
        let mut agenda = agenda(true, now);
        for source in ["a", "b"] {
            assert_eq!(agenda.next(now), Next::Import(source.into()));
            agenda.imported(source, Some(true), now);
        }
        assert_eq!(agenda.next(now), Next::Publish);
        agenda.published(true, now);
        assert_eq!(agenda.next(now), Next::WaitUntil(now + HOUR));
        assert_eq!(agenda.next(now + HOUR), Next::Import("a".into()));
    }

    #[test]
    fn a_change_is_published_and_no_change_is_not() {
        let now = Instant::now();
        let mut agenda = agenda(true, now);
        agenda.imported("a", Some(false), now);
        agenda.imported("b", Some(false), now);
        agenda.published(true, now);
        agenda.touched("b", now);
        assert_eq!(agenda.next(now), Next::Import("b".into()));
        agenda.imported("b", Some(false), now);
        assert_eq!(agenda.next(now), Next::WaitUntil(now + HOUR));
        agenda.touched("b", now);
        agenda.imported("b", Some(true), now);
        assert_eq!(agenda.next(now), Next::Publish);
    }

    #[test]
    fn a_failure_is_tried_again_and_loses_no_publish() {
        let now = Instant::now();
        let mut agenda = agenda(true, now);
        agenda.imported("a", None, now);
        agenda.imported("b", Some(true), now);
        agenda.published(false, now);
        assert_eq!(agenda.next(now), Next::WaitUntil(now + RETRY));
        agenda.imported("a", Some(false), now + RETRY);
        assert_eq!(agenda.next(now + RETRY), Next::Publish);
    }

    #[test]
    fn a_manifest_is_renewed_while_nothing_changes() {
        let now = Instant::now();
        let mut agenda = Agenda::new([], Some(DAY), now);
        agenda.published(true, now);
        assert_eq!(agenda.next(now), Next::WaitUntil(now + DAY));
        assert_eq!(agenda.next(now + DAY), Next::Publish);
    }

    #[test]
    fn a_publish_that_keeps_failing_is_tried_ever_later() {
        let now = Instant::now();
        let mut agenda = Agenda::new([], Some(DAY), now);
        for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
            agenda.published(false, now);
            assert_eq!(agenda.next(now), Next::WaitUntil(now + Duration::from_mins(minutes)));
        }
        agenda.published(true, now);
        agenda.published(false, now);
        assert_eq!(agenda.next(now), Next::WaitUntil(now + RETRY));
    }

    #[test]
    fn credentials_that_changed_are_published_at_once() {
        let now = Instant::now();
        let mut agenda = Agenda::new([], Some(DAY), now);
        agenda.published(true, now);
        agenda.publish_soon(now);
        assert_eq!(agenda.next(now), Next::Publish);
    }

    #[test]
    fn the_owner_may_publish_alone() {
        let now = Instant::now();
        let mut agenda = agenda(false, now);
        agenda.publish_soon(now);
        agenda.imported("a", Some(true), now);
        agenda.imported("b", Some(true), now);
        assert_eq!(agenda.next(now), Next::WaitUntil(now + HOUR));
    }

    #[test]
    fn a_source_that_is_gone_from_the_configuration_is_ignored() {
        let now = Instant::now();
        let mut agenda = Agenda::new([], None, now);
        agenda.touched("a", now);
        assert_eq!(agenda.next(now), Next::Wait);
    }
}
