//! The earlier system's database as a source: each song is a track, with the files that the earlier system knows. It is
//! read anew by every import; a song's row and its files together tell whether it changed.

use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use catalog_core::import::{
    AlbumTags, ArtistName, AudioProperties, ContentId, FileFailure, FileStamp, ListedPlaylist as ListedFile,
    PictureFile, PlacedFile, PlacedOn, ReadTrack, ScannedFile, SourceEntry, TrackRecord, describe,
};
use catalog_core::ports::{MediaSource, SourceError};

use super::in_order::Outcome;
use crate::library::earlier_lists::{ListedPlaylist, ListedToplist, Lists};
use crate::media::fingerprint::Fingerprint;
use crate::snapshot::build::{
    BuildError, EarlierBackend, EarlierCatalog, EarlierFile, EarlierPlaylist, EarlierSong, EarlierToplist,
};

/// A `catalogsync.db`.
pub struct CatalogsyncFile {
    path: PathBuf,
    catalog: EarlierCatalog,
}

impl CatalogsyncFile {
    /// Opens it read-only.
    ///
    /// # Errors
    /// What is not there or is no such database.
    pub fn open(path: &Path) -> Result<Self, SourceError> {
        let catalog = EarlierCatalog::open(path).map_err(|error| unreachable(path, error))?;
        Ok(Self { path: path.to_owned(), catalog })
    }

    /// Its playlists and toplists.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn lists(&self) -> Result<Lists, SourceError> {
        self.read_lists().map_err(self.failed())
    }

    fn read_lists(&self) -> Result<Lists, BuildError> {
        let (playlists, toplists) = self.catalog.lists()?;
        let mut keys = HashMap::new();
        self.catalog.each_song(|song| _ = keys.insert(song.id, song.key))?;
        let digest = hash_of(|hasher| (&playlists, &toplists).hash(hasher));
        let listed = |list: EarlierPlaylist| ListedPlaylist {
            id: list.id,
            key: list.key,
            name: list.name,
            description: list.description,
            cover_url: list.cover_url,
            play_count: list.play_count,
            song_count: list.song_count,
            tracks: list.songs.iter().filter_map(|song| keys.get(song).cloned()).collect(),
        };
        let place = |place: EarlierToplist| ListedToplist {
            pool_id: place.pool_id,
            external_id: place.external_id,
            name: place.name,
            playlist_id: place.playlist_id,
        };
        Ok(Lists {
            digest: format!("{digest:016x}"),
            playlists: playlists.into_iter().map(listed).collect(),
            toplists: toplists.into_iter().map(place).collect(),
        })
    }

    fn failed(&self) -> impl Fn(BuildError) -> SourceError {
        |error| unreachable(&self.path, error)
    }

    /// Key and mark of each song, in id order; the mark is another one when the song or a file of it changed.
    fn marks(&self) -> Result<Vec<(String, u64)>, BuildError> {
        let (mut ids, mut marks) = (Vec::new(), Vec::new());
        self.catalog.each_song(|song| {
            ids.push(song.id);
            marks.push((mark_of(&song), song.key));
        })?;
        self.catalog.each_file(|file| {
            if let Ok(place) = ids.binary_search(&file.song_id) {
                // In whatever order they come.
                marks[place].0 = marks[place].0.wrapping_add(hash_of(|hasher| hash_file(&file, hasher)));
            }
        })?;
        Ok(marks.into_iter().map(|(mark, key)| (key, mark)).collect())
    }

    fn files_of(&self, songs: &HashSet<i64>) -> Result<HashMap<i64, Vec<PlacedFile>>, BuildError> {
        let mut files: HashMap<i64, Vec<PlacedFile>> = HashMap::new();
        let mut places: HashMap<String, Arc<PlacedOn>> = HashMap::new();
        self.catalog.each_file(|file| {
            if songs.contains(&file.song_id) {
                let name = file.backend.name.clone();
                let place = places.entry(name).or_insert_with(|| Arc::new(placed_on(&file.backend)));
                files.entry(file.song_id).or_default().push(placed(&file, place));
            }
        })?;
        Ok(files)
    }
}

