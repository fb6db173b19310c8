//! Serving a router on a port, each request with its client's address.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::{Service, ServiceExt};

pub use patient_listener::Patience;

/// Serves until `cancel`, then lets what is being sent come to its end.
pub async fn serve(listener: TcpListener, router: Router, patience: Patience, cancel: CancellationToken) {
    let serving = |peer| TowerToHyperService::new(from_peer(router.clone(), peer));
    patient_listener::serve(listener, serving, patience, cancel).await;
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
