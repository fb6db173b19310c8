//! The step of an import that reads playlists. It comes last: by now every track has its id and its place.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

use super::Run;
use crate::import::change::{Change, ListedTrack, PlaylistRecord};
use crate::import::plan::{Plan, PlaylistToRead};
use crate::import::playlist_moves::{AppearedPlaylist, FoundEntry, VanishedPlaylist, match_playlists, resolve};
use crate::model::{PlaylistId, TrackId};
use crate::ports::StoreError;

/// A playlist's file that was read.
struct ReadPlaylist<'a> {
    list: &'a PlaylistToRead,
    name: String,
    entries: Vec<FoundEntry>,
}

impl ReadPlaylist<'_> {
    fn appeared(&self) -> AppearedPlaylist<'_> {
        AppearedPlaylist { path: &self.list.file.path, entries: &self.entries }
    }
}

impl Run<'_> {
    pub(super) fn read_playlists(&mut self, plan: &Plan) -> Result<(), StoreError> {
        self.update_playlists(plan)?;
        for id in self.take_in_appeared(plan)? {
            self.report.playlists += 1;
            self.put(Change::MissPlaylist { id })?;
        }
        Ok(())
    }

    /// Reads known playlists that changed, and those that may find more of their entries now.
    fn update_playlists(&mut self, plan: &Plan) -> Result<(), StoreError> {
        let may_complete = self.report.added + self.report.moved > 0;
        for list in plan.playlists.iter().filter(|list| list.is_changed || (list.is_incomplete && may_complete)) {
            let Some(id) = list.id else { continue };
            let Some(read) = self.read_playlist(list)? else { continue };
            let before = self.library.list_entries(id)?;
            self.put_playlist(Some(id), &read, &before)?;
        }
        Ok(())
    }

    /// Reads playlists whose files were not known: some of them are ones that vanished. The answer is which of these are
    /// gone since the last import.
    fn take_in_appeared(&mut self, plan: &Plan) -> Result<Vec<PlaylistId>, StoreError> {
        let mut files = Vec::new();
        for list in plan.playlists.iter().filter(|list| list.id.is_none()) {
            match self.read_playlist(list)? {
                // Nothing vanished: it isn't kept until all are read.
                Some(read) if plan.vanished_playlists.is_empty() => self.put_playlist(None, &read, &[])?,
                read => files.extend(read),
            }
        }
        if self.report.is_cancelled {
            // What was not read may be what vanished.
            return Ok(Vec::new());
        }
        let vanished = if files.is_empty() { Vec::new() } else { self.list_vanished(plan)? };
        let matched = match_playlists(&vanished, &files.iter().map(ReadPlaylist::appeared).collect::<Vec<_>>());
        let mut is_back = HashSet::new();
        for (read, list) in files.iter().zip(matched) {
            let list = list.and_then(|list| vanished.get(list));
            is_back.extend(list.map(|list| list.id));
            self.put_playlist(list.map(|list| list.id), read, list.map_or(&[], |list| &list.entries))?;
        }
        let gone = plan.vanished_playlists.iter().filter(|list| !list.is_missing && !is_back.contains(&list.id));
        Ok(gone.map(|list| list.id).collect())
    }

    fn list_vanished(&mut self, plan: &Plan) -> Result<Vec<VanishedPlaylist>, StoreError> {
        let lists = plan.vanished_playlists.iter().map(|list| {
            let entries = self.library.list_entries(list.id)?;
            Ok(VanishedPlaylist { id: list.id, path: list.file.path.clone(), entries })
        });
        lists.collect()
    }

    /// `None` when it can't be read, or the import was stopped.
    fn read_playlist<'a>(&mut self, list: &'a PlaylistToRead) -> Result<Option<ReadPlaylist<'a>>, StoreError> {
        if self.progress.is_cancelled() {
            self.report.is_cancelled = true;
            return Ok(None);
        }
        let listed = match self.source.read_playlist(&list.file.path) {
            Ok(listed) => listed,
            Err(failure) => {
                self.report.failures.push(failure);
                return Ok(None);
            }
        };
        let mut entries = Vec::with_capacity(listed.entries.len());
        for path in listed.entries {
            let found = path.as_deref().map(|path| self.find_listed(path)).transpose()?.flatten();
            entries.push((path.map(String::into_boxed_str), found));
        }
        Ok(Some(ReadPlaylist { list, name: listed.name, entries }))
    }

    /// The track at a path. A name is the same in both forms of its accents: programs and network shares change one
    /// into the other.
    fn find_listed(&mut self, path: &str) -> Result<Option<TrackId>, StoreError> {
        let found = self.library.find_track_at(path)?;
        if found.is_some() || path.is_ascii() {
            return Ok(found);
        }
        let found = self.library.find_track_at(&path.nfc().collect::<String>())?;
        if found.is_some() { Ok(found) } else { self.library.find_track_at(&path.nfd().collect::<String>()) }
    }

    fn put_playlist(
        &mut self,
        id: Option<PlaylistId>,
        read: &ReadPlaylist<'_>,
        before: &[ListedTrack],
    ) -> Result<(), StoreError> {
        let entries = resolve(&read.entries, before);
        self.report.playlists += u64::from(read.list.is_changed);
        self.report.skipped_entries += (read.entries.len() - entries.len()) as u64;
        let playlist = PlaylistRecord { name: read.name.clone(), listed: read.entries.len() as u64, entries };
        self.put(Change::PutPlaylist { id, file: read.list.file.clone(), playlist })
    }
}
