//! The rows of a read database, worked out from a catalog in memory.

use std::collections::BTreeSet;

use catalog_core::model::{AlbumId, AnyId, BackendKind, Cover, Credit, CreditRole, Track};
use catalog_core::ports::AlbumOrder;
use catalog_core::search_text::{PREFIX_INDEX_CHARS, document_terms, index_letter};
use catalog_core::testing::MemoryCatalog;
use rusqlite::{Connection, Result, ToSql, params};
use snapshot_format::read_schema::{AlbumList, TRACKS_PER_PAGE};
use snapshot_format::row_json::{AlbumExtra, CreditJson, DiscTitleJson, RoleJson, TrackExtra, column};
use snapshot_format::search_rowid::{self, Kind};

const PLAYLIST_TRACKS: &str = "catalog_playlist_tracks (playlist_id, song_id, position)";
const TRACK_FILES: &str = "catalog_track_files (song_id, quality_label, ext, file_size_bytes, backend_type, backend_name, locator, \
     public_url, status, is_primary, location_id, bit_rate_kbps)";
const TRACKS: &str = "catalog_tracks (song_id, platform, remote_song_id, name, singers, ext, file_size_bytes, metadata_json, \
     album_id, album_position, artist_id, disc_number, track_number, duration_ms, year, genre, bit_rate_kbps, \
     sample_rate_hz, bit_depth, channels, play_count, cover_id, added_at, credits_json, extra_json)";
const ALBUMS: &str = "catalog_albums (album_id, name, sort_key, artist, artist_id, year, release_date, original_date, \
     song_count, duration_ms, play_count, genre, is_compilation, cover_id, added_at, credits_json, extra_json)";
const ARTISTS: &str = "catalog_artists (artist_id, name, sort_key, index_key, name_rank, album_count, song_count, cover_id, \
     extra_json)";
const PLAYLISTS: &str = "catalog_playlists (playlist_id, platform, remote_playlist_id, name, description, cover_url, play_count, \
     song_count, is_public, sort_key, entry_count, duration_ms, cover_id)";
const TOPLISTS: &str = "catalog_toplists (toplist_id, platform, name, description, cover_url, play_count, song_count, group_name, \
     playlist_id, position)";

/// Inserts everything.
pub(super) fn insert(connection: &Connection, catalog: &MemoryCatalog) -> Result<()> {
    let covers = Covers::of(catalog);
    covers.insert(connection)?;
    insert_tracks(connection, catalog, &covers)?;
    insert_albums(connection, catalog, &covers)?;
    insert_artists(connection, catalog, &covers)?;
    insert_genres(connection, catalog)?;
    insert_playlists(connection, catalog, &covers)?;
    insert_counts(connection, catalog)?;
    insert_search(connection, catalog)
}

/// Pictures, each once; a cover's id is its place, from 1.
struct Covers<'a> {
    catalog: &'a MemoryCatalog,
    distinct: Vec<&'a Cover>,
}

impl<'a> Covers<'a> {
    fn of(catalog: &'a MemoryCatalog) -> Self {
        let mut distinct: Vec<&Cover> = Vec::new();
        for (_, cover) in &catalog.covers {
            if !distinct.contains(&cover) {
                distinct.push(cover);
            }
        }
        Self { catalog, distinct }
    }

    fn id(&self, cover: Option<&Cover>) -> Option<i64> {
        cover.and_then(|cover| self.distinct.iter().position(|known| *known == cover)).map(|at| number(at + 1))
    }

    fn own(&self, of: AnyId) -> Option<i64> {
        self.id(self.catalog.own_cover(of))
    }

    fn insert(&self, connection: &Connection) -> Result<()> {
        for (at, cover) in self.distinct.iter().enumerate() {
            run(connection, "catalog_covers", params![number(at + 1), cover.sha256, cover.ext, cover.largest_size])?;
        }
        Ok(())
    }
}

/// As SQLite has numbers.
fn number<T: TryInto<i64>>(value: T) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

