//! The edge's configuration: a struct for each concern, read in layers and checked once, before anything starts.
//!
//! Defaults are overlaid by the file, `.env` and the environment. What is read is text and numbers as an owner writes
//! them (`settings`); what the rest of the program sees cannot be wrong ([`Config`]).

mod error;
mod layers;
mod proxy_clients;
mod quantity;
mod secret;
mod settings;
#[cfg(test)]
mod tests;
mod validate;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use snapshot_format::access::AccessKey;
use snapshot_format::signature::PublicKey;
use snapshot_format::token::TokenKey;
use url::Url;

pub use error::ConfigError;
pub use layers::Layers;
pub use settings::StoreOptions;

/// The file that is read when no other is named and it is there.
pub const DEFAULT_FILE: &str = "public-edge.toml";

/// What begins every environment variable of the edge.
pub const ENVIRONMENT_PREFIX: &str = "PUBLIC_EDGE_";

/// Everything that an owner can choose.
#[derive(Debug)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Where snapshots come from.
    pub snapshot: SnapshotSettings,
    /// Where playback goes to.
    pub playback: PlaybackSettings,
    /// Who may listen.
    pub access: AccessSettings,
    /// How much is kept in memory.
    pub cache: CacheSettings,
}

/// `[snapshot]`: where snapshots come from.
#[derive(Debug)]
pub struct SnapshotSettings {
    /// Stores in the order that they are asked in; at least one.
    pub stores: Vec<Url>,
    /// `object_store`'s own options, for every store that they fit.
    pub store_options: StoreOptions,
    /// Time between two looks at the manifest; each wait is up to a fifth longer or shorter.
    pub poll_interval: Duration,
    /// The folder that databases are kept in.
    pub cache_dir: PathBuf,
    /// Who may sign snapshots; with none, signatures are not asked for.
    pub public_keys: Vec<PublicKey>,
    /// Larger databases are refused.
    pub max_database_bytes: u64,
}

/// `[playback]`: where playback goes to.
#[derive(Debug)]
pub struct PlaybackSettings {
    /// The NAS as listeners reach it, perhaps below a path; `None` means that files which only it has are not available.
    pub origin_url: Option<Url>,
    /// What origin tokens are signed with; there whenever `origin_url` is.
    pub token_key: Option<TokenKey>,
    /// How long tokens live, in whole seconds; `None` goes by the track's duration (TOKEN.md).
    pub token_ttl: Option<Duration>,
    /// Expiries are rounded up to a multiple of this, in whole seconds.
    pub token_window: Duration,
    /// Who gets the bytes through this edge.
    pub delivery: Delivery,
    /// Whether tokens say whose they are: the NAS refuses those of listeners who were taken their credentials since, but a
    /// pull CDN can't share them.
    pub names_listeners: bool,
}

/// How files reach listeners.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// By redirect, but for clients that can't follow one.
    Auto {
        /// Their names, as they give them in `c` or in User-Agent.
        proxy_clients: Vec<String>,
    },
    /// By redirect.
    Redirect,
    /// Through this edge.
    Proxy,
}

/// `[access]`: who may listen.
#[derive(Debug)]
pub struct AccessSettings {
    /// Anybody, or those who have credentials.
    pub mode: AccessMode,
    /// The pair that Subsonic clients may send instead of nothing. It is shown on the web page, so it is no secret.
    pub guest: Guest,
    /// Whether credentials may come over plain HTTP from outside loopback.
    pub allow_plain_http: bool,
}

/// Who may listen.
#[derive(Debug)]
pub enum AccessMode {
    /// Anybody.
    Public,
    /// Who has credentials that the NAS gave out.
    Listeners {
        /// Opens what the NAS publishes of them.
        key: AccessKey,
    },
}

impl AccessSettings {
    /// What opens listeners' credentials; nothing where anybody may listen.
    pub fn key(&self) -> Option<&AccessKey> {
        match &self.mode {
            AccessMode::Public => None,
            AccessMode::Listeners { key } => Some(key),
        }
    }

    /// Whether only those who have credentials may listen.
    pub fn is_for_listeners(&self) -> bool {
        self.key().is_some()
    }

    /// What everybody may log in with; nothing where only listeners may.
    pub fn shown_guest(&self) -> Option<&Guest> {
        Some(&self.guest).filter(|_| !self.is_for_listeners())
    }
}

/// A name and password that everyone may know.
#[derive(Clone, Debug)]
pub struct Guest {
    /// The name.
    pub user: String,
    /// The password.
    pub password: String,
}

/// `[cache]`: how much is kept in memory.
#[derive(Debug)]
pub struct CacheSettings {
    /// Bytes of rendered answers that are kept for each snapshot.
    pub max_bytes: u64,
}

impl Config {
    /// Reads `file` (or [`DEFAULT_FILE`] when it is there), `.env` and the environment, and checks all of it.
    ///
    /// # Errors
    /// The first key that is unknown, missing or wrong, with the place that it came from.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::from_layers(Layers::of_this_process(file)?)
    }

    /// A configuration from a text in TOML alone: no other file and no environment is looked at.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        Self::from_layers(Layers::of_text(text))
    }

    /// A configuration from given layers.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn from_layers(layers: Layers) -> Result<Self, ConfigError> {
        let (settings, origins) = layers.read()?;
        validate::validate(settings, &origins)
    }
}
