//! Paging rules: how many items, and behind which.

use super::{AlbumCursor, Cursor, NameCursor, PlaceCursor, TrackCursor};
use crate::model::{AlbumPlace, TrackId};
use crate::ports::NameKey;

/// Items of a page when nobody says how many.
pub const DEFAULT_LIMIT: usize = 50;
/// The most items of a page.
pub const MAX_LIMIT: usize = 500;

/// A page that cannot be given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PagingError {
    /// Not a number from 1 to [`MAX_LIMIT`].
    #[error("limit must be a number from 1 to {MAX_LIMIT}")]
    Limit,
    /// Not a cursor that this list gave out.
    #[error("cursor is not one that this list gave out")]
    Cursor,
}

/// Items of a list, and where the next ones begin.
#[derive(Clone, PartialEq, Debug)]
pub struct Page<T> {
    /// In the list's order.
    pub items: Vec<T>,
    /// What to ask the next page with; none at the end.
    pub next_cursor: Option<String>,
}

/// Which page: at most `limit` items behind `after`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageAfter<C> {
    /// Where the page before ended; none for the first page.
    pub after: Option<C>,
    /// From 1 to [`MAX_LIMIT`].
    pub limit: usize,
}

/// How many items were asked for.
///
/// # Errors
/// [`PagingError::Limit`] outside 1 to [`MAX_LIMIT`].
pub fn parse_limit(asked: Option<&str>) -> Result<usize, PagingError> {
    let Some(text) = asked else { return Ok(DEFAULT_LIMIT) };
    text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit)).ok_or(PagingError::Limit)
}

impl<C: Cursor> PageAfter<C> {
    /// The page of a list that a request asks for.
    ///
    /// # Errors
    /// A limit or a cursor that is none.
    pub fn asked(list: &str, limit: Option<&str>, cursor: Option<&str>) -> Result<Self, PagingError> {
        Self::behind(list, cursor, parse_limit(limit)?)
    }

    /// The page of at most `limit` items of a list behind a cursor.
    ///
    /// # Errors
    /// A cursor that is none.
    pub fn behind(list: &str, cursor: Option<&str>, limit: usize) -> Result<Self, PagingError> {
        Ok(Self { after: cursor.map(|text| C::decode(list, text)).transpose()?, limit })
    }
}

impl PageAfter<NameCursor> {
    pub(super) fn key(&self) -> NameKey<'_> {
        self.after.as_ref().map(|cursor| (cursor.sort_key.as_str(), cursor.id))
    }
}

impl PageAfter<TrackCursor> {
    pub(super) fn track(&self) -> Option<TrackId> {
        self.after.map(|TrackCursor(id)| id)
    }
}

impl PageAfter<AlbumCursor> {
    pub(super) fn album_place(&self) -> Option<AlbumPlace> {
        self.after.map(|AlbumCursor(place)| place)
    }
}

impl PageAfter<PlaceCursor> {
    /// Where the page begins, from 0.
    pub(super) fn first(&self) -> u64 {
        self.after.map_or(0, |PlaceCursor(place)| place)
    }

    /// The page's items out of one more than fit, for a list that is read by place.
    pub(super) fn cut<T>(&self, list: &str, items: Vec<T>) -> Page<T> {
        let next = PlaceCursor(self.first().saturating_add(self.limit as u64));
        Page::cut(items, self.limit, |_| next.encode(list))
    }
}

impl<T> Page<T> {
    /// A page from one item more than `limit`, when there are so many: that one says that the list goes on.
    pub(super) fn cut(mut items: Vec<T>, limit: usize, cursor_of: impl Fn(&T) -> String) -> Self {
        let goes_on = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| goes_on).map(cursor_of);
        Self { items, next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_in_its_range() {
        assert_eq!(parse_limit(None), Ok(DEFAULT_LIMIT));
        assert_eq!((parse_limit(Some("1")), parse_limit(Some("500"))), (Ok(1), Ok(500)));
        for text in ["0", "501", "-1", "", "ten", "99999999999999999999999"] {
            assert_eq!(parse_limit(Some(text)), Err(PagingError::Limit), "{text}");
        }
    }

    #[test]
    fn a_page_says_whether_the_list_goes_on() {
        let cursor_of = |item: &i32| item.to_string();
        assert_eq!(Page::cut(vec![1, 2, 3], 2, cursor_of), Page { items: vec![1, 2], next_cursor: Some("2".into()) });
        assert_eq!(Page::cut(vec![1, 2], 2, cursor_of), Page { items: vec![1, 2], next_cursor: None });
    }
}