/// Inserts one row: `columns` is a table with the columns to fill, or with none for all of them.
fn run(connection: &Connection, columns: &str, row: &[&dyn ToSql]) -> Result<()> {
    let places = vec!["?"; row.len()].join(",");
    connection.prepare_cached(&format!("INSERT INTO {columns} VALUES ({places})"))?.execute(row).map(drop)
}

fn json<T: serde::Serialize + Default + PartialEq>(value: &T) -> Option<String> {
    column(value).expect("JSON")
}

/// NULL when the shown name is the one artist.
fn credits(credits: &[Credit], shown: Option<&str>, role: CreditRole) -> Option<String> {
    let is_plain = match credits {
        [] => true,
        [one] => one.role == role && Some(one.name.as_str()) == shown,
        _ => false,
    };
    let rows: Vec<CreditJson> = credits.iter().map(credit).collect();
    (!is_plain).then(|| serde_json::to_string(&rows).expect("JSON"))
}

fn credit(credit: &Credit) -> CreditJson {
    let role = match credit.role {
        CreditRole::Artist => RoleJson::Artist,
        CreditRole::AlbumArtist => RoleJson::AlbumArtist,
        CreditRole::Composer => RoleJson::Composer,
    };
    CreditJson { artist_id: credit.artist_id.number(), name: credit.name.clone(), role }
}

fn first_artist(credits: &[Credit], role: CreditRole) -> Option<i64> {
    credits.iter().find(|credit| credit.role == role).map(|credit| credit.artist_id.number())
}

/// All genres, when there are several.
fn several(genres: &[String]) -> Vec<String> {
    if genres.len() > 1 { genres.to_vec() } else { Vec::new() }
}

fn track_extra(track: &Track) -> TrackExtra {
    TrackExtra {
        bpm: track.bpm,
        comment: track.comment.clone(),
        composer: track.composer.clone(),
        genres: several(&track.genres),
        isrcs: track.isrcs.clone(),
        musicbrainz_id: track.musicbrainz_id.clone(),
        replaygain_album_gain_db: track.replay_gain.album_gain_db,
        replaygain_album_peak: track.replay_gain.album_peak,
        replaygain_track_gain_db: track.replay_gain.track_gain_db,
        replaygain_track_peak: track.replay_gain.track_peak,
        sort_title: track.sort_title.clone(),
    }
}

fn insert_tracks(connection: &Connection, catalog: &MemoryCatalog, covers: &Covers<'_>) -> Result<()> {
    for (at, track) in (0_u64..).zip(&catalog.tracks) {
        let album = track.album.as_ref().map(|album| album.id);
        let on_album = album.map(|id| catalog.album_tracks(id)).unwrap_or_default();
        let position = on_album.iter().position(|other| other.id == track.id).unwrap_or_default();
        run(
            connection,
            TRACKS,
            params![
                track.id.number(),
                "local",
                track.id.number().to_string(),
                track.title,
                track.artist,
                track.ext,
                track.file_size_bytes.map(number),
                None::<String>,
                album.map(AlbumId::number),
                number(position),
                first_artist(&track.credits, CreditRole::Artist),
                track.disc_number,
                track.track_number,
                track.duration_ms.map(number),
                track.year,
                track.genres.first(),
                track.bit_rate_kbps,
                track.sample_rate_hz,
                track.bit_depth,
                track.channels,
                number(track.play_count),
                covers.own(AnyId::Track(track.id)),
                track.added_at,
                credits(&track.credits, track.artist.as_deref(), CreditRole::Artist),
                json(&track_extra(track)),
            ],
        )?;
        if at % TRACKS_PER_PAGE == 0 {
            run(connection, "catalog_track_pages", params![number(at / TRACKS_PER_PAGE), track.id.number()])?;
        }
        insert_files(connection, catalog, track)?;
    }
    for (id, lyrics) in &catalog.lyrics {
        run(connection, "catalog_lyrics", params![id.number(), lyrics])?;
    }
    Ok(())
}

