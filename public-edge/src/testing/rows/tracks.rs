//! Tracks, their files, their lyrics and the pages that find them by place.

use catalog_core::model::{AlbumId, AnyId, BackendKind, CreditRole, Lyrics, Movement, Track, Work};
use catalog_core::testing::MemoryCatalog;
use rusqlite::{Connection, Result, params};
use snapshot_format::read_schema::TRACKS_PER_PAGE;
use snapshot_format::row_json::{LyricsJson, MovementJson, TrackExtra, WorkJson};

use super::{Covers, advisory, credits, first_artist, json, number, run, several};

const TRACKS: &str = "catalog_tracks (song_id, platform, remote_song_id, name, singers, ext, file_size_bytes, metadata_json, \
     album_id, album_position, artist_id, disc_number, track_number, duration_ms, year, genre, bit_rate_kbps, \
     sample_rate_hz, bit_depth, channels, play_count, cover_id, added_at, credits_json, extra_json)";
const TRACK_FILES: &str = "catalog_track_files (song_id, quality_label, ext, file_size_bytes, backend_type, backend_name, locator, \
     public_url, status, is_primary, location_id, bit_rate_kbps)";

pub(super) fn insert(connection: &Connection, catalog: &MemoryCatalog, covers: &Covers<'_>) -> Result<()> {
    for (at, track) in (0_u64..).zip(&catalog.tracks) {
        let album = track.album.as_ref().map(|album| album.id);
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
                track.album_place().position,
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
        let Some((main, others)) = lyrics.split_first() else { continue };
        let others: Vec<LyricsJson> = others.iter().map(other_lyrics).collect();
        run(connection, "catalog_lyrics", params![id.number(), main.text, main.language, json(&others)])?;
    }
    Ok(())
}

fn other_lyrics(lyrics: &Lyrics) -> LyricsJson {
    LyricsJson { kind: lyrics.kind.name().to_owned(), language: lyrics.language.clone(), lyrics: lyrics.text.clone() }
}

fn track_extra(track: &Track) -> TrackExtra {
    let work = |work: &Work| WorkJson { musicbrainz_id: work.musicbrainz_id.clone(), name: work.name.clone() };
    let movement = |movement: &Movement| MovementJson {
        count: movement.count,
        name: movement.name.clone(),
        number: movement.number,
    };
    TrackExtra {
        advisory: track.advisory.map(advisory),
        groupings: track.groupings.clone(),
        moods: track.moods.clone(),
        movement: track.movement.as_ref().map(movement),
        replaygain_base_gain_db: track.replay_gain.base_gain_db,
        works: track.works.iter().map(work).collect(),
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
