//! Playlists and toplists.

use super::{PlaylistId, Track};

/// A public playlist of the read catalog.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Playlist {
    /// The id.
    pub id: PlaylistId,
    /// The name.
    pub name: String,
    /// What lists by name are ordered by.
    pub sort_key: String,
    /// Free text.
    pub description: Option<String>,
    /// Where it comes from.
    pub platform: String,
    /// An external picture, `http` or `https`.
    pub cover_url: Option<String>,
    /// Whether there is a picture in the store.
    pub has_cover: bool,
    /// The source's number.
    pub play_count: u64,
    /// Entries that are here.
    pub entry_count: u64,
    /// Sum of the entries' durations.
    pub duration_ms: u64,
}

/// One place in a playlist; the same track may have several.
#[derive(Clone, PartialEq, Debug)]
pub struct PlaylistEntry {
    /// The place: rises, may have gaps.
    pub position: i64,
    /// The track.
    pub track: Track,
}

/// A playlist in a pool of kind `toplist`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Toplist {
    /// The pool's external id, with `:<playlist_id>` where that alone would not be unique.
    pub id: String,
    /// Where it stands, from 0.
    pub position: u64,
    /// The playlist that holds its tracks.
    pub playlist_id: PlaylistId,
    /// The pool's name.
    pub group_name: Option<String>,
    /// The playlist's name.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// Where it comes from.
    pub platform: String,
    /// An external picture, `http` or `https`.
    pub cover_url: Option<String>,
    /// The source's number.
    pub play_count: u64,
    /// The source's number of tracks.
    pub song_count: u64,
}
