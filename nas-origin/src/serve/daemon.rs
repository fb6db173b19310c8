//! The loop that imports and publishes: one thing at a time, failures logged and tried again later.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::agenda::{Agenda, Next};

/// The queue is looked into at least this often.
const LONGEST_REST: Duration = Duration::from_mins(1);

/// What ends a wait.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Wake {
    /// Something in this source's folder changed.
    Touched(String),
    /// The schedule says that it is time to publish.
    PublishDue,
    /// Somebody put a job into the queue.
    Queued,
}

/// What an import left to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Imported {
    /// Whether the catalog is another one now than the last one that was published.
    pub(super) is_unpublished: bool,
    /// Files may still be copied: the source is imported again after this time.
    pub(super) come_back: Option<Duration>,
}

/// What looking into the queue came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Turn {
    /// A job was run.
    Ran(Ran),
    /// None is due.
    Empty {
        /// When the next one is.
        next_due: Option<Duration>,
    },
}

/// A job of the queue that was run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Ran {
    /// An import.
    Imported {
        /// The source.
        source: String,
        /// What it left to do.
        imported: Imported,
    },
    /// A publish.
    Published,
    /// An enrichment, or a slice of one.
    Enriched {
        /// Whether it has ended and left something to publish.
        is_unpublished: bool,
    },
    /// Something that failed; its own record says whether it is tried again.
    Failed,
}

/// What the loop does; all block.
pub(super) trait Work: Send + Sync + 'static {
    /// Imports a source.
    fn import(&self, source: &str) -> anyhow::Result<Imported>;

    /// Publishes the catalog as it is.
    fn publish(&self) -> anyhow::Result<()>;

    /// Runs the job of the queue that is due and has waited longest.
    fn run_queued(&self) -> anyhow::Result<Turn>;

    /// Whether edges have to be told of other listeners' credentials than the last time that this was asked.
    fn has_new_credentials(&self) -> anyhow::Result<bool>;
}

/// Wakes the loop when the bell rings, until nobody listens any more.
pub(super) async fn ring(bell: Arc<Notify>, wake: UnboundedSender<Wake>) {
    loop {
        tokio::select! {
            () = wake.closed() => return,
            () = bell.notified() => {}
        }
        if wake.send(Wake::Queued).is_err() {
            return;
        }
    }
}

/// Runs until `cancel`; what was begun comes to its end.
pub(super) async fn run(
    work: Arc<dyn Work>,
    mut agenda: Agenda,
    mut wakes: UnboundedReceiver<Wake>,
    cancel: CancellationToken,
) {
    while !cancel.is_cancelled() {
        while let Ok(wake) = wakes.try_recv() {
            note(&mut agenda, &wake);
        }
        let Some(next_due) = run_queued(&work, &mut agenda).await else { continue };
        look_at_credentials(&work, &mut agenda).await;
        match agenda.next(Instant::now()) {
            Next::Import(source) => import(&work, &mut agenda, source).await,
            Next::Publish => publish(&work, &mut agenda).await,
            Next::WaitUntil(moment) => {
                let woken = tokio::time::timeout_at(moment.min(next_due), wakes.recv());
                if let Some(Ok(Some(wake))) = cancel.run_until_cancelled(woken).await {
                    note(&mut agenda, &wake);
                }
            }
            Next::Wait => {
                let woken = tokio::time::timeout_at(next_due, wakes.recv());
                match cancel.run_until_cancelled(woken).await {
                    Some(Ok(Some(wake))) => note(&mut agenda, &wake),
                    Some(Err(_)) => {}
                    Some(Ok(None)) | None => return,
                }
            }
        }
    }
}

fn note(agenda: &mut Agenda, wake: &Wake) {
    match wake {
        Wake::Touched(source) => agenda.touched(source, Instant::now()),
        Wake::PublishDue => agenda.publish_due(Instant::now()),
        // The queue is looked into at each turn.
        Wake::Queued => {}
    }
}

