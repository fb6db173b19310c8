//! What can be wrong with a configuration, said so that the owner finds the place. Values are never repeated but
//! by the types that know they are no secrets.

use std::path::PathBuf;

use figment::error::{Actual, Kind};
use figment::{Figment, Metadata, Profile};

/// Names that are this much alike (Jaro-Winkler, 0–1) are taken for a slip of the pen.
const NEAR: f64 = 0.8;

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not there or may not be read.
    #[error("the configuration file {} can't be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A `.env` file that is not lines of `NAME=value`.
    #[error("{} is not lines of NAME=value", path.display())]
    Dotenv {
        /// The file.
        path: PathBuf,
    },
    /// A `--set` flag that is not `key=value`.
    #[error("--set takes key=value, such as --set publish.store=file:///srv/objects")]
    Flag,
    /// A file that is not TOML.
    #[error("{origin} is not valid TOML: {problem}")]
    Syntax {
        /// Where.
        origin: String,
        /// What, without the line itself.
        problem: String,
    },
    /// No such key.
    #[error("unknown key `{key}` in {origin}{}", near(.nearest.as_deref()))]
    UnknownKey {
        /// The key as it is written there.
        key: String,
        /// Where it came from.
        origin: String,
        /// The key that was probably meant.
        nearest: Option<String>,
    },
    /// A key that is needed and not there.
    #[error("`{key}` is missing")]
    MissingKey {
        /// The key.
        key: String,
    },
    /// A value that the key can't have.
    #[error("`{key}` in {origin} {problem}")]
    BadValue {
        /// The key as it is written there.
        key: String,
        /// Where it came from.
        origin: String,
        /// What is wrong.
        problem: String,
    },
}

fn near(nearest: Option<&str>) -> String {
    nearest.map(|key| format!("; did you mean `{key}`?")).unwrap_or_default()
}

impl ConfigError {
    /// A value that passed its own type's check and fails beside the others.
    pub(super) fn bad_value(figment: &Figment, key: &str, problem: String) -> Self {
        let (key, origin) = place(figment.find_metadata(key), key);
        Self::BadValue { key, origin, problem }
    }

    /// The first thing that figment found.
    pub(super) fn from_figment(figment: &Figment, error: figment::Error) -> Self {
        let path = error.path.join(".");
        let find = |key: &str| figment.find_metadata(key).or(error.metadata.as_ref());
        match error.kind {
            Kind::UnknownField(field, known) => {
                let parent = error.path.split_last().map_or(String::new(), |(_, parent)| parent.join("."));
                let (key, origin) = place(find(&path), &path);
                Self::UnknownKey { key, origin, nearest: nearest(&field, known).map(|known| join(&parent, known)) }
            }
            Kind::MissingField(field) => Self::MissingKey { key: join(&path, &field) },
            Kind::Message(message) if path.is_empty() => {
                Self::Syntax { origin: place(error.metadata.as_ref(), "").1, problem: without_snippet(&message) }
            }
            kind => {
                let (key, origin) = place(find(&path), &path);
                Self::BadValue { key, origin, problem: problem(kind) }
            }
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The key as its layer writes it, and the layer.
fn place(metadata: Option<&Metadata>, key: &str) -> (String, String) {
    let Some(metadata) = metadata else { return (key.to_owned(), "the defaults".to_owned()) };
    if let Some(file) = metadata.source.as_ref().and_then(|source| source.file_path()) {
        return (key.to_owned(), file.display().to_string());
    }
    let levels: Vec<&str> = key.split('.').collect();
    (metadata.interpolate(&Profile::Default, &levels), metadata.name.to_string())
}

fn nearest(written: &str, known: &'static [&'static str]) -> Option<&'static str> {
    let alike = |known: &str| strsim::jaro_winkler(written, known);
    let best = known.iter().max_by(|a, b| alike(a).total_cmp(&alike(b)))?;
    (alike(best) >= NEAR).then_some(best)
}

fn problem(kind: Kind) -> String {
    match kind {
        Kind::Message(message) => message,
        Kind::InvalidType(found, expected) | Kind::InvalidValue(found, expected) => {
            format!("is {}, not {expected}", kind_of(&found))
        }
        Kind::UnknownVariant(found, known) => format!("is `{found}`, not one of {}", known.join(", ")),
        other => other.to_string(),
    }
}

/// What a value is, without showing it.
fn kind_of(found: &Actual) -> &'static str {
    match found {
        Actual::Bool(_) => "a truth value",
        Actual::Unsigned(_) | Actual::Signed(_) | Actual::Float(_) => "a number",
        Actual::Char(_) | Actual::Str(_) | Actual::Bytes(_) => "text",
        Actual::Seq => "a list",
        Actual::Map => "a table",
        _ => "something else",
    }
}

/// The parser's message without the lines of the file that it shows.
fn without_snippet(message: &str) -> String {
    let told = message.lines().filter(|line| {
        !line.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).trim_start().starts_with('|')
    });
    told.map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(": ")
}
