//! `[import]`: what an import does with what it finds.

use std::time::Duration;

use catalog_core::import::Separators;
use serde::Deserialize;

use super::values;

/// What an import does.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImportConfig {
    /// How long the row of a vanished file is kept.
    #[serde(deserialize_with = "values::duration")]
    pub missing_retention: Duration,
    /// Files that changed less than this long before an import of the daemon wait for its next one, in whole seconds: they
    /// may be half copied. Zero: none wait. The command takes every file.
    #[serde(deserialize_with = "values::duration")]
    pub settle_time: Duration,
    /// Whether the daemon publishes after an import that changed something.
    pub publish_after: bool,
    /// The largest file that the owner's API takes in, in bytes.
    #[serde(deserialize_with = "values::size_bytes")]
    pub max_upload: u64,
    /// What separates several artists in one text.
    #[serde(deserialize_with = "values::filled_texts")]
    pub artist_separators: Vec<String>,
    /// What separates several genres or moods in one text.
    #[serde(deserialize_with = "values::filled_texts")]
    pub genre_separators: Vec<String>,
}

impl ImportConfig {
    /// Both lists, as the tag reader takes them.
    pub fn separators(&self) -> Separators {
        Separators { artists: self.artist_separators.clone(), genres: self.genre_separators.clone() }
    }
}

impl Default for ImportConfig {
    fn default() -> Self {
        let Separators { artists, genres } = Separators::default();
        Self {
            missing_retention: Duration::from_hours(30 * 24),
            settle_time: Duration::from_secs(5),
            publish_after: true,
            max_upload: 4 << 30,
            artist_separators: artists,
            genre_separators: genres,
        }
    }
}
