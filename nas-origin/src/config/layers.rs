//! The layers of a configuration and what their keys are called there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::ConfigError;

const PREFIX: &str = "NAS_ORIGIN_";

/// Names that the earlier system gave, and the keys they stand for.
const EARLIER_NAMES: [(&str, &str); 3] = [
    ("LOCAL_MEDIA_IMPORT_PATH", "sources.local.path"),
    ("JWT_SECRET", "jwt_secret"),
    ("SUBSONIC_SECRET_KEY", "subsonic_secret_key"),
];

/// Variables with the prefix that are no keys.
const NO_KEYS: [&str; 2] = ["NAS_ORIGIN_CONFIG", "NAS_ORIGIN_PASSWORD"];

/// What a configuration is made of, the weakest layer first.
#[derive(Clone, Default)]
pub struct Layers {
    /// The file; it must be there.
    pub file: Option<PathBuf>,
    /// A file of `NAME=value` lines; it may be absent.
    pub dotenv: Option<PathBuf>,
    /// The environment's variables; those that mean nothing here are skipped.
    pub environment: Vec<(OsString, OsString)>,
    /// `key=value`, keys as in the file with dots between levels.
    pub flags: Vec<String>,
}

impl Layers {
    /// The layers that a process finds in its working directory and its environment.
    pub fn of_process(file: Option<&Path>, flags: &[String]) -> Self {
        let usual = Some(PathBuf::from("nas-origin.toml")).filter(|path| path.exists());
        Self {
            file: file.map(Path::to_owned).or(usual),
            dotenv: Some(PathBuf::from(".env")),
            environment: std::env::vars_os().collect(),
            flags: flags.to_vec(),
        }
    }

    /// The layers, merged.
    pub(super) fn figment(&self) -> Result<Figment, ConfigError> {
        let mut figment = Figment::new();
        if let Some(file) = &self.file {
            std::fs::metadata(file).map_err(|source| ConfigError::Unreadable { path: file.clone(), source })?;
            figment = figment.merge(Toml::file_exact(file));
        }
        if let Some(path) = self.dotenv.as_ref().filter(|path| path.exists()) {
            let variables = read_dotenv(path)?;
            figment = figment.merge(Variables::of_environment(path.display().to_string(), variables));
        }
        let readable = self
            .environment
            .iter()
            .filter_map(|(name, value)| Some((name.to_str()?.to_owned(), value.to_str()?.to_owned())));
        figment = figment.merge(Variables::of_environment("the environment".into(), readable));
        Ok(figment.merge(Variables::of_flags(&self.flags)?))
    }
}

fn read_dotenv(path: &Path) -> Result<Vec<(String, String)>, ConfigError> {
    let broken = || ConfigError::Dotenv { path: path.to_owned() };
    // The parser's own error repeats the line, which may hold a secret.
    let Ok(lines) = dotenvy::from_path_iter(path) else { return Err(broken()) };
    lines.map(|line| line.ok().ok_or_else(broken)).collect()
}

/// Keys that came with names of their own.
struct Variables {
    layer: String,
    names: Map<String, String>,
    values: Dict,
}

impl Variables {
    fn of_environment(layer: String, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut found = Self { layer, names: Map::new(), values: Dict::new() };
        // Compose files and the like can't leave a variable out: an empty one is as good as none.
        for (name, value) in variables.into_iter().filter(|(_, value)| !value.is_empty()) {
            if let Some(key) = key_of_variable(&name) {
                found.insert(key, name, &value);
            }
        }
        found
    }

    fn of_flags(flags: &[String]) -> Result<Self, ConfigError> {
        let mut found = Self { layer: "the command line".into(), names: Map::new(), values: Dict::new() };
        for flag in flags {
            let (key, value) = flag.split_once('=').ok_or(ConfigError::Flag)?;
            found.insert(key.to_owned(), format!("--set {key}"), value);
        }
        Ok(found)
    }

    fn insert(&mut self, key: String, name: String, written: &str) {
        let mut levels = key.rsplit('.');
        let last = levels.next().unwrap_or_default().to_owned();
        let leaf = Dict::from([(last, as_value(written))]);
        let nested = levels.fold(leaf, |inner, level| Dict::from([(level.to_owned(), Value::from(inner))]));
        merge(&mut self.values, nested);
        self.names.insert(key, name);
    }
}

/// A list or a table as it is written in TOML; anything else stays text, which the key's own type understands.
fn as_value(written: &str) -> Value {
    let structured = written.starts_with(['[', '{']);
    structured.then(|| written.parse().ok()).flatten().unwrap_or_else(|| Value::from(written))
}

fn merge(into: &mut Dict, from: Dict) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Dict(_, old)), Value::Dict(_, new)) => merge(old, new),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

fn key_of_variable(name: &str) -> Option<String> {
    if let Some((_, key)) = EARLIER_NAMES.iter().find(|(earlier, _)| *earlier == name) {
        return Some((*key).to_owned());
    }
    let key = name.strip_prefix(PREFIX).filter(|_| !NO_KEYS.contains(&name))?;
    Some(key.to_ascii_lowercase().replace("__", "."))
}

impl Provider for Variables {
    fn metadata(&self) -> Metadata {
        let names = self.names.clone();
        Metadata::named(self.layer.clone()).interpolater(move |_: &Profile, keys: &[&str]| {
            let key = keys.join(".");
            names.get(&key).cloned().unwrap_or(key)
        })
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Map::from([(Profile::Default, self.values.clone())]))
    }
}
