//! Lyrics: those inside a track's file, and files of them beside the music.

use catalog_core::import::ScannedFile;
use catalog_core::model::Lyrics;
use rusqlite::{OptionalExtension, named_params};

use super::{Batch, LibraryError};

const DROP_OF_TRACK: &str = "DELETE FROM track_lyrics WHERE track_id = ?1";
const ADD_TO_TRACK: &str =
    "INSERT INTO track_lyrics (track_id, position, kind, language, lyrics) VALUES (?1, ?2, ?3, ?4, ?5)";
const TEXT_OF_FILE: &str = "SELECT lyrics FROM lyrics_files WHERE source = :source AND source_id = :path";
const PUT_FILE: &str = "INSERT INTO lyrics_files (source, source_id, stem, size_bytes, mtime_ns, lyrics)
    VALUES (:source, :path, :stem, :size_bytes, :mtime_ns, :lyrics)
    ON CONFLICT (source, source_id) DO UPDATE
    SET size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, lyrics = excluded.lyrics";
const DROP_FILE: &str = "DELETE FROM lyrics_files WHERE source = :source AND source_id = :path";

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

    pub(super) fn put_lyrics_file(&mut self, file: &ScannedFile, text: &str) -> Result<(), LibraryError> {
        let key = named_params! { ":source": self.source.name, ":path": file.path };
        let before: Option<String> =
            self.tx.prepare_cached(TEXT_OF_FILE)?.query_row(key, |row| row.get(0)).optional()?;
        self.is_visible |= before.as_deref().unwrap_or_default() != text;
        self.tx.prepare_cached(PUT_FILE)?.execute(named_params! {
            ":source": self.source.name, ":path": file.path, ":stem": stem_of(&file.path), ":lyrics": text,
            ":size_bytes": file.stamp.size_bytes.cast_signed(), ":mtime_ns": file.stamp.mtime_ns,
        })?;
        Ok(())
    }

    pub(super) fn drop_lyrics_file(&mut self, path: &str) -> Result<(), LibraryError> {
        let key = named_params! { ":source": self.source.name, ":path": path };
        self.tx.prepare_cached(DROP_FILE)?.execute(key)?;
        self.is_visible = true;
        Ok(())
    }
}

fn stem_of(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem)
}
