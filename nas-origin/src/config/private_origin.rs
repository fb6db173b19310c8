//! `[private_origin]`: the port that outsiders may reach and the keys that edges sign with.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use serde::Deserialize;
use snapshot_format::limits::MAX_SIGNED_LIFE_SECS;
use snapshot_format::token::TokenKey;

use super::secret::SecretFile;
use super::{Complaint, Secret, values};

/// The port and the keys for token holders.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PrivateOriginConfig {
    /// A port of its own for the stream route and `/healthz` alone.
    pub listen: Option<SocketAddr>,
    /// The keys that tokens may be signed with; none means that the stream route answers 503.
    pub keys: Vec<TokenKeyConfig>,
    /// What a token's expiry is rounded up to.
    #[serde(deserialize_with = "values::duration")]
    pub token_window: Duration,
    /// How many bodies are sent at once; more are refused with 429.
    pub max_streams: usize,
}

impl Default for PrivateOriginConfig {
    fn default() -> Self {
        Self { listen: None, keys: Vec::new(), token_window: Duration::from_hours(1), max_streams: 64 }
    }
}

impl PrivateOriginConfig {
    /// The keys, in the order they are written.
    pub fn token_keys(&self) -> Vec<TokenKey> {
        self.keys.iter().map(|key| key.0.clone()).collect()
    }

    pub(super) fn check(&self) -> Result<(), Complaint> {
        let mut seen = BTreeSet::new();
        if let Some(twice) = self.keys.iter().find(|key| !seen.insert(key.0.id())) {
            return Err(("private_origin.keys", format!("has the id {} twice", twice.0.id())));
        }
        if self.max_streams == 0 {
            return Err(("private_origin.max_streams", "is 0; at least 1 is needed".into()));
        }
        let longest = Duration::from_secs(MAX_SIGNED_LIFE_SECS.into());
        if self.token_window < Duration::from_secs(1) || self.token_window > longest {
            return Err(("private_origin.token_window", "is not between 1s and 24h".into()));
        }
        Ok(())
    }
}

/// `{ id = 1, secret_file = "…" }` or `{ id = 1, secret = "…" }`. `Debug` shows the id alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "TokenKeyWords")]
pub struct TokenKeyConfig(TokenKey);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenKeyWords {
    id: u8,
    secret: Option<Secret>,
    secret_file: Option<SecretFile>,
}

impl TryFrom<TokenKeyWords> for TokenKeyConfig {
    type Error = String;

    fn try_from(words: TokenKeyWords) -> Result<Self, String> {
        let secret = match (words.secret, words.secret_file) {
            (Some(secret), None) | (None, Some(SecretFile(secret))) => secret,
            (Some(_), Some(_)) => return Err("has both `secret` and `secret_file`; set one of them".into()),
            (None, None) => return Err("has neither `secret` nor `secret_file`".into()),
        };
        TokenKey::new(words.id, secret.expose()).map(Self).map_err(|error| error.to_string())
    }
}
