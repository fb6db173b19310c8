//! Pages of lists: `?limit=&cursor=`, `{items, next_cursor}`. A cursor holds where the page before ended, never how many
//! there were.

use catalog_core::browse::{Cursor, NameCursor, PageAfter, PagingError};
use serde::{Deserialize, Serialize};

/// What a list is asked for.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Paging {
    limit: Option<String>,
    cursor: Option<String>,
}

/// What a list is asked for that can be searched.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchPaging {
    limit: Option<String>,
    cursor: Option<String>,
    /// What the names have to have.
    q: Option<String>,
}

/// A page as it is sent.
#[derive(Debug, Serialize)]
pub(super) struct PageView<T> {
    items: Vec<T>,
    next_cursor: Option<String>,
}

/// A page that was asked for.
pub(super) struct Asked {
    list: &'static str,
    /// The name that the page before ended with, where the list is by name.
    pub(super) after_name: String,
    /// The id that it ended with; 0 for the first page.
    pub(super) after_id: i64,
    limit: u32,
}

impl Paging {
    /// The page of a list of this name.
    ///
    /// # Errors
    /// A limit or a cursor that is none.
    pub(super) fn of(&self, list: &'static str) -> Result<Asked, PagingError> {
        let page = PageAfter::<NameCursor>::asked(list, self.limit.as_deref(), self.cursor.as_deref())?;
        let (after_name, after_id) = page.after.map_or_else(Default::default, |cursor| (cursor.sort_key, cursor.id));
        let limit = u32::try_from(page.limit).unwrap_or(u32::MAX - 1);
        Ok(Asked { list, after_name, after_id, limit })
    }
}

impl SearchPaging {
    /// The page, and what is searched for.
    pub(super) fn split(self) -> (Paging, Option<String>) {
        let Self { limit, cursor, q } = self;
        (Paging { limit, cursor }, q.filter(|text| !text.trim().is_empty()))
    }
}

impl Asked {
    /// How many items to read: one more than are shown, which says that the list goes on.
    pub(super) fn to_read(&self) -> u32 {
        self.limit + 1
    }

    /// The page, of items with the name and the id that they stand at.
    pub(super) fn cut<T>(&self, found: Vec<(String, i64, T)>) -> PageView<T> {
        self.cut_at(found, None)
    }

    /// As [`Asked::cut`]. Where looking for more was left off, the next page goes on there, also when this one is empty.
    pub(super) fn cut_at<T>(&self, mut found: Vec<(String, i64, T)>, left_off: Option<(String, i64)>) -> PageView<T> {
        let goes_on = found.len() > self.limit as usize;
        found.truncate(self.limit as usize);
        let last = found.last().filter(|_| goes_on).map(|(name, id, _)| (name.clone(), *id)).or(left_off);
        let next_cursor = last.map(|(sort_key, id)| NameCursor { sort_key, id }.encode(self.list));
        PageView { items: found.into_iter().map(|(_, _, item)| item).collect(), next_cursor }
    }
}
