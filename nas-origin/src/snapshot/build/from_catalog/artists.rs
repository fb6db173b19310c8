//! Artists, with the pictures beside their music.

use std::collections::HashMap;

use rusqlite::{Connection, Statement};

use crate::snapshot::build::BuildError;
use crate::snapshot::build::input::ArtistRow;

const ARTISTS: &str = "SELECT artist_id, name, sort_name, musicbrainz_id FROM artists ORDER BY artist_id";
const PICTURES: &str = "SELECT p.source, p.source_id, p.cover_id FROM picture_files p
    JOIN covers c ON c.cover_id = p.cover_id AND c.is_unreadable = 0
    WHERE p.source_id LIKE '%/artist.%' ORDER BY p.source, p.source_id";
/// Whose albums lie below a folder, two at most: '0' follows '/'.
const OWNERS: &str = "SELECT DISTINCT a.artist_id FROM tracks t JOIN album_artists a ON a.album_id = t.album_id
    WHERE t.source = ?1 AND t.source_id >= ?2 || '/' AND t.source_id < ?2 || '0' AND a.position = 0 LIMIT 2";

pub(super) fn list(source: &Connection) -> Result<Vec<ArtistRow>, BuildError> {
    let pictures = pictures(source).map_err(|source| BuildError::Source { what: "pictures of artists", source })?;
    super::list(source, "artists", ARTISTS, |row| {
        let id = row.get(0)?;
        let cover_id = pictures.get(&id).copied();
        Ok(ArtistRow { id, name: row.get(1)?, sort_name: row.get(2)?, musicbrainz_id: row.get(3)?, cover_id })
    })
}

/// The first picture of each artist: `artist.jpg` in a folder all of whose albums are theirs.
fn pictures(source: &Connection) -> rusqlite::Result<HashMap<i64, i64>> {
    let (mut files, mut owners) = (source.prepare(PICTURES)?, source.prepare(OWNERS)?);
    let (mut rows, mut pictures) = (files.query([])?, HashMap::new());
    while let Some(row) = rows.next()? {
        let (name, path): (String, String) = (row.get(0)?, row.get(1)?);
        let Some((folder, file)) = path.rsplit_once('/') else { continue };
        if file.matches('.').count() != 1 {
            continue;
        }
        if let Some(artist) = only_owner(&mut owners, &name, folder)? {
            pictures.entry(artist).or_insert(row.get(2)?);
        }
    }
    Ok(pictures)
}

fn only_owner(owners: &mut Statement<'_>, source: &str, folder: &str) -> rusqlite::Result<Option<i64>> {
    let found: Vec<i64> = owners.query_map((source, folder), |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(if let [only] = found[..] { Some(only) } else { None })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two artists with an album each, and one album of both below `Various`.
    const ROWS: &str = "PRAGMA foreign_keys = OFF;
        INSERT INTO artists (artist_id, name, name_key) VALUES (1, 'Ann', 'ann'), (2, 'Bob', 'bob');
        INSERT INTO albums (album_id, album_key, name, added_at) VALUES (1, 'a', 'A', 0), (2, 'b', 'B', 0), (3, 'c', 'C', 0);
        INSERT INTO album_artists VALUES (1, 0, 1), (2, 0, 2), (3, 0, 1), (3, 1, 2);
        INSERT INTO tracks (source, source_id, metadata_status, title, album_id, added_at) VALUES
          ('local', 'Ann/A/1.mp3', 'tagged', '1', 1, 0), ('local', 'Bob/B/1.mp3', 'tagged', '1', 2, 0),
          ('local', 'Various/B/2.mp3', 'tagged', '2', 2, 0), ('local', 'Various/C/1.mp3', 'tagged', '1', 3, 0);
        INSERT INTO covers (cover_id, sha256, ext, width, height, is_unreadable) VALUES
          (1, '1', 'jpg', 9, 9, 0), (2, '2', 'jpg', 9, 9, 0), (3, '3', 'jpg', 9, 9, 1), (4, '4', 'jpg', 9, 9, 0);
        INSERT INTO picture_files VALUES ('local', 'Ann/artist.jpg', 0, 0, 1), ('local', 'Ann/cover.jpg', 0, 0, 2),
          ('local', 'Bob/Artist.PNG', 0, 0, 3), ('local', 'Bob/B/artist.png', 0, 0, 4),
          ('local', 'Various/artist.jpg', 0, 0, 2), ('local', 'artist.jpg', 0, 0, 2), ('other', 'Bob/artist.jpg', 0, 0, 2);";

    #[test]
    fn a_folder_of_one_artist_shows_the_artist() {
        let catalog = Connection::open_in_memory().unwrap();
        catalog.execute_batch(&crate::library::schema_sql()).unwrap();
        catalog.execute_batch(ROWS).unwrap();
        let artists = list(&catalog).unwrap();
        let covers: Vec<_> = artists.iter().map(|artist| (&*artist.name, artist.cover_id)).collect();
        assert_eq!(covers, [("Ann", Some(1)), ("Bob", Some(4))], "an unreadable picture shows nobody");
    }
}
