//! The compact rows of `catalog_album_lists`: all that a list of albums shows, in the list's own order.
//!
//! A list at any depth is then one range of one table: nothing is looked up album by album. A row of the table holds as
//! many albums as fit a page of the file. `docs/snapshot-format.md`, "Lists of albums", is this page in words.

use crate::read_schema::AlbumList;

/// The most bytes of albums in one row of the table, unless a single one is longer: with its key it fills a page of
/// 4096 bytes, and nothing flows over into a second one.
pub const ROW_BYTES: usize = 4040;

/// Bits of a row id for the rank; the list stands above them.
const RANK_BITS: u32 = 32;

/// What is added to a genre's number for the number of its list.
const FIRST_GENRE: u32 = 16;

/// The number of a list, below 2^31.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ListNumber(u32);

impl ListNumber {
    /// The list of the genre with this `genre_id`. `None` for what is no genre's number, or one above 2^31 − 17: row ids end
    /// there.
    pub fn of_genre(genre_id: i64) -> Option<Self> {
        let number = u32::try_from(genre_id).ok()?.checked_add(FIRST_GENRE)?;
        (number < 1 << 31).then_some(Self(number))
    }
}

impl From<AlbumList> for ListNumber {
    fn from(list: AlbumList) -> Self {
        Self(list as u32)
    }
}

/// The row id of the row whose first album has this rank in a list.
pub fn row_id(list: impl Into<ListNumber>, first_rank: u32) -> i64 {
    (i64::from(list.into().0) << RANK_BITS) | i64::from(first_rank)
}

/// The rank inside a row id.
pub fn first_rank(row_id: i64) -> i64 {
    row_id & ((1 << RANK_BITS) - 1)
}

/// Bytes that are no albums.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a row of the album lists is damaged")]
pub struct Damaged;

/// What lists show of an album: the columns of `catalog_albums`, without what they have no use for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[expect(missing_docs, reason = "they are the columns of the same names")]
pub struct ListedAlbum<'a> {
    pub album_id: i64,
    pub song_count: i64,
    pub duration_ms: i64,
    pub play_count: i64,
    pub added_at: i64,
    pub artist_id: Option<i64>,
    pub year: Option<i64>,
    pub is_compilation: bool,
    /// Whether `cover_id` is not NULL.
    pub has_cover: bool,
    pub name: &'a str,
    pub artist: Option<&'a str>,
    pub release_date: Option<&'a str>,
    pub original_date: Option<&'a str>,
    pub genre: Option<&'a str>,
    pub credits_json: Option<&'a str>,
    pub extra_json: Option<&'a str>,
}

/// Texts of an album; the first is always there.
const TEXTS: usize = 7;

/// Bits of the first number of an album: its flags, then which fields are there.
mod bit {
    pub(super) const COMPILATION: u64 = 1;
    pub(super) const COVER: u64 = 1 << 1;
    pub(super) const ARTIST_ID: u64 = 1 << 2;
    pub(super) const YEAR: u64 = 1 << 3;
    /// The first text that can be missing; the others follow in the order of the fields.
    pub(super) const TEXTS: u32 = 4;
}

impl<'a> ListedAlbum<'a> {
    /// Appends the album to `out`, behind its length.
    pub fn write(&self, out: &mut Vec<u8>) {
        let mut album = Vec::with_capacity(160);
        let numbers = [self.album_id, self.song_count, self.duration_ms, self.play_count, self.added_at];
        write_number(self.bits(), &mut album);
        for number in numbers.into_iter().chain(self.artist_id).chain(self.year) {
            write_number(zigzag(number), &mut album);
        }
        let texts = || std::iter::once(self.name).chain(self.texts().into_iter().flatten());
        texts().for_each(|text| write_number(text.len() as u64, &mut album));
        texts().for_each(|text| album.extend_from_slice(text.as_bytes()));
        write_number(album.len() as u64, out);
        out.extend_from_slice(&album);
    }

