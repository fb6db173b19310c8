//! Which page of a list: the core's cursors, with the lengths that pages have.

use catalog_core::browse::{NameCursor, PageAfter, PagingError, PlaceCursor};

/// A page of a list by name.
pub(super) fn by_name(list: &str, cursor: Option<&str>, limit: usize) -> Result<PageAfter<NameCursor>, PagingError> {
    let after = cursor.map(|text| NameCursor::decode(list, text)).transpose()?;
    Ok(PageAfter { after, limit })
}

/// A page of a list by number or place.
pub(super) fn by_place(list: &str, cursor: Option<&str>, limit: usize) -> Result<PageAfter<PlaceCursor>, PagingError> {
    let after = cursor.map(|text| PlaceCursor::decode(list, text)).transpose()?;
    Ok(PageAfter { after, limit })
}

/// Where a page begins in a list that is read by depth, from 0.
pub(super) fn depth(list: &str, cursor: Option<&str>) -> Result<u64, PagingError> {
    let Some(text) = cursor else { return Ok(0) };
    u64::try_from(PlaceCursor::decode(list, text)?.0).ok().ok_or(PagingError::Cursor)
}

/// The cursor of the page that begins at `depth`.
pub(super) fn at_depth(list: &str, depth: u64) -> String {
    PlaceCursor(depth.cast_signed()).encode(list)
}

/// Whether there is a next page, of items that were read with one more than fit; that one is taken off.
pub(super) fn take_excess<T>(items: &mut Vec<T>, page_length: usize) -> bool {
    let has_more = items.len() > page_length;
    items.truncate(page_length);
    has_more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_depth_comes_back_to_its_own_list_alone() {
        assert_eq!(depth("played", Some(&at_depth("played", 120))), Ok(120));
        assert_eq!(depth("played", None), Ok(0));
        assert!(depth("newest", Some(&at_depth("played", 120))).is_err());
        assert!(depth("played", Some(&PlaceCursor(-1).encode("played"))).is_err());
    }
}
