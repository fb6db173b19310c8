//! What a row id of `catalog_search` says: the kind, then how popular, then which one.
//!
//! The full-text index answers in row id order, so the most popular of a kind come first; a LIMIT stops early and nothing
//! has to be ranked. All terms of a row begin with its kind's mark: the list of a term has things of one kind only, and
//! its first entry is the first hit (ADR 0019).

/// Bits of the id part.
const ID_BITS: u32 = 40;
/// Bits of the popularity part.
const POPULARITY_BITS: u32 = 20;
const ID_MASK: i64 = (1 << ID_BITS) - 1;
const LEAST_POPULAR: i64 = (1 << POPULARITY_BITS) - 1;

/// What a search hit is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An artist.
    Artist = 1,
    /// An album.
    Album = 2,
    /// A track.
    Track = 3,
    /// A playlist.
    Playlist = 4,
}

impl Kind {
    /// The character that all terms of this kind's rows begin with.
    pub fn mark(self) -> char {
        mark_of(encode(self, 0, 0))
    }
}

/// The row id of a thing. `popularity` is any number that is higher for what should come first; it is folded to
/// 20 bits with more detail among the small ones. Ids above 2^40 − 1 do not occur.
pub fn encode(kind: Kind, popularity: u64, id: i64) -> i64 {
    ((kind as i64) << (ID_BITS + POPULARITY_BITS)) | (inverse_popularity(popularity) << ID_BITS) | (id & ID_MASK)
}

/// The id inside a row id.
pub fn id_of(rowid: i64) -> i64 {
    rowid & ID_MASK
}

/// The character that all terms of a row begin with: the number of its kind.
pub fn mark_of(rowid: i64) -> char {
    u32::try_from(rowid >> (ID_BITS + POPULARITY_BITS)).ok().and_then(|kind| char::from_digit(kind, 10)).unwrap_or('0')
}

/// A floating scale, six bits of exponent and fourteen of mantissa, turned round so that more comes first.
fn inverse_popularity(popularity: u64) -> i64 {
    let exponent = 64 - popularity.leading_zeros();
    let mantissa = if exponent > 14 { popularity >> (exponent - 14) } else { popularity << (14 - exponent) };
    let scale = (i64::from(exponent.min(63)) << 14) | (mantissa.cast_signed() & 0x3fff);
    LEAST_POPULAR - scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_popular_comes_first_inside_its_kind() {
        let order = [u64::from(u32::MAX), 1_000_000, 999_000, 1000, 999, 2, 1, 0];
        let rows = order.map(|popularity| encode(Kind::Track, popularity, 5));
        assert!(rows.is_sorted(), "{rows:?}");
        assert!(rows.windows(2).all(|pair| pair[0] != pair[1]), "{rows:?}");
    }

    #[test]
    fn a_row_says_its_kind_and_its_id() {
        assert_eq!([Kind::Artist, Kind::Album, Kind::Track, Kind::Playlist].map(Kind::mark), ['1', '2', '3', '4']);
        for kind in [Kind::Artist, Kind::Album, Kind::Track, Kind::Playlist] {
            for popularity in [0, 1, 77, u64::MAX] {
                let row = encode(kind, popularity, 1_234_567);
                assert!(row > 0);
                assert_eq!((id_of(row), mark_of(row)), (1_234_567, kind.mark()));
            }
        }
    }
}