    /// Reads an album from the bytes that [`split`] gives. What stands behind the last field is of a later release.
    ///
    /// # Errors
    /// Bytes that end early, or texts that are no UTF-8.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Damaged> {
        let mut rest = Rest(bytes);
        let bits = rest.number()?;
        let has = |bit: u64| bits & bit != 0;
        let has_text = |place: u32| has(1 << (bit::TEXTS + place));
        let [album_id, song_count, duration_ms, play_count, added_at] =
            [rest.signed()?, rest.signed()?, rest.signed()?, rest.signed()?, rest.signed()?];
        let artist_id = if has(bit::ARTIST_ID) { Some(rest.signed()?) } else { None };
        let year = if has(bit::YEAR) { Some(rest.signed()?) } else { None };
        let mut lengths = [rest.length()?, 0, 0, 0, 0, 0, 0];
        for (place, length) in (0..).zip(&mut lengths[1..]) {
            if has_text(place) {
                *length = rest.length()?;
            }
        }
        let mut texts = Texts { rest: rest.text(lengths.iter().sum())?, lengths: lengths.into_iter() };
        let name = texts.cut()?;
        let mut cut = |place| texts.cut().map(|text| has_text(place).then_some(text));
        Ok(Self {
            album_id,
            song_count,
            duration_ms,
            play_count,
            added_at,
            artist_id,
            year,
            is_compilation: has(bit::COMPILATION),
            has_cover: has(bit::COVER),
            name,
            artist: cut(0)?,
            release_date: cut(1)?,
            original_date: cut(2)?,
            genre: cut(3)?,
            credits_json: cut(4)?,
            extra_json: cut(5)?,
        })
    }

    fn bits(&self) -> u64 {
        let flags = [
            (self.is_compilation, bit::COMPILATION),
            (self.has_cover, bit::COVER),
            (self.artist_id.is_some(), bit::ARTIST_ID),
            (self.year.is_some(), bit::YEAR),
        ];
        let flags = flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, bit)| bit);
        let texts = (bit::TEXTS..).zip(self.texts()).filter(|(_, text)| text.is_some()).map(|(place, _)| 1 << place);
        flags.chain(texts).sum()
    }

    /// The texts that can be missing, in the order of their bits.
    fn texts(&self) -> [Option<&'a str>; 6] {
        [self.artist, self.release_date, self.original_date, self.genre, self.credits_json, self.extra_json]
    }
}

/// The bytes of each album of a row, to be read by [`ListedAlbum::read`].
///
/// # Errors
/// Lengths that do not end where the row ends.
pub fn split(row: &[u8]) -> impl Iterator<Item = Result<&[u8], Damaged>> {
    let mut rest = Rest(row);
    std::iter::from_fn(move || {
        if rest.0.is_empty() {
            return None;
        }
        let album = rest.length().and_then(|length| rest.piece(length));
        Some(album.inspect_err(|_| rest.0 = &[]))
    })
}

fn write_number(mut number: u64, out: &mut Vec<u8>) {
    let byte = |number: u64| (number & 0x7f).to_le_bytes()[0];
    while number > 0x7f {
        out.push(byte(number) | 0x80);
        number >>= 7;
    }
    out.push(byte(number));
}

/// Small numbers of either sign become small ones without.
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    /// Seven bits a byte, the lowest first, the highest bit set on all but the last (LEB128).
    #[inline]
    fn number(&mut self) -> Result<u64, Damaged> {
        match self.0 {
            [byte, rest @ ..] if *byte < 0x80 => {
                self.0 = rest;
                Ok((*byte).into())
            }
            _ => self.long_number(),
        }
    }

    fn long_number(&mut self) -> Result<u64, Damaged> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or(Damaged)?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if *byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Damaged)
    }

    fn signed(&mut self) -> Result<i64, Damaged> {
        self.number().map(|number| (number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// A number of bytes, of which no row has more than 32 bits count.
    fn length(&mut self) -> Result<usize, Damaged> {
        u32::try_from(self.number()?).map(|length| length as usize).or(Err(Damaged))
    }

    fn text(&mut self, length: usize) -> Result<&'a str, Damaged> {
        std::str::from_utf8(self.piece(length)?).or(Err(Damaged))
    }

    fn piece(&mut self, length: usize) -> Result<&'a [u8], Damaged> {
        let (piece, rest) = self.0.split_at_checked(length).ok_or(Damaged)?;
        self.0 = rest;
        Ok(piece)
    }
}

