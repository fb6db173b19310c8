//! Artists as listeners see them.

use super::{ArtistId, CreditRole};

/// An artist of the read catalog.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Artist {
    /// The id.
    pub id: ArtistId,
    /// The name.
    pub name: String,
    /// What lists by name are ordered by: folded, articles aside.
    pub sort_key: String,
    /// The name to sort by as the tags have it.
    pub sort_name: Option<String>,
    /// The albums that [`list_artist_albums`](crate::ports::CatalogReader::list_artist_albums) lists.
    pub album_count: u64,
    /// Tracks that credit the artist as performer.
    pub song_count: u64,
    /// Whether there is a picture (one of the albums').
    pub has_cover: bool,
    /// `MusicBrainz` artist id.
    pub musicbrainz_id: Option<String>,
    /// All parts that the artist has in the catalog, in the order of [`CreditRole`].
    pub roles: Vec<CreditRole>,
}

/// The artists under one letter of the index.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ArtistInitial {
    /// `A` to `Z`, by spelling or pinyin, or `#`.
    pub index_key: String,
    /// In order.
    pub artists: Vec<Artist>,
}