/// Runs what waits in the queue. When nothing does: until when to do something else.
async fn run_queued(work: &Arc<dyn Work>, agenda: &mut Agenda) -> Option<Instant> {
    let work = Arc::clone(work);
    let turn = blocking(move || work.run_queued()).await;
    let turn = turn.inspect_err(|error| tracing::error!("the queue can't be looked into: {error:#}"));
    let now = Instant::now();
    match turn.unwrap_or(Turn::Empty { next_due: None }) {
        Turn::Ran(Ran::Imported { source, imported }) => note_imported(agenda, &source, Some(imported), now),
        Turn::Ran(Ran::Published) => agenda.published(true, now),
        Turn::Ran(Ran::Enriched { is_unpublished: true }) => agenda.publish_soon(now),
        Turn::Ran(Ran::Enriched { is_unpublished: false } | Ran::Failed) => {}
        Turn::Empty { next_due } => return Some(now + next_due.map_or(LONGEST_REST, |due| due.min(LONGEST_REST))),
    }
    None
}

/// Whatever changed them, a command too: they are looked at as often as the queue.
async fn look_at_credentials(work: &Arc<dyn Work>, agenda: &mut Agenda) {
    let work = Arc::clone(work);
    match blocking(move || work.has_new_credentials()).await {
        Ok(true) => agenda.publish_soon(Instant::now()),
        Ok(false) => {}
        Err(error) => tracing::error!("the listeners' credentials can't be looked at: {error:#}"),
    }
}

async fn import(work: &Arc<dyn Work>, agenda: &mut Agenda, source: String) {
    let (work, name) = (Arc::clone(work), source.clone());
    let imported = blocking(move || work.import(&name)).await;
    let imported = imported.inspect_err(|error| tracing::error!(source, "the import failed: {error:#}")).ok();
    let now = Instant::now();
    note_imported(agenda, &source, imported, now);
}

fn note_imported(agenda: &mut Agenda, source: &str, imported: Option<Imported>, now: Instant) {
    agenda.imported(source, imported.map(|imported| imported.is_unpublished), now);
    if let Some(wait) = imported.and_then(|imported| imported.come_back) {
        agenda.touched(source, now + wait);
    }
}

