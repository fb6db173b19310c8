//! From what an owner wrote to what the program can rely on.

use std::path::Path;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use snapshot_format::access::AccessKey;
use snapshot_format::limits::MAX_SIGNED_LIFE_SECS;
use snapshot_format::signature::PublicKey;
use snapshot_format::token::TokenKey;
use url::Url;

use super::layers::Origins;
use super::settings::{AccessRules, Key, OneOrMany, Playback, Settings, Snapshot};
use super::{
    AccessMode, AccessSettings, CacheSettings, Config, ConfigError, Delivery, Guest, PlaybackSettings,
    SnapshotSettings, quantity, secret,
};

/// The longest life that TOKEN.md's rule gives a token whose life isn't configured.
const LONGEST_LIFE_BY_DURATION: Duration = Duration::from_hours(6);
const SCHEMES: [&str; 9] = ["file", "s3", "s3a", "gs", "az", "abfs", "abfss", "http", "https"];

/// Checks all settings; the first that is wrong is told with its key and its place.
pub(super) fn validate(settings: Settings, origins: &Origins) -> Result<Config, ConfigError> {
    let check = Check { origins };
    let (playback, access) = (check.playback(settings.playback)?, check.access(settings.access)?);
    check.names(&playback, &access)?;
    Ok(Config {
        listen: check.value(
            "listen",
            settings.listen.parse().map_err(|error| {
                format!("`{}` is not an address and port such as 127.0.0.1:4533: {error}", settings.listen)
            }),
        )?,
        trusted_proxies: check.value("trusted_proxies", networks(settings.trusted_proxies))?,
        snapshot: check.snapshot(settings.snapshot)?,
        playback,
        access,
        cache: CacheSettings { max_bytes: check.value("cache.max_bytes", quantity::bytes(&settings.cache.max_bytes))? },
    })
}

struct Check<'a> {
    origins: &'a Origins,
}

impl Check<'_> {
    fn value<T>(&self, key: &str, checked: Result<T, String>) -> Result<T, ConfigError> {
        checked.map_err(|problem| ConfigError::BadValue { key: key.to_owned(), origin: self.origins.of(key), problem })
    }

    /// Nobody has a name where everybody may listen.
    fn names(&self, playback: &PlaybackSettings, access: &AccessSettings) -> Result<(), ConfigError> {
        let is_nobody = playback.names_listeners && !access.is_for_listeners();
        let problem = "is for `access.mode = \"listeners\"`, and the mode is public";
        self.value("playback.listener_tokens", if is_nobody { Err(problem.to_owned()) } else { Ok(()) })
    }

    fn snapshot(&self, snapshot: Snapshot) -> Result<SnapshotSettings, ConfigError> {
        let stores = self.value("snapshot.store", stores(snapshot.store))?;
        if stores.is_empty() {
            let hint = "set the URL that nas-origin publishes to, such as \"file:///srv/objects\" or \"s3://bucket\"";
            return Err(ConfigError::Missing { key: "snapshot.store".to_owned(), hint: hint.to_owned() });
        }
        let max_database_bytes =
            self.value("snapshot.max_database_bytes", quantity::bytes(&snapshot.max_database_bytes))?;
        Ok(SnapshotSettings {
            stores,
            store_options: snapshot.store_options,
            poll_interval: self.value("snapshot.poll_interval", quantity::duration(&snapshot.poll_interval))?,
            cache_dir: snapshot.cache_dir,
            public_keys: self.value("snapshot.public_keys", public_keys(snapshot.public_keys))?,
            max_database_bytes,
        })
    }

    fn playback(&self, playback: Playback) -> Result<PlaybackSettings, ConfigError> {
        let proxy_clients = self.value("playback.proxy_clients", client_names(playback.proxy_clients))?;
        let delivery = self.value("playback.delivery", delivery(&playback.delivery, proxy_clients))?;
        let origin_url =
            playback.origin_url.map(|text| self.value("playback.origin_url", origin_url(&text))).transpose()?;
        let token_key = playback.token_key.map(|key| self.value("playback.token_key", token_key(&key))).transpose()?;
        if origin_url.is_some() && token_key.is_none() {
            let hint = "playback.origin_url is set, and the NAS serves nothing without a token";
            return Err(ConfigError::Missing { key: "playback.token_key".to_owned(), hint: hint.to_owned() });
        }
        let token_ttl = playback.token_ttl.map(|text| self.value("playback.token_ttl", quantity::whole_seconds(&text)));
        let token_ttl = token_ttl.transpose()?;
        let token_window = self.value("playback.token_window", quantity::whole_seconds(&playback.token_window))?;
        self.value("playback.token_window", life(token_ttl, token_window))?;
        let names_listeners = playback.listener_tokens;
        Ok(PlaybackSettings { origin_url, token_key, token_ttl, token_window, delivery, names_listeners })
    }

    fn access(&self, access: AccessRules) -> Result<AccessSettings, ConfigError> {
        let mode = self.access_mode(&access)?;
        let empty = access.guest.user.is_empty();
        self.value("access.guest.user", if empty { Err("a name is needed".to_owned()) } else { Ok(()) })?;
        let guest = Guest { user: access.guest.user, password: access.guest.password };
        Ok(AccessSettings { mode, guest, allow_plain_http: access.allow_plain_http })
    }

    /// A key means that only listeners may: one that nobody uses was meant otherwise.
    fn access_mode(&self, access: &AccessRules) -> Result<AccessMode, ConfigError> {
        let (text, file) = (access.access_key.as_ref(), access.access_key_file.as_deref());
        let key = if text.is_some() { "access.access_key" } else { "access.access_key_file" };
        match (access.mode.as_str(), text.is_some() || file.is_some()) {
            ("public", false) => Ok(AccessMode::Public),
            ("public", true) => {
                self.value(key, Err("is for `access.mode = \"listeners\"`, and the mode is public".into()))
            }
            ("listeners", true) => Ok(AccessMode::Listeners { key: self.value(key, access_key(text, file))? }),
            ("listeners", false) => Err(ConfigError::Missing {
                key: "access.access_key_file".to_owned(),
                hint: "access.mode is listeners; `nas-origin keygen --access` prints the key that edges need"
                    .to_owned(),
            }),
            (other, _) => {
                self.value("access.mode", Err(format!("`{other}` is no mode; there are public and listeners")))
            }
        }
    }
}

