//! Sealing what has to be shown again: XChaCha20-Poly1305 under a key derived from `SUBSONIC_SECRET_KEY`. Each is bound to
//! its account and kind, so that a row can't be moved to another one.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use rand::TryRng;
use rand::rngs::SysRng;
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use sha2::Sha256;

use crate::config::Secret;
use crate::library::credentials::{CredentialKind, Sealed};

/// What the key is for: another use gets another key.
const PURPOSE: &[u8] = b"app-credentials-v1";
/// Bytes of a nonce: many enough to be random.
const NONCE_BYTES: usize = 24;

/// Seals and opens credentials.
pub struct Vault {
    cipher: XChaCha20Poly1305,
}

/// Nothing can be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// No nonce.
    #[error("the system has no random bytes")]
    Random(#[source] rand::rngs::SysError),
    /// The cipher refuses.
    #[error("a credential could not be sealed: {0}")]
    Cipher(chacha20poly1305::Error),
    /// No key can be derived.
    #[error("no key can be derived from the secret: {0}")]
    Key(hkdf::InvalidLength),
}

impl Vault {
    /// With the root of all of them.
    ///
    /// # Errors
    /// No key can be derived.
    pub fn new(root: &Secret) -> Result<Self, SealError> {
        let mut key = Zeroizing::new([0_u8; 32]);
        Hkdf::<Sha256>::new(None, root.expose()).expand(PURPOSE, &mut *key).map_err(SealError::Key)?;
        Ok(Self { cipher: XChaCha20Poly1305::new(&(*key).into()) })
    }

    /// Nonce, secret and tag.
    ///
    /// # Errors
    /// The system has no random bytes.
    pub(super) fn seal(&self, user_id: i64, kind: CredentialKind, secret: &str) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0_u8; NONCE_BYTES];
        SysRng.try_fill_bytes(&mut nonce).map_err(SealError::Random)?;
        let payload = Payload { msg: secret.as_bytes(), aad: &bound_to(user_id, kind) };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).map_err(SealError::Cipher)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// `None` when another key sealed it: whoever exchanges the root voids them all.
    pub(super) fn open(&self, credential: &Sealed) -> Option<SecretString> {
        let (nonce, sealed) = credential.sealed.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload { msg: sealed, aad: &bound_to(credential.user_id, credential.kind) };
        let plain = Zeroizing::new(self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()?);
        std::str::from_utf8(&plain).ok().map(SecretString::from)
    }
}

fn bound_to(user_id: i64, kind: CredentialKind) -> Vec<u8> {
    format!("{user_id}/{}", kind.name()).into_bytes()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn vault(secret: &str) -> Vault {
        Vault::new(&Secret::try_from(secret.to_owned()).expect("a secret")).expect("a vault")
    }

    #[test]
    fn only_the_same_key_opens_only_the_same_row() {
        let ours = vault("0123456789abcdef0123456789abcdef");
        let kind = CredentialKind::AppPassword;
        let sealed = ours.seal(7, kind, "hush").expect("sealed");
        assert_ne!(sealed, ours.seal(7, kind, "hush").expect("sealed"), "nonces differ");
        assert!(!sealed.windows(4).any(|part| part == b"hush"));
        let row = Sealed {
            credential_id: 1,
            user_id: 7,
            user_name: "ann".to_owned(),
            kind,
            label: String::new(),
            sealed,
            created_at: 0,
        };
        assert_eq!(ours.open(&row).expect("opened").expose_secret(), "hush");
        assert!(vault("another secret of thirty-two by.").open(&row).is_none());
        assert!(ours.open(&Sealed { user_id: 8, ..row.clone() }).is_none());
        assert!(ours.open(&Sealed { kind: CredentialKind::ApiKey, ..row.clone() }).is_none());
        assert!(ours.open(&Sealed { sealed: vec![0; 10], ..row }).is_none());
    }
}
