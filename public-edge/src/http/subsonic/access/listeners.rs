//! Who may call, in access mode `listeners`: whom the NAS gave an app-password or an API key.

use std::sync::Arc;

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::{CREDENTIALS, from_hex, password_bytes, refuse_mixed};
use crate::error::ApiError;
use crate::http::door;
use crate::http::subsonic::error::SubsonicError;
use crate::http::subsonic::params::Params;
use crate::listeners::{Listener, Listeners};
use crate::state::Edge;

/// How a call logs in.
enum Way<'a> {
    /// `apiKey`.
    Key(&'a str),
    /// `u` and `p`, plain or `enc:`. What can't be decoded is nobody's password.
    Password { user: &'a str, password: Vec<u8> },
    /// `u`, `t` and `s`.
    Token { user: &'a str, token: Vec<u8>, salt: &'a str },
}

/// Lets a call in. Several ways at once are told first, then that it came in the clear.
///
/// # Errors
/// 43, 403 in an envelope, 10 for a way that isn't whole, 42 for a header, 429 and 503 in envelopes, 40, and 44 for a key.
pub(super) fn let_in(edge: &Edge, head: &Parts, params: &Params) -> Result<Arc<Listener>, SubsonicError> {
    refuse_mixed(params)?;
    let address = door::check_transport(edge, &head.extensions, &head.headers)?;
    let way = Way::of(params, head)?;
    door::find_listener(edge, address, |listeners| way.find(listeners)).map_err(|error| way.refusal(error))
}

/// As [`let_in`], by a key alone.
///
/// # Errors
/// As there; 44 for a call without a key.
pub(super) fn let_in_by_key(edge: &Edge, head: &Parts, params: &Params) -> Result<Arc<Listener>, SubsonicError> {
    refuse_mixed(params)?;
    if params.given("apiKey").is_none() {
        return Err(SubsonicError::BadApiKey);
    }
    let_in(edge, head, params)
}

impl<'a> Way<'a> {
    fn of(params: &'a Params, head: &Parts) -> Result<Self, SubsonicError> {
        match CREDENTIALS.map(|name| params.given(name)) {
            [_, _, _, _, Some(key)] => Ok(Self::Key(key)),
            [Some(user), Some(password), ..] => {
                Ok(Self::Password { user, password: password_bytes(password).unwrap_or_default() })
            }
            [Some(user), _, Some(token), Some(salt), _] => {
                Ok(Self::Token { user, token: from_hex(token).unwrap_or_default(), salt })
            }
            [None, None, None, None, None] if head.headers.contains_key(AUTHORIZATION) => {
                Err(SubsonicError::UnsupportedMechanism)
            }
            [None, ..] => Err(SubsonicError::MissingParameter("u")),
            [_, _, Some(_), None, _] => Err(SubsonicError::MissingParameter("s")),
            [_, _, None, Some(_), _] => Err(SubsonicError::MissingParameter("t")),
            [Some(_), None, None, None, None] => Err(SubsonicError::MissingParameter("p")),
        }
    }

    fn find(&self, listeners: &Listeners) -> Option<Arc<Listener>> {
        match self {
            Self::Key(key) => listeners.find_by_key(key),
            Self::Password { user, password } => listeners.find_by_password(user, password),
            Self::Token { user, token, salt } => listeners.find_by_token(user, token, salt),
        }
    }

    fn refusal(&self, error: ApiError) -> SubsonicError {
        match (self, error) {
            (Self::Key(_), ApiError::Unauthorised) => SubsonicError::BadApiKey,
            (_, ApiError::Unauthorised) => SubsonicError::WrongCredentials,
            (_, other) => other.into(),
        }
    }
}
