//! The library that imports write to, in its plainest form: maps in memory.

use std::collections::{BTreeMap, HashSet};

use super::LibraryUnderTest;
use crate::import::{
    Change, FileFailure, KnownFailure, KnownFile, KnownLibrary, KnownPlaylist, ListedTrack, PlaylistRecord, ReadTrack,
    ScannedFile, TextKind,
};
use crate::model::{PlaylistId, TrackId};
use crate::ports::{LibraryStore, StoreError};

/// A library in memory. It keeps of a track what tells its file, not what a listener sees.
#[derive(Clone, Debug, Default)]
pub struct FakeLibrary {
    sources: BTreeMap<String, Side>,
    ids: Ids,
    /// Transactions that changed what a snapshot could show.
    mark: u64,
}

/// The last id of each kind: none is given twice.
#[derive(Clone, Debug, Default)]
struct Ids {
    track: i64,
    playlist: i64,
}

/// What one source has.
#[derive(Clone, Debug, Default)]
struct Side {
    tracks: BTreeMap<TrackId, FakeTrack>,
    pictures: BTreeMap<Box<str>, ScannedFile>,
    texts: BTreeMap<Box<str>, (TextKind, ScannedFile, String)>,
    playlists: BTreeMap<PlaylistId, FakePlaylist>,
    failures: BTreeMap<Box<str>, KnownFailure>,
}

#[derive(Clone, Debug)]
struct FakeTrack {
    file: KnownFile,
    missing_since: Option<i64>,
}

#[derive(Clone, Debug)]
struct FakePlaylist {
    file: ScannedFile,
    record: PlaylistRecord,
    missing_since: Option<i64>,
}

impl LibraryUnderTest for FakeLibrary {
    fn store(&mut self, source: &str) -> Box<dyn LibraryStore + '_> {
        self.sources.entry(source.to_owned()).or_default();
        Box::new(FakeStore { source: source.to_owned(), library: self })
    }

    fn list_playlists(&self) -> Vec<(String, Vec<TrackId>)> {
        let lists: BTreeMap<_, _> = self.sources.values().flat_map(|side| &side.playlists).collect();
        let shown = lists.into_values().filter(|list| list.missing_since.is_none());
        let tracks = |list: &FakePlaylist| list.record.entries.iter().map(|entry| entry.track).collect();
        shown.map(|list| (list.record.name.clone(), tracks(list))).collect()
    }

    fn change_mark(&self) -> String {
        self.mark.to_string()
    }
}

impl FakeLibrary {
    /// Gives a track to the source.
    fn adopt(&mut self, id: TrackId, source: &str) -> Result<(), StoreError> {
        let found = self.sources.values_mut().find_map(|side| side.tracks.remove(&id));
        let mut track = found.ok_or_else(|| refused(format!("there is no track {id}")))?;
        track.file.path = format!("/displaced/{}", id.number()).into();
        self.sources.entry(source.to_owned()).or_default().tracks.insert(id, track);
        Ok(())
    }
}

/// One source's side of the library.
struct FakeStore<'a> {
    source: String,
    library: &'a mut FakeLibrary,
}

impl FakeStore<'_> {
    fn side(&mut self) -> &mut Side {
        self.library.sources.entry(self.source.clone()).or_default()
    }
}

impl LibraryStore for FakeStore<'_> {
    fn known(&mut self) -> Result<KnownLibrary, StoreError> {
        let side = self.side();
        Ok(KnownLibrary {
            files: side.tracks.values().map(|track| track.file.clone()).collect(),
            pictures: side.pictures.values().cloned().collect(),
            texts: side.texts.values().map(|(kind, file, _)| (*kind, file.clone())).collect(),
            playlists: side.playlists.iter().map(|(id, list)| list.known(*id)).collect(),
            failures: side.failures.values().cloned().collect(),
        })
    }

    fn list_lost_elsewhere(&mut self, sizes: &HashSet<u64>) -> Result<Vec<KnownFile>, StoreError> {
        let others = self.library.sources.iter().filter(|(name, _)| **name != self.source);
        let tracks = others.flat_map(|(_, side)| side.tracks.values());
        let lost = tracks.filter(|track| track.file.is_missing && sizes.contains(&track.file.stamp.size_bytes));
        Ok(lost.map(|track| KnownFile { is_elsewhere: true, ..track.file.clone() }).collect())
    }

    fn apply(&mut self, changes: &[Change], now: i64) -> Result<(), StoreError> {
        // All or nothing: the changes are made to a copy.
        let mut after = self.library.clone();
        let mut is_visible = false;
        for change in changes {
            if let Change::Adopt { id } = change {
                after.adopt(*id, &self.source)?;
            } else {
                let side = after.sources.entry(self.source.clone()).or_default();
                is_visible |= side.apply(change, now, &mut after.ids)?;
            }
        }
        after.mark += u64::from(is_visible);
        *self.library = after;
        Ok(())
    }

    fn find_track_at(&mut self, path: &str) -> Result<Option<TrackId>, StoreError> {
        Ok(self.side().track_at(path))
    }

    fn list_entries(&mut self, id: PlaylistId) -> Result<Vec<ListedTrack>, StoreError> {
        Ok(self.side().playlists.get(&id).map(|list| list.record.entries.clone()).unwrap_or_default())
    }

    fn finish(&mut self, missing_before: i64, _now: i64) -> Result<(), StoreError> {
        let is_kept = |missing_since: Option<i64>| missing_since.is_none_or(|since| since > missing_before);
        let side = self.side();
        side.tracks.retain(|_, track| is_kept(track.missing_since));
        side.playlists.retain(|_, list| is_kept(list.missing_since));
        for list in side.playlists.values_mut() {
            list.record.entries.retain(|entry| side.tracks.contains_key(&entry.track));
        }
        Ok(())
    }
}

