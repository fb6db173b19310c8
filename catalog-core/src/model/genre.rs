//! Genres.

use super::GenreId;

/// A genre and how much there is of it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Genre {
    /// The id.
    pub id: GenreId,
    /// The name as first tagged.
    pub name: String,
    /// What lists by name are ordered by.
    pub sort_key: String,
    /// Tracks of it.
    pub song_count: u64,
    /// Albums of it.
    pub album_count: u64,
}
