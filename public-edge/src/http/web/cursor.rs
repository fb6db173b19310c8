//! Where a page of a list begins: behind an item, by its place or by its sort key.
//!
//! A cursor comes back from a listener, so it is parsed, never trusted; a wrong one is a 400.

use crate::error::ApiError;

/// Sort keys are names, and no name that is exported is longer by much.
const MAX_CURSOR_BYTES: usize = 4096;

/// The number of a cursor that counts: a depth, a position or an id.
pub(super) fn parse_place(cursor: Option<&str>) -> Result<Option<u64>, ApiError> {
    cursor.map(|text| text.parse().ok().filter(|place| *place < 1 << 53).ok_or_else(malformed)).transpose()
}

/// The sort key and number of a cursor that [`name_key`] made.
pub(super) fn parse_name_key(cursor: Option<&str>) -> Result<Option<(&str, i64)>, ApiError> {
    let Some(text) = cursor else { return Ok(None) };
    let (number, sort_key) = text.split_once('.').filter(|_| text.len() <= MAX_CURSOR_BYTES).ok_or_else(malformed)?;
    Ok(Some((sort_key, number.parse().ok().ok_or_else(malformed)?)))
}

/// The cursor behind an item of a list by name.
pub(super) fn name_key(sort_key: &str, number: i64) -> String {
    format!("{number}.{sort_key}")
}

/// Whether there is a next page, of items that were read with one more than fit; that one is taken off.
pub(super) fn take_excess<T>(items: &mut Vec<T>, page_length: usize) -> bool {
    let has_more = items.len() > page_length;
    items.truncate(page_length);
    has_more
}

fn malformed() -> ApiError {
    ApiError::BadParameter("the cursor is not one of this list".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let cursor = name_key("a.b/周 &", 12);
        assert_eq!(parse_name_key(Some(&cursor)).expect("a key"), Some(("a.b/周 &", 12)));
        assert_eq!(parse_place(Some("48")).expect("a place"), Some(48));
        assert_eq!(parse_place(None).expect("no place"), None);
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["", "x", "12", "x.y", "99999999999999999999.a"] {
            assert!(parse_name_key(Some(text)).is_err(), "{text:?}");
        }
        assert!(parse_name_key(Some(&format!("1.{}", "a".repeat(5000)))).is_err());
        assert!(parse_place(Some("-1")).is_err() && parse_place(Some("18446744073709551615")).is_err());
    }
}
