//! Access mode `listeners`: who is let in to the pages and the native API, and how anybody comes at all (DESIGN section 11).
//! Subsonic calls bear their credentials as parameters and have envelopes for answers; they ask here too.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL};
use axum::http::{Extensions, HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use patient_listener::{Peer, forwarded};
use secrecy::zeroize::Zeroizing;

use crate::error::ApiError;
use crate::listeners::{Listener, Listeners};
use crate::state::Edge;

/// Nobody but the listener has an answer, and nobody keeps it.
const PRIVATE: HeaderValue = HeaderValue::from_static("private, no-store");

/// How a part of the site tells that somebody is not let in.
pub(super) type Refuse = fn(&HeaderMap, ApiError) -> Response;

/// The layer of routes that only listeners see: HTTP Basic with a name and an app-password. Routes find the listener among
/// the request's extensions.
pub(super) async fn guard(State((edge, refuse)): State<(Edge, Refuse)>, mut request: Request, next: Next) -> Response {
    match let_in(&edge, request.extensions(), request.headers()) {
        Ok(listener) => {
            request.extensions_mut().insert(listener);
            next.run(request).await
        }
        Err(error) => refuse(request.headers(), error),
    }
}

/// The layer of everything, where only listeners are let in.
pub(super) async fn answer_privately(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, PRIVATE);
    response
}

fn let_in(edge: &Edge, extensions: &Extensions, headers: &HeaderMap) -> Result<Arc<Listener>, ApiError> {
    let address = check_transport(edge, extensions, headers)?;
    // Browsers come without credentials first: that is no failed login.
    let credentials = basic(headers).ok_or(ApiError::Unauthorised)?;
    let (name, password) = credentials.split_once(':').ok_or(ApiError::Unauthorised)?;
    find_listener(edge, address, |listeners| listeners.find_by_password(name, password.as_bytes()))
}

/// Refuses what came in the clear from outside, before anything of it is looked at; else the address that it is from.
///
/// # Errors
/// [`ApiError::PlainHttp`].
pub(super) fn check_transport(edge: &Edge, extensions: &Extensions, headers: &HeaderMap) -> Result<IpAddr, ApiError> {
    let trusted = &edge.config.trusted_proxies;
    let peer = extensions.get::<Peer>().map(|Peer(peer)| peer.ip()).ok_or(ApiError::PlainHttp)?;
    if edge.config.access.allow_plain_http || forwarded::came_unseen(peer, headers, trusted) {
        Ok(forwarded::client_address(peer, headers, trusted))
    } else {
        Err(ApiError::PlainHttp)
    }
}

/// Looks for a listener by what came from an address. Above the limit nothing is looked at, so that it ends guessing.
///
/// # Errors
/// No snapshot that says who may listen, too many failures, or nobody whose credentials these are.
pub(super) fn find_listener(
    edge: &Edge,
    address: IpAddr,
    find: impl FnOnce(&Listeners) -> Option<Arc<Listener>>,
) -> Result<Arc<Listener>, ApiError> {
    let generation = edge.snapshots.load().ok_or(ApiError::NoSnapshot)?;
    let listeners = generation.listeners.as_ref().ok_or(ApiError::NoSnapshot)?;
    let now = Timestamp::now().as_second();
    if let Some(retry_after_secs) = edge.login_failures.wait_secs(address, now) {
        return Err(ApiError::TooManyFailures { retry_after_secs });
    }
    find(listeners).ok_or_else(|| match edge.login_failures.admit(address, now) {
        Ok(()) => ApiError::Unauthorised,
        Err(retry_after_secs) => ApiError::TooManyFailures { retry_after_secs },
    })
}

/// RFC 7617; the scheme in any case.
fn basic(headers: &HeaderMap) -> Option<Zeroizing<String>> {
    let (scheme, encoded) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let decoded = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    String::from_utf8(decoded).ok().map(Zeroizing::new)
}
