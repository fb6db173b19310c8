//! Where settings come from, and which one wins: defaults < file < `.env` < environment.

use std::path::{Path, PathBuf};

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Tag, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::error::ConfigError;
use super::settings::Settings;
use super::{DEFAULT_FILE, ENVIRONMENT_PREFIX};

/// Names the file, so it is no key of it.
const CONFIG_VARIABLE: &str = "PUBLIC_EDGE_CONFIG";

/// The texts that a configuration is read from, least important first.
#[derive(Default)]
pub struct Layers {
    /// The file's name and text.
    pub file: Option<(PathBuf, String)>,
    /// Variables of `.env`.
    pub dotenv: Vec<(String, String)>,
    /// Variables of the environment.
    pub environment: Vec<(String, String)>,
}

impl Layers {
    /// The file, `.env` beside the process, and its environment.
    pub(super) fn of_this_process(file: Option<&Path>) -> Result<Self, ConfigError> {
        // A variable that is no UTF-8 can't be one of ours.
        let environment =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Ok(Self { file: read_file(file)?, dotenv: read_dotenv()?, environment: environment.collect() })
    }

    /// A text in TOML alone.
    pub(super) fn of_text(text: &str) -> Self {
        Self { file: Some((PathBuf::from("a text"), text.to_owned())), ..Self::default() }
    }

    /// Merges the layers. The origins tell where each key stood.
    pub(super) fn read(self) -> Result<(Settings, Origins), ConfigError> {
        let mut figment = Figment::new();
        if let Some((path, text)) = &self.file {
            figment = figment.merge(Named { name: path.display().to_string(), provider: Toml::string(text) });
        }
        figment = figment
            .merge(Variables { place: ".env", variables: self.dotenv })
            .merge(Variables { place: "environment", variables: self.environment });
        let origins = Origins { figment };
        match origins.figment.extract_lossy() {
            Ok(settings) => Ok((settings, origins)),
            Err(error) => Err(ConfigError::from_figment(error, &origins)),
        }
    }
}

fn read_file(file: Option<&Path>) -> Result<Option<(PathBuf, String)>, ConfigError> {
    let path = file.unwrap_or(Path::new(DEFAULT_FILE));
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some((path.to_owned(), text))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && file.is_none() => Ok(None),
        Err(source) => Err(ConfigError::File { path: path.to_owned(), source }),
    }
}

fn read_dotenv() -> Result<Vec<(String, String)>, ConfigError> {
    match dotenvy::from_filename_iter(".env") {
        // The parser's own error repeats the line, which may hold a secret.
        Ok(variables) => variables.collect::<Result<_, _>>().or(Err(ConfigError::DotEnv)),
        Err(error) if error.not_found() => Ok(Vec::new()),
        Err(_) => Err(ConfigError::DotEnv),
    }
}

/// Where each key stood.
pub(super) struct Origins {
    figment: Figment,
}

impl Origins {
    /// The place of a key, in words.
    pub(super) fn of(&self, key: &str) -> String {
        let place = self.figment.find_value(key).ok().and_then(|value| self.figment.get_metadata(value.tag()));
        place.map_or_else(
            || "default".to_owned(),
            |metadata| metadata.interpolate(&Profile::Default, &key.split('.').collect::<Vec<_>>()),
        )
    }
}

/// A provider under the name that its owner knows it by.
struct Named<P> {
    name: String,
    provider: P,
}

impl<P: Provider> Provider for Named<P> {
    fn metadata(&self) -> Metadata {
        let name = self.name.clone();
        Metadata::named(name.clone()).interpolater(move |_, _| format!("in {name}"))
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        self.provider.data()
    }
}

/// Environment variables: `PUBLIC_EDGE_SNAPSHOT__STORE` is `snapshot.store`. Values stay the text that they are, so that
/// a password of digits remains one; only what begins like a list or a table is read as such. An empty variable is one
/// that isn't set.
struct Variables {
    place: &'static str,
    variables: Vec<(String, String)>,
}

impl Provider for Variables {
    fn metadata(&self) -> Metadata {
        let place = self.place;
        Metadata::named(place).interpolater(move |_, keys| {
            format!("{ENVIRONMENT_PREFIX}{} in {place}", keys.join("__").to_ascii_uppercase())
        })
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let mut dict = Dict::new();
        for (name, text) in &self.variables {
            let is_set = name != CONFIG_VARIABLE && !text.is_empty();
            if let Some(key) = name.strip_prefix(ENVIRONMENT_PREFIX).filter(|_| is_set) {
                let path: Vec<String> = key.to_ascii_lowercase().split("__").map(str::to_owned).collect();
                insert(&mut dict, &path, value(text));
            }
        }
        Ok(Profile::Default.collect(dict))
    }
}

fn value(text: &str) -> Value {
    let trimmed = text.trim_start();
    if !trimmed.starts_with(['[', '{']) {
        return Value::String(Tag::Default, text.to_owned());
    }
    match text.parse() {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

fn insert(dict: &mut Dict, path: &[String], value: Value) {
    let [first, rest @ ..] = path else { return };
    if rest.is_empty() {
        dict.insert(first.clone(), value);
        return;
    }
    let below = dict.entry(first.clone()).or_insert_with(|| Value::Dict(Tag::Default, Dict::new()));
    if !matches!(below, Value::Dict(..)) {
        *below = Value::Dict(Tag::Default, Dict::new());
    }
    if let Value::Dict(_, below) = below {
        insert(below, rest, value);
    }
}
