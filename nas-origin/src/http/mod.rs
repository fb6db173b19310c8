//! What outsiders and the owner can ask over HTTP: the routes of each port.

mod api;
mod cors;
pub(crate) mod error;
mod health;
mod private_origin;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Response, StatusCode, Uri};
use axum::middleware::map_response;
use axum::routing::get;

use crate::state::Origin;

/// Where a token goes; edges write it into the URLs they sign.
const STREAM_ROUTE: &str = "/api/private-origin/stream/{token}";

/// The main port.
pub fn main_router(origin: Origin) -> Router {
    let own =
        api::router(&origin).route("/readyz", get(health::get_readyz)).route("/metrics", get(health::get_metrics));
    finish(own, origin)
}

/// `private_origin.listen`: all that outsiders may reach.
pub fn outside_router(origin: Origin) -> Router {
    finish(Router::new(), origin)
}

fn finish(router: Router<Origin>, origin: Origin) -> Router {
    router
        .route(STREAM_ROUTE, get(private_origin::get_stream).options(cors::preflight))
        .route("/healthz", get(health::get_healthz))
        .fallback(|| async { error::json_error(StatusCode::NOT_FOUND, "not_found", "There is no such page.") })
        .method_not_allowed_fallback(refuse_method)
        .layer(map_response(cors::expose))
        .with_state(origin)
}

/// A browser's question before a call of the API is no method of any route.
async fn refuse_method(method: Method, uri: Uri) -> Response<Body> {
    if method == Method::OPTIONS && uri.path().starts_with(api::PREFIX) {
        return cors::api_preflight();
    }
    error::json_error(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "The method is not allowed here.")
}
