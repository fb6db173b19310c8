//! The origin token, version 1: a grant to stream one file from the NAS until a moment in time (TOKEN.md).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::Sha256Hex;
use crate::limits::{MAX_TOKEN_LIFE_SECS, MIN_SECRET_BYTES};

/// Length of a token in characters; no other spelling exists.
pub const TOKEN_CHARS: usize = 76;
const TOKEN_BYTES: usize = 57;
const SIGNED_BYTES: usize = 25;
const VERSION: u8 = 1;
const CONTEXT: &[u8] = b"nas-origin/stream/v1\0";
const ATTACHMENT: u8 = 1;
const MAX_START_SECS: u32 = (1 << 24) - 1;

/// How the bytes are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StreamFormat {
    /// The stored file.
    AsStored = 0,
    /// Transcoded to MP3.
    Mp3 = 1,
    /// Transcoded to Opus.
    Opus = 2,
    /// Transcoded to AAC.
    Aac = 3,
    /// Transcoded to FLAC.
    Flac = 4,
}

/// What a token grants.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Grant {
    /// How the bytes are wanted.
    pub format: StreamFormat,
    /// Whether the file is to be saved rather than played.
    pub as_attachment: bool,
    /// The first second, Unix time, at which the token is refused.
    pub expires_at: u32,
    /// The catalog's row.
    pub location_id: u64,
    /// Opaque id of a listener; 0 is anyone.
    pub listener: u32,
    /// Bit rate limit in kbit/s; 0 is none.
    pub max_kbps: u16,
    /// Where a transcoded stream begins, in seconds, below 2^24.
    pub start_secs: u32,
}

/// A secret with its id, 1–255. `Debug` shows the id alone.
#[derive(Clone)]
pub struct TokenKey {
    id: u8,
    mac: Hmac<Sha256>,
}

/// A key that may not be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Id 0 is reserved.
    #[error("a token key's id is 1 to 255, not 0")]
    ZeroId,
    /// Too little secret.
    #[error("token key {id} has a secret of {bytes} bytes; {MIN_SECRET_BYTES} are needed")]
    ShortSecret {
        /// The key's id.
        id: u8,
        /// The secret's length.
        bytes: usize,
    },
}

/// Why a token is not served, in the order of the checks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TokenError {
    /// Not 76 characters of the URL-safe alphabet.
    #[error("the token is not {TOKEN_CHARS} characters of URL-safe base64")]
    Malformed,
    /// Another version than 1.
    #[error("the token's version is not {VERSION}")]
    UnknownVersion,
    /// No key has the token's id.
    #[error("no key has the token's key id")]
    UnknownKey,
    /// The MAC is not the key's.
    #[error("the token's MAC is wrong")]
    WrongMac,
    /// A reserved bit is set or the format is unknown.
    #[error("the token has a reserved bit or an unknown format")]
    Reserved,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time ends further away than any edge may sign.
    #[error("the token's expiry is more than {MAX_TOKEN_LIFE_SECS} s away")]
    TooLongLived,
}

impl TokenKey {
    /// Makes a key.
    ///
    /// # Errors
    /// Id 0, or a secret below 32 bytes.
    pub fn new(id: u8, secret: &[u8]) -> Result<Self, KeyError> {
        if id == 0 {
            return Err(KeyError::ZeroId);
        }
        let short = KeyError::ShortSecret { id, bytes: secret.len() };
        if secret.len() < MIN_SECRET_BYTES {
            return Err(short);
        }
        let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret) else { return Err(short) };
        Ok(Self { id, mac })
    }

    /// The key's id.
    pub fn id(&self) -> u8 {
        self.id
    }

    /// Signs a grant: 76 URL-safe characters. `start_secs` is cut to 24 bits.
    pub fn sign(&self, grant: &Grant) -> String {
        let signed = grant.to_bytes(self.id);
        let mut token = [0; TOKEN_BYTES];
        token[..SIGNED_BYTES].copy_from_slice(&signed);
        token[SIGNED_BYTES..].copy_from_slice(&self.mac_over(&signed).finalize().into_bytes());
        URL_SAFE_NO_PAD.encode(token)
    }

    fn mac_over(&self, signed: &[u8]) -> Hmac<Sha256> {
        self.mac.clone().chain_update(CONTEXT).chain_update(signed)
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TokenKey({})", self.id)
    }
}