/// The texts of an album, which are one text in its bytes.
struct Texts<'a> {
    rest: &'a str,
    lengths: std::array::IntoIter<usize, TEXTS>,
}

impl<'a> Texts<'a> {
    /// The next one; empty where there is none.
    fn cut(&mut self) -> Result<&'a str, Damaged> {
        let length = self.lengths.next().unwrap_or_default();
        let (text, rest) = self.rest.split_at_checked(length).ok_or(Damaged)?;
        self.rest = rest;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn full() -> ListedAlbum<'static> {
        ListedAlbum {
            album_id: (1 << 40) - 1,
            song_count: 12,
            duration_ms: 2_880_000,
            play_count: i64::MAX,
            added_at: -1,
            artist_id: Some(0),
            year: Some(-44),
            is_compilation: true,
            has_cover: true,
            name: "晴天",
            artist: Some("周杰伦"),
            release_date: Some("2003-07-31"),
            original_date: Some("2003"),
            genre: Some(""),
            credits_json: Some("[]"),
            extra_json: Some("{}"),
        }
    }

    fn row(albums: &[ListedAlbum<'_>]) -> Vec<u8> {
        let mut row = Vec::new();
        for album in albums {
            album.write(&mut row);
        }
        row
    }

    #[test]
    fn albums_are_read_as_they_were_written() {
        let albums = [full(), ListedAlbum { name: "B", ..ListedAlbum::default() }, full()];
        let bytes = row(&albums);
        let read: Result<Vec<_>, _> = split(&bytes).map(|album| album.and_then(ListedAlbum::read)).collect();
        assert_eq!(read, Ok(albums.to_vec()));
    }

    #[test]
    fn the_bytes_of_an_album_are_these() {
        let album = ListedAlbum { album_id: 3, year: Some(2000), name: "A", ..ListedAlbum::default() };
        assert_eq!(row(&[album]), [10, 0x08, 6, 0, 0, 0, 0, 0xa0, 0x1f, 1, b'A']);
    }

    #[test]
    fn fields_of_a_later_release_are_passed_over() {
        let mut bytes = row(&[full()]);
        let album = split(&bytes).next().and_then(Result::ok).expect("an album").to_vec();
        bytes = [&album[..], b"\x05later"].concat();
        assert_eq!(ListedAlbum::read(&bytes), Ok(full()));
    }

    #[test]
    fn row_ids_go_by_list_and_rank() {
        let id = row_id(AlbumList::ByArtist, 7);
        assert!(id > row_id(AlbumList::ByName, u32::MAX) && id < row_id(AlbumList::ByArtist, 8));
        let genre = |genre_id| row_id(ListNumber::of_genre(genre_id).expect("a list"), 0);
        assert!(genre(0) > row_id(AlbumList::MostPlayed, u32::MAX) && genre((1 << 31) - 17) > genre(1));
        assert_eq!((ListNumber::of_genre((1 << 31) - 16), ListNumber::of_genre(-1)), (None, None));
        assert_eq!((first_rank(id), first_rank(row_id(AlbumList::MostPlayed, u32::MAX))), (7, i64::from(u32::MAX)));
    }

    proptest! {
        #[test]
        fn damage_is_an_error_or_other_albums_and_nothing_worse(at in 0_usize..200, byte: u8, cut in 0_usize..400) {
            let mut bytes = row(&[full(), full()]);
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(cut);
            for album in split(&bytes) {
                let _ = album.and_then(ListedAlbum::read);
            }
        }
    }
}
