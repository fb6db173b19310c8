//! Lyrics: of the file beside a track, which a listener put there on purpose, then those inside it.

use catalog_core::model::{Lyrics, LyricsKind};
use rusqlite::{Connection, Statement};

use super::BuildError;
use crate::snapshot::build::input::VisitLyrics;
use crate::snapshot::build::values;

/// Which texts belong to which track, small rows that are put in order without their texts. The tracks of a stem lie
/// between `stem.` and `stem/`, the character behind the dot; those with another dot have a longer stem.
const WHOSE: &str = "SELECT t.track_id, 0 AS place, l.lyrics_id FROM lyrics_files l CROSS JOIN tracks t
      ON t.source = l.source AND t.source_id > l.stem || '.' AND t.source_id < l.stem || '/'
      AND instr(substr(t.source_id, length(l.stem) + 2), '.') = 0
    UNION ALL SELECT track_id, position + 1, lyrics_id FROM track_lyrics
    ORDER BY 1, 2, 3";
const OF_FILE: &str = "SELECT 'main', NULL, lyrics FROM lyrics_files WHERE lyrics_id = ?1";
const OF_TRACK: &str = "SELECT kind, language, lyrics FROM track_lyrics WHERE lyrics_id = ?1";

pub(super) fn each(source: &Connection, visit: VisitLyrics<'_>) -> Result<(), BuildError> {
    let at = |source| BuildError::Source { what: "lyrics", source };
    let mut whose = source.prepare(WHOSE).map_err(at)?;
    let (mut of_file, mut of_track) = (source.prepare(OF_FILE).map_err(at)?, source.prepare(OF_TRACK).map_err(at)?);
    let mut rows = whose.query([]).map_err(at)?;
    let (mut track, mut texts) = (0, Vec::new());
    while let Some(row) = rows.next().map_err(at)? {
        let owner: i64 = row.get(0).map_err(at)?;
        if owner != track {
            give(track, &mut texts, visit)?;
            track = owner;
        }
        let is_beside = row.get::<_, i64>(1).map_err(at)? == 0;
        let statement = if is_beside { &mut of_file } else { &mut of_track };
        texts.extend(read(statement, row.get(2).map_err(at)?).map_err(at)?);
    }
    give(track, &mut texts, visit)
}

fn read(statement: &mut Statement<'_>, id: i64) -> rusqlite::Result<Option<Lyrics>> {
    statement.query_row([id], |row| {
        let text = values::filled_text(row, 2)?.map(std::borrow::Cow::into_owned);
        let kind = LyricsKind::of_name(row.get_ref(0)?.as_str()?);
        let language = row.get(1)?;
        Ok(text.map(|text| Lyrics { kind, language, text }))
    })
}

/// Hands a track's lyrics over, each text once.
fn give(track: i64, texts: &mut Vec<Lyrics>, visit: VisitLyrics<'_>) -> Result<(), BuildError> {
    let mut kept: Vec<Lyrics> = Vec::new();
    for lyrics in texts.drain(..) {
        if !kept.iter().any(|one| one.text == lyrics.text) {
            kept.push(lyrics);
        }
    }
    kept.sort_by_key(|lyrics| lyrics.kind as u8);
    if kept.is_empty() { Ok(()) } else { visit(track, &kept) }
}
