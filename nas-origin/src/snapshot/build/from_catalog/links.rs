//! Rows that hang on others, read beside them: both come in the order of the same id.

use rusqlite::{Row, Rows};

/// A reading of `(id, …)` rows that is one row ahead.
pub(super) struct Links<'s, T> {
    rows: Rows<'s>,
    read: fn(&Row<'_>) -> rusqlite::Result<(i64, T)>,
    next: Option<(i64, T)>,
}

impl<'s, T> Links<'s, T> {
    pub(super) fn new(mut rows: Rows<'s>, read: fn(&Row<'_>) -> rusqlite::Result<(i64, T)>) -> rusqlite::Result<Self> {
        let next = rows.next()?.map(read).transpose()?;
        Ok(Self { rows, read, next })
    }

    /// Gives each row of `id` to `visit`. Ids are asked for in rising order; rows of others are passed over.
    pub(super) fn each_of(&mut self, id: i64, mut visit: impl FnMut(T)) -> rusqlite::Result<()> {
        while self.next.as_ref().is_some_and(|(owner, _)| *owner <= id) {
            let following = self.rows.next()?.map(self.read).transpose()?;
            if let Some((owner, row)) = std::mem::replace(&mut self.next, following)
                && owner == id
            {
                visit(row);
            }
        }
        Ok(())
    }
}
