//! The daemon: its ports, and the loop that imports and publishes.

mod agenda;
mod chores;
mod clock;
mod daemon;
mod lock;
mod watch;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use anyhow::Context;
use jiff::Timestamp;
use patient_listener::Patience;
use tokio::net::TcpListener;
use tokio::sync::mpsc::unbounded_channel;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accounts;
use crate::config::Config;
use crate::http::{main_router, outside_router};
use crate::library::{Library, jobs};
use crate::lock_file::LockFile;
use crate::sources::upload::Inbox;
use crate::state::Origin;

use agenda::Agenda;
use chores::Chores;
use lock::lock_daemons;
use watch::Watches;

/// A daemon that serves.
#[derive(Debug)]
pub struct Running {
    /// Where the main port listens.
    pub address: SocketAddr,
    /// Where `private_origin.listen` does, when it is set.
    pub private_address: Option<SocketAddr>,
    /// Ends after the daemon was cancelled and what it was at came to its end.
    pub finished: JoinHandle<()>,
}

/// Starts the daemon and returns once it can be reached. It runs until `cancel`.
///
/// # Errors
/// The catalog can't be opened, or a port can't be listened on.
pub async fn start(config: Config, cancel: CancellationToken) -> anyhow::Result<Running> {
    start_with(config, Patience::default(), cancel).await
}

/// As [`start`], with patience of one's own.
///
/// # Errors
/// As [`start`].
pub async fn start_with(config: Config, patience: Patience, cancel: CancellationToken) -> anyhow::Result<Running> {
    let main = bind(config.listen).await?;
    let outside = match config.private_origin.listen {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let address = main.local_addr()?;
    let private_address = outside.as_ref().map(TcpListener::local_addr).transpose()?;
    let ending = cancel.clone();
    let origin = tokio::task::spawn_blocking(move || open(config, ending)).await??;
    let tasks = TaskTracker::new();
    tasks.spawn(patient_listener::serve(main, main_router(origin.clone()), patience, cancel.clone()));
    if let Some(outside) = outside {
        tasks.spawn(patient_listener::serve(outside, outside_router(origin.clone()), patience, cancel.clone()));
    }
    tasks.spawn(run_chores(origin, cancel));
    tasks.close();
    let finished = tokio::spawn(async move { tasks.wait().await });
    Ok(Running { address, private_address, finished })
}

/// Imports and publishes until `cancel`.
async fn run_chores(origin: Origin, cancel: CancellationToken) {
    let (wake, wakes) = unbounded_channel();
    let config = Arc::clone(&origin.config);
    let sources = config.sources.iter().map(|(name, source)| (name.clone(), source.rescan_interval));
    let publishes = config.import.publish_after && config.publish.store.is_some();
    let renewal = publishes.then(|| config.publish.manifest_life / 2);
    let agenda = Agenda::new(sources, renewal, Instant::now());
    if let Some(schedule) = config.publish.schedule.clone().filter(|_| config.publish.store.is_some()) {
        tokio::spawn(clock::follow(schedule, wake.clone()));
    }
    tokio::spawn(daemon::ring(Arc::clone(&origin.bell), wake.clone()));
    let library = Arc::clone(&origin.library);
    let lock = tokio::task::spawn_blocking(move || resume(&library)).await;
    let watches = Watches::new(wake);
    let (published_mark, known_access) = (Mutex::default(), Mutex::default());
    let chores = Chores { origin, watches, cancel: cancel.clone(), published_mark, known_access };
    daemon::run(Arc::new(chores), agenda, wakes, cancel).await;
    drop(lock);
}

/// Puts back what a killed daemon was at; the lock says that there is no other one. Blocks.
fn resume(library: &Library) -> Option<LockFile> {
    let lock = lock_daemons(library.data_dir());
    let now = Timestamp::now().as_second();
    match library.write(|tx| jobs::resume(tx, lock.is_some(), now)) {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "jobs of a daemon that was killed go on"),
        Err(error) => tracing::warn!("jobs of a killed daemon could not be looked for: {error}"),
    }
    lock
}

/// What uploads of a killed daemon left goes before anybody can send new ones. Blocks.
fn sweep_inbox(library: &Library) -> anyhow::Result<()> {
    // Another daemon may be receiving.
    let Some(_lock) = lock_daemons(library.data_dir()) else { return Ok(()) };
    let named = library.read(jobs::list_open_subjects)?;
    Inbox::new(library.data_dir()).sweep(&named).context("the folder of uploads can't be used")
}

/// Blocks.
fn open(config: Config, ending: CancellationToken) -> anyhow::Result<Origin> {
    let origin = Origin::open(config, ending)?;
    accounts::bootstrap(&origin.library, &origin.config)?;
    sweep_inbox(&origin.library)?;
    Ok(origin)
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("can't listen on {address}"))
}
