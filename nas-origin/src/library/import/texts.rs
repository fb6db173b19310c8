//! Texts beside the music: lyrics and CUE sheets.

use catalog_core::import::{ScannedFile, TextKind};
use rusqlite::{OptionalExtension, ToSql, named_params};

use super::{Batch, LibraryError};

/// What is asked of a kind's table.
struct TextSql {
    find: &'static str,
    put: &'static str,
    drop: &'static str,
}

const LYRICS: TextSql = TextSql {
    find: "SELECT lyrics FROM lyrics_files WHERE source = :source AND source_id = :path",
    put: "INSERT INTO lyrics_files (source, source_id, size_bytes, mtime_ns, lyrics, stem)
        VALUES (:source, :path, :size_bytes, :mtime_ns, :text, :stem)
        ON CONFLICT (source, source_id) DO UPDATE
        SET size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, lyrics = excluded.lyrics",
    drop: "DELETE FROM lyrics_files WHERE source = :source AND source_id = :path",
};
const SHEETS: TextSql = TextSql {
    find: "SELECT sheet FROM sheet_files WHERE source = :source AND source_id = :path",
    put: "INSERT INTO sheet_files (source, source_id, size_bytes, mtime_ns, sheet)
        VALUES (:source, :path, :size_bytes, :mtime_ns, :text)
        ON CONFLICT (source, source_id) DO UPDATE
        SET size_bytes = excluded.size_bytes, mtime_ns = excluded.mtime_ns, sheet = excluded.sheet",
    drop: "DELETE FROM sheet_files WHERE source = :source AND source_id = :path",
};

fn sql_of(kind: TextKind) -> &'static TextSql {
    match kind {
        TextKind::Lyrics => &LYRICS,
        TextKind::Sheet => &SHEETS,
    }
}

impl Batch<'_> {
    pub(super) fn put_text_file(&mut self, kind: TextKind, file: &ScannedFile, text: &str) -> Result<(), LibraryError> {
        let key = named_params! { ":source": self.source.name, ":path": file.path };
        let sql = sql_of(kind);
        let before: Option<String> = self.tx.prepare_cached(sql.find)?.query_row(key, |row| row.get(0)).optional()?;
        self.is_visible |= before.as_deref().unwrap_or_default() != text;
        let size_bytes = file.stamp.size_bytes.cast_signed();
        let values = named_params! {
            ":source": self.source.name, ":path": file.path, ":size_bytes": size_bytes,
            ":mtime_ns": file.stamp.mtime_ns, ":text": text,
        };
        let stem = stem_of(&file.path);
        let of_lyrics: [(&str, &dyn ToSql); 1] = [(":stem", &stem)];
        let more = if kind == TextKind::Lyrics { &of_lyrics[..] } else { &[] };
        self.tx.prepare_cached(sql.put)?.execute(&*[values, more].concat())?;
        Ok(())
    }

    pub(super) fn drop_text_file(&mut self, kind: TextKind, path: &str) -> Result<(), LibraryError> {
        let key = named_params! { ":source": self.source.name, ":path": path };
        self.tx.prepare_cached(sql_of(kind).drop)?.execute(key)?;
        self.is_visible = true;
        Ok(())
    }
}

fn stem_of(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem)
}
