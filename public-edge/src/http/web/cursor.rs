//! Pages of lists that are read by depth, with the core's cursors.

use catalog_core::browse::{Cursor, PagingError, PlaceCursor};

/// Where a page begins in a list that is read by depth, from 0.
pub(super) fn depth(list: &str, cursor: Option<&str>) -> Result<u64, PagingError> {
    cursor.map_or(Ok(0), |text| PlaceCursor::decode(list, text).map(|PlaceCursor(place)| place))
}

/// The cursor of the page that begins at `depth`.
pub(super) fn at_depth(list: &str, depth: u64) -> String {
    PlaceCursor(depth).encode(list)
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
    }
}
