//! `[publish]`: where snapshots go and how long they live.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;
use snapshot_format::signature::SigningKey;
use url::Url;

use super::Complaint;
use super::schedule::Schedule;
use super::signing_key::SigningKeyFile;
use super::values;

/// Where and how snapshots are published.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PublishConfig {
    /// The store; without one nothing is published.
    pub store: Option<StoreUrl>,
    /// The store's settings under `object_store`'s own names; credentials among them.
    pub store_options: BTreeMap<String, StoreOption>,
    /// When the daemon publishes by the clock, beside what imports ask for.
    pub schedule: Option<Schedule>,
    /// What a public URL of a published object begins with.
    pub public_base_url: Option<Url>,
    /// What manifests are signed with; without one they are not signed.
    signing_key_file: Option<SigningKeyFile>,
    /// How long after its making an edge may take a manifest for current.
    #[serde(deserialize_with = "values::duration")]
    pub manifest_life: Duration,
    /// How many databases a sweep keeps, beside one a day.
    pub keep_snapshots: u32,
    /// The age below which a sweep leaves an object alone: longer than any publish takes.
    #[serde(deserialize_with = "values::duration")]
    pub gc_grace: Duration,
    /// The largest database for which deltas are made, in bytes; 0 for none.
    #[serde(deserialize_with = "values::size_bytes")]
    pub delta_limit: u64,
    /// Whether the owner vouches that nobody else publishes to this store.
    pub single_writer: bool,
}

impl Default for PublishConfig {
    fn default() -> Self {
        Self {
            store: None,
            store_options: BTreeMap::new(),
            schedule: None,
            public_base_url: None,
            signing_key_file: None,
            manifest_life: Duration::from_hours(30 * 24),
            keep_snapshots: 10,
            gc_grace: Duration::from_hours(24),
            delta_limit: 1 << 30,
            single_writer: false,
        }
    }
}

impl PublishConfig {
    /// What manifests are signed with, when the owner wants them signed.
    pub fn signing_key(&self) -> Option<&SigningKey> {
        self.signing_key_file.as_ref().map(SigningKeyFile::key)
    }

    pub(super) fn check(&self) -> Result<(), Complaint> {
        if self.public_base_url.as_ref().is_some_and(|url| !matches!(url.scheme(), "http" | "https")) {
            return Err(("publish.public_base_url", "is not an http or https URL".into()));
        }
        if self.manifest_life < Duration::from_mins(1) {
            return Err(("publish.manifest_life", "is shorter than a minute".into()));
        }
        Ok(())
    }
}

/// `file:///DIR`, `s3://BUCKET/PREFIX`, `gs://…` or `az://…`, without credentials.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct StoreUrl(Url);

impl StoreUrl {
    /// The URL.
    pub fn as_url(&self) -> &Url {
        &self.0
    }
}

impl TryFrom<String> for StoreUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let url =
            Url::parse(&text).map_err(|error| format!("is not a store's URL such as file:///srv/objects: {error}"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err("has credentials in the URL; put them into `store_options`".into());
        }
        match url.scheme() {
            "file" | "s3" | "gs" | "az" => Ok(Self(url)),
            scheme => Err(format!("is a URL of `{scheme}`; a store to publish to is file, s3, gs or az")),
        }
    }
}

/// A store option's value: a string, or a number or truth value taken as it is written. Never shown.
#[derive(Clone, Debug)]
pub struct StoreOption(SecretString);

impl StoreOption {
    /// The value, for the store's builder.
    pub fn expose(&self) -> &str {
        secrecy::ExposeSecret::expose_secret(&self.0)
    }
}

impl<'de> Deserialize<'de> for StoreOption {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Truth(bool),
            Number(i64),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Text(text) => text,
            Written::Truth(truth) => truth.to_string(),
            Written::Number(number) => number.to_string(),
        };
        Ok(Self(text.into()))
    }
}
