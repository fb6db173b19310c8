//! Tracks of an album that are one song in several files.

use catalog_core::import::{AlbumMember, TwinCandidate, find_twins, may_have_twins};
use rusqlite::{Connection, Row, named_params};

use super::{Batch, LibraryError};

const HAS_ANY: &str = "SELECT EXISTS (SELECT 1 FROM tracks WHERE twin_of IS NOT NULL)";
/// As their files tell them: what the owner says of one file makes it no other song.
const CANDIDATES: &str = "SELECT t.track_id, t.twin_of, t.duration_ms,
    coalesce(e.tagged ->> 'disc_number', t.disc_number) AS disc_number,
    coalesce(e.tagged ->> 'track_number', t.track_number) AS track_number,
    coalesce(e.tagged ->> 'title', t.title) AS title, coalesce(e.tagged ->> 'artist', t.artist) AS artist
    FROM tracks t LEFT JOIN track_edits e USING (track_id)
    WHERE t.album_id = :album_id AND t.missing_since IS NULL AND t.is_untagged = 0";
const LINK: &str = "UPDATE tracks SET twin_of = :twin_of WHERE track_id = :id";

/// Whether any track is another one's.
pub(super) fn has_any(connection: &Connection) -> Result<bool, LibraryError> {
    Ok(connection.query_row(HAS_ANY, [], |row| row.get(0))?)
}

impl Batch<'_> {
    /// Finds out anew which of an album's tracks are one song. Few albums have any, so that most are not looked at.
    pub(super) fn link_twins(&mut self, album_id: i64, members: &[AlbumMember]) -> Result<(), LibraryError> {
        let may_have = may_have_twins(members);
        if !may_have && !self.caches.has_twins {
            return Ok(());
        }
        self.caches.has_twins = true;
        let mut statement = self.tx.prepare_cached(CANDIDATES)?;
        let rows = statement.query_map(named_params! { ":album_id": album_id }, candidate)?;
        let (tracks, before): (Vec<_>, Vec<_>) = rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().unzip();
        let twins = find_twins(&tracks);
        for (track, before) in tracks.iter().zip(before) {
            let twin_of = twins.get(&track.track_id).copied();
            if twin_of != before {
                self.is_visible = true;
                self.tx.prepare_cached(LINK)?.execute(named_params! { ":id": track.track_id, ":twin_of": twin_of })?;
            }
        }
        Ok(())
    }
}

fn candidate(row: &Row<'_>) -> rusqlite::Result<(TwinCandidate, Option<i64>)> {
    let duration_ms: Option<i64> = row.get("duration_ms")?;
    let track = TwinCandidate {
        track_id: row.get("track_id")?,
        disc_number: row.get("disc_number")?,
        track_number: row.get("track_number")?,
        title: row.get("title")?,
        artist: row.get("artist")?,
        duration_ms: duration_ms.map(i64::cast_unsigned),
    };
    Ok((track, row.get("twin_of")?))
}
