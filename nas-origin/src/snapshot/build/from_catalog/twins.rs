//! Tracks that are another one in another file are not shown; their files are, as that one's.

use rusqlite::Connection;

const HAS_ANY: &str = "SELECT EXISTS (SELECT 1 FROM tracks WHERE twin_of IS NOT NULL)";

/// The query of these columns of all active files `f`, the track's id and the file's the first two, in their order. The
/// first file that a track has by itself is the one that is marked.
pub(super) fn active_files(source: &Connection, columns: &str) -> rusqlite::Result<String> {
    let own = format!("SELECT {columns} FROM track_files f WHERE f.status = 'active'");
    if !source.query_row(HAS_ANY, [], |row| row.get::<_, bool>(0))? {
        return Ok(format!("{own} ORDER BY f.track_id, f.location_id"));
    }
    let of_twin = columns.replace("f.track_id", "t.twin_of").replace("f.is_primary", "0");
    let of_twins = format!(
        "SELECT {of_twin} FROM tracks t JOIN track_files f ON f.track_id = t.track_id
         WHERE t.twin_of IS NOT NULL AND t.missing_since IS NULL AND t.is_hidden = 0 AND f.status = 'active'"
    );
    Ok(format!("{own} UNION ALL {of_twins} ORDER BY 1, 2"))
}
