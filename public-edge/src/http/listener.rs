//! An accept loop of our own, because a library's lacks the limits that keep slow and idle clients from holding on.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tower::{Service, ServiceExt};

/// How long to wait after a connection could not be accepted, for instance because too many files are open.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How patient a listener is.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Within this a request's head must have come, counted from the connection's start or the last answer.
    pub header: Duration,
    /// A client that takes no byte of an answer for this long is cut.
    pub write_idle: Duration,
    /// After the end was asked for, answers under way have this long.
    pub drain: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { header: Duration::from_secs(10), write_idle: Duration::from_secs(30), drain: Duration::from_secs(30) }
    }
}

/// Serves until `cancel`, then lets answers under way come to their end.
pub async fn serve(listener: TcpListener, router: Router, patience: Patience, cancel: CancellationToken) {
    let graceful = GracefulShutdown::new();
    let cut = CancellationToken::new();
    let _cut_at_the_end = cut.clone().drop_guard();
    while let Some(accepted) = cancel.run_until_cancelled(listener.accept()).await {
        match accepted {
            Ok((stream, peer)) => {
                let connection = Connection { stream, peer, patience, cut: cut.clone() };
                connection.spawn(router.clone(), graceful.watcher());
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
    tracing::warn!(error = error as &dyn std::error::Error, "a connection could not be accepted");
    tokio::time::sleep(ACCEPT_PAUSE).await;
}

struct Connection {
    stream: TcpStream,
    peer: SocketAddr,
    patience: Patience,
    cut: CancellationToken,
}

impl Connection {
    fn spawn(self, router: Router, watcher: Watcher) {
        if let Err(error) = self.stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection was gone before it was served");
        }
        let mut stream = TimeoutStream::new(self.stream);
        stream.set_write_timeout(Some(self.patience.write_idle));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.patience.header)
            .serve_connection(TokioIo::new(Box::pin(stream)), TowerToHyperService::new(from_peer(router, self.peer)));
        let served = watcher.watch(connection);
        let cut = self.cut;
        tokio::spawn(async move {
            if let Some(Err(error)) = cut.run_until_cancelled_owned(served).await {
                tracing::debug!(error = &error as &dyn std::error::Error, "a connection broke off");
            }
        });
    }
}

/// Tells every request who is connected.
fn from_peer(
    router: Router,
    peer: SocketAddr,
) -> impl Service<Request<Incoming>, Response = Response<Body>, Error = Infallible, Future: Send> + Clone {
    router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    })
}
