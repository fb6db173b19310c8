//! The same song in several files is one track.

use super::*;

/// Track 1 as MP3, in the list of favourites too; a second MP3 of it that is gone; and one that the owner hides.
const TWINS: &str = "
    INSERT INTO tracks (track_id, source, source_id, metadata_status, title, artist, album_id, disc_number, track_number,
        release_date, duration_ms, added_at, twin_of, missing_since, is_hidden) VALUES
      (7, 'music', 'mp3/1.mp3', 'tagged', '晴天', '周杰伦', 1, 1, 3, '2003-07-31', 269500, 9, 1, NULL, 0),
      (8, 'music', 'mp3/gone.mp3', 'tagged', '晴天', '周杰伦', 1, 1, 3, '2003-07-31', 269500, 9, 1, 5, 0),
      (9, 'music', 'mp3/hidden.mp3', 'tagged', '晴天', '周杰伦', 1, 1, 3, '2003-07-31', 269500, 9, 1, NULL, 1);
    INSERT INTO track_credits (track_id, position, role, artist_id) VALUES (7, 0, 'artist', 1);
    INSERT INTO track_files (location_id, track_id, backend_id, locator, ext, size_bytes, mtime_ns, bit_rate_kbps, status,
        is_primary) VALUES
      (17, 7, 1, 'mp3/1.mp3', 'mp3', 9, 1, 320, 'active', 1), (18, 8, 1, 'mp3/gone.mp3', 'mp3', 9, 1, 320, 'missing', 1),
      (19, 9, 1, 'mp3/hidden.mp3', 'mp3', 9, 1, 320, 'active', 1);
    INSERT INTO playlist_tracks (playlist_id, position, track_id) VALUES (1, 5, 7);";

#[test]
fn a_song_in_several_files_is_one_track_with_these_files() {
    let folder = TempDir::new().expect("a folder");
    let built = built_from_catalog(&folder, &format!("{CATALOG_ROWS}{TWINS}"));
    let database = Connection::open(&built.path).expect("the database opens");
    assert_eq!(rows(&database, "SELECT song_id, ext FROM catalog_tracks"), ["1|flac", "2|mp3", "3|mp3"]);
    let files = "SELECT location_id, ext, is_primary FROM catalog_track_files WHERE song_id = 1";
    assert_eq!(rows(&database, files), ["11|flac|1", "12|opus|0", "17|mp3|0"]);
    assert_eq!(rows(&database, "SELECT count(*) FROM catalog_track_files"), ["5"]);
    let favourites = "SELECT song_id FROM catalog_playlist_tracks WHERE playlist_id = 1 ORDER BY position";
    assert_eq!(rows(&database, favourites), ["3", "1", "3", "1"]);
    assert_eq!(rows(&database, "SELECT song_count FROM catalog_albums WHERE album_id = 1"), ["2"]);
}
