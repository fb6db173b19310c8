//! The rows, straight SQL: an import would have to read a million files.

use std::ops::RangeInclusive;

use catalog_core::import::identity_key;
use rand::RngExt;
use rand::rngs::StdRng;
use rusqlite::{Connection, Result, named_params, params};
use snapshot_format::Sha256Hex;

use crate::covers::SIDE;
use crate::names::name;

const TRACKS_PER_ALBUM: i64 = 10;
const TRACKS_PER_ARTIST: i64 = 30;
const TRACKS_PER_PLAYLIST: i64 = 500;
const GENRES: i64 = 200;

/// When the first track was added, in Unix seconds.
const FIRST_ADDED_AT: i64 = 1_500_000_000;

const SOURCE: &str = "
    INSERT INTO storage_backends (backend_id, name, backend_type, base_path) VALUES (1, 'local', 'local', '/music');
    INSERT INTO sources (source_id, name, kind, mode, backend_id) VALUES (1, 'local', 'local', 'in_place', 1);
    INSERT INTO playlist_pools (pool_id, platform, pool_kind, external_id, name)
      VALUES (1, 'local', 'toplist', 'top', 'Top');";

const TRACK: &str = "INSERT INTO tracks (track_id, source, source_id, metadata_status, title, artist, album_id, disc_number,
    track_number, release_date, duration_ms, bit_rate_kbps, sample_rate_hz, bit_depth, channels, album_name,
    album_artists, play_count, added_at)
    SELECT :id, 'local', :path, 'tagged', :title, :artist, a.album_id, 1, :number, a.release_date, :duration, 900, 44100,
    16, 2, a.name, a.artist, :plays, a.added_at FROM albums a WHERE a.album_id = :album";

const FILE: &str =
    "INSERT INTO track_files (location_id, track_id, backend_id, locator, ext, size_bytes, mtime_ns, status,
    is_primary) VALUES (?1, ?1, 1, ?2, 'flac', ?3, 0, 'active', 1)";

/// Where the music would lie.
pub(crate) fn write_source(database: &Connection) -> Result<()> {
    database.execute_batch(SOURCE)
}

pub(crate) fn write_covers(covers: &[Sha256Hex], database: &Connection) -> Result<()> {
    let mut insert = database.prepare("INSERT INTO covers (sha256, ext, width, height) VALUES (?1, 'png', ?2, ?2)")?;
    covers.iter().try_for_each(|cover| insert.execute(params![cover.as_str(), SIDE]).map(|_| ()))
}

pub(crate) fn write_artists(tracks: i64, random: &mut StdRng, database: &Connection) -> Result<()> {
    let mut insert = database.prepare("INSERT INTO artists (artist_id, name, name_key) VALUES (?, ?, ?)")?;
    let mut is_taken = database.prepare("SELECT 1 FROM artists WHERE name_key = ?")?;
    for id in 1..=artists_of(tracks) {
        let mut name = name(random);
        if is_taken.exists([identity_key(&name)])? {
            name = format!("{name} {id}");
        }
        insert.execute(params![id, name, identity_key(&name)])?;
    }
    Ok(())
}

pub(crate) fn write_genres(database: &Connection) -> Result<()> {
    let mut insert = database.prepare("INSERT INTO genres (genre_id, name, name_key) VALUES (?, ?, ?)")?;
    (1..=GENRES)
        .try_for_each(|id| insert.execute(params![id, format!("Genre {id}"), format!("genre {id}")]).map(|_| ()))
}

/// One album in a hundred has a cover.
pub(crate) fn write_albums(tracks: i64, covers: i64, random: &mut StdRng, database: &Connection) -> Result<()> {
    let mut insert = database.prepare(
        "INSERT INTO albums (album_id, album_key, name, artist, release_date, cover_id, added_at)
         SELECT :id, :id, :name, name, :year, :cover, :added_at FROM artists WHERE artist_id = :artist",
    )?;
    let mut link = database.prepare("INSERT INTO album_artists (album_id, position, artist_id) VALUES (?, 0, ?)")?;
    for id in 1..=albums_of(tracks) {
        let artist = random.random_range(1..=artists_of(tracks));
        insert.execute(named_params! {
            ":id": id,
            ":name": name(random),
            ":artist": artist,
            ":year": random.random_range(1960..=2025).to_string(),
            ":cover": (random.random_range(0..100) == 0).then(|| random.random_range(1..=covers)),
            ":added_at": FIRST_ADDED_AT + id * 600,
        })?;
        link.execute((id, artist))?;
    }
    Ok(())
}

