//! What a row id of `catalog_search` says: the kind, then how popular, then which one.
//!
//! The full-text index answers in row id order, so a kind is one range of it and the most popular of that kind come
//! first; a LIMIT stops early and nothing has to be ranked.

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

/// The row id of a thing. `popularity` is any number that is higher for what should come first; it is folded to
/// 20 bits with more detail among the small ones. Ids above 2^40 − 1 do not occur.
pub fn encode(kind: Kind, popularity: u64, id: i64) -> i64 {
    ((kind as i64) << (ID_BITS + POPULARITY_BITS)) | (inverse_popularity(popularity) << ID_BITS) | (id & ID_MASK)
}

/// The id inside a row id.
pub fn id_of(rowid: i64) -> i64 {
    rowid & ID_MASK
}

/// The first and last row id that a kind can have.
pub fn range(kind: Kind) -> (i64, i64) {
    let first = (kind as i64) << (ID_BITS + POPULARITY_BITS);
    (first, first | ((1 << (ID_BITS + POPULARITY_BITS)) - 1))
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
    fn a_kind_is_one_range_and_gives_the_id_back() {
        for kind in [Kind::Artist, Kind::Album, Kind::Track, Kind::Playlist] {
            for popularity in [0, 1, 77, u64::MAX] {
                let row = encode(kind, popularity, 1_234_567);
                let (first, last) = range(kind);
                assert!(row >= first && row <= last && row > 0);
                assert_eq!(id_of(row), 1_234_567);
            }
        }
    }
}
