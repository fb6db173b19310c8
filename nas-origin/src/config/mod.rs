//! The origin's configuration: a struct for each concern, read from its layers and checked once, at start.
//!
//! Defaults < `nas-origin.toml` < `.env` < environment < `--set` flags (DESIGN section 13). A path is taken as it is written:
//! a relative one begins at the directory that the process was started in.

mod access;
mod accounts;
mod enrichment;
mod import;
mod kept_secret;
mod layers;
mod private_origin;
mod problem;
mod publish;
mod schedule;
mod secret;
mod signing_key;
mod sources;
mod values;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use figment::Figment;
use ipnet::IpNet;
use serde::Deserialize;

pub use access::{AccessConfig, AccessMode};
pub use enrichment::{EnrichmentConfig, ServiceKey};
pub use import::ImportConfig;
pub use kept_secret::KeptSecretError;
pub use layers::Layers;
pub use private_origin::{PrivateOriginConfig, TokenKeyConfig};
pub use problem::ConfigError;
pub use publish::{PublishConfig, StoreOption, StoreUrl};
pub use schedule::Schedule;
pub use secret::Secret;
pub use signing_key::SigningKeyFile;
pub use sources::{OWNER, SourceConfig, SourceKind, SourceMode, UPLOADS, Untagged};

use accounts::PasswordFile;
use secret::SecretFile;
use sources::Flaw;

use crate::accounts::{Password, UserName};

/// Everything that the owner may set.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the catalog, its pictures and its locks live.
    pub data_dir: PathBuf,
    /// The main port: the owner's API, the stream route, `/healthz`, `/readyz` and `/metrics`.
    pub listen: SocketAddr,
    /// Proxies whose `X-Forwarded-*` headers are believed.
    #[serde(deserialize_with = "values::networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// Whether credentials may come over plain HTTP from outside loopback.
    pub allow_plain_http: bool,
    /// Where music comes from, by name.
    pub sources: BTreeMap<String, SourceConfig>,
    /// What an import does.
    pub import: ImportConfig,
    /// What open databases of music may be asked.
    pub enrichment: EnrichmentConfig,
    /// Where and how snapshots are published.
    pub publish: PublishConfig,
    /// Who may listen at the edges.
    pub access: AccessConfig,
    /// The port and the keys for token holders.
    pub private_origin: PrivateOriginConfig,
    /// How long an access token of the owner's API is good.
    #[serde(deserialize_with = "values::duration")]
    pub token_life: Duration,
    /// Who is made admin when the daemon starts and there is no account.
    admin_user: Option<UserName>,
    admin_password: Option<Password>,
    admin_password_file: Option<PasswordFile>,
    /// Signs the access tokens of the owner's API; made once when it isn't set.
    jwt_secret: Option<Secret>,
    jwt_secret_file: Option<SecretFile>,
    /// The root of the listeners' app-passwords; made once when it isn't set.
    subsonic_secret_key: Option<Secret>,
    subsonic_secret_key_file: Option<SecretFile>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("data/origin"),
            listen: SocketAddr::from(([127, 0, 0, 1], 4040)),
            trusted_proxies: Vec::new(),
            allow_plain_http: false,
            sources: BTreeMap::new(),
            import: ImportConfig::default(),
            enrichment: EnrichmentConfig::default(),
            publish: PublishConfig::default(),
            access: AccessConfig::default(),
            private_origin: PrivateOriginConfig::default(),
            token_life: Duration::from_hours(12),
            admin_user: None,
            admin_password: None,
            admin_password_file: None,
            jwt_secret: None,
            jwt_secret_file: None,
            subsonic_secret_key: None,
            subsonic_secret_key_file: None,
        }
    }
}

/// A key and what is wrong with its value.
type Complaint = (&'static str, String);

impl Config {
    /// Reads the configuration as a process does: `file`, else `nas-origin.toml` when the working directory has one,
    /// then `.env`, the environment and the flags (`key=value`).
    ///
    /// # Errors
    /// A file that can't be read, an unknown key or a bad value; the error names the key and where it came from.
    pub fn load(file: Option<&Path>, flags: &[String]) -> Result<Self, ConfigError> {
        Self::from_layers(&Layers::of_process(file, flags))
    }

    /// Reads the configuration from these layers alone.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn from_layers(layers: &Layers) -> Result<Self, ConfigError> {
        let figment = layers.figment()?;
        let config: Self = figment.extract_lossy().map_err(|error| ConfigError::from_figment(&figment, error))?;
        config.check().map_err(|(key, problem)| ConfigError::bad_value(&figment, key, problem))?;
        config.check_sources(&figment)?;
        Ok(config)
    }

    /// What one value alone can't show.
    fn check(&self) -> Result<(), Complaint> {
        both_ways("jwt_secret_file", self.jwt_secret.is_some(), self.jwt_secret_file.is_some())?;
        let key_file = self.subsonic_secret_key_file.is_some();
        both_ways("subsonic_secret_key_file", self.subsonic_secret_key.is_some(), key_file)?;
        self.check_accounts()?;
        if self.private_origin.listen == Some(self.listen) && self.listen.port() != 0 {
            return Err(("private_origin.listen", "is the same address as `listen`; give it its own port".into()));
        }
        if self.access.mode == AccessMode::Listeners && self.publish.public_base_url.is_some() {
            let problem = "says that anyone can fetch the store's objects, and access.mode is \"listeners\": make the store \
                           private and remove the key, or let anybody listen";
            return Err(("publish.public_base_url", problem.into()));
        }
        self.private_origin.check()?;
        self.enrichment.check()?;
        self.publish.check()
    }
}

impl Config {
    fn check_sources(&self, figment: &Figment) -> Result<(), ConfigError> {
        for (name, source) in &self.sources {
            let key = |key: &str| format!("sources.{name}.{key}");
            source.check(name).map_err(|flaw| match flaw {
                Flaw::Missing(missing) => ConfigError::MissingKey { key: key(missing) },
                Flaw::Bad(bad, problem) => ConfigError::bad_value(figment, &key(bad), problem),
            })?;
        }
        Ok(())
    }
}

fn both_ways(key: &'static str, value: bool, file: bool) -> Result<(), Complaint> {
    if value && file {
        return Err((key, "and the key without `_file` are both set; set one of them".into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
