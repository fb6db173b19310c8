//! The loop that imports and publishes: one thing at a time, failures logged and tried again later.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::agenda::{Agenda, Next};

/// What ends a wait.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Wake {
    /// Something in this source's folder changed.
    Touched(String),
    /// The schedule says that it is time to publish.
    PublishDue,
}

/// What an import left to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Imported {
    /// Whether the catalog is another one now than the last one that was published.
    pub(super) is_unpublished: bool,
    /// Files may still be copied: the source is imported again after this time.
    pub(super) come_back: Option<Duration>,
}

/// What the loop does; both block.
pub(super) trait Work: Send + Sync + 'static {
    /// Imports a source.
    fn import(&self, source: &str) -> anyhow::Result<Imported>;

    /// Publishes the catalog as it is.
    fn publish(&self) -> anyhow::Result<()>;
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
        match agenda.next(Instant::now()) {
            Next::Import(source) => import(&work, &mut agenda, source).await,
            Next::Publish => publish(&work, &mut agenda).await,
            Next::WaitUntil(moment) => {
                let woken = tokio::time::timeout_at(moment, wakes.recv());
                if let Some(Ok(Some(wake))) = cancel.run_until_cancelled(woken).await {
                    note(&mut agenda, &wake);
                }
            }
            Next::Wait => match cancel.run_until_cancelled(wakes.recv()).await {
                Some(Some(wake)) => note(&mut agenda, &wake),
                Some(None) | None => return,
            },
        }
    }
}

fn note(agenda: &mut Agenda, wake: &Wake) {
    match wake {
        Wake::Touched(source) => agenda.touched(source, Instant::now()),
        Wake::PublishDue => agenda.publish_due(Instant::now()),
    }
}

async fn import(work: &Arc<dyn Work>, agenda: &mut Agenda, source: String) {
    let (work, name) = (Arc::clone(work), source.clone());
    let imported = blocking(move || work.import(&name)).await;
    let imported = imported.inspect_err(|error| tracing::error!(source, "the import failed: {error:#}")).ok();
    let now = Instant::now();
    agenda.imported(&source, imported.map(|imported| imported.is_unpublished), now);
    if let Some(wait) = imported.and_then(|imported| imported.come_back) {
        agenda.touched(&source, now + wait);
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

    use super::{Agenda, Imported, Wake, Work, run};

    /// Says what it was asked for; `changes` answers the imports, one after the other, `None` by failing.
    struct Recorder {
        changes: Mutex<Vec<Option<Imported>>>,
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
        let daemon = tokio::spawn(run(Arc::new(Recorder { changes, asked }), agenda, touched, cancel.clone()));
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
        let daemon = tokio::spawn(run(Arc::new(Recorder { changes, asked }), agenda, touched, cancel.clone()));
        for _ in 0..3 {
            assert_eq!(log.recv().await.unwrap(), "import local");
        }
        assert!(began.elapsed() >= 2 * settle_time, "after {:?}", began.elapsed());
        cancel.cancel();
        daemon.await.unwrap();
        assert!(log.recv().await.is_none(), "and then no more");
    }
}
