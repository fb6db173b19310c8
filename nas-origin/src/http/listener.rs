//! An accept loop of our own, because a library's lacks the limits that keep slow and idle clients from holding on.

use std::io;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;

/// How long to wait after a connection could not be accepted, for instance because the process has too many files open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How patient a listener is.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Within this a request's head must have come, counted from the connection's start or the last answer.
    pub header: Duration,
    /// A client that takes no byte for this long is cut.
    pub write_idle: Duration,
    /// After the end was asked for, what is still being sent has this long.
    pub drain: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { header: Duration::from_secs(10), write_idle: Duration::from_secs(30), drain: Duration::from_mins(1) }
    }
}

/// Serves until `cancel`, then lets what is being sent come to its end.
pub async fn serve(listener: TcpListener, router: Router, patience: Patience, cancel: CancellationToken) {
    let graceful = GracefulShutdown::new();
    let cut = CancellationToken::new();
    let _cut_at_the_end = cut.clone().drop_guard();
    while let Some(accepted) = cancel.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, _)) => spawn_connection(stream, router.clone(), patience, graceful.watcher(), cut.clone()),
            Err(error) => pause(&error).await,
        }
    }
    drop(listener);
    if tokio::time::timeout(patience.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("streams that were still being sent after {} s were cut", patience.drain.as_secs());
    }
}

async fn pause(error: &io::Error) {
    tracing::warn!("a connection could not be accepted: {error}");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}

fn spawn_connection(stream: TcpStream, router: Router, patience: Patience, watcher: Watcher, cut: CancellationToken) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!("a connection was gone before it was served: {error}");
    }
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience.write_idle));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.header)
        .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(router));
    let served = watcher.watch(connection);
    tokio::spawn(async move {
        if let Some(Err(error)) = cut.run_until_cancelled_owned(served).await {
            tracing::debug!("a connection broke off: {error}");
        }
    });
}