impl Grant {
    fn to_bytes(self, key_id: u8) -> [u8; SIGNED_BYTES] {
        let mut bytes = [0; SIGNED_BYTES];
        bytes[0] = VERSION;
        bytes[1] = key_id;
        bytes[2] = self.format as u8;
        bytes[3] = u8::from(self.as_attachment) * ATTACHMENT;
        bytes[4..8].copy_from_slice(&self.expires_at.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.location_id.to_be_bytes());
        bytes[16..20].copy_from_slice(&self.listener.to_be_bytes());
        bytes[20..22].copy_from_slice(&self.max_kbps.to_be_bytes());
        bytes[22..25].copy_from_slice(&self.start_secs.min(MAX_START_SECS).to_be_bytes()[1..]);
        bytes
    }

    fn from_bytes(bytes: &[u8; TOKEN_BYTES]) -> Result<Self, TokenError> {
        let format = match bytes[2] {
            0 => StreamFormat::AsStored,
            1 => StreamFormat::Mp3,
            2 => StreamFormat::Opus,
            3 => StreamFormat::Aac,
            4 => StreamFormat::Flac,
            _ => return Err(TokenError::Reserved),
        };
        if bytes[3] & !ATTACHMENT != 0 {
            return Err(TokenError::Reserved);
        }
        Ok(Self {
            format,
            as_attachment: bytes[3] == ATTACHMENT,
            expires_at: u32::from_be_bytes(field(bytes, 4)),
            location_id: u64::from_be_bytes(field(bytes, 8)),
            listener: u32::from_be_bytes(field(bytes, 16)),
            max_kbps: u16::from_be_bytes(field(bytes, 20)),
            start_secs: u32::from_be_bytes([0, bytes[22], bytes[23], bytes[24]]),
        })
    }
}

fn field<const N: usize>(bytes: &[u8; TOKEN_BYTES], at: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&bytes[at..at + N]);
    part
}

/// Checks a token against the keys and the clock, in TOKEN.md's order, and gives what it grants.
///
/// # Errors
/// The first check that fails.
pub fn verify(token: &str, keys: &[TokenKey], now_unix: i64) -> Result<Grant, TokenError> {
    let grant = verify_signed(token, keys)?;
    let left_secs = i64::from(grant.expires_at) - now_unix;
    if left_secs <= 0 {
        return Err(TokenError::Expired);
    }
    if left_secs > i64::from(MAX_TOKEN_LIFE_SECS) {
        return Err(TokenError::TooLongLived);
    }
    Ok(grant)
}

/// What a token with a good MAC grants, whatever the time.
///
/// # Errors
/// The first check that fails, the clock's aside.
pub fn verify_signed(token: &str, keys: &[TokenKey]) -> Result<Grant, TokenError> {
    let bytes = decode(token)?;
    if bytes[0] != VERSION {
        return Err(TokenError::UnknownVersion);
    }
    let key = keys.iter().find(|key| key.id == bytes[1]).ok_or(TokenError::UnknownKey)?;
    let genuine = key.mac_over(&bytes[..SIGNED_BYTES]).verify_slice(&bytes[SIGNED_BYTES..]).is_ok();
    if !genuine {
        return Err(TokenError::WrongMac);
    }
    Grant::from_bytes(&bytes)
}

/// What a log may say of a token: the first 8 hex of its SHA-256.
pub fn log_name(token: &str) -> String {
    Sha256Hex::of(token.as_bytes()).as_str()[..8].to_owned()
}

fn decode(token: &str) -> Result<[u8; TOKEN_BYTES], TokenError> {
    let mut bytes = [0; TOKEN_BYTES];
    if token.len() != TOKEN_CHARS {
        return Err(TokenError::Malformed);
    }
    match URL_SAFE_NO_PAD.decode_slice(token, &mut bytes) {
        Ok(TOKEN_BYTES) => Ok(bytes),
        _ => Err(TokenError::Malformed),
    }
}

#[cfg(test)]
mod tests;
