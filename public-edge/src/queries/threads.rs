//! Query threads: a few, each with its own connection to the snapshots it saw last, fed by one bounded queue.
//!
//! The runtime's blocking pool would start hundreds of threads under load, each with a connection; and a query inside
//! an async worker would hold up every other request of that worker.

use std::sync::{Arc, Weak};
use std::{io, thread};

use catalog_core::ports::{CatalogReader, ReadError};
use crossbeam_channel::{Receiver, Sender, TrySendError};
use tokio::sync::oneshot;

use crate::error::ApiError;
use crate::snapshot::current::Generation;

/// Queries that may wait; more are refused, since they would only be answered too late.
const QUEUE_LENGTH: usize = 1024;

type Job = Box<dyn FnOnce(&mut Readers) + Send>;

/// The way to the query threads; they end when the last handle is dropped.
#[derive(Clone)]
pub struct Queries {
    jobs: Sender<Job>,
}

impl Queries {
    /// Starts `threads` query threads.
    ///
    /// # Errors
    /// When the system gives no more threads.
    pub fn start(threads: usize) -> io::Result<Self> {
        let (jobs, queue) = crossbeam_channel::bounded::<Job>(QUEUE_LENGTH);
        for number in 0..threads {
            let queue = queue.clone();
            thread::Builder::new().name(format!("query-{number}")).spawn(move || work(&queue))?;
        }
        Ok(Self { jobs })
    }
}

fn work(queue: &Receiver<Job>) {
    let mut readers = Readers::default();
    for job in queue {
        job(&mut readers);
        readers.forget_retired();
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
            let result = readers.reader_of(&generation).map_err(E::from).and_then(query);
            // The listener may have gone; then nobody waits.
            let _ = answer.send(result);
        });
        match self.queries.jobs.try_send(job) {
            Ok(()) => answered.await.unwrap_or_else(|_| Err(ApiError::Busy.into())),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => Err(ApiError::Busy.into()),
        }
    }
}

/// The readers that one thread has open.
#[derive(Default)]
struct Readers {
    open: Vec<OpenReader>,
}

struct OpenReader {
    generation: Weak<Generation>,
    number: u64,
    reader: Box<dyn CatalogReader>,
}

impl Readers {
    fn reader_of(&mut self, generation: &Arc<Generation>) -> Result<&dyn CatalogReader, ReadError> {
        let known = self.open.iter().position(|open| open.number == generation.number);
        let index = if let Some(index) = known {
            index
        } else {
            let reader = generation.readers.open()?;
            self.open.push(OpenReader { generation: Arc::downgrade(generation), number: generation.number, reader });
            self.open.len() - 1
        };
        Ok(self.open[index].reader.as_ref())
    }

    /// Closes what no request and no swap can ask for any more.
    fn forget_retired(&mut self) {
        self.open.retain(|open| open.generation.strong_count() > 0);
    }
}
