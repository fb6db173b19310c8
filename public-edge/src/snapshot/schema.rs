//! Whether a database has the tables that this version reads (R4).
//!
//! A file whose schema has the fingerprint of ours is taken as it is. A later publisher of the same schema version may
//! add columns, ordinary tables and indexes, and nothing else: every table of ours must be there, of the same kind, with
//! every column of ours as we declare it; every index of ours and the search table with the very same SQL. Triggers,
//! views, other virtual tables and computed columns are refused, since reading them could run something.

use std::collections::BTreeMap;

use rusqlite::Connection;
use snapshot_format::read_schema;

/// A schema that this version doesn't read.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// Something that could act.
    #[error("the database holds the {kind} `{name}`, which no snapshot may have")]
    Forbidden {
        /// `trigger`, `view` or `virtual table`.
        kind: String,
        /// Its name.
        name: String,
    },
    /// A table or index of ours that isn't there.
    #[error("the database lacks the {kind} `{name}`")]
    Missing {
        /// `table` or `index`.
        kind: String,
        /// Its name.
        name: String,
    },
    /// A table or index of ours that is made differently.
    #[error("`{0}` is not made as this version reads it")]
    Different(String),
    /// The schema can't be read.
    #[error("the database's schema can't be read")]
    Unreadable(#[from] rusqlite::Error),
}

/// Checks the schema of a database.
pub(super) fn check(database: &Connection) -> Result<(), SchemaError> {
    let found = objects(database)?;
    refuse_forbidden(&found)?;
    let reference = Connection::open_in_memory()?;
    reference.execute_batch(read_schema::table_sql())?;
    reference.execute_batch(read_schema::index_sql())?;
    let expected = objects(&reference)?;
    if fingerprint(&found) == fingerprint(&expected) {
        return Ok(());
    }
    for (name, object) in &expected {
        let missing = || SchemaError::Missing { kind: object.kind.clone(), name: name.clone() };
        let same = found.get(name).ok_or_else(missing)?;
        if same.sql != object.sql && !(object.is_plain_table() && same.is_plain_table()) {
            return Err(SchemaError::Different(name.clone()));
        }
        if object.is_plain_table() && !has_shape(database, &reference, name)? {
            return Err(SchemaError::Different(name.clone()));
        }
    }
    refuse_new_virtual(&found, &expected)
}

struct Object {
    kind: String,
    sql: String,
}

impl Object {
    fn is_virtual(&self) -> bool {
        let mut words = self.sql.split_ascii_whitespace().take(2).map(str::to_ascii_lowercase);
        (words.next().as_deref(), words.next().as_deref()) == (Some("create"), Some("virtual"))
    }

    fn is_plain_table(&self) -> bool {
        self.kind == "table" && !self.is_virtual()
    }
}

/// All objects by name, but for SQLite's own: statistics and the indexes of keys.
fn objects(database: &Connection) -> rusqlite::Result<BTreeMap<String, Object>> {
    let mut query =
        database.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")?;
    let rows = query.query_map([], |row| {
        let sql: Option<String> = row.get("sql")?;
        Ok((row.get("name")?, Object { kind: row.get("type")?, sql: sql.unwrap_or_default() }))
    })?;
    rows.collect()
}

fn fingerprint(objects: &BTreeMap<String, Object>) -> snapshot_format::Sha256Hex {
    read_schema::fingerprint(objects.iter().map(|(name, object)| (name.as_str(), object.sql.as_str())))
}

fn refuse_forbidden(found: &BTreeMap<String, Object>) -> Result<(), SchemaError> {
    let acting = found.iter().find(|(_, object)| !matches!(object.kind.as_str(), "table" | "index"));
    acting
        .map_or(Ok(()), |(name, object)| Err(SchemaError::Forbidden { kind: object.kind.clone(), name: name.clone() }))
}

fn refuse_new_virtual(
    found: &BTreeMap<String, Object>,
    expected: &BTreeMap<String, Object>,
) -> Result<(), SchemaError> {
    let stray = found.iter().find(|(name, object)| object.is_virtual() && !expected.contains_key(*name));
    stray.map_or(Ok(()), |(name, _)| {
        Err(SchemaError::Forbidden { kind: "virtual table".to_owned(), name: name.clone() })
    })
}

#[derive(PartialEq)]
struct Column {
    name: String,
    declared_type: String,
    is_not_null: bool,
    key_position: i64,
    /// 0 for an ordinary column; others are computed or hidden.
    hidden: i64,
}

/// Whether the table is of the same kind and has all columns of the reference.
fn has_shape(database: &Connection, reference: &Connection, table: &str) -> rusqlite::Result<bool> {
    let (found, expected) = (columns(database, table)?, columns(reference, table)?);
    let has_columns = expected.iter().all(|column| found.contains(column));
    let is_stored = found.iter().all(|column| column.hidden == 0);
    Ok(has_columns && is_stored && has_rowid(database, table)? == has_rowid(reference, table)?)
}

fn columns(database: &Connection, table: &str) -> rusqlite::Result<Vec<Column>> {
    let mut query = database.prepare("SELECT name, type, \"notnull\", pk, hidden FROM pragma_table_xinfo(?1)")?;
    let rows = query.query_map([table], |row| {
        Ok(Column {
            name: row.get("name")?,
            declared_type: row.get("type")?,
            is_not_null: row.get("notnull")?,
            key_position: row.get("pk")?,
            hidden: row.get("hidden")?,
        })
    })?;
    rows.collect()
}

fn has_rowid(database: &Connection, table: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT wr FROM pragma_table_list(?1) WHERE schema = 'main'";
    database.query_row(sql, [table], |row| row.get("wr").map(|without: bool| !without))
}

#[cfg(test)]
mod tests;
