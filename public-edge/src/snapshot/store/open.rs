//! From a store's URL and options to its client.

use std::str::FromStr;
use std::time::Duration;

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::http::HttpBuilder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ClientConfigKey, ClientOptions, ObjectStore, RetryConfig};
use url::Url;

use crate::config::StoreOptions;

/// What the owner may still change with `store_options`. The time for a whole answer is long, since a database may be
/// large; one that stops coming is noticed by the time between two reads.
const CLIENT_DEFAULTS: [(&str, &str); 3] =
    [("connect_timeout", "5 seconds"), ("read_timeout", "30 seconds"), ("timeout", "1 day")];

/// A store that can't be used as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No store of the list has such an option.
    #[error("`snapshot.store_options.{name}` is no option of any configured store")]
    UnknownOption {
        /// The option.
        name: String,
    },
    /// The client can't be made.
    #[error("the store {name} can't be used")]
    Client {
        /// The store.
        name: String,
        /// What its client says.
        #[source]
        source: object_store::Error,
    },
}

/// A URL without query, credentials and fragment.
pub(super) fn shown(url: &Url) -> String {
    format!("{}://{}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

/// Refuses an option that no store of the list has: a misspelt one would be ignored in silence.
pub(super) fn check_options(stores: &[Url], options: &StoreOptions) -> Result<(), StoreError> {
    let stray = options.iter().find(|(name, _)| !stores.iter().any(|url| has_option(url, name)));
    stray.map_or(Ok(()), |(name, _)| Err(StoreError::UnknownOption { name: name.to_owned() }))
}

fn has_option(url: &Url, name: &str) -> bool {
    match url.scheme() {
        "s3" | "s3a" => AmazonS3ConfigKey::from_str(name).is_ok(),
        "gs" => GoogleConfigKey::from_str(name).is_ok(),
        "az" | "abfs" | "abfss" => AzureConfigKey::from_str(name).is_ok(),
        "http" | "https" => ClientConfigKey::from_str(name).is_ok(),
        _ => false,
    }
}

/// The client of a store, and where the layout begins in it.
pub(super) fn client(url: &Url, options: &StoreOptions) -> Result<(Box<dyn ObjectStore>, Path), StoreError> {
    let failed = |source| StoreError::Client { name: shown(url), source };
    let prefix = || Path::from_url_path(url.path()).map_err(|error| failed(error.into()));
    let plain_http = allows_plain_http(url, options);
    let options = Options { plain_http, options };
    let client: Box<dyn ObjectStore> = match url.scheme() {
        "file" => Box::new(LocalFileSystem::new()),
        "s3" | "s3a" => {
            let builder = AmazonS3Builder::from_env().with_url(url.as_str()).with_retry(retries());
            Box::new(options.apply(builder, AmazonS3Builder::with_config).build().map_err(failed)?)
        }
        "gs" => {
            let builder = GoogleCloudStorageBuilder::from_env().with_url(url.as_str()).with_retry(retries());
            Box::new(options.apply(builder, GoogleCloudStorageBuilder::with_config).build().map_err(failed)?)
        }
        "az" | "abfs" | "abfss" => {
            let builder = MicrosoftAzureBuilder::from_env().with_url(url.as_str()).with_retry(retries());
            Box::new(options.apply(builder, MicrosoftAzureBuilder::with_config).build().map_err(failed)?)
        }
        _ => {
            let client = options.apply(ClientOptions::new(), ClientOptions::with_config);
            let server = &url[..url::Position::BeforePath];
            let builder = HttpBuilder::new().with_url(server).with_retry(retries()).with_client_options(client);
            Box::new(builder.build().map_err(failed)?)
        }
    };
    Ok((client, prefix()?))
}

/// Plain HTTP is what the owner asked for when the URL or the endpoint says so.
fn allows_plain_http(url: &Url, options: &StoreOptions) -> bool {
    let is_endpoint = |name: &str| name.ends_with("endpoint") || name.ends_with("endpoint_url");
    let given = options.iter().any(|(name, value)| is_endpoint(name) && value.starts_with("http://"));
    let from_environment = ["AWS_ENDPOINT", "AWS_ENDPOINT_URL", "AZURE_ENDPOINT"];
    let set = from_environment.iter().any(|name| std::env::var(name).is_ok_and(|value| value.starts_with("http://")));
    url.scheme() == "http" || given || set
}

/// The refresh tries again by itself; this is for a reset connection or a single 503.
fn retries() -> RetryConfig {
    RetryConfig { max_retries: 2, retry_timeout: Duration::from_secs(10), ..RetryConfig::default() }
}

struct Options<'a> {
    plain_http: bool,
    options: &'a StoreOptions,
}

impl Options<'_> {
    fn apply<B, K: FromStr>(&self, builder: B, set: impl Fn(B, K, String) -> B) -> B {
        let allow_http = self.plain_http.to_string();
        let defaults = CLIENT_DEFAULTS.into_iter().chain([("allow_http", allow_http.as_str())]);
        let owners = self.options.iter();
        let all = defaults.map(|(name, value)| (name, value.to_owned())).chain(owners);
        all.fold(builder, |builder, (name, value)| match name.parse() {
            Ok(key) => set(builder, key, value),
            Err(_) => builder,
        })
    }
}