fn insert_files(connection: &Connection, catalog: &MemoryCatalog, track: &Track) -> Result<()> {
    for file in catalog.files.get(&track.id).into_iter().flatten() {
        let id = file.location_id.number();
        let backend = match file.backend {
            BackendKind::Local => "local",
            BackendKind::ObjectStorage => "object_storage",
        };
        run(
            connection,
            TRACK_FILES,
            params![
                track.id.number(),
                file.quality_label,
                file.ext,
                file.size_bytes.map(number),
                backend,
                "main",
                format!("location:{id}"),
                file.public_url,
                "active",
                file.is_primary,
                id,
                file.bit_rate_kbps,
            ],
        )?;
    }
    Ok(())
}

fn insert_albums(connection: &Connection, catalog: &MemoryCatalog, covers: &Covers<'_>) -> Result<()> {
    for album in &catalog.albums {
        let title = |disc: &catalog_core::model::DiscTitle| DiscTitleJson {
            disc_number: disc.disc_number,
            title: disc.title.clone(),
        };
        let extra = AlbumExtra {
            disc_titles: album.disc_titles.iter().map(title).collect(),
            genres: several(&album.genres),
            musicbrainz_id: album.musicbrainz_id.clone(),
            sort_name: album.sort_name.clone(),
        };
        run(
            connection,
            ALBUMS,
            params![
                album.id.number(),
                album.name,
                album.sort_key,
                album.artist,
                first_artist(&album.credits, CreditRole::AlbumArtist),
                album.year,
                album.release_date,
                album.original_date,
                number(album.song_count),
                number(album.duration_ms),
                number(album.play_count),
                album.genres.first(),
                album.is_compilation,
                covers.own(AnyId::Album(album.id)),
                album.added_at,
                credits(&album.credits, album.artist.as_deref(), CreditRole::AlbumArtist),
                json(&extra),
            ],
        )?;
    }
    insert_ranks(connection, catalog)
}

fn insert_ranks(connection: &Connection, catalog: &MemoryCatalog) -> Result<()> {
    for (list, order) in [
        (AlbumList::ByName, AlbumOrder::ByName),
        (AlbumList::ByArtist, AlbumOrder::ByArtist),
        (AlbumList::Newest, AlbumOrder::Newest),
        (AlbumList::ByYear, AlbumOrder::ByYear),
        (AlbumList::MostPlayed, AlbumOrder::MostPlayed),
    ] {
        for (rank, album) in catalog.albums_in(order).into_iter().enumerate() {
            run(connection, "catalog_album_ranks", params![list as i64, number(rank), album.id.number()])?;
        }
    }
    let dated = catalog.albums_in(AlbumOrder::ByYear);
    for year in dated.iter().filter_map(|album| album.year).collect::<BTreeSet<_>>() {
        let first = dated.iter().position(|album| album.year == Some(year));
        let count = dated.iter().filter(|album| album.year == Some(year)).count();
        run(connection, "catalog_album_years", params![year, first.map(number), number(count)])?;
    }
    Ok(())
}

fn insert_artists(connection: &Connection, catalog: &MemoryCatalog, covers: &Covers<'_>) -> Result<()> {
    let listed = catalog.listed_artists();
    for artist in &catalog.artists {
        let id = artist.id.number();
        let rank = listed.iter().position(|other| other.id == artist.id);
        let cover = covers.id(catalog.shown_cover(AnyId::Artist(artist.id)));
        run(
            connection,
            ARTISTS,
            params![
                id,
                artist.name,
                artist.sort_key,
                index_letter(&artist.sort_key),
                rank.map(number),
                number(artist.album_count),
                number(artist.song_count),
                cover,
                None::<String>,
            ],
        )?;
        for (rank, album) in catalog.artist_albums(artist.id).into_iter().enumerate() {
            let is_own = catalog.is_own_album(artist.id, album);
            run(connection, "catalog_artist_albums", params![id, number(rank), album.id.number(), is_own])?;
        }
        for track in catalog.artist_tracks(artist.id) {
            run(connection, "catalog_artist_tracks", params![id, track.id.number()])?;
        }
    }
    Ok(())
}

