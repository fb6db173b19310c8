//! Secrets: how they are written, that they are long enough, and that nothing shows them.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretSlice};
use serde::Deserialize;
use snapshot_format::limits::MIN_SECRET_BYTES;

/// No secret is anywhere near this long, in bytes; a file that is was named by mistake.
const MAX_SECRET_FILE_BYTES: u64 = 64 * 1024;

/// At least 32 bytes that are never shown. Written `hex:…` or `base64:…`, or taken as its bytes.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Secret(Arc<SecretSlice<u8>>);

/// A secret that is kept in a file of its own.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "PathBuf")]
pub(super) struct SecretFile(pub(super) Secret);

impl Secret {
    /// The bytes, for the one that signs or decrypts with them.
    pub fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }

    /// Understands a secret as it is written, without one final newline.
    pub(super) fn parse(written: &[u8]) -> Result<Self, String> {
        let written = written.strip_suffix(b"\n").unwrap_or(written);
        let bytes = Zeroizing::new(decode(written)?);
        if bytes.len() < MIN_SECRET_BYTES {
            return Err(format!("is a secret of {} bytes; {MIN_SECRET_BYTES} are needed", bytes.len()));
        }
        Ok(Self(Arc::new(SecretSlice::from(bytes.to_vec()))))
    }
}

fn decode(written: &[u8]) -> Result<Vec<u8>, String> {
    if let Some(hex) = written.strip_prefix(b"hex:") {
        return decode_hex(hex).ok_or_else(|| "is not pairs of hex digits after `hex:`".to_owned());
    }
    match written.strip_prefix(b"base64:") {
        Some(text) => STANDARD.decode(text).or(Err("is not padded base64 after `base64:`".to_owned())),
        None => Ok(written.to_vec()),
    }
}

fn decode_hex(hex: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = hex.as_chunks::<2>();
    let bytes = pairs.iter().map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect::<Option<Vec<u8>>>();
    bytes.filter(|_| rest.is_empty())
}

impl TryFrom<String> for Secret {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        Self::parse(Zeroizing::new(written).as_bytes())
    }
}

impl TryFrom<PathBuf> for SecretFile {
    type Error = String;

    fn try_from(path: PathBuf) -> Result<Self, String> {
        let unreadable = |error: std::io::Error| format!("names {}, which can't be read: {error}", path.display());
        let size_bytes = std::fs::metadata(&path).map_err(unreadable)?.len();
        if size_bytes > MAX_SECRET_FILE_BYTES {
            return Err(format!("names {}, which is too large for a secret", path.display()));
        }
        let written = Zeroizing::new(std::fs::read(&path).map_err(unreadable)?);
        Secret::parse(&written).map(Self).map_err(|problem| format!("names {}, which {problem}", path.display()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}
