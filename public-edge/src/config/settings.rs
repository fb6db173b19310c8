//! The configuration as an owner writes it, before it is checked. The field names are the keys.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::proxy_clients::PROXY_CLIENTS;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Settings {
    pub(super) listen: String,
    pub(super) trusted_proxies: OneOrMany,
    pub(super) snapshot: Snapshot,
    pub(super) playback: Playback,
    pub(super) access: AccessRules,
    pub(super) cache: Cache,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Snapshot {
    pub(super) store: OneOrMany,
    pub(super) store_options: StoreOptions,
    pub(super) poll_interval: String,
    pub(super) cache_dir: PathBuf,
    pub(super) public_keys: OneOrMany,
    pub(super) max_database_bytes: Quantity,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Playback {
    pub(super) origin_url: Option<String>,
    pub(super) token_key: Option<Key>,
    pub(super) token_ttl: Option<String>,
    pub(super) token_window: String,
    pub(super) delivery: String,
    pub(super) proxy_clients: OneOrMany,
    pub(super) listener_tokens: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Key {
    pub(super) id: u8,
    pub(super) secret: Option<SecretString>,
    pub(super) secret_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AccessRules {
    pub(super) mode: String,
    pub(super) guest: GuestPair,
    pub(super) access_key: Option<SecretString>,
    pub(super) access_key_file: Option<PathBuf>,
    pub(super) allow_plain_http: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct GuestPair {
    pub(super) user: String,
    pub(super) password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Cache {
    pub(super) max_bytes: Quantity,
}

/// One text or a list of them; a text from the environment may be empty for an empty list.
#[derive(Deserialize, Default)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
pub(super) enum OneOrMany {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

/// A number of bytes, plain or with a unit.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a size such as \"64MiB\"")]
pub(super) enum Quantity {
    Bytes(u64),
    Text(String),
}

/// Options of the object store by their own names. Any of them may be a credential, so `Debug` shows names alone.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct StoreOptions(BTreeMap<String, OptionText>);

#[derive(Clone, Deserialize)]
#[serde(untagged, expecting = "expected a text, a number or true or false")]
enum OptionText {
    Flag(bool),
    Number(i64),
    Text(SecretString),
}

impl StoreOptions {
    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, String)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.expose()))
    }
}

impl OptionText {
    fn expose(&self) -> String {
        match self {
            Self::Flag(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.expose_secret().to_owned(),
        }
    }
}

impl fmt::Debug for StoreOptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

impl OneOrMany {
    pub(super) fn into_vec(self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::One(text) if text.is_empty() => Vec::new(),
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:4533".to_owned(),
            trusted_proxies: OneOrMany::None,
            snapshot: Snapshot::default(),
            playback: Playback::default(),
            access: AccessRules::default(),
            cache: Cache::default(),
        }
    }
}

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            store: OneOrMany::None,
            store_options: StoreOptions::default(),
            poll_interval: "30s".to_owned(),
            cache_dir: PathBuf::from("data/edge"),
            public_keys: OneOrMany::None,
            max_database_bytes: Quantity::Text("8GiB".to_owned()),
        }
    }
}

impl Default for Playback {
    fn default() -> Self {
        Self {
            origin_url: None,
            token_key: None,
            token_ttl: None,
            token_window: "1h".to_owned(),
            delivery: "auto".to_owned(),
            proxy_clients: OneOrMany::Many(PROXY_CLIENTS.map(str::to_owned).to_vec()),
            listener_tokens: false,
        }
    }
}

impl Default for AccessRules {
    fn default() -> Self {
        Self {
            mode: "public".to_owned(),
            guest: GuestPair::default(),
            access_key: None,
            access_key_file: None,
            allow_plain_http: false,
        }
    }
}

impl Default for GuestPair {
    fn default() -> Self {
        Self { user: "guest".to_owned(), password: "guest".to_owned() }
    }
}

impl Default for Cache {
    fn default() -> Self {
        Self { max_bytes: Quantity::Text("64MiB".to_owned()) }
    }
}
