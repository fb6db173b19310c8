//! The catalog as its owner reads it: with what is hidden or missing, and with what the owner says in place of the tags.
//!
//! These are read models: they are sent as they are, and their bytes are what an ETag stands for.

mod albums;
mod artists;
mod lists;
mod tracks;

use serde::Serialize;
use serde_json::{Map, Value as Json};

use catalog_core::editing::Edits;

use super::editing::to_json;
use super::import::texts;

pub use albums::AlbumDetail;
pub use artists::ArtistDetail;
pub use lists::{AlbumSummary, ArtistSummary, Found, Keyed, ListQuery, Listed, TrackSummary};
pub use tracks::{CreditView, FileView, TrackDetail};

/// What an owner says of a thing, beside its fields as shown.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Said {
    /// The fields that don't say what the tags say.
    pub edited: Vec<String>,
    /// What the tags say of these.
    pub tagged: Json,
}

impl Said {
    fn of(edited: &Edits, tagged: &Edits) -> Self {
        let fields = edited.keys().cloned().collect();
        let tagged = tagged.iter().filter(|(field, _)| edited.contains_key(*field));
        Self { edited: fields, tagged: to_json(&tagged.map(|(field, value)| (field.clone(), value.clone())).collect()) }
    }
}

/// Where a cover comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CoverFrom {
    /// The owner gave it.
    Owner,
    /// It lies in the files or beside them.
    Files,
}

impl CoverFrom {
    fn of(shown: Option<i64>, own: Option<i64>) -> Option<Self> {
        shown.map(|_| if own.is_some() { Self::Owner } else { Self::Files })
    }
}

/// A strong ETag: another one when anything of the answer is.
pub fn etag_of(view: &impl Serialize) -> String {
    let bytes = serde_json::to_vec(view).unwrap_or_default();
    format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..32])
}

fn fields_of(values: &Edits) -> Map<String, Json> {
    match to_json(values) {
        Json::Object(fields) => fields,
        _ => Map::new(),
    }
}
