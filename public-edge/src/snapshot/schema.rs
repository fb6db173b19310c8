//! Whether a database has the tables that this version reads (R4).
//!
//! A file whose schema has the fingerprint of what every file of its version has is taken as it is. Else it may have more
//! columns, ordinary tables and indexes, and nothing else: every table of ours must be there, of the same kind, with
//! every column of ours as we declare it; every index of ours and the search table with the very same SQL. Triggers,
//! views, other virtual tables and computed columns are refused, since reading them could run something.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};
use snapshot_format::read_schema;

/// A schema that this version doesn't read.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// Something that could act.
    #[error("the database holds the {kind} `{name}`, which no snapshot may have")]
    Forbidden {
        /// `trigger`, `view`, `virtual table` or `computed column`.
        kind: String,
        /// Its name.
        name: String,
    },
    /// A schema that is no catalog's.
    #[error("the database has more than {MAX_OBJECTS} tables and indexes")]
    TooManyObjects,
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

/// More objects than any schema has, with room for those of later versions.
const MAX_OBJECTS: usize = 500;

/// Checks the schema of a database.
pub(super) fn check(database: &Connection) -> Result<(), SchemaError> {
    let found = objects(database)?;
    let reference = Connection::open_in_memory()?;
    reference.execute_batch(read_schema::required_sql())?;
    reference.execute_batch(read_schema::index_sql())?;
    let expected = objects(&reference)?;
    if fingerprint(&found) == fingerprint(&expected) {
        return Ok(());
    }
    refuse_forbidden(&found, &expected)?;
    refuse_computed_columns(database)?;
    for (name, object) in &expected {
        let missing = || SchemaError::Missing { kind: object.kind.clone(), name: name.clone() };
        let same = found.get(name).ok_or_else(missing)?;
        let is_alike = if object.is_plain_table() && same.is_plain_table() {
            object.has_rowid == same.has_rowid && has_columns_of(database, &reference, name)?
        } else {
            object.kind == same.kind && object.sql == same.sql
        };
        if !is_alike {
            return Err(SchemaError::Different(name.clone()));
        }
    }
    Ok(())
}

struct Object {
    /// As SQLite understands it, whatever its text looks like.
    kind: String,
    sql: String,
    has_rowid: bool,
}

impl Object {
    fn is_plain_table(&self) -> bool {
        self.kind == "table"
    }

    /// Statistics and the indexes of keys are SQLite's own.
    fn is_internal(&self, name: &str) -> bool {
        name.starts_with("sqlite_") && matches!(self.kind.as_str(), "table" | "index")
    }
}

/// All objects by name, but for SQLite's own.
fn objects(database: &Connection) -> Result<BTreeMap<String, Object>, SchemaError> {
    const SQL: &str = "SELECT s.name AS name, coalesce(s.sql, '') AS sql, coalesce(l.wr, 0) AS without_rowid,
             CASE WHEN s.type = 'table' AND l.type = 'virtual' THEN 'virtual table' ELSE s.type END AS kind
         FROM sqlite_schema s LEFT JOIN pragma_table_list l ON l.schema = 'main' AND l.name = s.name";
    let mut query = database.prepare(SQL)?;
    let rows = query.query_map([], |row| {
        let without_rowid: bool = row.get("without_rowid")?;
        let object = Object { kind: row.get("kind")?, sql: row.get("sql")?, has_rowid: !without_rowid };
        Ok((row.get::<_, String>("name")?, object))
    })?;
    let all: Vec<_> = rows.take(MAX_OBJECTS + 1).collect::<rusqlite::Result<_>>()?;
    if all.len() > MAX_OBJECTS {
        return Err(SchemaError::TooManyObjects);
    }
    Ok(all.into_iter().filter(|(name, object)| !object.is_internal(name)).collect())
}

fn fingerprint(objects: &BTreeMap<String, Object>) -> snapshot_format::Sha256Hex {
    read_schema::fingerprint(objects.iter().map(|(name, object)| (name.as_str(), object.sql.as_str())))
}

/// Tables and indexes may be added, and nothing else.
fn refuse_forbidden(found: &BTreeMap<String, Object>, expected: &BTreeMap<String, Object>) -> Result<(), SchemaError> {
    let is_harmless = |kind: &str| matches!(kind, "table" | "index");
    let stray = found.iter().find(|(name, object)| !is_harmless(&object.kind) && !expected.contains_key(*name));
    stray.map_or(Ok(()), |(name, object)| Err(SchemaError::Forbidden { kind: object.kind.clone(), name: name.clone() }))
}

/// In tables that were added too: a later query of ours must not meet one.
fn refuse_computed_columns(database: &Connection) -> Result<(), SchemaError> {
    const SQL: &str = "SELECT l.name || '.' || x.name FROM pragma_table_list l, pragma_table_xinfo(l.name) x
         WHERE l.schema = 'main' AND l.type IN ('table', 'shadow') AND x.hidden <> 0 LIMIT 1";
    let computed: Option<String> = database.query_row(SQL, [], |row| row.get(0)).optional()?;
    computed.map_or(Ok(()), |name| Err(SchemaError::Forbidden { kind: "computed column".to_owned(), name }))
}

#[derive(PartialEq)]
struct Column {
    name: String,
    declared_type: String,
    is_not_null: bool,
    key_position: i64,
}

/// Whether the table has all columns of the reference, as they are declared there.
fn has_columns_of(database: &Connection, reference: &Connection, table: &str) -> rusqlite::Result<bool> {
    let (found, expected) = (columns(database, table)?, columns(reference, table)?);
    Ok(expected.iter().all(|column| found.contains(column)))
}

fn columns(database: &Connection, table: &str) -> rusqlite::Result<Vec<Column>> {
    let mut query = database.prepare("SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo(?1)")?;
    let rows = query.query_map([table], |row| {
        Ok(Column {
            name: row.get("name")?,
            declared_type: row.get("type")?,
            is_not_null: row.get("notnull")?,
            key_position: row.get("pk")?,
        })
    })?;
    rows.collect()
}

#[cfg(test)]
mod tests;
