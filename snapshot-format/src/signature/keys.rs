//! Ed25519 keys and how they are written, one line each: `ed25519:` before the public half, `ed25519-secret:` before the
//! secret one, then base64 with padding.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, VerifyingKey};

use crate::Sha256Hex;

const PUBLIC: &str = "ed25519:";
const SECRET: &str = "ed25519-secret:";
const KEY_BYTES: usize = 32;
pub(super) const ID_CHARS: usize = 16;

/// Checks signatures. `Display` is the line that an edge's configuration takes.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    key: VerifyingKey,
    id: String,
}

/// Makes signatures. `Debug` shows the id alone.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

/// A line that is no key. None of these repeats what was written: it may have been a secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyError {
    /// Something else, where a public key belongs.
    #[error("is no public key: the line begins with `{PUBLIC}`, as `nas-origin keygen` shows it")]
    NotPublic,
    /// A secret, where a public key belongs.
    #[error("is a secret key: that one stays on the NAS; the line that belongs here begins with `{PUBLIC}`")]
    SecretForPublic,
    /// Something else, where a secret key belongs.
    #[error("is no signing key: its one line begins with `{SECRET}`, as `nas-origin keygen` writes it")]
    NotSecret,
    /// A public key, where a secret belongs.
    #[error("is a public key: that one belongs to the edges; the line that signs begins with `{SECRET}`")]
    PublicForSecret,
    /// Not the encoding.
    #[error("has no {KEY_BYTES} bytes in base64 with padding after the colon")]
    Encoding,
    /// No point of the curve, or one for which anybody can make signatures.
    #[error("is no key that a signature could be checked with")]
    Weak,
}

impl PublicKey {
    /// The first 16 hex digits of the key's SHA-256.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the key made this signature of this text. Encodings that are not the one of RFC 8032 are refused.
    pub(super) fn verify(&self, text: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(text, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }

    fn new(key: VerifyingKey) -> Self {
        Self { key, id: Sha256Hex::of(key.as_bytes()).as_str()[..ID_CHARS].to_owned() }
    }
}

impl SigningKey {
    /// The key that 32 random bytes make.
    pub fn from_seed(seed: &[u8; KEY_BYTES]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The half that edges are given.
    pub fn public_key(&self) -> PublicKey {
        PublicKey::new(self.0.verifying_key())
    }

    /// The line that a key file holds. It is the secret itself. Empty lines and those that begin with `#` may stand beside
    /// it.
    pub fn to_secret_line(&self) -> String {
        format!("{SECRET}{}", STANDARD.encode(self.0.as_bytes()))
    }

    pub(super) fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.0.sign(text).to_bytes()
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(line: &str) -> Result<Self, KeyError> {
        let line = line.trim();
        if line.starts_with(SECRET) {
            return Err(KeyError::SecretForPublic);
        }
        let bytes = decode(line.strip_prefix(PUBLIC).ok_or(KeyError::NotPublic)?)?;
        let key = VerifyingKey::from_bytes(&bytes).ok().filter(|key| !key.is_weak());
        key.map(Self::new).ok_or(KeyError::Weak)
    }
}

impl FromStr for SigningKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (Some(line), None) = (lines.next(), lines.next()) else { return Err(KeyError::NotSecret) };
        if line.starts_with(PUBLIC) {
            return Err(KeyError::PublicForSecret);
        }
        let seed = decode(line.strip_prefix(SECRET).ok_or(KeyError::NotSecret)?)?;
        Ok(Self::from_seed(&seed))
    }
}

fn decode(text: &str) -> Result<[u8; KEY_BYTES], KeyError> {
    let bytes = STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or(KeyError::Encoding)
}

impl fmt::Display for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{PUBLIC}{}", STANDARD.encode(self.key.as_bytes()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublicKey({self})")
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningKey({})", self.public_key().id())
    }
}
