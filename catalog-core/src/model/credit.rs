//! Who did what on a track or an album.

use super::ArtistId;

/// The part that an artist had.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CreditRole {
    /// Performed it.
    Artist,
    /// Stands on the album's cover.
    AlbumArtist,
    /// Wrote it.
    Composer,
}

/// One artist's part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credit {
    /// The artist.
    pub artist_id: ArtistId,
    /// The artist's name.
    pub name: String,
    /// The part.
    pub role: CreditRole,
}
