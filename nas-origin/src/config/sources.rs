//! `[sources.NAME]`: where music comes from.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::values;

/// One source of music.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// What it is.
    #[serde(default)]
    pub kind: SourceKind,
    /// The folder of a local source.
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
        }
    }
}

/// What a source is.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(try_from = "String")]
pub enum SourceKind {
    /// A folder.
    #[default]
    Local,
}

/// What an import does with a source's files.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(try_from = "String")]
pub enum SourceMode {
    /// Nothing is copied; the folder is read where it is.
    #[default]
    InPlace,
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
