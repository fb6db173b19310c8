//! The lyrics of a track: the main text, then those in other languages and layers.

use catalog_core::model::{Lyrics, LyricsKind, TrackId};
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use snapshot_format::row_json::LyricsJson;

use super::columns::Columns;

const LYRICS: &str = "SELECT lyrics, language, others_json FROM catalog_lyrics WHERE song_id = :song";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LYRICS];

pub(super) fn list(connection: &Connection, id: TrackId) -> rusqlite::Result<Vec<Lyrics>> {
    let wanted = named_params! {":song": id.number()};
    let found = connection.prepare_cached(LYRICS)?.query_row(wanted, lyrics).optional()?;
    Ok(found.unwrap_or_default())
}

fn lyrics(row: &Row<'_>) -> rusqlite::Result<Vec<Lyrics>> {
    let mut columns = Columns::of(row);
    let main = Lyrics { kind: LyricsKind::Main, text: columns.next()?, language: columns.next()? };
    let others: Vec<LyricsJson> = columns.json()?;
    let other =
        |LyricsJson { kind, language, lyrics }| Lyrics { kind: LyricsKind::of_name(&kind), language, text: lyrics };
    Ok(std::iter::once(main).chain(others.into_iter().map(other)).collect())
}
