//! What an import takes from a song of the earlier system and its files.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use catalog_core::import::{
    AlbumTags, ArtistName, AudioProperties, ContentId, PlacedFile, PlacedOn, ReadTrack, TrackRecord, describe,
};

use crate::media::fingerprint::Fingerprint;
use crate::snapshot::build::{EarlierBackend, EarlierFile, EarlierSong};

/// Where files were placed so far, by name: many files share one.
pub(super) type Places = HashMap<String, Arc<PlacedOn>>;

/// The track of a song.
pub(super) fn track(song: EarlierSong, files: &[EarlierFile], known: &mut Places) -> ReadTrack {
    let places: Vec<PlacedFile> = files.iter().map(|file| placed(file, known)).collect();
    let names = |text: &Option<String>| -> Vec<ArtistName> {
        let names = text.as_deref().map(EarlierSong::names).unwrap_or_default();
        names.iter().map(|name| ArtistName::from(name.as_str())).collect()
    };
    let record = TrackRecord {
        title: if song.name.trim().is_empty() { song.key.clone() } else { song.name },
        artists: names(&song.singers),
        album: AlbumTags { name: song.album, artists: names(&song.album_artist), ..AlbumTags::default() },
        artist: song.singers,
        disc_number: song.disc_number,
        track_number: song.track_number,
        release_date: song.release_date,
        genres: song.genres,
        properties: AudioProperties {
            duration_ms: song.duration_ms,
            bit_rate_kbps: song.bit_rate_kbps,
            ..AudioProperties::default()
        },
        ..TrackRecord::default()
    };
    let record = describe(&song.key, record);
    let mut fingerprint = Fingerprint::default();
    record.hash(&mut fingerprint);
    places.hash(&mut fingerprint);
    ReadTrack { record, tags: fingerprint.tags_id(), content: ContentId::default(), copy: None, places }
}

fn placed_on(backend: &EarlierBackend) -> PlacedOn {
    PlacedOn {
        name: backend.name.clone(),
        is_local: backend.kind == "local",
        folder: backend.base_path.clone(),
        public_base_url: backend.public_base.clone(),
    }
}

fn placed(file: &EarlierFile, known: &mut Places) -> PlacedFile {
    let on = known.entry(file.backend.name.clone()).or_insert_with(|| Arc::new(placed_on(&file.backend)));
    PlacedFile {
        on: Arc::clone(on),
        locator: file.locator.clone(),
        ext: file.ext.clone().unwrap_or_default(),
        size_bytes: file.size_bytes.unwrap_or_default().unsigned_abs(),
        quality: file.quality.clone(),
        is_primary: file.is_primary,
    }
}
