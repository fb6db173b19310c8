//! Pictures that the owner gives to tracks, albums and playlists, and whichever picture stands for one of these.

use catalog_core::import::Picture;
use rusqlite::{Connection, OptionalExtension, Transaction, named_params};

use super::editing::{Change, EditFailure, edit_album, edit_track};
use super::import::find_or_create_cover;
use super::lists::{ListFailure, set_cover as set_playlist_cover};
use super::{LibraryError, settings};

const OF_TRACK: &str = "SELECT c.sha256, c.ext FROM tracks t LEFT JOIN albums a USING (album_id)
    JOIN covers c ON c.cover_id = coalesce(t.cover_id, a.cover_id) WHERE t.track_id = :id";
const OF_ALBUM: &str = "SELECT c.sha256, c.ext FROM albums a JOIN covers c USING (cover_id) WHERE a.album_id = :id";
const OF_PLAYLIST: &str = "SELECT c.sha256, c.ext FROM playlists p JOIN covers c USING (cover_id)
    WHERE p.playlist_id = :id";
/// As an edge shows a playlist without a picture of its own.
const OF_ITS_TRACKS: &str = "SELECT c.sha256, c.ext FROM playlist_tracks e JOIN tracks t USING (track_id)
    LEFT JOIN albums a USING (album_id) JOIN covers c ON c.cover_id = coalesce(t.cover_id, a.cover_id)
    WHERE e.playlist_id = :id AND NOT t.is_hidden AND t.missing_since IS NULL ORDER BY e.position LIMIT 1";
const IS_THERE: [&str; 3] = [
    "SELECT EXISTS (SELECT 1 FROM tracks WHERE track_id = :id)",
    "SELECT EXISTS (SELECT 1 FROM albums WHERE album_id = :id)",
    "SELECT EXISTS (SELECT 1 FROM playlists WHERE playlist_id = :id)",
];
/// It was damaged or lost, and is there again.
const WELCOME_BACK: &str = "UPDATE covers SET is_unreadable = 0 WHERE cover_id = :id AND is_unreadable <> 0";

/// What has a cover.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Covered {
    /// A track.
    Track(i64),
    /// An album.
    Album(i64),
    /// A playlist.
    Playlist(i64),
}

/// A picture as found, which lies in `data_dir/covers`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownPicture {
    /// Of its bytes, 64 hex.
    pub sha256: String,
    /// `jpg`, `png`, `gif`, `webp` or `bmp`.
    pub ext: String,
}

impl Covered {
    /// The picture that stands for it, if any.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn find_picture(self, connection: &Connection) -> Result<Option<KnownPicture>, LibraryError> {
        match self {
            Self::Track(id) => find(connection, OF_TRACK, id),
            Self::Album(id) => find(connection, OF_ALBUM, id),
            Self::Playlist(id) => match find(connection, OF_PLAYLIST, id)? {
                None => find(connection, OF_ITS_TRACKS, id),
                own => Ok(own),
            },
        }
    }

    /// Whether there is such a thing at all.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn is_there(self, connection: &Connection) -> Result<bool, LibraryError> {
        let (sql, id) = match self {
            Self::Track(id) => (IS_THERE[0], id),
            Self::Album(id) => (IS_THERE[1], id),
            Self::Playlist(id) => (IS_THERE[2], id),
        };
        Ok(connection.prepare_cached(sql)?.query_row(named_params! { ":id": id }, |row| row.get(0))?)
    }
}

fn find(connection: &Connection, sql: &str, id: i64) -> Result<Option<KnownPicture>, LibraryError> {
    let mut statement = connection.prepare_cached(sql)?;
    let picture = statement.query_row(named_params! { ":id": id }, |row| {
        Ok(KnownPicture { sha256: row.get("sha256")?, ext: row.get("ext")? })
    });
    Ok(picture.optional()?)
}

/// Why a cover stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum CoverFailure {
    /// A track's or an album's.
    #[error(transparent)]
    Edit(#[from] EditFailure),
    /// A playlist's.
    #[error(transparent)]
    List(#[from] ListFailure),
    /// The catalog.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

/// Gives a thing a picture whose bytes are kept; `None` takes the owner's away.
///
/// # Errors
/// When there is no such thing, and when the database cannot be written.
pub fn set_cover(tx: &Transaction<'_>, what: Covered, picture: Option<&Picture>, now: i64) -> Result<(), CoverFailure> {
    let cover_id = picture.map(|picture| known_to_be_fine(tx, picture)).transpose()?;
    let change = Change { cover_id: Some(cover_id), ..Change::default() };
    match what {
        Covered::Track(id) => edit_track(tx, id, &change, now)?,
        Covered::Album(id) => edit_album(tx, id, &change, now)?,
        Covered::Playlist(id) => set_playlist_cover(tx, id, cover_id)?,
    }
    Ok(())
}

fn known_to_be_fine(tx: &Transaction<'_>, picture: &Picture) -> Result<i64, LibraryError> {
    let id = find_or_create_cover(tx, picture)?;
    if tx.prepare_cached(WELCOME_BACK)?.execute(named_params! { ":id": id })? > 0 {
        settings::bump_change_mark(tx)?;
    }
    // An import under way doesn't know the row yet.
    settings::bump_edit_mark(tx)?;
    Ok(id)
}
