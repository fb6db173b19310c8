//! Who may call: in access mode `public` anybody without credentials, and the guest; in mode `listeners` those who have
//! credentials of the NAS.

mod listeners;

use std::sync::Arc;

use axum::http::request::Parts;
use md5::{Digest, Md5};
use subtle::ConstantTimeEq;

use super::error::SubsonicError;
use super::operations::Entry;
use super::params::Params;
use crate::config::Guest;
use crate::listeners::Listener;
use crate::state::Edge;

/// The names of parameters that hold credentials: never logged, never part of a cache's key.
const CREDENTIALS: [&str; 5] = ["u", "p", "t", "s", "apiKey"];

/// Whether a parameter holds credentials.
pub(super) fn is_credential(name: &str) -> bool {
    CREDENTIALS.contains(&name)
}

/// Lets a call in, and says who calls where only listeners may.
///
/// # Errors
/// Credentials that are not good enough for the operation.
pub(super) fn let_in(
    edge: &Edge,
    head: &Parts,
    params: &Params,
    entry: Entry,
) -> Result<Option<Arc<Listener>>, SubsonicError> {
    match (entry, edge.config.access.shown_guest()) {
        (Entry::Open, _) => Ok(None),
        (Entry::ByKey, Some(_)) => refuse_mixed(params).map(|()| None),
        (Entry::Listeners, Some(guest)) => check(params, guest).map(|()| None),
        (Entry::ByKey, None) => listeners::let_in_by_key(edge, head, params).map(Some),
        (Entry::Listeners, None) => listeners::let_in(edge, head, params).map(Some),
    }
}

/// Lets a call in where anybody may listen.
///
/// # Errors
/// More than one way to log in at once, or credentials that are not the guest's.
fn check(params: &Params, guest: &Guest) -> Result<(), SubsonicError> {
    refuse_mixed(params)?;
    let [user, password, token, salt, key] = CREDENTIALS.map(|name| params.given(name));
    let is_let_in = match (user, password, token, salt, key) {
        (None, None, None, None, None) => true,
        (Some(user), Some(password), None, None, None) => is_guest(user, guest) & is_password(password, guest),
        (Some(user), None, Some(token), Some(salt), None) => is_guest(user, guest) & is_token(token, salt, guest),
        _ => false,
    };
    if is_let_in { Ok(()) } else { Err(SubsonicError::WrongCredentials) }
}

/// Refuses a call that would log in by several ways.
///
/// # Errors
/// More than one way to log in at once.
fn refuse_mixed(params: &Params) -> Result<(), SubsonicError> {
    let [user, password, token, salt, key] = CREDENTIALS.map(|name| params.given(name).is_some());
    let has_key_and_more = key && (user || password || token || salt);
    let is_mixed = has_key_and_more || (password && (token || salt));
    if is_mixed { Err(SubsonicError::ConflictingCredentials) } else { Ok(()) }
}

fn is_guest(user: &str, guest: &Guest) -> bool {
    user.as_bytes().ct_eq(guest.user.as_bytes()).into()
}

/// A password in plain, or `enc:` and the hex of its bytes.
fn is_password(given: &str, guest: &Guest) -> bool {
    password_bytes(given).is_some_and(|bytes| bytes.ct_eq(guest.password.as_bytes()).into())
}

/// What a client means by `p`; nothing for `enc:` before what is no hex.
fn password_bytes(given: &str) -> Option<Vec<u8>> {
    given.strip_prefix("enc:").map_or_else(|| Some(given.as_bytes().to_vec()), from_hex)
}

/// The hex of md5(password + salt).
fn is_token(token: &str, salt: &str, guest: &Guest) -> bool {
    let digest = Md5::new().chain_update(&guest.password).chain_update(salt).finalize();
    from_hex(token).is_some_and(|bytes| bytes.ct_eq(&digest).into())
}

fn from_hex(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    if !hex.len().is_multiple_of(2) {
        return None;
    }
    hex.as_bytes().chunks_exact(2).map(|pair| Some(digit(&pair[0])? << 4 | digit(&pair[1])?)).collect()
}

#[cfg(test)]
mod tests;
