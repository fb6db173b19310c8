//! The content of an object of credentials: JSON in one order, padded, and never left behind in memory.

use std::io;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{AccessError, Listener};
use crate::Sha256Hex;
use crate::limits::MAX_ACCESS_BYTES;

/// The content has a multiple of this many bytes: its size says little of how many may listen.
const BLOCK_BYTES: usize = 4096;
/// What an entry takes beside its texts, and more.
const ENTRY_BYTES: usize = 128;

#[derive(Serialize)]
struct Written<'a> {
    listeners: Vec<WrittenListener<'a>>,
}

#[derive(Serialize)]
struct WrittenListener<'a> {
    id: u64,
    name: &'a str,
    passwords: Vec<&'a str>,
    api_key_sha256: &'a [Sha256Hex],
}

/// Fields that a reader doesn't know are ignored.
#[derive(Deserialize)]
struct Read {
    listeners: Vec<ReadListener>,
}

#[derive(Deserialize)]
struct ReadListener {
    id: u64,
    name: String,
    passwords: Vec<SecretString>,
    api_key_sha256: Vec<Sha256Hex>,
}

/// Listeners by their number, each one's passwords and keys sorted.
pub(super) fn write(mut listeners: Vec<Listener>) -> Result<Zeroizing<Vec<u8>>, AccessError> {
    listeners.sort_by_key(|listener| listener.listener_id);
    for listener in &mut listeners {
        listener.passwords.sort_by(|one, other| one.expose_secret().cmp(other.expose_secret()));
        listener.api_keys.sort();
    }
    let listeners_written = listeners.iter().map(WrittenListener::of).collect();
    let size_bytes = listeners.iter().map(size_of).sum::<usize>().next_multiple_of(BLOCK_BYTES);
    if size_bytes > MAX_ACCESS_BYTES {
        return Err(AccessError::TooLarge(size_bytes));
    }
    // It never grows, so that no copy stays where it was.
    let mut plain = Zeroizing::new(Vec::with_capacity(size_bytes + BLOCK_BYTES));
    serde_json::to_writer(&mut *plain, &Written { listeners: listeners_written }).map_err(AccessError::Malformed)?;
    let padded_bytes = plain.len().next_multiple_of(BLOCK_BYTES);
    plain.resize(padded_bytes, b' ');
    Ok(plain)
}

pub(super) fn read(plain: &[u8]) -> Result<Vec<Listener>, AccessError> {
    let read: Read = serde_json::from_slice(plain).map_err(|error| AccessError::Malformed(without_content(&error)))?;
    Ok(read.listeners.into_iter().map(Listener::from).collect())
}

/// More than a listener takes as JSON: a byte is written as six at most.
fn size_of(listener: &Listener) -> usize {
    let passwords: usize =
        listener.passwords.iter().map(|password| 6 * password.expose_secret().len() + ENTRY_BYTES).sum();
    ENTRY_BYTES + 6 * listener.name.len() + passwords + listener.api_keys.len() * ENTRY_BYTES
}

/// Where it is wrong; the original error may quote what stands there.
fn without_content(error: &serde_json::Error) -> serde_json::Error {
    let place = format!("line {}, column {}", error.line(), error.column());
    serde_json::Error::io(io::Error::other(place))
}

impl<'a> WrittenListener<'a> {
    fn of(listener: &'a Listener) -> Self {
        Self {
            id: listener.listener_id,
            name: &listener.name,
            passwords: listener.passwords.iter().map(ExposeSecret::expose_secret).collect(),
            api_key_sha256: &listener.api_keys,
        }
    }
}

impl From<ReadListener> for Listener {
    fn from(read: ReadListener) -> Self {
        let ReadListener { id, name, passwords, api_key_sha256 } = read;
        Self { listener_id: id, name, passwords, api_keys: api_key_sha256 }
    }
}
