//! Signatures over a manifest: Ed25519 over a fixed text, not over JSON (SNAPSHOT.md section 2).
//!
//! The text names the database by its digest and all that could lead an edge astray. What it leaves out is checked
//! against the database (counts) or bounded by it (sizes), so that a good signature and the right bytes are enough.

mod keys;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

pub use keys::{KeyError, PublicKey, SigningKey};

use crate::Manifest;
use crate::limits::MAX_SIGNATURES;
use crate::manifest::Signature;

/// The first line of every signed text; another form of it would have another number.
pub const CONTEXT: &str = "music-cloud-manifest-v1";

/// Why no key vouches for a manifest.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SignatureError {
    /// Nobody signed it.
    #[error("the manifest is not signed, and only signed ones are taken (`snapshot.public_keys`)")]
    Unsigned,
    /// More signatures than any publisher makes.
    #[error("the manifest has {0} signatures; {MAX_SIGNATURES} are allowed")]
    TooMany(usize),
    /// One key, two signatures.
    #[error("the manifest is signed twice by the key {0}")]
    Duplicate(String),
    /// Signed, by nobody who is known here.
    #[error("the manifest is signed by {0}, and none of these keys is trusted (`snapshot.public_keys`)")]
    UnknownKeys(String),
    /// A known key's name beside a signature that the key did not make.
    #[error("the manifest's signature by the key {0} is wrong: the manifest was changed after it was signed")]
    Wrong(String),
}

/// The bytes that are signed: each field on a line of its own, ended by `\n`, and empty where the manifest has none.
///
/// Times are in UTC, in the form that the manifest itself is written in (`2026-01-02T03:04:05Z`).
pub fn signed_text(manifest: &Manifest) -> String {
    let Manifest { format, sequence, snapshot_id, schema_version, min_reader_version, database, .. } = manifest;
    let time = |time: &Timestamp| time.to_string();
    let fields = [
        CONTEXT.to_owned(),
        format.to_string(),
        sequence.to_string(),
        snapshot_id.clone(),
        schema_version.to_string(),
        min_reader_version.to_string(),
        time(&manifest.generated_at),
        manifest.expires_at.as_ref().map(time).unwrap_or_default(),
        database.sha256.to_string(),
        database.size_bytes.to_string(),
        manifest.access.as_ref().map(|access| access.sha256.to_string()).unwrap_or_default(),
        manifest.publisher_id.clone().unwrap_or_default(),
        manifest.public_base_url.clone().unwrap_or_default(),
    ];
    fields.map(|field| field + "\n").concat()
}

/// Signs a manifest as it is now. Signatures that it had are dropped: they were made for another text, or by this key.
pub fn sign(manifest: &mut Manifest, key: &SigningKey) {
    let signature = STANDARD.encode(key.sign(signed_text(manifest).as_bytes()));
    manifest.signatures = vec![Signature { key_id: key.public_key().id().to_owned(), signature }];
}

/// The first of the trusted keys that signed a manifest. One is enough: while keys change, a publisher's new one is
/// trusted before it is used. Signatures by keys that are not trusted are not looked at.
///
/// # Errors
/// When no trusted key signed this very text, or the signatures are such as no publisher writes.
pub fn verify<'a>(manifest: &Manifest, trusted: &'a [PublicKey]) -> Result<&'a PublicKey, SignatureError> {
    check_form(&manifest.signatures)?;
    let text = signed_text(manifest);
    let mut wrong = None;
    for Signature { key_id, signature } in &manifest.signatures {
        let Some(key) = trusted.iter().find(|key| key.id() == key_id) else { continue };
        if decode(signature).is_some_and(|signature| key.verify(text.as_bytes(), &signature)) {
            return Ok(key);
        }
        wrong.get_or_insert(key.id());
    }
    Err(match wrong {
        Some(key_id) => SignatureError::Wrong(key_id.to_owned()),
        None => SignatureError::UnknownKeys(names(&manifest.signatures)),
    })
}

fn check_form(signatures: &[Signature]) -> Result<(), SignatureError> {
    if signatures.is_empty() {
        return Err(SignatureError::Unsigned);
    }
    if signatures.len() > MAX_SIGNATURES {
        return Err(SignatureError::TooMany(signatures.len()));
    }
    let is_repeated = |(index, one): &(usize, &Signature)| signatures[..*index].iter().any(|o| o.key_id == one.key_id);
    let repeated = signatures.iter().enumerate().find(is_repeated);
    repeated.map_or(Ok(()), |(_, signature)| Err(SignatureError::Duplicate(shown(&signature.key_id))))
}

fn decode(signature: &str) -> Option<[u8; 64]> {
    STANDARD.decode(signature).ok()?.try_into().ok()
}

fn names(signatures: &[Signature]) -> String {
    signatures.iter().map(|signature| shown(&signature.key_id)).collect::<Vec<_>>().join(", ")
}

/// A key id as far as it is one: what a stranger wrote there is not repeated in a log.
fn shown(key_id: &str) -> String {
    let is_id = key_id.len() == keys::ID_CHARS && key_id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_id { key_id.to_owned() } else { "an unreadable key id".to_owned() }
}

#[cfg(test)]
mod tests;
