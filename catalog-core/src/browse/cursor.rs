//! Where a page ends, as an opaque text. It names its list, so that a cursor of one list is refused by another.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::PagingError;

/// No cursor that was given out is longer, in bytes.
const MAX_CURSOR_BYTES: usize = 4096;

/// The last item of a page in a list by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NameCursor {
    /// Its sort key.
    pub sort_key: String,
    /// Its number.
    pub id: i64,
}

/// The last item of a page in a list by number or place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlaceCursor(pub i64);

impl NameCursor {
    /// The opaque text.
    pub fn encode(&self, list: &str) -> String {
        URL_SAFE_NO_PAD.encode(format!("{list}:{}:{}", self.id, self.sort_key))
    }

    /// Reads what [`encode`](Self::encode) made for the same list.
    ///
    /// # Errors
    /// [`PagingError::Cursor`] for anything else.
    pub fn decode(list: &str, text: &str) -> Result<Self, PagingError> {
        let plain = decode(list, text)?;
        let (id, sort_key) = plain.split_once(':').ok_or(PagingError::Cursor)?;
        Ok(Self { sort_key: sort_key.to_owned(), id: number(id)? })
    }
}

impl PlaceCursor {
    /// The opaque text.
    pub fn encode(self, list: &str) -> String {
        URL_SAFE_NO_PAD.encode(format!("{list}:{}", self.0))
    }

    /// Reads what [`encode`](Self::encode) made for the same list.
    ///
    /// # Errors
    /// [`PagingError::Cursor`] for anything else.
    pub fn decode(list: &str, text: &str) -> Result<Self, PagingError> {
        number(&decode(list, text)?).map(Self)
    }
}

/// What stands behind the list's name.
fn decode(list: &str, text: &str) -> Result<String, PagingError> {
    if text.len() > MAX_CURSOR_BYTES {
        return Err(PagingError::Cursor);
    }
    let plain = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let rest = plain.as_deref().and_then(|plain| plain.strip_prefix(list)?.strip_prefix(':'));
    rest.map(str::to_owned).ok_or(PagingError::Cursor)
}

fn number(digits: &str) -> Result<i64, PagingError> {
    digits.parse().ok().ok_or(PagingError::Cursor)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn read_back_for_its_own_list_alone(sort_key in ".{0,40}", id in any::<i64>()) {
            let cursor = NameCursor { sort_key, id };
            prop_assert_eq!(NameCursor::decode("albums", &cursor.encode("albums")), Ok(cursor.clone()));
            prop_assert!(NameCursor::decode("artists", &cursor.encode("albums")).is_err());
            prop_assert_eq!(PlaceCursor::decode("tracks", &PlaceCursor(id).encode("tracks")), Ok(PlaceCursor(id)));
        }

        #[test]
        fn nothing_else_is_a_cursor(text in ".{0,60}") {
            prop_assert!(NameCursor::decode("albums", &text).is_err());
            prop_assert!(PlaceCursor::decode("tracks", &text).is_err());
        }
    }
}