fn unreachable(path: &Path, error: BuildError) -> SourceError {
    SourceError::Unreachable { what: format!("the earlier system's database {}", path.display()), source: error.into() }
}

impl MediaSource for CatalogsyncFile {
    fn walk(&self, seen: &mut dyn FnMut(SourceEntry) -> ControlFlow<()>) -> Result<(), SourceError> {
        let mut keys = HashSet::new();
        for (key, mark) in self.marks().map_err(self.failed())? {
            let entry = if keys.insert(key.clone()) {
                let stamp = FileStamp { size_bytes: 0, mtime_ns: mark.cast_signed() };
                SourceEntry::Audio(ScannedFile { path: key.into_boxed_str(), stamp })
            } else {
                let reason = "another song has the same platform and remote id".to_owned();
                SourceEntry::Broken(FileFailure { path: key, reason, may_pass: true })
            };
            if seen(entry).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn content_id(&self, _path: &str, _stamp: FileStamp) -> Option<ContentId> {
        None
    }

    fn read_tracks(
        &self,
        files: &[(&str, FileStamp)],
        outcome: &mut dyn FnMut(usize, Outcome) -> ControlFlow<()>,
    ) -> Result<(), SourceError> {
        let mut wanted: HashMap<&str, usize> = files.iter().zip(0..).map(|((path, _), at)| (*path, at)).collect();
        let mut songs = HashSet::new();
        let noted = self.catalog.each_song(|song| {
            if wanted.contains_key(song.key.as_str()) {
                songs.insert(song.id);
            }
        });
        noted.map_err(self.failed())?;
        let mut placed = self.files_of(&songs).map_err(self.failed())?;
        let mut is_stopped = false;
        let read = self.catalog.each_song(|song| {
            if !is_stopped && let Some(at) = wanted.remove(song.key.as_str()) {
                let files = placed.remove(&song.id).unwrap_or_default();
                is_stopped = outcome(at, Ok(track(song, files))).is_break();
            }
        });
        read.map_err(self.failed())
    }

    fn read_picture(&self, path: &str, _stamp: FileStamp) -> Result<PictureFile, FileFailure> {
        Err(FileFailure {
            path: path.to_owned(),
            reason: "such a database has no pictures".to_owned(),
            may_pass: false,
        })
    }

    fn read_lyrics(&self, path: &str, _stamp: FileStamp) -> Result<String, FileFailure> {
        Err(FileFailure {
            path: path.to_owned(),
            reason: "such a database has no files of lyrics".to_owned(),
            may_pass: false,
        })
    }

    fn read_playlist(&self, path: &str) -> Result<ListedFile, FileFailure> {
        Err(FileFailure {
            path: path.to_owned(),
            reason: "such a database has no playlist files".to_owned(),
            may_pass: false,
        })
    }
}

fn track(song: EarlierSong, places: Vec<PlacedFile>) -> ReadTrack {
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

fn placed(file: &EarlierFile, on: &Arc<PlacedOn>) -> PlacedFile {
    PlacedFile {
        on: Arc::clone(on),
        locator: file.locator.clone(),
        ext: file.ext.clone().unwrap_or_default(),
        size_bytes: file.size_bytes.unwrap_or_default().unsigned_abs(),
        quality: file.quality.clone(),
        is_primary: file.is_primary,
    }
}

fn mark_of(song: &EarlierSong) -> u64 {
    hash_of(|hasher| {
        (&song.name, &song.singers, &song.album, &song.album_artist, &song.release_date).hash(hasher);
        (&song.genres, song.disc_number, song.track_number, song.duration_ms, song.bit_rate_kbps).hash(hasher);
        (&song.ext, song.size_bytes).hash(hasher);
    })
}

fn hash_file(file: &EarlierFile, hasher: &mut Fingerprint) {
    file.backend.hash(hasher);
    (&file.locator, &file.ext, file.size_bytes, &file.quality, file.is_primary).hash(hasher);
}

/// The same in every process: marks are kept.
fn hash_of(feed: impl FnOnce(&mut Fingerprint)) -> u64 {
    let mut fingerprint = Fingerprint::default();
    feed(&mut fingerprint);
    fingerprint.finish()
}
