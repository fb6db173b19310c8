//! Serving a router on a port.

use axum::Router;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use patient_listener::Patience;

/// Serves until `cancel`, then lets what is being sent come to its end.
pub async fn serve(listener: TcpListener, router: Router, patience: Patience, cancel: CancellationToken) {
    let serving = |_| TowerToHyperService::new(router.clone());
    patient_listener::serve(listener, serving, patience, cancel).await;
}
