//! `[sources.NAME]`: where music comes from.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use ignore::gitignore::GitignoreBuilder;
use serde::Deserialize;
use url::Url;

use super::publish::{StoreOption, StoreUrl};
use super::values;

/// Where uploads go; no configured source may be called so.
pub const UPLOADS: &str = "upload";
/// The source of playlists that the owner makes.
pub const OWNER: &str = "owner";

/// One source of music.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// What it is.
    #[serde(default)]
    pub kind: SourceKind,
    /// The folder of a local source, or the file of a `catalogsync` one.
    #[serde(default)]
    pub path: PathBuf,
    /// The bucket of an `object_store`.
    #[serde(default)]
    pub store: Option<StoreUrl>,
    /// The bucket's settings under `object_store`'s own names; credentials among them.
    #[serde(default)]
    pub store_options: BTreeMap<String, StoreOption>,
    /// What the public URLs of the bucket's objects begin with; without one they play through the NAS.
    #[serde(default)]
    pub public_base_url: Option<Url>,
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
            store: None,
            store_options: BTreeMap::new(),
            public_base_url: None,
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
        if name == OWNER {
            return Err(Flaw::Bad(
                "kind",
                "is of the source `owner`, whose playlists are made by hand: rename it".into(),
            ));
        }
        match (self.kind, &self.store) {
            (SourceKind::Local | SourceKind::Catalogsync, _) if self.path.as_os_str().is_empty() => {
                return Err(Flaw::Missing("path"));
            }
            (SourceKind::ObjectStore, None) => return Err(Flaw::Missing("store")),
            (SourceKind::ObjectStore, Some(store)) if store.as_url().scheme() == "file" => {
                return Err(Flaw::Bad("store", "is a folder; use kind = \"local\" and path for it".into()));
            }
            _ => {}
        }
        if self.mode == SourceMode::Copy && self.kind != SourceKind::Local {
            return Err(Flaw::Bad("mode", "is `copy`, which only a local source can be".into()));
        }
        if self.public_base_url.as_ref().is_some_and(|url| !matches!(url.scheme(), "http" | "https")) {
            return Err(Flaw::Bad("public_base_url", "is not an http or https URL".into()));
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
    /// A bucket.
    ObjectStore,
    /// The database of the earlier system.
    Catalogsync,
}

impl SourceKind {
    /// The word for it, in the configuration and the catalog.
    pub fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::ObjectStore => "object_store",
            Self::Catalogsync => "catalogsync",
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
    /// Files are copied below `data_dir`; what vanishes from the folder stays in the library.
    Copy,
}

impl SourceMode {
    /// The word for it, in the configuration and the catalog.
    pub fn word(self) -> &'static str {
        match self {
            Self::InPlace => "in_place",
            Self::Copy => "copy",
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
        let known = [Self::Local, Self::ObjectStore, Self::Catalogsync];
        let bad = || format!("is `{text}`, not a kind of source; use local, object_store or catalogsync");
        known.into_iter().find(|kind| kind.word() == text).ok_or_else(bad)
    }
}

impl TryFrom<String> for SourceMode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let bad = || format!("is `{text}`, not a mode; use in_place or copy");
        [Self::InPlace, Self::Copy].into_iter().find(|mode| mode.word() == text).ok_or_else(bad)
    }
}

fn yes() -> bool {
    true
}

fn six_hours() -> Duration {
    Duration::from_hours(6)
}
