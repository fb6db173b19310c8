//! The authoritative catalog of a catalog in memory: its rows, nothing that is worked out from them.

use std::path::Path;

use catalog_core::model::{Advisory, Album, AlbumId, AnyId, BackendKind, Cover, Playlist, Track, TrackFile};
use catalog_core::testing::MemoryCatalog;
use rusqlite::{Connection, Transaction, params};

/// Where the sample's public files lie.
const PUBLIC_BASE: &str = "https://cdn.example";

/// Fills an empty catalog.
pub(crate) fn fill(path: &Path, catalog: &MemoryCatalog) -> anyhow::Result<()> {
    let mut connection = Connection::open(path)?;
    let tx = connection.transaction()?;
    let covers = Covers::insert(&tx, catalog)?;
    insert_sources(&tx, catalog)?;
    insert_names(&tx, catalog)?;
    for album in &catalog.albums {
        insert_album(&tx, album, covers.own(AnyId::Album(album.id)))?;
    }
    for track in &catalog.tracks {
        insert_track(&tx, catalog, track, covers.own(AnyId::Track(track.id)))?;
        for file in catalog.files.get(&track.id).into_iter().flatten() {
            insert_file(&tx, track, file)?;
        }
    }
    for playlist in &catalog.playlists {
        insert_playlist(&tx, catalog, playlist)?;
    }
    insert_toplists(&tx, catalog)?;
    Ok(tx.commit()?)
}

/// Pictures, each once; a picture's id is its place, from 1.
struct Covers<'a> {
    catalog: &'a MemoryCatalog,
    distinct: Vec<&'a Cover>,
}

impl<'a> Covers<'a> {
    fn insert(tx: &Transaction<'_>, catalog: &'a MemoryCatalog) -> rusqlite::Result<Self> {
        let mut distinct: Vec<&Cover> = Vec::new();
        for (_, cover) in &catalog.covers {
            if !distinct.contains(&cover) {
                distinct.push(cover);
                let sql = "INSERT INTO covers (sha256, ext, width, height) VALUES (?1, 'png', ?2, ?2)";
                tx.execute(sql, params![cover.sha256, cover.largest_size])?;
            }
        }
        Ok(Self { catalog, distinct })
    }

    fn own(&self, of: AnyId) -> Option<i64> {
        let cover = self.catalog.own_cover(of)?;
        self.distinct.iter().position(|known| *known == cover).map(|at| number(at + 1))
    }
}

/// As SQLite has numbers.
fn number<T: TryInto<i64>>(value: T) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

/// A source for the tracks and one for each place that playlists come from.
fn insert_sources(tx: &Transaction<'_>, catalog: &MemoryCatalog) -> rusqlite::Result<()> {
    let add_backend = "INSERT INTO storage_backends (name, backend_type, public_base_url) VALUES (?1, ?1, ?2)";
    tx.execute(add_backend, params!["local", None::<String>])?;
    tx.execute(add_backend, params!["object_storage", PUBLIC_BASE])?;
    let add = "INSERT OR IGNORE INTO sources (name, kind, mode, backend_id) VALUES (?1, ?1, 'in_place', 1)";
    tx.execute(add, ["local"])?;
    for playlist in &catalog.playlists {
        tx.execute(add, [&playlist.platform])?;
    }
    Ok(())
}

fn insert_names(tx: &Transaction<'_>, catalog: &MemoryCatalog) -> rusqlite::Result<()> {
    for artist in &catalog.artists {
        let sql = "INSERT INTO artists (artist_id, name, name_key) VALUES (?1, ?2, ?2)";
        tx.execute(sql, params![artist.id.number(), artist.name])?;
    }
    for genre in &catalog.genres {
        let sql = "INSERT INTO genres (genre_id, name, name_key) VALUES (?1, ?2, ?2)";
        tx.execute(sql, params![genre.id.number(), genre.name])?;
    }
    Ok(())
}

fn insert_album(tx: &Transaction<'_>, album: &Album, cover: Option<i64>) -> rusqlite::Result<()> {
    let id = album.id.number();
    tx.execute(
        "INSERT INTO albums (album_id, album_key, name, sort_name, artist, is_compilation, release_date, original_date,
         musicbrainz_id, cover_id, added_at, version, release_types, labels)
         VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            id,
            album.name,
            album.sort_name,
            album.artist,
            album.is_compilation,
            album.release_date,
            album.original_date,
            album.musicbrainz_id,
            cover,
            album.added_at,
            album.version,
            joined(&album.release_types),
            joined(&album.labels),
        ],
    )?;
    for (position, credit) in (0_i64..).zip(&album.credits) {
        tx.execute("INSERT INTO album_artists VALUES (?, ?, ?)", params![id, position, credit.artist_id.number()])?;
    }
    for disc in &album.disc_titles {
        tx.execute("INSERT INTO disc_titles VALUES (?, ?, ?)", params![id, disc.disc_number, disc.title])?;
    }
    Ok(())
}

fn insert_track(
    tx: &Transaction<'_>,
    catalog: &MemoryCatalog,
    track: &Track,
    cover: Option<i64>,
) -> rusqlite::Result<()> {
    let gain = track.replay_gain;
    tx.execute(
        "INSERT INTO tracks (track_id, source, source_id, metadata_status, title, artist, album_id, disc_number,
         track_number, release_date, duration_ms, sample_rate_hz, bit_depth, channels, bpm, comment, composer,
         sort_title, isrc, musicbrainz_recording_id, replaygain_track_gain, replaygain_track_peak,
         replaygain_album_gain, replaygain_album_peak, cover_id, play_count, added_at)
         VALUES (?1, 'local', ?1, 'tagged', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
         ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
        params![
            track.id.number(),
            track.title,
            track.artist,
            track.album.as_ref().map(|album| AlbumId::number(album.id)),
            track.disc_number,
            track.track_number,
            track.year.map(|year| format!("{year:04}")),
            track.duration_ms.map(number),
            track.sample_rate_hz,
            track.bit_depth,
            track.channels,
            track.bpm,
            track.comment,
            track.composer,
            track.sort_title,
            (!track.isrcs.is_empty()).then(|| track.isrcs.join("/")),
            track.musicbrainz_id,
            gain.track_gain_db,
            gain.track_peak,
            gain.album_gain_db,
            gain.album_peak,
            cover,
            number(track.play_count),
            track.added_at,
        ],
    )?;
    insert_details(tx, track)?;
    insert_links(tx, catalog, track)
}

