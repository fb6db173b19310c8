//! Reading a row from its first column to its last.

use std::borrow::Cow;

use rusqlite::Row;
use rusqlite::types::FromSql;

use crate::snapshot::build::values;

/// The columns of a row in the order of their statement, under the names that it has for them: looking up forty names
/// in each of a million rows takes longer than making all else of them.
pub(super) struct Columns<'r> {
    row: &'r Row<'r>,
    next: usize,
}

impl<'r> Columns<'r> {
    pub(super) fn of(row: &'r Row<'r>) -> Self {
        Self { row, next: 0 }
    }

    /// The next column, which has this name.
    pub(super) fn get<T: FromSql>(&mut self, name: &str) -> rusqlite::Result<T> {
        let at = self.advance(name);
        self.row.get(at)
    }

    /// The next column, as text that may be shown.
    pub(super) fn text(&mut self, name: &str) -> rusqlite::Result<Option<Cow<'r, str>>> {
        let at = self.advance(name);
        values::text(self.row, at)
    }

    /// The next column, which holds a text as it is.
    pub(super) fn exact(&mut self, name: &str) -> rusqlite::Result<Option<&'r str>> {
        let at = self.advance(name);
        Ok(self.row.get_ref(at)?.as_str_or_null()?)
    }

    fn advance(&mut self, name: &str) -> usize {
        let at = self.next;
        debug_assert_eq!(self.row.as_ref().column_name(at).ok(), Some(name), "the order of the statement");
        self.next += 1;
        at
    }
}
