//! Who may listen: the credentials that a NAS gave out, encrypted for its edges (`access/<sha256>.bin`).
//!
//! An object is 22 bytes of header, 24 bytes of nonce, and XChaCha20-Poly1305's ciphertext with its tag, over JSON that is
//! padded with blanks. The nonce is made of the content: the same credentials under the same key are the same bytes, so
//! that an unchanged set of them publishes nothing.

mod key;
mod plain;
#[cfg(test)]
mod tests;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use crate::Sha256Hex;
use crate::limits::MAX_ACCESS_BYTES;

pub use key::{ACCESS_KEY_BYTES, AccessKey, NotAnAccessKey};

/// What an object begins with; also the data that its tag binds the content to.
const HEADER: &[u8; 22] = b"music-cloud-access-v1\n";
const NONCE_BYTES: usize = 24;

/// Somebody who may listen.
#[derive(Clone, Debug)]
pub struct Listener {
    /// The account's number, never given twice.
    pub listener_id: u64,
    /// The name to log in with; ASCII letters in any case are the same name.
    pub name: String,
    /// Passwords to log in with. They are there in plain: a Subsonic token is made of one and a salt.
    pub passwords: Vec<SecretString>,
    /// Digests of API keys: whoever reads these can't log in with them.
    pub api_keys: Vec<Sha256Hex>,
}

/// Why credentials are not written or not read.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// More than any edge would read.
    #[error("the listeners' credentials take {0} bytes; {MAX_ACCESS_BYTES} are allowed")]
    TooLarge(usize),
    /// Not an object of credentials, or of a later form.
    #[error("the object is none of listeners' credentials, or of a form that this version doesn't know")]
    Foreign,
    /// Sealed with another key, or damaged: both look the same.
    #[error("the access key does not open the listeners' credentials: they were sealed with another one")]
    WrongKey,
    /// The right key sealed something else.
    #[error("the listeners' credentials are not the JSON that they should be")]
    Malformed(#[source] serde_json::Error),
    /// The cipher refuses.
    #[error("the listeners' credentials could not be sealed: {0}")]
    Cipher(chacha20poly1305::Error),
    /// No key can be derived.
    #[error("no key can be derived for listeners' credentials: {0}")]
    Key(hkdf::InvalidLength),
}

/// Encrypts the credentials of all listeners, in whatever order they come.
///
/// # Errors
/// More of them than an edge would read.
pub fn seal(listeners: Vec<Listener>, key: &AccessKey) -> Result<Vec<u8>, AccessError> {
    let plain = plain::write(listeners)?;
    let nonce = XNonce::from(key.nonce_of(&plain)?);
    let payload = Payload { msg: &plain, aad: HEADER };
    let sealed = cipher(key).encrypt(&nonce, payload).map_err(AccessError::Cipher)?;
    let object = [&HEADER[..], &nonce[..], &sealed].concat();
    if object.len() > MAX_ACCESS_BYTES { Err(AccessError::TooLarge(object.len())) } else { Ok(object) }
}

/// Decrypts what [`seal`] made; the size is looked at first.
///
/// # Errors
/// See [`AccessError`].
pub fn open(object: &[u8], key: &AccessKey) -> Result<Vec<Listener>, AccessError> {
    if object.len() > MAX_ACCESS_BYTES {
        return Err(AccessError::TooLarge(object.len()));
    }
    let body = object.strip_prefix(HEADER).ok_or(AccessError::Foreign)?;
    let (nonce, sealed) = body.split_first_chunk::<NONCE_BYTES>().ok_or(AccessError::Foreign)?;
    let payload = Payload { msg: sealed, aad: HEADER };
    let plain = cipher(key).decrypt(&XNonce::from(*nonce), payload).or(Err(AccessError::WrongKey))?;
    plain::read(&Zeroizing::new(plain))
}

fn cipher(key: &AccessKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.expose().into())
}
