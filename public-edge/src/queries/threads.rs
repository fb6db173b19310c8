//! Query threads: a few, each with its own connection to the snapshots it saw last, fed by one bounded queue.
//!
//! The runtime's blocking pool would start hundreds of threads under load, each with a connection; and a query inside
//! an async worker would hold up every other request of that worker.

use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};
use std::{io, thread};

use catalog_core::ports::{CatalogReader, ReadError};
use crossbeam_channel::{Receiver, Sender, TrySendError, select};
use tokio::sync::oneshot;

use crate::error::ApiError;
use crate::snapshot::current::{Anchor, Generation, Reader};

/// Queries that may wait; more are refused, since they would only be answered too late.
const QUEUE_LENGTH: usize = 1024;

type Job = Box<dyn FnOnce(&mut Readers) + Send>;

/// The way to the query threads; they end when the last handle is dropped.
#[derive(Clone)]
pub struct Queries {
    ways: Arc<Ways>,
}

struct Ways {
    jobs: Sender<Job>,
    wake_ups: Vec<Sender<()>>,
}

impl Queries {
    /// Starts `threads` query threads.
    ///
    /// # Errors
    /// When the system gives no more threads.
    pub fn start(threads: usize) -> io::Result<Self> {
        let (jobs, queue) = crossbeam_channel::bounded::<Job>(QUEUE_LENGTH);
        let start_one = |number| {
            let queue = queue.clone();
            let (wake_up, woken) = crossbeam_channel::bounded(1);
            thread::Builder::new().name(format!("query-{number}")).spawn(move || work(&queue, &woken))?;
            Ok(wake_up)
        };
        let wake_ups = (0..threads).map(start_one).collect::<io::Result<_>>()?;
        Ok(Self { ways: Arc::new(Ways { jobs, wake_ups }) })
    }

    /// Starts a query thread for each core: queries hardly ever wait for a disk, so more would only take turns.
    ///
    /// # Errors
    /// When the system gives no more threads.
    pub fn start_on_all_cores() -> io::Result<Self> {
        Self::start(thread::available_parallelism().map_or(2, NonZero::get).max(2))
    }

    /// How many query threads there are.
    pub fn threads(&self) -> usize {
        self.ways.wake_ups.len()
    }

    /// Lets every thread, idle ones too, close what it has open of retired generations.
    pub fn close_retired(&self) {
        for wake_up in &self.ways.wake_ups {
            // A full channel means that the thread is about to do it.
            let _ = wake_up.try_send(());
        }
    }
}

fn work(queue: &Receiver<Job>, woken: &Receiver<()>) {
    let mut readers = Readers::default();
    loop {
        select! {
            recv(queue) -> job => match job {
                Ok(job) => run(job, &mut readers),
                Err(_) => return,
            },
            recv(woken) -> _ => {}
        }
        readers.forget_retired();
    }
}

/// A panic ends the query, not the thread. What it had open may be in any state, so that is closed.
fn run(job: Job, readers: &mut Readers) {
    if catch_unwind(AssertUnwindSafe(|| job(readers))).is_err() {
        tracing::error!("a query panicked; its thread goes on with new connections");
        *readers = Readers::default();
    }
}

/// One snapshot as a request sees it: the same from its first query to its last.
pub struct View {
    generation: Arc<Generation>,
    queries: Queries,
}

impl View {
    /// A view of a generation.
    pub fn new(generation: Arc<Generation>, queries: Queries) -> Self {
        Self { generation, queries }
    }

    /// The generation that is looked at.
    pub fn generation(&self) -> &Arc<Generation> {
        &self.generation
    }

    /// Runs a query on a query thread.
    ///
    /// # Errors
    /// What the query answers, a reader that cannot be opened, or [`ApiError::Busy`].
    pub async fn run<T, E, F>(&self, query: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<ApiError> + From<ReadError> + Send + 'static,
        F: FnOnce(&dyn CatalogReader) -> Result<T, E> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let generation = Arc::clone(&self.generation);
        let job: Job = Box::new(move |readers| {
            // The listener may have gone while this waited; then nobody needs the answer.
            if !answer.is_closed() {
                let result = readers.reader_of(&generation).map_err(E::from).and_then(query);
                drop(generation);
                let _ = answer.send(result);
            }
        });
        match self.queries.ways.jobs.try_send(job) {
            Ok(()) => answered.await.unwrap_or_else(|lost| Err(unanswered(lost).into())),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(ApiError::Busy.into()),
        }
    }
}

/// A query that ended without an answer has panicked.
fn unanswered(lost: oneshot::error::RecvError) -> ReadError {
    ReadError { what: "a query that panicked", source: Box::new(lost) }
}

/// The readers that one thread has open.
#[derive(Default)]
struct Readers {
    open: Vec<OpenReader>,
}

struct OpenReader {
    generation: Weak<Generation>,
    number: u64,
    reader: Reader,
    /// Dropped after the reader.
    _anchor: Option<Anchor>,
}

impl Readers {
    fn reader_of(&mut self, generation: &Arc<Generation>) -> Result<&dyn CatalogReader, ReadError> {
        let known = self.open.iter().position(|open| open.number == generation.number);
        let index = if let Some(index) = known {
            index
        } else {
            let reader = generation.readers.open()?;
            self.open.push(OpenReader {
                generation: Arc::downgrade(generation),
                number: generation.number,
                reader,
                _anchor: generation.readers.anchor(),
            });
            self.open.len() - 1
        };
        Ok(self.open[index].reader.as_ref())
    }

    /// Closes what no request and no swap can ask for any more.
    fn forget_retired(&mut self) {
        self.open.retain(|open| open.generation.strong_count() > 0);
    }
}