async fn publish(work: &Arc<dyn Work>, agenda: &mut Agenda) {
    let work = Arc::clone(work);
    let published = blocking(move || work.publish()).await;
    let published = published.inspect_err(|error| tracing::error!("the publish failed: {error:#}"));
    agenda.published(published.is_ok(), Instant::now());
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> anyhow::Result<T> {
    tokio::task::spawn_blocking(work).await?
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
    use tokio::time::Instant;
    use tokio_util::sync::CancellationToken;

    use super::{Agenda, Imported, Ran, Turn, Wake, Work, run};

    /// Says what it was asked for; `changes` answers the imports, one after the other, `None` by failing.
    struct Recorder {
        changes: Mutex<Vec<Option<Imported>>>,
        queue: Mutex<Vec<Ran>>,
        has_new_credentials: Mutex<bool>,
        asked: UnboundedSender<String>,
    }

    impl Work for Recorder {
        fn import(&self, source: &str) -> anyhow::Result<Imported> {
            self.asked.send(format!("import {source}"))?;
            self.changes.lock().unwrap().pop().flatten().ok_or_else(|| anyhow::anyhow!("the root is gone"))
        }

        fn publish(&self) -> anyhow::Result<()> {
            Ok(self.asked.send("publish".into())?)
        }

        fn run_queued(&self) -> anyhow::Result<Turn> {
            let Some(ran) = self.queue.lock().unwrap().pop() else { return Ok(Turn::Empty { next_due: None }) };
            self.asked.send(format!("{ran:?}"))?;
            Ok(Turn::Ran(ran))
        }

        fn has_new_credentials(&self) -> anyhow::Result<bool> {
            Ok(std::mem::take(&mut *self.has_new_credentials.lock().unwrap()))
        }
    }

    fn recorder(changes: Mutex<Vec<Option<Imported>>>, asked: UnboundedSender<String>) -> Arc<Recorder> {
        Arc::new(Recorder { changes, queue: Mutex::default(), asked, has_new_credentials: Mutex::new(false) })
    }

    #[tokio::test]
    async fn what_waits_in_the_queue_goes_first_and_what_it_changed_is_published() {
        let (asked, mut log) = unbounded_channel();
        let (touch, touched) = unbounded_channel();
        let agenda = Agenda::new([], Some(Duration::from_hours(24)), Instant::now());
        let cancel = CancellationToken::new();
        let recorder = recorder(Mutex::default(), asked);
        let queue = |ran: &[Ran]| recorder.queue.lock().unwrap().extend_from_slice(ran);
        let imported =
            Ran::Imported { source: "local".into(), imported: Imported { is_unpublished: true, come_back: None } };
        queue(&[Ran::Failed, imported.clone()]);
        let daemon = tokio::spawn(run(recorder.clone(), agenda, touched, cancel.clone()));
        for expected in [format!("{imported:?}"), "Failed".into(), "publish".into()] {
            assert_eq!(log.recv().await.unwrap(), expected);
        }
        queue(std::slice::from_ref(&imported));
        touch.send(Wake::Queued).unwrap();
        for expected in [format!("{imported:?}"), "publish".into()] {
            assert_eq!(log.recv().await.unwrap(), expected);
        }
        cancel.cancel();
        daemon.await.unwrap();
    }

    #[tokio::test]
    async fn what_is_touched_is_imported_and_what_changed_is_published() {
        let (asked, mut log) = unbounded_channel();
        let (touch, touched) = unbounded_channel();
        let imported = |is_unpublished| Some(Imported { is_unpublished, come_back: None });
        let changes = Mutex::new(vec![None, imported(true), imported(false), imported(true)]);
        let renewal = Some(Duration::from_hours(24));
        let agenda = Agenda::new([("local".to_owned(), Duration::from_hours(6))], renewal, Instant::now());
        let cancel = CancellationToken::new();
        let daemon = tokio::spawn(run(recorder(changes, asked), agenda, touched, cancel.clone()));
        for expected in ["import local", "publish"] {
            assert_eq!(log.recv().await.unwrap(), expected);
        }
        for expected in [&["import local"][..], &["import local", "publish"], &["import local"]] {
            touch.send(Wake::Touched("local".into())).unwrap();
            for expected in expected {
                assert_eq!(log.recv().await.unwrap(), *expected);
            }
        }
        touch.send(Wake::PublishDue).unwrap();
        assert_eq!(log.recv().await.unwrap(), "publish");
        cancel.cancel();
        daemon.await.unwrap();
        assert!(log.recv().await.is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_whose_files_may_be_half_copied_is_imported_again_by_itself() {
        let (asked, mut log) = unbounded_channel();
        let (_touch, touched) = unbounded_channel();
        let settle_time = Duration::from_secs(5);
        let imported = |come_back| Some(Imported { is_unpublished: false, come_back });
        let changes = Mutex::new(vec![imported(None), imported(Some(settle_time)), imported(Some(settle_time))]);
        let began = Instant::now();
        let agenda = Agenda::new([("local".to_owned(), Duration::ZERO)], None, began);
        let cancel = CancellationToken::new();
        let daemon = tokio::spawn(run(recorder(changes, asked), agenda, touched, cancel.clone()));
        for _ in 0..3 {
            assert_eq!(log.recv().await.unwrap(), "import local");
        }
        assert!(began.elapsed() >= 2 * settle_time, "after {:?}", began.elapsed());
        cancel.cancel();
        daemon.await.unwrap();
        assert!(log.recv().await.is_none(), "and then no more");
    }
}
