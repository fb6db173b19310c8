//! A read database of albums with every field that an answer can show.

use std::path::Path;

use rusqlite::{Connection, Transaction, named_params};
use serde_json::json;
use snapshot_format::read_schema::{index_sql, table_sql};

/// Tracks of each album.
pub(crate) const TRACKS_PER_ALBUM: u32 = 12;

const ALBUM: &str = "INSERT INTO catalog_albums (album_id, name, sort_key, artist, artist_id, year, release_date,
    original_date, song_count, duration_ms, play_count, genre, is_compilation, cover_id, added_at, credits_json, extra_json)
  VALUES (:album, 'Album ' || :album, 'album ' || :album, 'Artist ' || :artist, :artist, 1990 + :album % 30, '2001-02-03',
    '1999', 12, 2880000, 7, 'Rock', 0, 1, 1700000000 + :album, NULL, :extra)";

const TRACK: &str =
    "INSERT INTO catalog_tracks (song_id, platform, remote_song_id, name, singers, ext, file_size_bytes,
    album_id, album_position, artist_id, disc_number, track_number, duration_ms, year, genre, bit_rate_kbps,
    sample_rate_hz, bit_depth, channels, play_count, cover_id, added_at, credits_json, extra_json)
  VALUES (:track, 'local', :track, 'A song with a title ' || :track, 'Artist ' || :artist, 'flac', 31415926,
    :album, :position, :artist, 1, :position + 1, 240000, 2001, 'Rock', 920,
    44100, 16, 2, 3, 1, 1700000000 + :track, NULL, :extra)";

/// Writes the database.
pub(crate) fn create(path: &Path, albums: u32) -> anyhow::Result<()> {
    let mut connection = Connection::open(path)?;
    connection.execute_batch(table_sql())?;
    let transaction = connection.transaction()?;
    for artist in 1..=albums.div_ceil(4) {
        transaction.execute(
            "INSERT INTO catalog_artists VALUES (?1, 'Artist ' || ?1, 'artist ' || ?1, 'A', ?1 - 1, 4, 48, 1, NULL)",
            [artist],
        )?;
    }
    for album in 1..=albums {
        insert_album(&transaction, album)?;
    }
    transaction.commit()?;
    connection.execute_batch(index_sql())?;
    connection.execute_batch("ANALYZE")?;
    Ok(())
}

fn insert_album(transaction: &Transaction<'_>, album: u32) -> anyhow::Result<()> {
    let artist = (album - 1) / 4 + 1;
    let id = "0f4d1c1e-7c7e-4d4e-9f3a-2d5c8a1b6e90";
    let extra = json!({"genres": ["Rock", "Pop"], "musicbrainz_id": id}).to_string();
    let mut insert = transaction.prepare_cached(ALBUM)?;
    insert.execute(named_params! { ":album": album, ":artist": artist, ":extra": extra })?;
    let extra = json!({
        "bpm": 120, "comment": "Recorded live", "composer": "Somebody", "genres": ["Rock", "Pop"],
        "isrcs": ["USRC17607839"], "musicbrainz_id": id, "replaygain_track_gain_db": -7.5,
        "replaygain_track_peak": 0.988, "replaygain_album_gain_db": -7.1, "replaygain_album_peak": 0.999,
    });
    let mut insert = transaction.prepare_cached(TRACK)?;
    for position in 0..TRACKS_PER_ALBUM {
        let track = (album - 1) * TRACKS_PER_ALBUM + position + 1;
        insert.execute(named_params! {
            ":track": track, ":album": album, ":artist": artist, ":position": position, ":extra": extra.to_string(),
        })?;
    }
    Ok(())
}
