//! From `publish.store` and `publish.store_options` to a client. Credentials come from the options or from the usual
//! variables (`AWS_*`, `GOOGLE_*`, `AZURE_*`), never from the URL.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzure, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorage, GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::path::Path as ObjectPath;
use object_store::prefix::PrefixStore;
use object_store::signer::Signer;
use object_store::{BackoffConfig, Error as ObjectError, ObjectStore, RetryConfig};
use url::Url;

use super::error::StoreError;
use super::file_root::{self, FolderLock};
use crate::config::{StoreOption, StoreUrl};

/// How long a request may take, its body included: a part of 8 MiB over a line of 1 Mbit/s fits.
const REQUEST_TIMEOUT: &str = "120s";
const CONNECT_TIMEOUT: &str = "10s";

/// Retries inside one request to the store, for server errors and lost connections.
const MAX_RETRIES: usize = 4;
const RETRY_TIMEOUT: Duration = Duration::from_secs(90);

/// Where a store's objects are.
pub(super) struct Place {
    pub(super) objects: Arc<dyn ObjectStore>,
    pub(super) name: String,
    pub(super) lock: Option<FolderLock>,
}

pub(super) type Options = BTreeMap<String, StoreOption>;

/// A folder is locked for as long as the place is held.
pub(super) fn open(url: &StoreUrl, options: &Options) -> Result<Place, StoreError> {
    open_with(url, options, |folder| file_root::open(folder).map(|(objects, lock)| (objects, Some(lock))))
}

/// Nothing is locked or made.
pub(super) fn open_to_read(url: &StoreUrl, options: &Options) -> Result<Place, StoreError> {
    open_with(url, options, |folder| Ok((file_root::open_to_read(folder)?, None)))
}

/// The objects of a folder, and its lock when it was taken.
type Folder = (Arc<dyn ObjectStore>, Option<FolderLock>);

fn open_with(
    url: &StoreUrl,
    options: &Options,
    open_folder: impl FnOnce(&Path) -> Result<Folder, StoreError>,
) -> Result<Place, StoreError> {
    let url = url.as_url();
    let name = name(url);
    if url.scheme() == "file" {
        let (objects, lock) = open_folder(&folder(url, &name, options)?)?;
        return Ok(Place { objects, name, lock });
    }
    let objects = client(url, &name, options)?.objects;
    Ok(Place { objects: below_prefix(objects, url, &name)?, name, lock: None })
}

/// What gives URLs of a bucket's objects to others, and the prefix that its keys begin with.
pub(super) fn signer(url: &StoreUrl, options: &Options) -> Result<(Arc<dyn Signer>, ObjectPath), StoreError> {
    let url = url.as_url();
    let name = name(url);
    Ok((client(url, &name, options)?.signer, prefix(url, &name)?))
}

/// A bucket's client, in both of its parts.
struct Client {
    objects: Arc<dyn ObjectStore>,
    signer: Arc<dyn Signer>,
}

impl Client {
    fn new<C: ObjectStore + Signer>(client: C) -> Self {
        let client = Arc::new(client);
        Self { objects: Arc::clone(&client) as Arc<dyn ObjectStore>, signer: client }
    }
}

fn client(url: &Url, name: &str, options: &Options) -> Result<Client, StoreError> {
    let built = match url.scheme() {
        "s3" => s3(url, options).map(Client::new),
        "gs" => gcs(url, options).map(Client::new),
        "az" => azure(url, options).map(Client::new),
        _ => return refuse(name.to_owned(), "can't be published to: use file://, s3://, gs:// or az://"),
    };
    built.map_err(|unusable| match unusable {
        Unusable::Option(option) => StoreError::UnknownOption { kind: url.scheme().to_owned(), option },
        Unusable::Settings(cause) => StoreError::Settings { store: name.to_owned(), cause: settings(&cause) },
    })
}

fn folder(url: &Url, name: &str, options: &Options) -> Result<PathBuf, StoreError> {
    if let Some(option) = options.keys().next() {
        return Err(StoreError::UnknownOption { kind: "file".to_owned(), option: option.clone() });
    }
    match url.to_file_path() {
        Ok(folder) => Ok(folder),
        Err(()) => refuse(name.to_owned(), "is not the path of a folder: write file:///srv/objects"),
    }
}

fn refuse<T>(url: String, reason: &str) -> Result<T, StoreError> {
    Err(StoreError::Address { url, reason: reason.to_owned() })
}

fn below_prefix(objects: Arc<dyn ObjectStore>, url: &Url, name: &str) -> Result<Arc<dyn ObjectStore>, StoreError> {
    let prefix = prefix(url, name)?;
    if prefix.as_ref().is_empty() { Ok(objects) } else { Ok(Arc::new(PrefixStore::new(objects, prefix))) }
}

fn prefix(url: &Url, name: &str) -> Result<ObjectPath, StoreError> {
    ObjectPath::from_url_path(url.path().trim_matches('/'))
        .map_err(|cause| StoreError::Address { url: name.to_owned(), reason: format!("has a bad prefix ({cause})") })
}

/// The URL's place alone, the same for every way of writing it.
fn name(url: &Url) -> String {
    format!("{}://{}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path().trim_end_matches('/'))
}

/// Why a client could not be made.
enum Unusable {
    Option(String),
    Settings(ObjectError),
}

fn settings(cause: &ObjectError) -> String {
    match cause {
        ObjectError::Generic { source, .. } => source.to_string(),
        other => other.to_string(),
    }
}

fn s3(url: &Url, options: &Options) -> Result<AmazonS3, Unusable> {
    let mut builder = AmazonS3Builder::from_env().with_url(url.as_str()).with_retry(retry());
    for (key, value) in settings_of::<AmazonS3ConfigKey>("AWS", options)? {
        builder = builder.with_config(key, value);
    }
    builder.build().map_err(Unusable::Settings)
}

fn gcs(url: &Url, options: &Options) -> Result<GoogleCloudStorage, Unusable> {
    let mut builder = GoogleCloudStorageBuilder::from_env().with_url(url.as_str()).with_retry(retry());
    for (key, value) in settings_of::<GoogleConfigKey>("GOOGLE", options)? {
        builder = builder.with_config(key, value);
    }
    builder.build().map_err(Unusable::Settings)
}

fn azure(url: &Url, options: &Options) -> Result<MicrosoftAzure, Unusable> {
    let mut builder = MicrosoftAzureBuilder::from_env().with_url(url.as_str()).with_retry(retry());
    for (key, value) in settings_of::<AzureConfigKey>("AZURE", options)? {
        builder = builder.with_config(key, value);
    }
    builder.build().map_err(Unusable::Settings)
}

/// The configured options, after the bounds that hold unless the environment sets its own.
fn settings_of<Key: FromStr>(environment: &str, options: &Options) -> Result<Vec<(Key, String)>, Unusable> {
    let bounds = [("TIMEOUT", REQUEST_TIMEOUT), ("CONNECT_TIMEOUT", CONNECT_TIMEOUT)];
    let unset = bounds.into_iter().filter(|(name, _)| std::env::var_os(format!("{environment}_{name}")).is_none());
    let defaults = unset.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    let configured = options.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.expose().to_owned()));
    defaults
        .chain(configured)
        .map(|(name, value)| match name.parse() {
            Ok(key) => Ok((key, value)),
            Err(_) => Err(Unusable::Option(name)),
        })
        .collect()
}

fn retry() -> RetryConfig {
    RetryConfig { backoff: BackoffConfig::default(), max_retries: MAX_RETRIES, retry_timeout: RETRY_TIMEOUT }
}
