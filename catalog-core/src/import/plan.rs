//! The plan: a pure comparison of what is known with what a walk found.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::entry::{
    ContentId, FileFailure, FileStamp, KnownFailure, KnownFile, KnownLibrary, KnownPlaylist, ScannedFile, SourceEntry,
    TextKind,
};
use super::known_files::KnownFiles;
use super::moves::match_moves;
use crate::model::{PlaylistId, TrackId};

/// A file to read, and the track whose file it is, if it is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileToRead {
    /// The file.
    pub file: ScannedFile,
    /// What was known.
    pub known: Option<Box<KnownFile>>,
}

impl FileToRead {
    /// Whether it is a known file at another place.
    pub fn is_moved(&self) -> bool {
        self.known.as_ref().is_some_and(|known| known.is_elsewhere || known.path != self.file.path)
    }
}

/// What an import has to do.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plan {
    /// Files that are as they were.
    pub unchanged: u64,
    /// Files that changed too short a while ago to be read; what is known of them stays.
    pub waiting: u64,
    /// Files to read: those of known tracks, then new ones, each by path.
    pub to_read: Vec<FileToRead>,
    /// Missing files that are back as they were.
    pub returned: Vec<TrackId>,
    /// Known tracks whose path another track's file has now: the path has to be free before that one takes it.
    pub displaced: Vec<TrackId>,
    /// Files that are gone since the last import.
    pub missing: Vec<TrackId>,
    /// Failures that no reading is needed for: known ones that stay, and what the walk found.
    pub failures: Vec<FileFailure>,
    /// Known failures whose file is gone or is read again.
    pub forgotten: Vec<Box<str>>,
    /// Pictures that are new or changed.
    pub new_pictures: Vec<ScannedFile>,
    /// Pictures that are gone.
    pub gone_pictures: Vec<Box<str>>,
    /// Texts that are new or changed.
    pub new_texts: Vec<(TextKind, ScannedFile)>,
    /// Texts that are gone.
    pub gone_texts: Vec<(TextKind, Box<str>)>,
    /// Playlists of the source as they are now.
    pub playlists: Vec<PlaylistToRead>,
    /// Playlists that are not where they were, those of earlier imports too: a file that appeared may be one of them.
    pub vanished_playlists: Vec<KnownPlaylist>,
    /// Audio files that the walk found.
    pub found: u64,
    /// Audio files that were known and not missing.
    pub known: u64,
}

/// A playlist file that is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlaylistToRead {
    /// The file.
    pub file: ScannedFile,
    /// The playlist that was known at this path.
    pub id: Option<PlaylistId>,
    /// Whether it is new, changed or back.
    pub is_changed: bool,
    /// Whether some of its entries were not found before.
    pub is_incomplete: bool,
}

/// Compares while the walk goes on; only what differs is kept.
#[derive(Debug)]
pub struct Comparison {
    is_full: bool,
    /// The times of change, in nanoseconds since 1970, at which a file may still be written to.
    settling_ns: Range<i64>,
    files: KnownFiles,
    failures: HashMap<Box<str>, KnownFailure>,
    pictures: HashMap<Box<str>, FileStamp>,
    texts: HashMap<Box<str>, (TextKind, FileStamp)>,
    playlists: HashMap<Box<str>, KnownPlaylist>,
    unreadable_folders: Vec<String>,
    plan: Plan,
}

impl Comparison {
    /// Begins with what is known; `is_full` has every file read again.
    pub fn new(known: KnownLibrary, is_full: bool) -> Self {
        let present = known.files.iter().filter(|file| !file.is_missing).count() as u64;
        Self {
            is_full,
            settling_ns: 0..0,
            files: KnownFiles::new(known.files),
            failures: known.failures.into_iter().map(|failure| (failure.file.path.clone(), failure)).collect(),
            pictures: known.pictures.into_iter().map(|file| (file.path, file.stamp)).collect(),
            texts: known.texts.into_iter().map(|(kind, file)| (file.path, (kind, file.stamp))).collect(),
            playlists: known.playlists.into_iter().map(|list| (list.file.path.clone(), list)).collect(),
            unreadable_folders: Vec::new(),
            plan: Plan { known: present, ..Plan::default() },
        }
    }

    /// Lets files wait that changed in the `settle_secs` seconds before `now` (Unix seconds): somebody may still be
    /// copying them. One from the future would wait for ever and is read.
    #[must_use]
    pub fn with_settling(self, now: i64, settle_secs: i64) -> Self {
        let at_ns = |secs: i64| secs.saturating_mul(1_000_000_000);
        // The second that `now` lies in is not over.
        let settling_ns = if settle_secs > 0 { at_ns(now - settle_secs)..at_ns(now + 1) } else { 0..0 };
        Self { settling_ns, ..self }
    }

    /// Takes in what the walk found.
    pub fn see(&mut self, entry: SourceEntry) {
        match entry {
            SourceEntry::Audio(file) => self.see_audio(file),
            SourceEntry::Picture(file) => self.see_picture(file),
            SourceEntry::Playlist(file) => self.see_playlist(file),
            SourceEntry::Text(kind, file) => self.see_text(kind, file),
            SourceEntry::Broken(failure) => self.plan.failures.push(failure),
            SourceEntry::UnreadableFolder(failure) => {
                self.unreadable_folders.push(failure.path.clone());
                self.plan.failures.push(failure);
            }
        }
    }

