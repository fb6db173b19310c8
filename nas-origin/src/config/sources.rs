//! `[sources.NAME]`: where music comes from.

use std::path::PathBuf;
use std::time::Duration;

use ignore::gitignore::GitignoreBuilder;
use serde::Deserialize;

use super::values;

/// Where uploads go; no configured source may be called so.
pub const UPLOADS: &str = "upload";

/// One source of music.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// What it is.
    #[serde(default)]
    pub kind: SourceKind,
    /// The folder of a local source.
    #[serde(default)]
    pub path: PathBuf,
    /// Whether files stay where they are.
    #[serde(default)]
    pub mode: SourceMode,
    /// Whether the daemon watches the folder.
    #[serde(default = "yes")]
    pub watch: bool,
    /// How often the daemon imports it whatever the watch says; `0s` is never.
    #[serde(default = "six_hours", deserialize_with = "values::duration")]
    pub rescan_interval: Duration,
    /// What becomes of files without tags.
    #[serde(default)]
    pub untagged: Untagged,
    /// What is passed over, as lines of a `.gitignore` say it.
    #[serde(default)]
    pub ignore: Vec<String>,
}

impl SourceConfig {
    /// A local folder with every other key at its default.
    pub fn local(path: PathBuf) -> Self {
        Self {
            kind: SourceKind::Local,
            path,
            mode: SourceMode::InPlace,
            watch: true,
            rescan_interval: six_hours(),
            untagged: Untagged::Show,
            ignore: Vec::new(),
        }
    }

    /// What one value alone can't show.
    pub(super) fn check(&self, name: &str) -> Result<(), Flaw> {
        if name == UPLOADS {
            return Err(Flaw::Bad("kind", "is of the source `upload`, where uploads go: give it another name".into()));
        }
        if self.path.as_os_str().is_empty() {
            return Err(Flaw::Missing("path"));
        }
        let mut patterns = GitignoreBuilder::new("/");
        let bad = self.ignore.iter().find_map(|line| patterns.add_line(None, line).err());
        bad.map_or(Ok(()), |error| Err(Flaw::Bad("ignore", format!("has a bad pattern: {error}"))))
    }
}

/// What is wrong with a source: which of its keys, and why.
pub(super) enum Flaw {
    /// A key that this kind of source needs.
    Missing(&'static str),
    /// A value that it can't have.
    Bad(&'static str, String),
}

/// What a source is.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(try_from = "String")]
pub enum SourceKind {
    /// A folder.
    #[default]
    Local,
}

impl SourceKind {
    /// The word for it, in the configuration and the catalog.
    pub fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
        }
    }
}

/// What an import does with a source's files.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(try_from = "String")]
pub enum SourceMode {
    /// Nothing is copied; the folder is read where it is.
    #[default]
    InPlace,
}

impl SourceMode {
    /// The word for it, in the configuration and the catalog.
    pub fn word(self) -> &'static str {
        match self {
            Self::InPlace => "in_place",
        }
    }
}

/// What becomes of files without tags.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Untagged {
    /// They are published under the names that their paths give.
    #[default]
    Show,
    /// They stay out of snapshots.
    Hide,
}

impl TryFrom<String> for SourceKind {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "local" => Ok(Self::Local),
            "object_store" | "catalogsync" => {
                Err(format!("is `{text}`, which isn't available in this version; use local"))
            }
            _ => Err(format!("is `{text}`, not a kind of source; use local")),
        }
    }
}

impl TryFrom<String> for SourceMode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "in_place" => Ok(Self::InPlace),
            "copy" => Err("is `copy`, which isn't available in this version; use in_place".into()),
            _ => Err(format!("is `{text}`, not a mode; use in_place")),
        }
    }
}

fn yes() -> bool {
    true
}

fn six_hours() -> Duration {
    Duration::from_hours(6)
}
