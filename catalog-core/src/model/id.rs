//! Ids. Outside the catalog they are opaque strings with their type in front: `tr-12`, `al-5`, `ar-9`, `pl-3`, `ge-2`.

use std::fmt;
use std::str::FromStr;

/// The largest id: search row ids keep forty bits for it.
const MAX_ID: i64 = (1 << 40) - 1;

/// Whether a number is one that ids can have.
pub const fn is_id_number(number: i64) -> bool {
    number >= 0 && number <= MAX_ID
}

/// A text that is not the id of the wanted kind.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a valid {kind} id")]
pub struct IdError {
    kind: &'static str,
}

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
        pub struct $name(i64);

        impl $name {
            /// What stands in front of the number, with the hyphen.
            pub const PREFIX: &'static str = concat!($prefix, "-");

            /// An id from the catalog's number, if it is one that ids can have (0 to 2^40 − 1).
            pub const fn new(number: i64) -> Option<Self> {
                if is_id_number(number) { Some(Self(number)) } else { None }
            }

            /// The catalog's number.
            pub const fn number(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!($prefix, "-{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let number = text.strip_prefix(concat!($prefix, "-")).and_then(parse_number);
                number.and_then(Self::new).ok_or(IdError { kind: $kind })
            }
        }
    };
}

typed_id!(
    /// A track (`tr-12`).
    TrackId, "track", "tr"
);
typed_id!(
    /// An album (`al-5`).
    AlbumId, "album", "al"
);
typed_id!(
    /// An artist (`ar-9`).
    ArtistId, "artist", "ar"
);
typed_id!(
    /// A playlist (`pl-3`).
    PlaylistId, "playlist", "pl"
);
typed_id!(
    /// A genre (`ge-2`).
    GenreId, "genre", "ge"
);
typed_id!(
    /// A file at its place (`lo-7`): what an origin token names.
    LocationId, "location", "lo"
);

/// The one spelling of a number: ASCII digits, no sign, no leading zero.
fn parse_number(digits: &str) -> Option<i64> {
    let canonical = digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    if canonical { digits.parse().ok() } else { None }
}

/// An id of any kind that a listener can hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AnyId {
    /// A track.
    Track(TrackId),
    /// An album.
    Album(AlbumId),
    /// An artist.
    Artist(ArtistId),
    /// A playlist.
    Playlist(PlaylistId),
}

impl AnyId {
    /// What stands in front of the number, with the hyphen.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Track(_) => TrackId::PREFIX,
            Self::Album(_) => AlbumId::PREFIX,
            Self::Artist(_) => ArtistId::PREFIX,
            Self::Playlist(_) => PlaylistId::PREFIX,
        }
    }

    /// The catalog's number.
    pub const fn number(self) -> i64 {
        match self {
            Self::Track(id) => id.number(),
            Self::Album(id) => id.number(),
            Self::Artist(id) => id.number(),
            Self::Playlist(id) => id.number(),
        }
    }
}

impl From<TrackId> for AnyId {
    fn from(id: TrackId) -> Self {
        Self::Track(id)
    }
}

impl From<AlbumId> for AnyId {
    fn from(id: AlbumId) -> Self {
        Self::Album(id)
    }
}

impl From<ArtistId> for AnyId {
    fn from(id: ArtistId) -> Self {
        Self::Artist(id)
    }
}

impl From<PlaylistId> for AnyId {
    fn from(id: PlaylistId) -> Self {
        Self::Playlist(id)
    }
}

impl FromStr for AnyId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.split_once('-').map_or("", |(prefix, _)| prefix) {
            "tr" => text.parse().map(Self::Track),
            "al" => text.parse().map(Self::Album),
            "ar" => text.parse().map(Self::Artist),
            "pl" => text.parse().map(Self::Playlist),
            _ => Err(IdError { kind: "track, album, artist or playlist" }),
        }
    }
}

impl fmt::Display for AnyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.prefix(), self.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_one_spelling() {
        assert_eq!("tr-12".parse::<TrackId>().map(TrackId::number), Ok(12));
        for text in ["", "tr-", "tr-012", "tr-+1", "tr--1", "al-1", "TR-1", "tr-1 ", "tr-١", "tr-9223372036854775808"]
        {
            assert!(text.parse::<TrackId>().is_err(), "{text:?}");
        }
        assert!(TrackId::new(-1).is_none() && TrackId::new(MAX_ID + 1).is_none());
    }

    #[test]
    fn any_id_knows_its_kind() {
        assert_eq!("al-5".parse(), Ok(AnyId::Album(AlbumId(5))));
        assert!("xx-5".parse::<AnyId>().is_err() && "al".parse::<AnyId>().is_err());
        assert_eq!("pl-3".parse::<AnyId>().map(|id| id.to_string()), Ok("pl-3".to_owned()));
    }
}
