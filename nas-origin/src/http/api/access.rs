//! Who may call what, and how: no credentials in the clear from outside, a valid token, the right role.

use std::net::IpAddr;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CACHE_CONTROL};
use axum::http::{HeaderMap, HeaderValue, Response};
use axum::middleware::Next;
use axum::response::IntoResponse;
use jiff::Timestamp;
use patient_listener::{Peer, forwarded};

use super::ApiError;
use crate::accounts::Caller;
use crate::library::users::Role;
use crate::state::Origin;

/// Who may call a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Who {
    /// Anyone.
    Anyone,
    /// Who has an account.
    User,
    /// Who has an admin's.
    Admin,
}

/// The address that a request comes from.
#[derive(Clone, Copy)]
pub(super) struct Client(pub(super) IpAddr);

/// No cache keeps an answer.
pub(super) async fn answer_privately(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses calls that came in the clear from outside (DESIGN section 11), before anything of them is read.
pub(super) async fn check_transport(State(origin): State<Origin>, mut request: Request, next: Next) -> Response<Body> {
    let peer = request.extensions().get::<Peer>().map(|Peer(peer)| peer.ip());
    let Some(peer) = peer else { return ApiError::PlainHttp.into_response() };
    let (headers, trusted) = (request.headers(), &origin.config.trusted_proxies);
    let client = forwarded::client_address(peer, headers, trusted);
    if !forwarded::came_unseen(peer, headers, trusted) && !origin.config.allow_plain_http {
        return ApiError::PlainHttp.into_response();
    }
    request.extensions_mut().insert(Client(client));
    next.run(request).await
}

/// Lets a request through whose token is good and whose account may do this; the handler finds the [`Caller`].
pub(super) async fn check_caller(
    State((origin, who)): State<(Origin, Who)>,
    mut request: Request,
    next: Next,
) -> Response<Body> {
    if who != Who::Anyone {
        match find_caller(&origin, request.headers()).await {
            Ok(caller) if who == Who::Admin && caller.role != Role::Admin => {
                return ApiError::NotAdmin.into_response();
            }
            Ok(caller) => request.extensions_mut().insert(caller),
            Err(error) => return error.into_response(),
        };
    }
    next.run(request).await
}

async fn find_caller(origin: &Origin, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let token = bearer(headers).ok_or(ApiError::NoToken)?.to_owned();
    let now = Timestamp::now().as_second();
    Ok(origin.run_blocking(move |origin| origin.gate.find_caller(&origin.library, &token, now)).await??)
}

/// RFC 6750, section 2.1; the scheme in any case.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
