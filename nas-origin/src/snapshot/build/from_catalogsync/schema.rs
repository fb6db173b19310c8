//! What a `catalogsync.db` has: tables and columns may be absent, further ones are ignored.

use rusqlite::Connection;

use crate::snapshot::build::BuildError;

/// Whether a table is there.
pub(super) fn has_table(source: &Connection, table: &str) -> Result<bool, BuildError> {
    columns(source, table).map(|columns| !columns.is_empty())
}

/// A list of columns for a SELECT, `alias.` in front, NULL for those that are absent.
pub(super) fn select_list(
    source: &Connection,
    table: &str,
    alias: &str,
    wanted: &[&str],
) -> Result<String, BuildError> {
    let present = columns(source, table)?;
    let has = |column: &str| present.iter().any(|name| name.eq_ignore_ascii_case(column));
    let listed: Vec<String> = wanted
        .iter()
        .map(|column| if has(column) { format!("{alias}.\"{column}\"") } else { "NULL".to_owned() })
        .collect();
    Ok(listed.join(", "))
}

fn columns(source: &Connection, table: &str) -> Result<Vec<String>, BuildError> {
    let at = |source| BuildError::Source { what: "the tables", source };
    let mut statement = source.prepare_cached("SELECT name FROM pragma_table_info(?)").map_err(at)?;
    let names = statement.query_map([table], |row| row.get(0)).map_err(at)?;
    names.collect::<rusqlite::Result<_>>().map_err(at)
}
