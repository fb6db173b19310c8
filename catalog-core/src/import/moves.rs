//! Which tracks lie elsewhere now, by their content: a file may be renamed, also onto a name that another track's file
//! had, as when an album is numbered anew or two files exchange their names.

use std::collections::HashMap;

use super::entry::{ContentId, KnownFile, ScannedFile};
use super::plan::FileToRead;
use crate::model::TrackId;

/// Gives new and changed files the tracks whose content they have. `vanished` keeps those that are found nowhere; the
/// answer is those whose path another track's file has now.
pub(super) fn match_moves(
    to_read: &mut [FileToRead],
    vanished: &mut Vec<KnownFile>,
    content_id: &mut impl FnMut(&ScannedFile) -> Option<ContentId>,
) -> Vec<TrackId> {
    let mut lost = Lost::new(std::mem::take(vanished));
    let mut own: Vec<Option<usize>> = to_read.iter().map(|read| lost.add(changed_track(read)?)).collect();
    lost.index();
    let mut candidates = candidates(to_read, &mut own, &mut lost, content_id);
    // What was there until now has moved sooner than what was missing before.
    for (was_there, has_same_name) in [(true, true), (true, false), (false, true), (false, false)] {
        let is_likely = |known: &KnownFile, file: &ScannedFile| {
            (!was_there || !known.is_missing && !known.is_elsewhere)
                && (!has_same_name || name_of(&known.path) == name_of(&file.path))
        };
        candidates.retain(|(index, content)| {
            let read = &mut to_read[*index];
            let found = lost.take(&read.file, *content, is_likely).cloned();
            found.map(|track| read.known = Some(Box::new(track))).is_none()
        });
    }
    let mut displaced = Vec::new();
    for (read, own) in to_read.iter_mut().zip(own) {
        let Some(own) = own else { continue };
        let is_matched = read.known.as_deref() != Some(&lost.files[own]);
        if is_matched || lost.is_taken[own] {
            displaced.push(lost.files[own].track_id);
            read.known = read.known.take().filter(|_| is_matched);
        } else {
            lost.is_taken[own] = true;
        }
    }
    *vanished = lost.finish();
    displaced
}

/// The track at the path of a file that is another one now.
fn changed_track(read: &FileToRead) -> Option<KnownFile> {
    read.known.as_deref().filter(|known| known.stamp != read.file.stamp).cloned()
}

/// The files that may hold a lost track, and their content. What changed but for its content is no candidate, and its
/// track is not lost.
fn candidates(
    to_read: &[FileToRead],
    own: &mut [Option<usize>],
    lost: &mut Lost,
    content_id: &mut impl FnMut(&ScannedFile) -> Option<ContentId>,
) -> Vec<(usize, ContentId)> {
    let mut candidates = Vec::new();
    let mut files_by_size: HashMap<u64, u32> = HashMap::new();
    for read in to_read {
        *files_by_size.entry(read.file.stamp.size_bytes).or_default() += 1;
    }
    for (index, (read, own)) in to_read.iter().zip(own).enumerate() {
        let is_unchanged = read.known.is_some() && own.is_none();
        let size_bytes = read.file.stamp.size_bytes;
        let files = files_by_size.get(&size_bytes).copied().unwrap_or_default();
        if is_unchanged || !lost.has_rivals(size_bytes, *own, files) {
            continue;
        }
        let Some(content) = content_id(&read.file) else { continue };
        match own.filter(|kept| lost.files[*kept].content == content) {
            Some(kept) => {
                lost.is_taken[kept] = true;
                *own = None;
            }
            None => candidates.push((index, content)),
        }
    }
    candidates
}

/// Tracks whose file is not where it was, or is another one there.
struct Lost {
    files: Vec<KnownFile>,
    is_taken: Vec<bool>,
    by_content: HashMap<(u64, ContentId), Vec<usize>>,
    count_by_size: HashMap<u64, u32>,
}

impl Lost {
    fn new(files: Vec<KnownFile>) -> Self {
        Self { files, is_taken: Vec::new(), by_content: HashMap::new(), count_by_size: HashMap::new() }
    }

    fn add(&mut self, file: KnownFile) -> Option<usize> {
        self.files.push(file);
        self.files.len().checked_sub(1)
    }

    fn index(&mut self) {
        self.is_taken = vec![false; self.files.len()];
        for (index, file) in self.files.iter().enumerate() {
            self.by_content.entry((file.stamp.size_bytes, file.content)).or_default().push(index);
            *self.count_by_size.entry(file.stamp.size_bytes).or_default() += 1;
        }
    }

    /// Whether content has to tell whose file one of `files` of this size is: a track besides its own may be in it, or
    /// its own in another one.
    fn has_rivals(&self, size_bytes: u64, own: Option<usize>, files: u32) -> bool {
        let tracks = self.count_by_size.get(&size_bytes).copied().unwrap_or_default();
        let is_own = own.is_some_and(|own| self.files[own].stamp.size_bytes == size_bytes);
        if is_own { tracks > 1 || files > 1 } else { tracks > 0 }
    }

    fn take(
        &mut self,
        file: &ScannedFile,
        content: ContentId,
        is_likely: impl Fn(&KnownFile, &ScannedFile) -> bool,
    ) -> Option<&KnownFile> {
        let same = self.by_content.get(&(file.stamp.size_bytes, content))?;
        let index =
            same.iter().copied().find(|index| !self.is_taken[*index] && is_likely(&self.files[*index], file))?;
        self.is_taken[index] = true;
        self.files.get(index)
    }

    fn finish(self) -> Vec<KnownFile> {
        self.files.into_iter().zip(self.is_taken).filter(|(_, is_taken)| !is_taken).map(|(file, _)| file).collect()
    }
}

fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}
