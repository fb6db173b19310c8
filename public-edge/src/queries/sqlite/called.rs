//! What is called by the very words of a query: it comes before what merely has them, or a common name would be found
//! behind thousands that hold it. Lists by name have an index that knows; tracks have none.

use std::cmp::Reverse;

use catalog_core::ports::{Hit, SearchKind};
use catalog_core::search_text::sort_key;
use rusqlite::{Connection, Row, named_params};

use super::columns::{Columns, collect, signed, unsigned};

const ARTISTS: &str = "SELECT artist_id, song_count FROM catalog_artists \
     WHERE sort_key = :key AND name_rank IS NOT NULL ORDER BY artist_id LIMIT :limit";
const ALBUMS: &str =
    "SELECT album_id, song_count FROM catalog_albums WHERE sort_key = :key ORDER BY album_id LIMIT :limit";
const PLAYLISTS: &str =
    "SELECT playlist_id, play_count FROM catalog_playlists WHERE sort_key = :key ORDER BY playlist_id LIMIT :limit";

#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[ARTISTS, ALBUMS, PLAYLISTS];

/// Things of one name that come first; behind so many "Greatest Hits" the others are as good.
const MAX_CALLED: usize = 100;

/// The things of a kind whose name is the query, but for case, diacritics and an article; the most popular first.
pub(super) fn list(connection: &Connection, kind: SearchKind, query: &str) -> rusqlite::Result<Vec<Hit>> {
    let sql = match kind {
        SearchKind::Artist => ARTISTS,
        SearchKind::Album => ALBUMS,
        SearchKind::Playlist => PLAYLISTS,
        SearchKind::Track => return Ok(Vec::new()),
    };
    let wanted = named_params! {":key": sort_key(query), ":limit": signed(MAX_CALLED)};
    let mut called: Vec<(Reverse<u64>, Hit)> = collect(connection.prepare_cached(sql)?, wanted, popular)?;
    called.sort_unstable();
    Ok(called.into_iter().map(|(_, id)| id).collect())
}

fn popular(row: &Row<'_>) -> rusqlite::Result<(Reverse<u64>, Hit)> {
    let mut columns = Columns::of(row);
    let id = columns.next()?;
    Ok((Reverse(unsigned(columns.next()?)), id))
}
