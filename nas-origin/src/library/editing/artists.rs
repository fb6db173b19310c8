//! Editing an artist: the name to sort by and the `MusicBrainz` id. The name itself is its tracks': it is what makes two
//! credits one artist.

use catalog_core::editing::{Editable, Edits, Slot, apply, merge, restore, values_of};
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::said::{edits, to_json};
use super::{Change, EditFailure};
use crate::library::{LibraryError, settings};

const FIND: &str = "SELECT name, sort_name, musicbrainz_id FROM artists WHERE artist_id = :id";
const REPLACE: &str =
    "UPDATE artists SET sort_name = :sort_name, musicbrainz_id = :musicbrainz_id WHERE artist_id = :id";
const EDITS: &str = "SELECT edited, tagged FROM artist_edits WHERE artist_id = :id";
const PUT: &str = "INSERT OR REPLACE INTO artist_edits (artist_id, edited, tagged) VALUES (:id, :edited, :tagged)";
const DROP: &str = "DELETE FROM artist_edits WHERE artist_id = :id";

/// An artist of the catalog.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KnownArtist {
    /// The name.
    pub name: String,
    /// The name to sort by.
    pub sort_name: Option<String>,
    /// `MusicBrainz` artist id.
    pub musicbrainz_id: Option<String>,
}

/// What the owner says of an artist.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ArtistEdits {
    /// In place of the tags.
    pub edited: Edits,
    /// What the tags said.
    pub tagged: Edits,
}

impl Editable for KnownArtist {
    const FIELDS: &'static [&'static str] = &["sort_name", "musicbrainz_id"];

    fn slot(&mut self, field: &str) -> Option<Slot<'_>> {
        match field {
            "sort_name" => Some(Slot::Text(&mut self.sort_name)),
            "musicbrainz_id" => Some(Slot::Text(&mut self.musicbrainz_id)),
            _ => None,
        }
    }
}

impl KnownArtist {
    /// The artist of this id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find(connection: &Connection, id: i64) -> Result<Option<Self>, LibraryError> {
        let mut statement = connection.prepare_cached(FIND)?;
        let found = statement.query_row(named_params! { ":id": id }, |row| {
            let (name, sort_name) = (row.get("name")?, row.get("sort_name")?);
            Ok(Self { name, sort_name, musicbrainz_id: row.get("musicbrainz_id")? })
        });
        Ok(found.optional()?)
    }
}

impl ArtistEdits {
    /// Of an artist; `None` where the owner says nothing.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find(connection: &Connection, id: i64) -> Result<Option<Self>, LibraryError> {
        let mut statement = connection.prepare_cached(EDITS)?;
        let found = statement.query_row(named_params! { ":id": id }, |row| {
            Ok(Self { edited: edits(row, "edited")?, tagged: edits(row, "tagged")? })
        });
        Ok(found.optional()?)
    }

    fn put(&self, tx: &Connection, id: i64) -> Result<(), LibraryError> {
        if self.edited.is_empty() {
            tx.prepare_cached(DROP)?.execute(named_params! { ":id": id })?;
            return Ok(());
        }
        let (edited, tagged) = (to_json(&self.edited).to_string(), to_json(&self.tagged).to_string());
        tx.prepare_cached(PUT)?.execute(named_params! { ":id": id, ":edited": edited, ":tagged": tagged })?;
        Ok(())
    }
}

/// Changes what the owner says of an artist. Imports fill in only what nobody says.
///
/// # Errors
/// When there is no such artist, when the change can't be, and when the database cannot be written.
pub fn edit_artist(tx: &Transaction<'_>, id: i64, change: &Change) -> Result<(), EditFailure> {
    let before = KnownArtist::find(tx, id)?.ok_or(EditFailure::Unknown)?;
    let said_nothing = || ArtistEdits { edited: Edits::new(), tagged: values_of(&before) };
    let mut edits = ArtistEdits::find(tx, id)?.unwrap_or_else(said_nothing);
    edits.edited = merge::<KnownArtist>(&edits.edited, &change.patch)?;
    edits.put(tx, id)?;
    let mut after = before.clone();
    restore(&mut after, &edits.tagged);
    apply(&mut after, &edits.edited);
    settings::bump_edit_mark(tx)?;
    if after == before {
        return Ok(());
    }
    let values = named_params! {
        ":id": id, ":sort_name": after.sort_name, ":musicbrainz_id": after.musicbrainz_id,
    };
    tx.prepare_cached(REPLACE).map_err(LibraryError::from)?.execute(values).map_err(LibraryError::from)?;
    Ok(settings::bump_change_mark(tx)?)
}