/// One track in ten has a guest, one in ten was played.
pub(crate) fn write_tracks(
    ids: RangeInclusive<i64>,
    tracks: i64,
    random: &mut StdRng,
    database: &Connection,
) -> Result<()> {
    let mut insert = database.prepare(TRACK)?;
    let mut file = database.prepare(FILE)?;
    let mut credit = database
        .prepare("INSERT INTO track_credits (track_id, role, position, artist_id) VALUES (?, 'artist', ?, ?)")?;
    let mut genre = database.prepare("INSERT INTO track_genres (track_id, position, genre_id) VALUES (?, 0, ?)")?;
    for id in ids {
        let (album, number) = ((id - 1) / TRACKS_PER_ALBUM + 1, (id - 1) % TRACKS_PER_ALBUM + 1);
        let path = format!("{:03}/{album}/{number:02} - {id}.flac", album % 1000);
        let guest = (random.random_range(0..10) == 0).then(|| random.random_range(1..=artists_of(tracks)));
        let plays = if random.random_range(0..10) == 0 { random.random_range(1..500) } else { 0 };
        let artists = performers(album, guest, database)?;
        let shown: Vec<&str> = artists.iter().map(|(_, name)| name.as_str()).collect();
        insert.execute(named_params! {
            ":id": id,
            ":path": path,
            ":title": name(random),
            ":artist": shown.join(" / "),
            ":album": album,
            ":number": number,
            ":duration": random.random_range(60_000..400_000),
            ":plays": plays,
        })?;
        file.execute(params![id, path, random.random_range(3_000_000..40_000_000)])?;
        genre.execute((id, album % GENRES + 1))?;
        for (position, (artist, _)) in (0..).zip(artists) {
            credit.execute((id, position, artist))?;
        }
    }
    Ok(())
}

/// The album's artist and a guest, with their names.
fn performers(album: i64, guest: Option<i64>, database: &Connection) -> Result<Vec<(i64, String)>> {
    let mut find = database.prepare_cached("SELECT name FROM artists WHERE artist_id = ?")?;
    let mut own = database.prepare_cached("SELECT artist_id FROM album_artists WHERE album_id = ?")?;
    let own: i64 = own.query_row([album], |row| row.get(0))?;
    let artists = [Some(own), guest.filter(|guest| *guest != own)];
    artists.into_iter().flatten().map(|artist| Ok((artist, find.query_row([artist], |row| row.get(0))?))).collect()
}

/// The first twenty are toplists.
pub(crate) fn write_playlists(tracks: i64, random: &mut StdRng, database: &Connection) -> Result<()> {
    let mut insert = database.prepare(
        "INSERT INTO playlists (playlist_id, source, source_id, name, play_count, song_count) VALUES (?1, 'local', ?1, ?2, ?3, ?4)",
    )?;
    let mut entry =
        database.prepare("INSERT INTO playlist_tracks (playlist_id, position, track_id) VALUES (?, ?, ?)")?;
    let mut pool = database.prepare("INSERT INTO pool_playlists (pool_id, playlist_id) VALUES (1, ?)")?;
    for id in 1..=tracks / TRACKS_PER_PLAYLIST {
        let entries = random.random_range(10..=200);
        insert.execute(params![id, name(random), random.random_range(0..1_000_000), entries])?;
        for position in 1..=entries {
            entry.execute(params![id, position, random.random_range(1..=tracks)])?;
        }
        if id <= 20 {
            pool.execute([id])?;
        }
    }
    Ok(())
}

fn artists_of(tracks: i64) -> i64 {
    (tracks / TRACKS_PER_ARTIST).max(10)
}

fn albums_of(tracks: i64) -> i64 {
    (tracks - 1) / TRACKS_PER_ALBUM + 1
}
