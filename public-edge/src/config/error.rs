//! What is wrong with a configuration, told with the key and the place that it came from.

use std::io;
use std::path::PathBuf;

use figment::error::Kind;

use super::layers::Origins;

/// Why a configuration is not used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file that was asked for is not there or can't be read.
    #[error("the configuration file {} can't be read", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: io::Error,
    },
    /// The file is not TOML.
    #[error("the configuration is not valid: {0}")]
    Syntax(String),
    /// `.env` can't be read.
    #[error("the file .env can't be read: it takes lines of NAME=value")]
    DotEnv,
    /// No such key.
    #[error("unknown key `{key}` ({origin}){hint}")]
    UnknownKey {
        /// The key with its section.
        key: String,
        /// Where it stands.
        origin: String,
        /// What was probably meant.
        hint: String,
    },
    /// A key without which nothing works.
    #[error("`{key}` is missing: {hint}")]
    Missing {
        /// The key with its section.
        key: String,
        /// What to set.
        hint: String,
    },
    /// A value that can't be used.
    #[error("`{key}` ({origin}): {problem}")]
    BadValue {
        /// The key with its section.
        key: String,
        /// Where it stands.
        origin: String,
        /// What is wrong; never a secret.
        problem: String,
    },
}

impl ConfigError {
    pub(super) fn unknown(key: String, known: &[&str], origin: String) -> Self {
        let (section, name) = key.rsplit_once('.').unwrap_or(("", &key));
        let meant = closest(name, known)
            .map(|near| if section.is_empty() { near.to_owned() } else { format!("{section}.{near}") });
        let hint = match meant {
            Some(meant) => format!(": did you mean `{meant}`?"),
            None if known.is_empty() => String::new(),
            None => format!("; known here: {}", known.join(", ")),
        };
        Self::UnknownKey { key, origin, hint }
    }

    /// Turns figment's error into ours. A value is never repeated when its key may hold a secret.
    pub(super) fn from_figment(error: figment::Error, origins: &Origins) -> Self {
        let path = error.path.join(".");
        match error.kind {
            Kind::UnknownField(_, known) => {
                let origin = origins.of(&path);
                Self::unknown(path, known, origin)
            }
            Kind::MissingField(field) => {
                let key = if path.is_empty() { field.into_owned() } else { format!("{path}.{field}") };
                Self::Missing { key, hint: "it has no default".to_owned() }
            }
            kind if path.is_empty() => Self::Syntax(kind.to_string()),
            kind => {
                let problem = if is_secret(&path) { "the value has a wrong type".to_owned() } else { kind.to_string() };
                Self::BadValue { origin: origins.of(&path), key: path, problem }
            }
        }
    }
}

fn is_secret(path: &str) -> bool {
    ["secret", "password", "access_key", "store_options"].iter().any(|word| path.contains(word))
}

/// The known name that a misspelt one was probably meant to be.
fn closest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    const ALIKE: f64 = 0.75;
    let scored = known.iter().map(|candidate| (strsim::jaro_winkler(name, candidate), *candidate));
    scored.filter(|(score, _)| *score > ALIKE).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, candidate)| candidate)
}
