//! Lyrics inside a track's file.

use super::{Batch, LibraryError};
use catalog_core::model::Lyrics;

const DROP_OF_TRACK: &str = "DELETE FROM track_lyrics WHERE track_id = ?1";
const ADD_TO_TRACK: &str =
    "INSERT INTO track_lyrics (track_id, position, kind, language, lyrics) VALUES (?1, ?2, ?3, ?4, ?5)";

impl Batch<'_> {
    pub(super) fn drop_lyrics(&self, track: i64) -> Result<(), LibraryError> {
        self.tx.prepare_cached(DROP_OF_TRACK)?.execute((track,))?;
        Ok(())
    }

    pub(super) fn add_lyrics(&self, track: i64, lyrics: &[Lyrics]) -> Result<(), LibraryError> {
        for (position, one) in (0_i64..).zip(lyrics) {
            let row = (track, position, one.kind.name(), &one.language, &one.text);
            self.tx.prepare_cached(ADD_TO_TRACK)?.execute(row)?;
        }
        Ok(())
    }
}
