//! The accept loop of both planes, and whom a request is from when proxies stand between. A library's loop lacks the limits
//! that keep slow and idle clients from holding on; hyper's one limit counts the pause between two requests as a part of
//! the next one's head.

#![warn(missing_docs)]

pub mod attempts;
mod connection;
pub mod forwarded;
pub mod household;

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::Service;

use connection::{Connection, Turn};

/// How long to wait after a connection could not be accepted, for instance because the process has too many files open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How patient a listener is.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Within this a request's head must have come, counted from its first byte, the first one's from the connection's
    /// start.
    pub header: Duration,
    /// A connection on which no byte moves either way for this long is cut, unless its client waits for an answer.
    pub idle: Duration,
    /// A client that takes no byte of an answer for this long is cut.
    pub write_idle: Duration,
    /// After the end was asked for, answers under way have this long.
    pub drain: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            header: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            write_idle: Duration::from_secs(30),
            drain: Duration::from_mins(1),
        }
    }
}

/// Who is connected; every request has it as an extension.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Peer(pub SocketAddr);

/// Serves until `cancel`, then lets answers under way come to their end. Every request tells its [`Peer`].
pub async fn serve<S, B>(listener: TcpListener, service: S, patience: Patience, cancel: CancellationToken)
where
    S: Service<Request<Incoming>, Response = Response<B>, Future: Send> + Clone + Send + 'static,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    let graceful = GracefulShutdown::new();
    let cut = CancellationToken::new();
    let _cut_at_the_end = cut.clone().drop_guard();
    while let Some(accepted) = cancel.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                spawn((stream, Peer(peer)), service.clone(), patience, graceful.watcher(), cut.clone());
            }
            Err(error) => pause(&error).await,
        }
    }
    drop(listener);
    if tokio::time::timeout(patience.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("answers that were still being sent after {} s were cut", patience.drain.as_secs());
    }
}

async fn pause(error: &io::Error) {
    tracing::warn!(error = error as &dyn Error, "a connection could not be accepted");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}

fn spawn<S, B>(
    (stream, peer): (TcpStream, Peer),
    service: S,
    patience: Patience,
    watcher: Watcher,
    cut: CancellationToken,
) where
    S: Service<Request<Incoming>, Response = Response<B>, Future: Send> + Clone + Send + 'static,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    B: Body<Data: Send, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection was gone before it was served");
    }
    let turn = Arc::new(Turn::default());
    let stream = Connection::new(stream, patience, Arc::clone(&turn));
    let service = TowerToHyperService::new(service);
    let answer = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        turn.begin_answer();
        let (turn, answer) = (Arc::clone(&turn), service.call(request));
        async move {
            let answer = answer.await;
            turn.end_answer();
            answer
        }
    });
    let connection = http1::Builder::new().header_read_timeout(None).serve_connection(TokioIo::new(stream), answer);
    let served = watcher.watch(connection);
    tokio::spawn(async move {
        if let Some(Err(error)) = cut.run_until_cancelled_owned(served).await {
            tracing::debug!(error = &error as &dyn Error, "a connection broke off");
        }
    });
}