impl Side {
    /// Applies a change; the answer is whether a snapshot could show it.
    fn apply(&mut self, change: &Change, now: i64, ids: &mut Ids) -> Result<bool, StoreError> {
        match change {
            Change::Add { file, track } => self.put_track(next(&mut ids.track, TrackId::new), file, track)?,
            Change::Replace { id, file, track } => {
                self.track(*id)?;
                self.put_track(*id, file, track)?;
            }
            Change::Return { id } => self.track(*id)?.set_missing(None),
            Change::Miss { id } => self.track(*id)?.set_missing(Some(now)),
            Change::MissPlaylist { id } => self.playlist(*id)?.missing_since = Some(now),
            Change::PutPlaylist { id, file, playlist } => {
                let id = if let Some(id) = id { *id } else { next(&mut ids.playlist, PlaylistId::new) };
                return self.put_playlist(id, file, playlist);
            }
            Change::PutText { kind, file, text } => {
                let before = self.texts.insert(file.path.clone(), (*kind, file.clone(), text.clone()));
                return Ok(before.map_or(!text.is_empty(), |(_, _, before)| before != *text));
            }
            Change::DropText { path, .. } => return Ok(self.texts.remove(path).is_some()),
            unseen => return self.apply_unseen(unseen).map(|()| false),
        }
        Ok(true)
    }

    /// Applies what no snapshot shows. A picture is seen on an album alone, and this library has no albums.
    fn apply_unseen(&mut self, change: &Change) -> Result<(), StoreError> {
        match change {
            Change::Touch { id, stamp } => self.track(*id)?.file.stamp = *stamp,
            Change::Displace { id } => self.track(*id)?.file.path = format!("/displaced/{}", id.number()).into(),
            Change::Fail { failure, stamp } => {
                let file = ScannedFile { path: failure.path.as_str().into(), stamp: *stamp };
                let FileFailure { reason, may_pass, .. } = failure.clone();
                self.failures.insert(file.path.clone(), KnownFailure { file, reason, may_pass });
            }
            Change::Forget { path } => drop(self.failures.remove(path)),
            Change::PutPicture { file, .. } => _ = self.pictures.insert(file.path.clone(), file.clone()),
            Change::DropPicture { path } => _ = self.pictures.remove(path),
            seen => return Err(refused(format!("{seen:?} is seen"))),
        }
        Ok(())
    }

    fn track_at(&self, path: &str) -> Option<TrackId> {
        self.tracks.values().find(|track| &*track.file.path == path).map(|track| track.file.track_id)
    }

    fn track(&mut self, id: TrackId) -> Result<&mut FakeTrack, StoreError> {
        self.tracks.get_mut(&id).ok_or_else(|| refused(format!("there is no track {id}")))
    }

    fn playlist(&mut self, id: PlaylistId) -> Result<&mut FakePlaylist, StoreError> {
        self.playlists.get_mut(&id).ok_or_else(|| refused(format!("there is no playlist {id}")))
    }

    fn put_track(&mut self, id: TrackId, file: &ScannedFile, track: &ReadTrack) -> Result<(), StoreError> {
        if self.track_at(&file.path).is_some_and(|other| other != id) {
            return Err(refused(format!("another track lies at {}", file.path)));
        }
        let ScannedFile { path, stamp } = file.clone();
        let (content, tags) = (track.content, track.tags);
        let file = KnownFile { track_id: id, path, stamp, content, tags, is_missing: false, is_elsewhere: false };
        self.tracks.insert(id, FakeTrack { file, missing_since: None });
        Ok(())
    }

    fn put_playlist(
        &mut self,
        id: PlaylistId,
        file: &ScannedFile,
        record: &PlaylistRecord,
    ) -> Result<bool, StoreError> {
        if self.playlists.iter().any(|(other, list)| *other != id && list.file.path == file.path) {
            return Err(refused(format!("another playlist lies at {}", file.path)));
        }
        let list = FakePlaylist { file: file.clone(), record: record.clone(), missing_since: None };
        let before = self.playlists.insert(id, list);
        Ok(before.is_none_or(|before| before.missing_since.is_some() || !before.record.shows(record)))
    }
}

impl FakeTrack {
    fn set_missing(&mut self, since: Option<i64>) {
        (self.file.is_missing, self.missing_since) = (since.is_some(), since);
    }
}

impl FakePlaylist {
    fn known(&self, id: PlaylistId) -> KnownPlaylist {
        KnownPlaylist {
            id,
            file: self.file.clone(),
            is_missing: self.missing_since.is_some(),
            is_incomplete: self.record.listed > self.record.entries.len() as u64,
        }
    }
}

impl PlaylistRecord {
    /// Whether a snapshot shows the same of both: where the entries' files lay is not in it.
    fn shows(&self, other: &Self) -> bool {
        let tracks = |record: &Self| record.entries.iter().map(|entry| entry.track).collect::<Vec<_>>();
        (&self.name, self.listed, tracks(self)) == (&other.name, other.listed, tracks(other))
    }
}

fn next<T: Default>(last: &mut i64, id: impl Fn(i64) -> Option<T>) -> T {
    *last += 1;
    id(*last).unwrap_or_default()
}

fn refused(why: String) -> StoreError {
    StoreError { what: "writing a batch", source: why.into() }
}
