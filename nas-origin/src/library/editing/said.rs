//! The rows of what the owner says: what lies over the tags, and what it lies over.

use catalog_core::editing::{Edits, Patch, Value};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde_json::{Map, Value as Json};

use crate::library::LibraryError;

const TRACK: &str = "SELECT is_hidden, edited, tagged, cover_id, tagged_cover_id FROM track_edits WHERE track_id = :id";
const PUT_TRACK: &str = "INSERT OR REPLACE INTO track_edits
    (track_id, is_hidden, edited, tagged, cover_id, tagged_cover_id)
    VALUES (:id, :is_hidden, :edited, :tagged, :cover_id, :tagged_cover_id)";
const DROP_TRACK: &str = "DELETE FROM track_edits WHERE track_id = :id";
const ALBUM: &str = "SELECT is_hidden, edited, cover_id FROM album_edits WHERE album_id = :id";
const PUT_ALBUM: &str = "INSERT OR REPLACE INTO album_edits (album_id, is_hidden, edited, cover_id)
    VALUES (:id, :is_hidden, :edited, :cover_id)";
const DROP_ALBUM: &str = "DELETE FROM album_edits WHERE album_id = :id";

/// What the owner says of a track.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TrackEdits {
    /// Whether it is hidden.
    pub is_hidden: bool,
    /// In place of the tags.
    pub edited: Edits,
    /// All that the tags say.
    pub tagged: Edits,
    /// The picture that the owner gave it.
    pub cover_id: Option<i64>,
    /// The picture inside the file.
    pub tagged_cover_id: Option<i64>,
}

/// What the owner says of an album.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct AlbumEdits {
    /// Whether it is hidden, with all of its tracks.
    pub is_hidden: bool,
    /// In place of what its tracks say.
    pub edited: Edits,
    /// The picture that the owner gave it.
    pub cover_id: Option<i64>,
}

impl TrackEdits {
    /// Of a track; `None` where the owner says nothing.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find(connection: &Connection, track_id: i64) -> Result<Option<Self>, LibraryError> {
        let mut statement = connection.prepare_cached(TRACK)?;
        let found = statement.query_row(named_params! { ":id": track_id }, |row| {
            Ok(Self {
                is_hidden: row.get("is_hidden")?,
                edited: edits(row, "edited")?,
                tagged: edits(row, "tagged")?,
                cover_id: row.get("cover_id")?,
                tagged_cover_id: row.get("tagged_cover_id")?,
            })
        });
        Ok(found.optional()?)
    }

    /// Keeps it; there is no row of an owner who says nothing.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn put(&self, tx: &Connection, track_id: i64) -> Result<(), LibraryError> {
        if !self.is_hidden && self.edited.is_empty() && self.cover_id.is_none() {
            tx.prepare_cached(DROP_TRACK)?.execute(named_params! { ":id": track_id })?;
            return Ok(());
        }
        tx.prepare_cached(PUT_TRACK)?.execute(named_params! {
            ":id": track_id, ":is_hidden": self.is_hidden, ":edited": to_json(&self.edited).to_string(),
            ":tagged": to_json(&self.tagged).to_string(), ":cover_id": self.cover_id,
            ":tagged_cover_id": self.tagged_cover_id,
        })?;
        Ok(())
    }
}

impl AlbumEdits {
    /// Of an album; empty where the owner says nothing.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find(connection: &Connection, album_id: i64) -> Result<Self, LibraryError> {
        let mut statement = connection.prepare_cached(ALBUM)?;
        let found = statement.query_row(named_params! { ":id": album_id }, |row| {
            Ok(Self { is_hidden: row.get("is_hidden")?, edited: edits(row, "edited")?, cover_id: row.get("cover_id")? })
        });
        Ok(found.optional()?.unwrap_or_default())
    }

    /// Keeps it; there is no row of an owner who says nothing.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub fn put(&self, tx: &Connection, album_id: i64) -> Result<(), LibraryError> {
        if *self == Self::default() {
            tx.prepare_cached(DROP_ALBUM)?.execute(named_params! { ":id": album_id })?;
            return Ok(());
        }
        tx.prepare_cached(PUT_ALBUM)?.execute(named_params! {
            ":id": album_id, ":is_hidden": self.is_hidden, ":edited": to_json(&self.edited).to_string(),
            ":cover_id": self.cover_id,
        })?;
        Ok(())
    }
}

/// As JSON, a field each.
pub fn to_json(edits: &Edits) -> Json {
    Json::Object(edits.iter().map(|(field, value)| (field.clone(), value_to_json(value))).collect())
}

/// What a body says; the first field whose value can be none of any field's is answered.
///
/// # Errors
/// The name of that field.
pub fn patch_of(body: Map<String, Json>) -> Result<Patch, String> {
    let read = |(field, json): (String, Json)| {
        let value = if json.is_null() { None } else { Some(value_of_json(json).ok_or_else(|| field.clone())?) };
        Ok((field, value))
    };
    body.into_iter().map(read).collect()
}

pub(in crate::library) fn edits(row: &Row<'_>, column: &str) -> rusqlite::Result<Edits> {
    let text: String = row.get(column)?;
    let index = row.as_ref().column_index(column)?;
    let read: Map<String, Json> = serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(index, Type::Text, error.into()))?;
    Ok(read.into_iter().filter_map(|(field, json)| Some((field, value_of_json(json)?))).collect())
}

fn value_to_json(value: &Value) -> Json {
    match value {
        Value::Text(text) => text.as_str().into(),
        Value::Texts(texts) => texts.as_slice().into(),
        Value::Number(number) => (*number).into(),
        Value::Flag(flag) => (*flag).into(),
    }
}

fn value_of_json(json: Json) -> Option<Value> {
    match json {
        Json::String(text) => Some(Value::Text(text)),
        Json::Bool(flag) => Some(Value::Flag(flag)),
        Json::Number(number) => u32::try_from(number.as_u64()?).ok().map(Value::Number),
        Json::Array(texts) => {
            let texts = texts.into_iter().map(|text| text.as_str().map(str::to_owned));
            texts.collect::<Option<_>>().map(Value::Texts)
        }
        Json::Null | Json::Object(_) => None,
    }
}
