//! The key that edges open credentials with: derived from the NAS's root key, so that an edge never has that one.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use secrecy::zeroize::Zeroizing;
use sha2::{Digest, Sha256};

use super::{AccessError, NONCE_BYTES};

/// Bytes of a key.
pub const ACCESS_KEY_BYTES: usize = 32;

/// What the key is for, where it is derived from the root.
const PURPOSE: &[u8] = b"edge-access-v1";
/// What a nonce is for, where it is derived from the key and the content's digest.
const NONCE: &[u8] = b"nonce-v1";

/// Opens and seals listeners' credentials. It is never shown, and wiped when it is dropped.
#[derive(Clone)]
pub struct AccessKey(Zeroizing<[u8; ACCESS_KEY_BYTES]>);

/// Bytes that are no access key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an access key has {ACCESS_KEY_BYTES} bytes, and this has {0}: `nas-origin keygen --access` prints it")]
pub struct NotAnAccessKey(pub usize);

impl AccessKey {
    /// The key that a NAS's `SUBSONIC_SECRET_KEY` leads to: HKDF-SHA256 without a salt.
    ///
    /// # Errors
    /// None that can be met: a key of this length can always be derived.
    pub fn derive(root: &[u8]) -> Result<Self, AccessError> {
        let mut key = Zeroizing::new([0; ACCESS_KEY_BYTES]);
        Hkdf::<Sha256>::new(None, root).expand(PURPOSE, &mut *key).map_err(AccessError::Key)?;
        Ok(Self(key))
    }

    /// A key that an edge was given.
    ///
    /// # Errors
    /// Another number of bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, NotAnAccessKey> {
        let mut key = Zeroizing::new([0; ACCESS_KEY_BYTES]);
        if bytes.len() != key.len() {
            return Err(NotAnAccessKey(bytes.len()));
        }
        key.copy_from_slice(bytes);
        Ok(Self(key))
    }

    /// As an edge's configuration takes it: `base64:…`.
    pub fn to_line(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("base64:{}", STANDARD.encode(*self.0)))
    }

    pub(super) fn expose(&self) -> &[u8; ACCESS_KEY_BYTES] {
        &self.0
    }

    /// The same content has the same nonce, another content another one.
    pub(super) fn nonce_of(&self, plain: &[u8]) -> Result<[u8; NONCE_BYTES], AccessError> {
        let mut nonce = [0; NONCE_BYTES];
        let info = [NONCE, &Sha256::digest(plain)].concat();
        Hkdf::<Sha256>::new(None, &*self.0).expand(&info, &mut nonce).map_err(AccessError::Key)?;
        Ok(nonce)
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AccessKey(…)")
    }
}