fn insert_details(tx: &Transaction<'_>, track: &Track) -> rusqlite::Result<()> {
    let works: Vec<&str> = track.works.iter().map(|work| work.name.as_str()).collect();
    let work_ids: Vec<&str> =
        track.works.iter().map(|work| work.musicbrainz_id.as_deref().unwrap_or_default()).collect();
    let movement = track.movement.as_ref();
    tx.execute(
        "UPDATE tracks SET advisory = ?2, moods = ?3, groupings = ?4, works = ?5, work_ids = ?6, movement = ?7,
         movement_number = ?8, movement_total = ?9, replaygain_base_gain = ?10 WHERE track_id = ?1",
        params![
            track.id.number(),
            track.advisory.map(Advisory::name),
            joined(&track.moods),
            joined(&track.groupings),
            joined(&works),
            joined(&work_ids),
            movement.map(|movement| &movement.name),
            movement.and_then(|movement| movement.number),
            movement.and_then(|movement| movement.count),
            track.replay_gain.base_gain_db,
        ],
    )?;
    Ok(())
}

/// Several texts as one column has them.
fn joined<T: AsRef<str>>(texts: &[T]) -> Option<String> {
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    (!texts.is_empty()).then(|| texts.join("\u{1f}"))
}

fn insert_links(tx: &Transaction<'_>, catalog: &MemoryCatalog, track: &Track) -> rusqlite::Result<()> {
    let id = track.id.number();
    for (position, credit) in (0_i64..).zip(&track.credits) {
        let row = params![id, position, credit.role.name(), credit.artist_id.number(), credit.instrument];
        tx.execute("INSERT INTO track_credits VALUES (?, ?, ?, ?, ?)", row)?;
    }
    for (position, lyrics) in (0_i64..).zip(catalog.lyrics.get(&track.id).into_iter().flatten()) {
        let row = params![id, position, lyrics.kind.name(), lyrics.language, lyrics.text];
        let sql = "INSERT INTO track_lyrics (track_id, position, kind, language, lyrics) VALUES (?, ?, ?, ?, ?)";
        tx.execute(sql, row)?;
    }
    for (position, name) in (0_i64..).zip(&track.genres) {
        let genre = catalog.genres.iter().find(|genre| genre.name == *name);
        let row = params![id, position, genre.map(|genre| genre.id.number())];
        tx.execute("INSERT INTO track_genres VALUES (?, ?, ?)", row)?;
    }
    Ok(())
}

fn insert_file(tx: &Transaction<'_>, track: &Track, file: &TrackFile) -> rusqlite::Result<()> {
    let backend = match file.backend {
        BackendKind::Local => 1,
        BackendKind::ObjectStorage => 2,
    };
    let place = file.public_url.as_deref().and_then(|url| url.strip_prefix(PUBLIC_BASE));
    let locator = place.map_or_else(|| track.id.to_string(), |path| path.replace("%20", " "));
    tx.execute(
        "INSERT INTO track_files (location_id, track_id, backend_id, locator, quality_label, ext, size_bytes, mtime_ns,
         bit_rate_kbps, status, is_primary) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, 'active', ?)",
        params![
            file.location_id.number(),
            track.id.number(),
            backend,
            locator,
            file.quality_label,
            file.ext,
            file.size_bytes.map(number),
            file.bit_rate_kbps,
            file.is_primary,
        ],
    )?;
    Ok(())
}

fn insert_playlist(tx: &Transaction<'_>, catalog: &MemoryCatalog, playlist: &Playlist) -> rusqlite::Result<()> {
    let id = playlist.id.number();
    let claim = catalog.toplists.iter().find(|list| list.playlist_id == playlist.id).map_or(0, |list| list.song_count);
    tx.execute(
        "INSERT INTO playlists (playlist_id, source, source_id, name, description, cover_url, play_count, song_count)
         VALUES (?1, ?2, ?1, ?3, ?4, ?5, ?6, ?7)",
        params![
            id,
            playlist.platform,
            playlist.name,
            playlist.description,
            playlist.cover_url,
            number(playlist.play_count),
            number(claim),
        ],
    )?;
    for (position, track) in catalog.entries.get(&playlist.id).into_iter().flatten() {
        let sql = "INSERT INTO playlist_tracks (playlist_id, position, track_id) VALUES (?, ?, ?)";
        tx.execute(sql, params![id, position, track.number()])?;
    }
    Ok(())
}

/// A pool for each: a toplist's id is then its pool's.
fn insert_toplists(tx: &Transaction<'_>, catalog: &MemoryCatalog) -> rusqlite::Result<()> {
    for list in &catalog.toplists {
        let sql = "INSERT INTO playlist_pools (platform, pool_kind, external_id, name) VALUES (?, 'toplist', ?, ?)";
        tx.execute(sql, params![list.platform, list.id, list.group_name])?;
        let row = params![tx.last_insert_rowid(), list.playlist_id.number()];
        tx.execute("INSERT INTO pool_playlists VALUES (?, ?)", row)?;
    }
    Ok(())
}
