//! Where a page ends, as an opaque text. It names its list, so that a cursor of one list is refused by another; what
//! no list can have given out is refused too, so that a damaged cursor never shows the first page again.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::PagingError;
use crate::model::{AlbumPlace, TrackId, is_id_number};

/// No cursor that was given out is longer, in bytes.
const MAX_CURSOR_BYTES: usize = 4096;

/// The place behind which a list goes on.
pub trait Cursor: Sized {
    /// The opaque text for a list of this name.
    fn encode(&self, list: &str) -> String;

    /// Reads what [`encode`](Self::encode) made for the same list.
    ///
    /// # Errors
    /// [`PagingError::Cursor`] for anything else.
    fn decode(list: &str, text: &str) -> Result<Self, PagingError>;
}

/// The last item of a page in a list by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NameCursor {
    /// Its sort key.
    pub sort_key: String,
    /// Its number, one that ids can have.
    pub id: i64,
}

/// The last track of a page in a list by id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TrackCursor(pub TrackId);

/// The last track of a page of an album.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AlbumCursor(pub AlbumPlace);

/// The place at which a page begins, from 0. One far behind the list's end is good: a new snapshot's may be shorter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PlaceCursor(pub u64);

/// The last entry of a page of a playlist. Positions are the source's: they have gaps and may be negative.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct EntryCursor {
    /// Its position.
    pub position: i64,
    /// How many entries the pages so far have shown.
    pub shown: u32,
}

impl Cursor for NameCursor {
    fn encode(&self, list: &str) -> String {
        text(list, format_args!("{}:{}", self.id, self.sort_key))
    }

    fn decode(list: &str, text: &str) -> Result<Self, PagingError> {
        let plain = plain(list, text)?;
        let (id, sort_key) = plain.split_once(':').ok_or(PagingError::Cursor)?;
        let id = number(id).ok().filter(|id| is_id_number(*id)).ok_or(PagingError::Cursor)?;
        Ok(Self { sort_key: sort_key.to_owned(), id })
    }
}

impl Cursor for TrackCursor {
    fn encode(&self, list: &str) -> String {
        text(list, format_args!("{}", self.0.number()))
    }

    fn decode(list: &str, text: &str) -> Result<Self, PagingError> {
        TrackId::new(number(&plain(list, text)?)?).map(Self).ok_or(PagingError::Cursor)
    }
}

impl Cursor for AlbumCursor {
    fn encode(&self, list: &str) -> String {
        text(list, format_args!("{}:{}", self.0.position, self.0.id.number()))
    }

    fn decode(list: &str, text: &str) -> Result<Self, PagingError> {
        let plain = plain(list, text)?;
        let (position, id) = plain.split_once(':').ok_or(PagingError::Cursor)?;
        let id = TrackId::new(number(id)?).ok_or(PagingError::Cursor)?;
        Ok(Self(AlbumPlace { position: number(position)?, id }))
    }
}

impl Cursor for PlaceCursor {
    fn encode(&self, list: &str) -> String {
        text(list, format_args!("{}", self.0))
    }

    fn decode(list: &str, text: &str) -> Result<Self, PagingError> {
        let place: i64 = number(&plain(list, text)?)?;
        u64::try_from(place).map(Self).ok().ok_or(PagingError::Cursor)
    }
}

impl Cursor for EntryCursor {
    fn encode(&self, list: &str) -> String {
        text(list, format_args!("{}:{}", self.position, self.shown))
    }

    fn decode(list: &str, text: &str) -> Result<Self, PagingError> {
        let plain = plain(list, text)?;
        let (position, shown) = plain.split_once(':').ok_or(PagingError::Cursor)?;
        Ok(Self { position: number(position)?, shown: number(shown)? })
    }
}

fn text(list: &str, cursor: std::fmt::Arguments<'_>) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}:{cursor}"))
}

/// What stands behind the list's name.
fn plain(list: &str, text: &str) -> Result<String, PagingError> {
    if text.len() > MAX_CURSOR_BYTES {
        return Err(PagingError::Cursor);
    }
    let plain = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let rest = plain.as_deref().and_then(|plain| plain.strip_prefix(list)?.strip_prefix(':'));
    rest.map(str::to_owned).ok_or(PagingError::Cursor)
}

fn number<N: FromStr>(digits: &str) -> Result<N, PagingError> {
    digits.parse().ok().ok_or(PagingError::Cursor)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A cursor as one who tampers with it writes it.
    fn forged(plain: &str) -> String {
        URL_SAFE_NO_PAD.encode(plain)
    }

    #[test]
    fn a_number_that_was_never_given_out_is_no_cursor() {
        for number in ["-1", "1099511627776", "9223372036854775807", "99999999999999999999", "", "x", "1.5"] {
            let (named, alone) = (forged(&format!("l:{number}:key")), forged(&format!("l:{number}")));
            assert_eq!(NameCursor::decode("l", &named), Err(PagingError::Cursor), "{number}");
            assert_eq!(TrackCursor::decode("l", &alone), Err(PagingError::Cursor), "{number}");
        }
        for place in ["l:1", "l:-1:1", "l:4294967296:1", "l:1:-1", "l:1:1099511627776", "l:x:1"] {
            assert_eq!(AlbumCursor::decode("l", &forged(place)), Err(PagingError::Cursor), "{place}");
        }
        for place in ["-1", "9223372036854775808", "99999999999999999999", "", "x"] {
            assert_eq!(PlaceCursor::decode("l", &forged(&format!("l:{place}"))), Err(PagingError::Cursor), "{place}");
        }
        for entry in ["l:1", "l:1:-1", "l:1:4294967296", "l:9223372036854775808:1", "l:x:1"] {
            assert_eq!(EntryCursor::decode("l", &forged(entry)), Err(PagingError::Cursor), "{entry}");
        }
    }

    fn is_read_back<C: Cursor + PartialEq>(cursor: &C) -> bool {
        C::decode("albums", &cursor.encode("albums")).as_ref() == Ok(cursor)
            && C::decode("artists", &cursor.encode("albums")).is_err()
    }

    proptest! {
        #[test]
        fn read_back_for_its_own_list_alone(sort_key in ".{0,40}", id in 0..1_i64 << 40, entry in any::<(i64, u32)>()) {
            let name = NameCursor { sort_key, id };
            let track = TrackCursor(TrackId::new(id).unwrap_or_default());
            let (place, entry) = (PlaceCursor(id.unsigned_abs()), EntryCursor { position: entry.0, shown: entry.1 });
            let album = AlbumCursor(AlbumPlace { position: entry.shown, id: track.0 });
            prop_assert!(is_read_back(&album) && is_read_back(&name) && is_read_back(&track) && is_read_back(&place) && is_read_back(&entry));
        }

        #[test]
        fn nothing_else_is_a_cursor(text in ".{0,60}") {
            prop_assert!(NameCursor::decode("albums", &text).is_err());
            prop_assert!(TrackCursor::decode("albums", &text).is_err());
            prop_assert!(PlaceCursor::decode("albums", &text).is_err());
            prop_assert!(EntryCursor::decode("albums", &text).is_err());
        }
    }
}