fn networks(texts: OneOrMany) -> Result<Vec<ipnet::IpNet>, String> {
    let network = |text: String| match text.parse::<std::net::IpAddr>() {
        Ok(address) => Ok(address.into()),
        Err(_) => text.parse().map_err(|error| format!("`{text}` is neither an address nor a network: {error}")),
    };
    texts.into_vec().into_iter().map(network).collect()
}

fn stores(texts: OneOrMany) -> Result<Vec<Url>, String> {
    texts.into_vec().iter().map(|text| store(text)).collect()
}

/// What was written is not repeated: it may be the secret half.
fn public_keys(texts: OneOrMany) -> Result<Vec<PublicKey>, String> {
    let key = |(index, text): (usize, String)| text.parse().map_err(|error| format!("entry {} {error}", index + 1));
    texts.into_vec().into_iter().enumerate().map(key).collect()
}

fn store(text: &str) -> Result<Url, String> {
    let url =
        Url::parse(text).map_err(|error| format!("a store is no URL ({error}); write file:///folder for a folder"))?;
    if !SCHEMES.contains(&url.scheme()) {
        return Err(format!("`{}:` is no kind of store; there are file, s3, gs, az, http and https", url.scheme()));
    }
    if url.password().is_some() {
        return Err("a store's URL holds a password; credentials belong into store_options".to_owned());
    }
    Ok(url)
}

fn delivery(text: &str, proxy_clients: Vec<String>) -> Result<Delivery, String> {
    match text {
        "auto" => Ok(Delivery::Auto { proxy_clients }),
        "redirect" => Ok(Delivery::Redirect),
        "proxy" => Ok(Delivery::Proxy),
        other => Err(format!("`{other}` is no way of delivery; there are auto, redirect and proxy")),
    }
}

/// Every text begins with an empty name.
fn client_names(names: OneOrMany) -> Result<Vec<String>, String> {
    let names: Vec<_> = names.into_vec().into_iter().map(|name| name.trim().to_owned()).collect();
    if names.iter().any(String::is_empty) { Err("a client's name is empty".to_owned()) } else { Ok(names) }
}

fn origin_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("`{text}` is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(format!("`{text}` is neither an http nor an https URL"));
    }
    let is_bare =
        url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    if is_bare { Ok(url) } else { Err("the URL may have a path, but no query, fragment or credentials".to_owned()) }
}

fn token_key(key: &Key) -> Result<TokenKey, String> {
    let secret = secret::read(key.secret.as_ref(), key.secret_file.as_deref())?;
    TokenKey::new(key.id, secret.expose_secret()).map_err(|error| error.to_string())
}

fn access_key(text: Option<&SecretString>, file: Option<&Path>) -> Result<AccessKey, String> {
    let secret = secret::read(text, file)?;
    AccessKey::new(secret.expose_secret()).map_err(|error| error.to_string())
}

/// A NAS refuses tokens that live longer than a day and an hour, and clocks differ.
fn life(ttl: Option<Duration>, window: Duration) -> Result<(), String> {
    let longest = ttl.unwrap_or(LONGEST_LIFE_BY_DURATION).saturating_add(window);
    if longest.as_secs() <= u64::from(MAX_SIGNED_LIFE_SECS) {
        return Ok(());
    }
    let longest = humantime::format_duration(longest);
    Err(format!("the longest life of a token and the window are {longest} together; 24h are allowed"))
}