    fn see_audio(&mut self, file: ScannedFile) {
        self.plan.found += 1;
        let known = self.files.see(&file.path);
        let is_same = known.as_ref().is_some_and(|known| known.stamp == file.stamp);
        if !is_same && self.settling_ns.contains(&file.stamp.mtime_ns) {
            self.failures.remove(&file.path);
            self.plan.waiting += 1;
            return;
        }
        if let Some(failed) = self.failures.remove(&file.path) {
            if failed.file.stamp == file.stamp && !failed.may_pass && !self.is_full {
                let failure = FileFailure { path: file.path.into(), reason: failed.reason, may_pass: false };
                self.plan.failures.push(failure);
                return;
            }
            self.plan.forgotten.push(file.path.clone());
        }
        match known {
            Some(known) if known.stamp == file.stamp && !self.is_full => {
                if known.is_missing {
                    self.plan.returned.push(known.track_id);
                } else {
                    self.plan.unchanged += 1;
                }
            }
            known => {
                let known = known.cloned().map(Box::new);
                self.plan.to_read.push(FileToRead { file, known });
            }
        }
    }

    fn see_picture(&mut self, file: ScannedFile) {
        let known = self.pictures.remove(&file.path);
        if known != Some(file.stamp) && self.settling_ns.contains(&file.stamp.mtime_ns) {
            self.plan.waiting += 1;
        } else if known != Some(file.stamp) || self.is_full {
            self.plan.new_pictures.push(file);
        }
    }

    fn see_text(&mut self, kind: TextKind, file: ScannedFile) {
        if self.texts.remove(&file.path) != Some((kind, file.stamp)) || self.is_full {
            self.plan.new_texts.push((kind, file));
        }
    }

    fn see_playlist(&mut self, file: ScannedFile) {
        let known = self.playlists.remove(&file.path);
        let is_incomplete = known.as_ref().is_some_and(|known| known.is_incomplete);
        let is_same = known.as_ref().is_some_and(|known| !known.is_missing && known.file.stamp == file.stamp);
        let is_changed = !is_same || self.is_full;
        self.plan.playlists.push(PlaylistToRead { file, id: known.map(|known| known.id), is_changed, is_incomplete });
    }

    /// The sizes of files that were not known: one of them may have come from another source.
    pub fn sizes_of_new(&self) -> HashSet<u64> {
        let new = self.plan.to_read.iter().filter(|read| read.known.is_none());
        new.map(|read| read.file.stamp.size_bytes).collect()
    }

    /// Ends the comparison. A file that appeared is taken for one that vanished, here or `elsewhere`, when both have the
    /// same content; `content_id` is asked for the few whose size makes that possible.
    pub fn finish(
        mut self,
        elsewhere: Vec<KnownFile>,
        mut content_id: impl FnMut(&ScannedFile) -> Option<ContentId>,
    ) -> Plan {
        let unreadable = std::mem::take(&mut self.unreadable_folders);
        let is_gone = |path: &str| !unreadable.iter().any(|folder| lies_in(path, folder));
        let mut vanished: Vec<KnownFile> = self.files.into_unseen().filter(|file| is_gone(&file.path)).collect();
        vanished.sort_by(|left, right| left.path.cmp(&right.path));
        vanished.extend(elsewhere);
        let mut plan = self.plan;
        plan.displaced = match_moves(&mut plan.to_read, &mut vanished, &mut content_id);
        let is_news = |file: &KnownFile| !file.is_missing && !file.is_elsewhere;
        plan.missing = vanished.into_iter().filter(is_news).map(|file| file.track_id).collect();
        plan.forgotten.extend(self.failures.into_keys().filter(|path| is_gone(path)));
        plan.gone_pictures = self.pictures.into_keys().filter(|path| is_gone(path)).collect();
        let gone_texts = self.texts.into_iter().filter(|(path, _)| is_gone(path));
        plan.gone_texts = gone_texts.map(|(path, (kind, _))| (kind, path)).collect();
        plan.vanished_playlists = self.playlists.into_values().filter(|list| is_gone(&list.file.path)).collect();
        plan.sort();
        plan
    }
}

impl Plan {
    /// Leaves in the library what it needs no file for any more: tracks whose bytes it has, and what lay beside them.
    pub(super) fn keep_vanished(&mut self) {
        self.missing.clear();
        self.gone_pictures.clear();
        self.gone_texts.clear();
    }

    fn sort(&mut self) {
        // An import may break off after any of them: before a new file is written, its equal that moved has its track.
        self.to_read.sort_by(|left, right| {
            left.known.is_none().cmp(&right.known.is_none()).then_with(|| left.file.path.cmp(&right.file.path))
        });
        self.playlists.sort_by(|left, right| left.file.path.cmp(&right.file.path));
        self.vanished_playlists.sort_by(|left, right| left.file.path.cmp(&right.file.path));
        self.new_pictures.sort_by(|left, right| left.path.cmp(&right.path));
        self.gone_pictures.sort();
        self.new_texts.sort_by(|(_, left), (_, right)| left.path.cmp(&right.path));
        self.gone_texts.sort();
        self.forgotten.sort();
        self.returned.sort();
        self.displaced.sort();
    }

    /// Whether the root lost all its music at once: more likely a disk that isn't mounted than a wish.
    pub fn is_suddenly_empty(&self) -> bool {
        self.found == 0 && self.known > 0
    }

    /// Whether the root lost more than half of its files at once: one of its disks may not be mounted.
    pub fn is_suddenly_fewer(&self) -> bool {
        self.missing.len() as u64 > self.known / 2
    }
}

fn lies_in(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests;