fn insert_genres(connection: &Connection, catalog: &MemoryCatalog) -> Result<()> {
    for genre in &catalog.genres {
        let id = genre.id.number();
        run(
            connection,
            "catalog_genres",
            params![id, genre.name, genre.sort_key, number(genre.song_count), number(genre.album_count)],
        )?;
        for (rank, track) in catalog.genre_tracks(genre).into_iter().enumerate() {
            run(connection, "catalog_genre_tracks", params![id, number(rank), track.id.number()])?;
        }
        for (rank, album) in catalog.genre_albums(genre).into_iter().enumerate() {
            run(connection, "catalog_genre_albums", params![id, number(rank), album.id.number()])?;
        }
    }
    Ok(())
}

fn insert_playlists(connection: &Connection, catalog: &MemoryCatalog, covers: &Covers<'_>) -> Result<()> {
    for list in &catalog.playlists {
        let id = list.id.number();
        run(
            connection,
            PLAYLISTS,
            params![
                id,
                list.platform,
                id.to_string(),
                list.name,
                list.description,
                list.cover_url,
                number(list.play_count),
                number(list.entry_count),
                true,
                list.sort_key,
                number(list.entry_count),
                number(list.duration_ms),
                covers.own(AnyId::Playlist(list.id)),
            ],
        )?;
        for (position, track) in catalog.entries.get(&list.id).into_iter().flatten() {
            run(connection, PLAYLIST_TRACKS, params![id, track.number(), position])?;
        }
    }
    for list in &catalog.toplists {
        run(
            connection,
            TOPLISTS,
            params![
                list.id,
                list.platform,
                list.name,
                list.description,
                list.cover_url,
                number(list.play_count),
                number(list.song_count),
                list.group_name,
                list.playlist_id.number(),
                number(list.position),
            ],
        )?;
    }
    Ok(())
}

fn insert_counts(connection: &Connection, catalog: &MemoryCatalog) -> Result<()> {
    for (name, value) in [
        ("tracks", catalog.tracks.len()),
        ("albums", catalog.albums.len()),
        ("artists", catalog.listed_artists().len()),
        ("playlists", catalog.playlists.len()),
        ("genres", catalog.genres.len()),
        ("dated_albums", catalog.albums_in(AlbumOrder::ByYear).len()),
    ] {
        run(connection, "catalog_counts", params![name, number(value)])?;
    }
    Ok(())
}

fn insert_search(connection: &Connection, catalog: &MemoryCatalog) -> Result<()> {
    let mut documents = Vec::new();
    for artist in catalog.listed_artists() {
        let row = search_rowid::encode(Kind::Artist, artist.song_count, artist.id.number());
        documents.push((row, terms(&artist.name, None)));
    }
    for album in &catalog.albums {
        let row = search_rowid::encode(Kind::Album, album.play_count, album.id.number());
        documents.push((row, terms(&album.name, album.artist.as_deref())));
    }
    for track in &catalog.tracks {
        let row = search_rowid::encode(Kind::Track, track.play_count, track.id.number());
        documents.push((row, terms(&track.title, track.artist.as_deref())));
    }
    for list in &catalog.playlists {
        let row = search_rowid::encode(Kind::Playlist, list.play_count, list.id.number());
        documents.push((row, terms(&list.name, None)));
    }
    documents.sort_unstable();
    let mut words = BTreeSet::new();
    for (row, terms) in &documents {
        connection
            .prepare_cached("INSERT INTO catalog_search (rowid, terms) VALUES (?, ?)")?
            .execute(params![row, terms])?;
        words.extend(terms.split_whitespace().filter(|word| word.chars().count() > PREFIX_INDEX_CHARS));
    }
    words.into_iter().try_for_each(|word| run(connection, "catalog_search_words", params![word]))
}

fn terms(name: &str, artists: Option<&str>) -> String {
    let names = std::iter::once(name).chain(artists.into_iter().flat_map(|artists| artists.split(" / ")));
    names.map(document_terms).collect()
}
